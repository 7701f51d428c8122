#include "tests/model/history_property.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include "tests/number_options.h"

namespace auditor {
namespace {

struct Settings {
  std::uint64_t histories = 5000;
  std::uint64_t seed = 1;
  std::uint64_t first = 0;
};
Settings settings;

// Leaves out events and facts as long as the property stays broken.
History shrink(History history, const Property& wrong) {
  bool is_smaller = true;
  while (is_smaller) {
    is_smaller = false;
    for (std::size_t i = 0; i < history.size(); ++i) {
      History fewer = history;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      if (!wrong(fewer)) continue;
      history = fewer;
      is_smaller = true;
      --i;
    }
    for (std::size_t i = 0; i < history.size(); ++i) {
      for (std::size_t j = 0; j < history[i].facts.size() && history[i].facts.size() > 1; ++j) {
        History fewer = history;
        fewer[i].facts.erase(fewer[i].facts.begin() + static_cast<std::ptrdiff_t>(j));
        if (!wrong(fewer)) continue;
        history = fewer;
        is_smaller = true;
        --j;
      }
    }
  }
  return history;
}

}  // namespace

void expect_never(const Property& wrong, std::uint64_t in) {
  for (std::uint64_t i = 0; i < settings.histories / in; ++i) {
    const std::uint64_t number = settings.first + i;
    const History history = random_history(settings.seed, number);
    if (!wrong(history)) continue;
    const History smallest = shrink(history, wrong);
    FAIL() << "history " << number << " of seed " << settings.seed << "\n"
           << in_words(smallest) << *wrong(smallest);
  }
}

bool take_settings(int count, char** words) {
  return read_number_options(count, words,
                             {{"--histories", &settings.histories},
                              {"--seed", &settings.seed},
                              {"--first", &settings.first}});
}

}  // namespace auditor

int main(int count, char** words) {
  ::testing::InitGoogleTest(&count, words);
  if (!auditor::take_settings(count, words)) {
    std::fprintf(stderr, "usage: %s [--histories N] [--seed S] [--first F]\n", words[0]);
    return 2;
  }
  return RUN_ALL_TESTS();
}
