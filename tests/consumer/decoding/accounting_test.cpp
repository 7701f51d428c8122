// An account of everything: records are planted, wrapped up to three times and put beside others,
// then the bytes are damaged at one layer. Of each message:
// - each planted record whose bytes are still there is an event, or is in what is quarantined;
// - there is an outcome, and the counters add up;
// - what is quarantined is no more than the bytes that could be read.
//   accounting_test [--cases N] [--seed S] [--first F]
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <expected>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "consumer/decoding/compression.h"
#include "consumer/decoding/event_reader.h"
#include "consumer/decoding/utf16.h"
#include "tests/number_options.h"
#include "tests/wrapped_text.h"

namespace auditor {
namespace {

using namespace std::string_literals;

struct Planted {
  std::string id;
  std::string form;  // how its bytes stand in the text; empty: not to be seen in it
};

struct Input {
  std::string text;
  std::vector<Planted> records;
  bool is_text = true;          // that may stand in a string of JSON
  bool is_opaque_hurt = false;  // damaged where no record can be seen: gzip, base64
  std::string story;
};

class Maker {
 public:
  explicit Maker(std::uint64_t seed) : random_(seed) {}

  Input input() {
    Input input = plain();
    const std::size_t layers = below(4);
    const std::size_t hurt_at = below(layers + 2);  // one more: nowhere
    for (std::size_t layer = 0;; ++layer) {
      if (layer == hurt_at) hurt(input);
      if (layer == layers) return input;
      wrap(input);
    }
  }

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }
  template <typename Rows>
  const auto& one_of(const Rows& rows) {
    return rows[below(std::size(rows))];
  }

  Planted record() {
    const std::string id = "planted" + std::to_string(1'000'000 + next_id_++);
    const std::string break_of_line = below(8) == 0 ? "\n" : "";
    return {id, "{" + break_of_line +
                    R"("eventTime":"2026-03-01T10:00:00Z","eventSource":"iam.amazonaws.com",)"
                    R"("eventName":"PutRolePolicy","eventID":")" +
                    id + R"(","requestParameters":{"roleName":"r","policyName":"p \"q\" {"})" +
                    break_of_line + "}"};
  }

  static void replace_forms(Input& input, const auto& change) {
    for (Planted& planted : input.records) {
      if (!planted.form.empty()) planted.form = change(planted.form);
    }
  }

  Input plain() {
    Input input;
    const std::size_t count = 1 + below(4);
    static const std::vector<std::string> between{"\n",  "",    " ",    ",",      ",\n",
                                                  "\0"s, "\\n", "\x1e", " junk ", "\njunk\n"};
    const std::string& parted = one_of(between);
    const std::size_t shape = below(6);
    std::string& text = input.text;
    if (shape == 0) text = R"({"Records":[)";
    if (shape == 1) text = "[";
    if (shape == 2) text = R"({"events":[)";
    for (std::size_t i = 0; i < count; ++i) {
      input.records.push_back(record());
      const std::string& form = input.records.back().form;
      if (i > 0) text += shape <= 2 ? "," : parted;
      if (shape == 2) {
        input.records.back().form = json_string(form);
        text += R"({"message":)" + input.records.back().form + "}";
      } else {
        text += form;
      }
    }
    if (shape == 0 || shape == 2) text += "]}";
    if (shape == 1) text += "]";
    input.is_text = !text.contains('\0') && !text.contains('\x1e');
    input.story = "shape " + std::to_string(shape);
    return input;
  }

  void hide(Input& input) {
    for (Planted& planted : input.records) planted.form.clear();
  }

  void wrap(Input& input) {
    const std::size_t kind = input.is_text ? below(14) : 8 + below(6);
    input.story += ", wrap " + std::to_string(kind);
    std::string& text = input.text;
    const auto in_string = [&](const std::string& before, const std::string& behind) {
      text = before + json_string(text) + behind;
      replace_forms(input, [](const std::string& form) {
        const std::string literal = json_string(form);
        return literal.substr(1, literal.size() - 2);
      });
    };
    switch (kind) {
      case 0:
        return in_string(R"({"message":)", R"(,"agent":{"name":"x"}})");
      case 1:
        return in_string(R"({"result":{"_raw":)", "}}");
      case 2:
        return in_string(R"({"events":[{"message":)", R"(}],"nextToken":"eyJhIjoxfQ=="})");
      case 3:
        return in_string(R"({"resourceLogs":[{"logRecords":[{"body":{"stringValue":)", "}}]}]}");
      case 4:
        return in_string(R"({"schema":{"type":"string"},"payload":)", "}");
      case 5:
        return in_string("", "");
      case 6:
        return in_string(R"({"Events":[{"CloudTrailEvent":)", "}]}");
      case 7:
        return in_string(R"({"full_message":)", R"(,"error":null})");
      case 8:
      case 9:
        text = kind == 8 ? gzip(text) : zstd(text);
        input.is_text = false;
        break;
      case 10:
        text = R"({"records":[{"data":")" + base64(gzip(text)) + R"("}]})";
        input.is_text = true;
        break;
      case 11:
        text = R"({"awslogs":{"data":")" + base64(zstd(text)) + R"("}})";
        input.is_text = true;
        break;
      case 12:
        text = base64(gzip(text));
        input.is_text = true;
        break;
      default:
        if (text.starts_with('\0')) return;  // nobody puts two
        text = "\0\0\0\0\x07"s + text;
        input.is_text = false;
        return;
    }
    hide(input);
  }

  void hurt(Input& input) {
    const std::size_t kind = below(6);
    std::string& text = input.text;
    const std::size_t at = below(text.size() + 1);
    input.story += ", hurt " + std::to_string(kind) + " at " + std::to_string(at);
    bool is_hidden = input.records.front().form.empty();
    switch (kind) {
      case 0:
        text.resize(at);
        break;
      case 1:
        if (at < text.size()) text[at] = static_cast<char>(below(256));
        break;
      case 2:
        text.insert(at, one_of(std::vector<std::string>{"x", "{", "}", "\"", "[", "\n", "\\", ",",
                                                        "\0"s, "junk {\""}));
        break;
      case 3:
        text.erase(at, below(40));
        break;
      case 4:
        text += one_of(std::vector<std::string>{"junk", "\njunk\n", "{", "\"", "{\"a\":1}"});
        break;
      default:
        text = one_of(std::vector<std::string>{"junk ", "junk\n", "{\"a\":1}\n", "{\"a",
                                               "\xef\xbb\xbf", "2026-03-01T10:00:00Z "}) +
               text;
        break;
    }
    if (is_hidden) input.is_opaque_hurt = true;
    input.is_text =
        input.is_text && text.find_first_of("\0\x1e"s) == std::string::npos &&
        std::ranges::all_of(text, [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); });
    for (Planted& planted : input.records) {
      // Nothing is expected of one that was hit, or whose id another one now has.
      const bool is_intact = text.contains(planted.form);
      if (!is_intact || text.find(planted.id) != text.rfind(planted.id)) planted.id.clear();
    }
  }

  std::mt19937_64 random_;
  std::uint64_t next_id_ = 0;
};

// The id stands in it, or in what it holds.
bool mentions(std::string_view bytes, const std::string& id, int depth = 0) {
  if (bytes.contains(id)) return true;
  if (depth > 6) return false;
  for (const std::string_view magic : {"\x1f\x8b", "\x28\xb5\x2f\xfd"}) {  // behind a prefix
    const std::size_t at = bytes.find(magic);
    const bool is_behind = at != 0 && at != std::string_view::npos;
    if (is_behind && mentions(bytes.substr(at), id, depth + 1)) return true;
  }
  if (is_compressed(bytes)) {
    Inflater inflater;
    return mentions(inflater.inflate(bytes, 1 << 24).text, id, depth + 1);
  }
  if (is_utf16(bytes)) return mentions(from_utf16(bytes).text, id, depth + 1);
  static constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
  for (std::size_t at = 0; (at = bytes.find_first_of(alphabet, at)) != std::string_view::npos;) {
    const std::size_t end = std::min(bytes.find_first_not_of(alphabet, at), bytes.size());
    const auto decoded =
        end - at > 40 ? decode_base64(bytes.substr(at, end - at)) : std::unexpected("short"s);
    if (decoded && mentions(*decoded, id, depth + 1)) return true;
    at = end;
  }
  return false;
}

std::string what_is_wrong(const Input& input, EventReader& reader) {
  std::multiset<std::string> events;
  std::vector<Quarantined> quarantined;
  Counters counters;
  reader.read(
      {input.text, "accounting"},
      [&](CloudTrailEvent& event, std::string_view) {
        events.insert(event.id);
        ++counters.events;
        ++counters.evaluated;
      },
      quarantined, counters);
  if (counters.messages != 1 || counters.events == 0) return "no outcome";
  if (counters.quarantined != quarantined.size() ||
      counters.events != counters.evaluated + counters.irrelevant + counters.quarantined) {
    return "the counters do not add up";
  }
  std::size_t bytes = 0;
  for (const Quarantined& one : quarantined) {
    if (one.reason.find(": ") == std::string::npos) return "no reason: " + one.reason;
    bytes += one.bytes.size();
  }
  if (bytes > 40 * input.text.size() + 4096) return "more is quarantined than there was";
  if (input.is_opaque_hurt) return {};
  std::string all;  // a compressed one may be told in two pieces
  for (const Quarantined& one : quarantined) all += one.bytes;
  for (const Planted& planted : input.records) {
    if (planted.id.empty()) continue;
    const bool is_there = events.contains(planted.id) || mentions(all, planted.id) ||
                          std::ranges::any_of(quarantined, [&](const Quarantined& one) {
                            return mentions(one.bytes, planted.id);
                          });
    if (!is_there) return "lost: " + planted.id;
    if (events.count(planted.id) > 1) return "twice: " + planted.id;
  }
  return {};
}

int run(std::uint64_t cases, std::uint64_t seed, std::uint64_t first) {
  EventReader reader({});
  std::uint64_t wrong = 0;
  for (std::uint64_t number = first; number < first + cases && wrong < 5; ++number) {
    const Input input = Maker(seed * 1'000'003 + number).input();
    const std::string why = what_is_wrong(input, reader);
    if (why.empty()) continue;
    ++wrong;
    std::printf("case %llu (%s): %s\n%s\n", static_cast<unsigned long long>(number),
                input.story.c_str(), why.c_str(), input.text.c_str());
  }
  std::printf("%llu cases, %llu wrong\n", static_cast<unsigned long long>(cases),
              static_cast<unsigned long long>(wrong));
  return wrong == 0 ? 0 : 1;
}

}  // namespace
}  // namespace auditor

int main(int count, char** words) {
  std::uint64_t cases = 3000;
  std::uint64_t seed = 1;
  std::uint64_t first = 0;
  if (!auditor::read_number_options(
          count, words, {{"--cases", &cases}, {"--seed", &seed}, {"--first", &first}})) {
    std::fprintf(stderr, "usage: %s [--cases N] [--seed S] [--first F]\n", words[0]);
    return 2;
  }
  return auditor::run(cases, seed, first);
}
