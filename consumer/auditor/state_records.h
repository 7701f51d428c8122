// What was changed in the memory -> the records that the topic of the state gets for it. Of a key
// only the last one counts, so only that one is there.
#pragma once

#include <vector>

#include "consumer/auditor/message_auditor.h"
#include "sinks/records/encoder.h"
#include "sinks/records/output_record.h"

namespace auditor {

std::vector<OutputRecord> state_records(const std::vector<Remembered>& remembered,
                                        const Topics& topics);

}  // namespace auditor
