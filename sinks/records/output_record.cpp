// Tested by encoder_test.cpp.
#include "sinks/records/output_record.h"

namespace auditor {

std::size_t OutputRecord::bytes() const {
  std::size_t sum = key.size() + value.size();
  for (const auto& [name, text] : headers) sum += name.size() + text.size();
  return sum;
}

}  // namespace auditor
