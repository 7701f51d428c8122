// eventTime as pipelines deliver it -> one spelling, so that times can be compared as text.
#pragma once

#include <string>
#include <string_view>

namespace auditor {

// "2020-11-20T06:19:05Z", "2020-11-20 06:19:05.000", "...+02:00", and seconds or milliseconds
// since 1970 become YYYY-MM-DDThh:mm:ssZ. Empty when it is none of these.
std::string normalise_event_time(std::string_view text);

}  // namespace auditor
