#include "consumer/decoding/envelope.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "consumer/decoding/compression.h"
#include "consumer/decoding/json_scanner.h"

namespace auditor {
namespace {

// A member that tells wrappings apart.
struct MemberRow {
  std::string_view key;
  std::string_view other_spelling = {};  // of the same; the later of both in an object counts
  bool holds_record = false;             // by itself: in its place, whatever stands beside it
};

constexpr MemberRow member_rows[] = {
    {"eventSource"},
    {"eventName"},
    {"eventCategory"},
    {"insightDetails"},
    {"Records"},
    {"awslogs"},
    {"messageType"},
    {"logEvents"},
    {"detail-type"},
    {"schema"},  // of Kafka Connect, beside `payload`
    {"Type"},
    {"Message"},
    {"s3Bucket"},
    {"s3ObjectKey"},
    {"class_uid"},
    {"digestS3Bucket", "digestStartTime"},
    // Of several the first of these holds the record.
    {"CloudTrailEvent", {}, true},
    {"payload", {}, true},
    {"original", "event.original", true},
    {"message", {}, true},
    {"log", {}, true},
    {"body", "Body", true},
    {"data", "eventData", true},
    {"detail", {}, true},
    {"event", {}, true},
};

// A row by its key. A key that has no row does not compile.
class MemberKey {
 public:
  consteval MemberKey(const char* key) {
    while (std::string_view(key) != member_rows[index_].key) ++index_;
  }
  std::size_t index() const { return index_; }

 private:
  std::size_t index_ = 0;
};

// The members of one object. Raw JSON; empty when absent.
class Members {
 public:
  explicit Members(std::string_view object) {
    static_assert(2 * std::size(member_rows) <= 64);
    std::uint64_t seen = 0;
    JsonSkimmer skimmer(object);
    while (skimmer.next()) {
      for (std::size_t row = 0; row < values_.size(); ++row) {
        const MemberRow& known = member_rows[row];
        const bool is_other = skimmer.key() != known.key;
        if (is_other && (known.other_spelling.empty() || skimmer.key() != known.other_spelling)) {
          continue;
        }
        // Of two `Records` one would go unread.
        const std::uint64_t bit = std::uint64_t{1} << (2 * row + (is_other ? 1 : 0));
        if ((seen & bit) != 0) fault_ = "duplicate-key: in a wrapping";
        seen |= bit;
        values_[row] = skimmer.value();
      }
    }
    if (!skimmer.complete()) fault_ = "not-json: broken structure";
  }

  std::string_view operator[](MemberKey key) const { return values_[key.index()]; }
  std::string_view of_row(std::size_t row) const { return values_[row]; }

  // Why these members cannot be believed; empty when they can.
  std::string_view fault() const { return fault_; }

 private:
  std::array<std::string_view, std::size(member_rows)> values_;
  std::string_view fault_;
};

bool is_object(std::string_view json) { return json.starts_with('{'); }
bool is_array(std::string_view json) { return json.starts_with('['); }
bool is_string(std::string_view json) { return json.starts_with('"'); }
// Text or an object: what a log shipper's `message` may be.
bool is_content(std::string_view json) { return is_object(json) || is_string(json); }

constexpr std::string_view no_record = "unrecognised: no CloudTrail record in it";
constexpr std::string_view broken_array = "not-json: broken structure in an array";

// How CloudTrail begins its log files; the whole file is one line.
constexpr std::string_view log_file_begin = R"({"Records":[)";

bool is_log_file(std::string_view text) {
  return text.starts_with(log_file_begin) && !text.contains('\n');
}

class Unwrapper {
 public:
  Unwrapper(CloudTrailParser& parser, const TryRecord& try_record, const UnwrappedSink& sink)
      : parser_(parser), try_record_(try_record), sink_(sink) {}

  // Any text: documents one after the other, or bytes that hold some.
  void text(std::string_view bytes, int depth) {
    const std::string_view trimmed = trim_json(bytes);
    if (trimmed.empty()) return unreadable(bytes, "empty: no bytes");
    if (depth > envelope_depth_max) return unreadable(bytes, "too-deep: wrapped too many times");
    if (is_gzip(bytes)) return inflated(bytes, depth);
    if (is_log_file(trimmed)) return log_file(trimmed, depth);
    if (is_object(trimmed) || is_array(trimmed) || is_string(trimmed)) {
      return is_line_wise(trimmed) ? lines(trimmed, depth) : documents(trimmed, depth);
    }
    const auto decoded = decode_base64(trimmed);
    if (decoded && is_gzip(*decoded)) return inflated(*decoded, depth);
    if (decoded && is_object(*decoded)) return text(*decoded, depth + 1);
    damaged(bytes, "not-json: neither JSON nor gzip");
  }

 private:
  void emit(Unwrapped::Kind kind, std::string_view bytes, std::string_view reason = {}) {
    sink_({kind, bytes, std::string(reason), false});
  }
  void unreadable(std::string_view bytes, std::string_view reason) {
    emit(Unwrapped::Kind::unreadable, bytes, reason);
  }
  void damaged(std::string_view bytes, std::string_view reason) {
    sink_({Unwrapped::Kind::unreadable, bytes, std::string(reason), !is_in_json_});
  }

  void inflated(std::string_view bytes, int depth) {
    auto plain = gunzip(bytes, inflatable_bytes_);
    if (!plain) return damaged(bytes, "bad-gzip: " + plain.error());
    inflatable_bytes_ -= plain->size();
    text(*plain, depth + 1);
  }

  // The same as documents(), without looking for the end of the file first and then for the end of
  // its array: two passes less over the bytes of most files.
  void log_file(std::string_view text, int depth) {
    const auto behind = elements(text.substr(log_file_begin.size() - 1), depth);
    if (!behind || *behind == "}") return;
    // Anything may stand there, such as a second `Records`.
    documents(std::string(log_file_begin).append("]").append(*behind), depth);
  }

  // Each line by itself, so that a broken one does not swallow the next.
  void lines(std::string_view text, int depth) {
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      const std::string_view line = trim_json(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
      if (!line.empty()) documents(line, depth);
    }
  }

  void documents(std::string_view text, int depth) {
    for (text = trim_json(text); !text.empty(); text = trim_json(text)) {
      const std::size_t length = skim_value(text);
      if (length == skim_failed) return cut_short(text, depth);
      const bool is_wrapping = is_content(text) || is_array(text);
      if (!is_wrapping) return damaged(text, "not-json: text after the record");
      document(text.substr(0, length), depth);
      text.remove_prefix(length);
    }
  }

  // A cut log file still holds whole records.
  void cut_short(std::string_view text, int depth) {
    JsonSkimmer skimmer(text);
    while (is_object(text) && skimmer.next()) {
    }
    if (skimmer.key() == "Records" && is_array(skimmer.rest())) text = skimmer.rest();
    if (!is_array(text)) return damaged(text, "not-json: ends too early");
    elements(text, depth);
  }

  void document(std::string_view json, int depth) {
    if (depth > envelope_depth_max) return unreadable(json, "too-deep: wrapped too many times");
    if (is_object(json)) return object(json, depth);
    if (is_string(json)) return string(json, depth);
    if (!is_array(json)) return unreadable(json, no_record);
    elements(json, depth);
  }

  void string(std::string_view literal, int depth) {
    const std::string* decoded = parser_.decode_string(literal);
    if (decoded == nullptr) return unreadable(literal, "not-json: broken string");
    const std::string own = *decoded;  // the parser's is overwritten by what is inside
    const bool was_in_json = std::exchange(is_in_json_, true);
    text(own, depth + 1);
    is_in_json_ = was_in_json;
  }

  // Returns what stands behind the array; nothing when it is broken, which has been told then.
  std::optional<std::string_view> elements(std::string_view array, int depth) {
    JsonSkimmer skimmer(array);
    while (skimmer.next()) document(skimmer.value(), depth + 1);
    if (skimmer.complete()) return skimmer.rest();
    damaged(skimmer.rest(), broken_array);
    return std::nullopt;
  }

  // How an object is known, and what is done with it: the first row that fits.
  struct Wrapping {
    bool (*fits)(const Members& members);
    void (Unwrapper::*open)(std::string_view json, const Members& members, int depth);
    std::string_view stranger = {};  // in place of `open`: why it is unreadable
  };

  static std::span<const Wrapping> wrappings() {
    using Of = const Members&;
    static constexpr Wrapping rows[] = {
        {[](Of of) { return is_array(of["Records"]); }, &Unwrapper::records},
        {[](Of of) { return is_object(of["insightDetails"]); }, &Unwrapper::irrelevant},
        {[](Of of) { return of["eventCategory"] == "\"Insight\""; }, &Unwrapper::irrelevant},
        {[](Of of) { return !of["messageType"].empty(); }, &Unwrapper::log_subscription},
        {[](Of of) { return is_object(of["awslogs"]); }, &Unwrapper::lambda_logs},
        {[](Of of) { return !of["detail-type"].empty(); }, &Unwrapper::event_bridge},
        // What shares a bucket or a topic with CloudTrail, but holds no record of a call.
        {[](Of of) { return !of["s3Bucket"].empty() && !of["s3ObjectKey"].empty(); }, nullptr,
         "pointer-not-event: names a log file"},
        {[](Of of) { return !of["digestS3Bucket"].empty(); }, nullptr,
         "digest-not-event: a CloudTrail digest file"},
        {[](Of of) { return !of["class_uid"].empty(); }, nullptr,
         "ocsf-not-supported: an OCSF record"},
        {[](Of of) { return of["Type"] == "\"Notification\""; }, &Unwrapper::notification},
        {[](Of) { return true; }, &Unwrapper::content},
    };
    return rows;
  }

  void object(std::string_view json, int depth) {
    if (try_record_(json)) return;
    const Members members(json);
    if (is_string(members["eventSource"]) && is_string(members["eventName"])) {
      return emit(Unwrapped::Kind::record, json);
    }
    if (!members.fault().empty()) return unreadable(json, members.fault());
    const auto known = std::ranges::find_if(
        wrappings(), [&](const Wrapping& wrapping) { return wrapping.fits(members); });
    if (known->open == nullptr) return unreadable(json, known->stranger);
    (this->*known->open)(json, members, depth);
  }

  void records(std::string_view, const Members& members, int depth) {
    elements(members["Records"], depth);
  }

  void irrelevant(std::string_view json, const Members&, int) {
    emit(Unwrapped::Kind::irrelevant, json);
  }

  // What CloudWatch Logs hands to a Lambda function, which hands it on.
  void lambda_logs(std::string_view json, const Members& members, int depth) {
    wrapped(json, Members(members["awslogs"])["data"], depth);
  }

  void log_subscription(std::string_view json, const Members& members, int depth) {
    if (members["messageType"] == "\"CONTROL_MESSAGE\"") {
      return emit(Unwrapped::Kind::irrelevant, json);
    }
    if (members["messageType"] != "\"DATA_MESSAGE\"" || !is_array(members["logEvents"])) {
      return unreadable(json, no_record);
    }
    JsonSkimmer log_events(members["logEvents"]);
    while (log_events.next()) {
      const std::string_view log_event = log_events.value();
      wrapped(log_event, is_object(log_event) ? Members(log_event)["message"] : "", depth);
    }
    if (!log_events.complete()) {
      unreadable(log_events.rest(), broken_array);
    }
  }

  void event_bridge(std::string_view json, const Members& members, int depth) {
    if (members["detail-type"] == "\"Object Created\"") {
      return unreadable(json, "pointer-not-event: names an object in S3");
    }
    wrapped(json, members["detail"], depth);
  }

  // SNS: CloudTrail's own notices name a log file; a rule may also send whole events.
  void notification(std::string_view json, const Members& members, int depth) {
    const std::string* decoded = parser_.decode_string(members["Message"]);
    if (decoded != nullptr && trim_json(*decoded).starts_with('{')) {
      return wrapped(json, members["Message"], depth);
    }
    unreadable(json, "pointer-not-event: an SNS notice");
  }

  // What a connector or a log shipper has put around it.
  void content(std::string_view json, const Members& members, int depth) {
    constexpr MemberKey original("original");
    const bool is_inside = is_object(members["event"]);  // Elastic: {"event": {"original": …}}
    const std::string_view inside = is_inside ? Members(members["event"])[original] : "";
    for (std::size_t row = 0; row < std::size(member_rows); ++row) {
      if (!member_rows[row].holds_record) continue;
      const bool is_original = is_inside && row == original.index();
      const std::string_view held = is_original ? inside : members.of_row(row);
      if (is_content(held)) return wrapped(json, held, depth);
    }
    unreadable(json, no_record);
  }

  void wrapped(std::string_view json, std::string_view held, int depth) {
    if (!is_content(held) && !is_array(held)) return unreadable(json, no_record);
    document(held, depth + 1);
  }

  CloudTrailParser& parser_;
  const TryRecord& try_record_;
  const UnwrappedSink& sink_;
  std::size_t inflatable_bytes_ = message_inflated_bytes_max;
  bool is_in_json_ = false;  // what is read now is the text of a string
};

std::string_view first_line(std::string_view text) {
  return trim_json(text.substr(0, std::min(text.find('\n'), text.size())));
}

}  // namespace

void unwrap(std::string_view payload, CloudTrailParser& parser, const TryRecord& try_record,
            const UnwrappedSink& sink) {
  Unwrapper(parser, try_record, sink).text(payload, 0);
}

bool is_line_wise(std::string_view text) {
  const std::string_view first = first_line(text);
  const std::size_t break_at = text.find('\n');
  if (!first.starts_with('{') || break_at == std::string_view::npos) return false;
  if (skim_value(first) == first.size()) return true;
  // A first line that was cut: the next one begins anew, and this one does not ask for more.
  const bool asks_for_more = std::string_view("{[,:").contains(first.back());
  return !asks_for_more && first_line(text.substr(break_at + 1)).starts_with('{');
}

}  // namespace auditor
