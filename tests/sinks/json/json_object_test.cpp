#include "sinks/json/json_object.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "sinks/json/json_tree.h"

namespace auditor::json_text_test {
namespace {

std::string as_string(std::string_view text) {
  std::string json;
  append_json_string(json, text);
  return json;
}

TEST(JsonText, WritesAStringAsTheTreeDoes) {
  for (int byte = 0; byte < 256; ++byte) {
    for (const std::string around : {"", "ab", "\"", "\xc3"}) {
      const std::string text = around + static_cast<char>(byte) + around;
      EXPECT_EQ(as_string(text), dump(nlohmann::ordered_json(text))) << byte;
    }
  }
}

TEST(JsonText, WritesRandomBytesAsTheTreeDoes) {
  std::mt19937 random(7);
  for (int i = 0; i < 2'000; ++i) {
    std::string text;
    const int most = i % 2 == 0 ? 0x7f : 0xff;
    for (std::size_t left = random() % 40; left > 0; --left) {
      text += static_cast<char>(random() % static_cast<unsigned>(most + 1));
    }
    ASSERT_EQ(as_string(text), dump(nlohmann::ordered_json(text)));
  }
}

TEST(JsonText, WritesAnObjectAsTheTreeDoes) {
  nlohmann::ordered_json tree;
  tree["a"] = "x\n";
  tree["b"] = nullptr;
  tree["c"] = std::vector<std::string>{"1", "\"2"};
  tree["d"] = std::vector<std::string>{};
  tree["e"] = true;
  tree["f"]["g"] = 1;
  const std::string text = JsonObject()
                               .text("a", "x\n")
                               .text_or_null("b", "")
                               .texts("c", {"1", "\"2"})
                               .texts("d", {})
                               .flag("e", true)
                               .json("f", R"({"g":1})")
                               .take();
  EXPECT_EQ(text, dump(tree));
  EXPECT_EQ(JsonObject().take(), "{}");
}

}  // namespace
}  // namespace auditor::json_text_test
