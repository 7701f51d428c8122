// The sample messages of `demo`, built in from config/samples/demo/.
#pragma once

#include <span>
#include <string_view>

namespace auditor {

struct DemoSample {
  std::string_view what;  // for people
  std::string_view text;  // the message
};

std::span<const DemoSample> demo_samples();

}  // namespace auditor
