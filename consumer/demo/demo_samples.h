// The sample messages of `demo`, built in from config/samples/demo/, and what must come of each.
#pragma once

#include <span>
#include <string_view>

namespace auditor {

struct DemoSample {
  enum class Outcome { alert, accepted, irrelevant, quarantined };

  std::string_view what;      // for people
  std::string_view text;      // the message
  Outcome outcome;            // `demo` fails if it is another one
  std::string_view why = {};  // no alert is raised
};

std::span<const DemoSample> demo_samples();

}  // namespace auditor
