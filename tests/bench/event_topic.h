// A topic full of recorded-like events, as a pipeline would have written it.
#pragma once

#include <cstdint>
#include <string>

#include "tests/kafka/client.h"

namespace auditor {

// Writes events 0 to `count`, compressed as `compression` says (none, lz4, zstd). The last one of
// each partition is relevant, so an auditor that has read all of them commits at once.
void fill_event_topic(Client& client, const std::string& topic, int partitions, std::uint64_t count,
                      const std::string& compression);

}  // namespace auditor
