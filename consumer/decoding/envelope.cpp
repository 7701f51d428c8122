#include "consumer/decoding/envelope.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "consumer/decoding/carrier.h"
#include "consumer/decoding/compression.h"
#include "consumer/decoding/document_starts.h"
#include "consumer/decoding/json_scanner.h"
#include "consumer/decoding/unread_pieces.h"
#include "consumer/decoding/utf16.h"
#include "consumer/decoding/wrapping_members.h"

namespace auditor {
namespace {

constexpr std::string_view no_record = "unrecognised: no CloudTrail record in it";
constexpr std::string_view too_deep = "too-deep: wrapped or nested too many times";

// How CloudTrail begins its log files; the whole file is one line.
constexpr std::string_view log_file_begin = R"({"Records":[)";

bool is_log_file(std::string_view text) {
  return text.starts_with(log_file_begin) && !text.contains('\n');
}

constexpr std::size_t schema_id_bytes = 5;

// Confluent's: a zero and the four bytes of an id stand before the document.
bool has_schema_id(std::string_view bytes) {
  if (bytes.size() <= schema_id_bytes || bytes[0] != '\0' || bytes[1] == '{') return false;
  const std::string_view behind = bytes.substr(schema_id_bytes);
  return begins_document(behind) || is_compressed(behind);
}

// Of a key: an object with it is a record, even if it is cut.
bool is_of_record(std::string_view key) {
  return key == "eventVersion" || key == "eventTime" || key == "eventSource" ||
         key == "eventName" || key == "eventID" || key == "requestParameters";
}

class Unwrapper {
 public:
  Unwrapper(CloudTrailParser& parser, const TryRecord& try_record, const UnwrappedSink& sink)
      : parser_(parser), try_record_(try_record), sink_(sink), pieces_(sink) {}

  void message(std::string_view payload) {
    text(payload, 0);
    const bool is_told = pieces_.end();
    if (found_ == 0 && !is_told) sink_({Unwrapped::Kind::no_records, payload, {}, false});
  }

 private:
  // Any text: documents one after the other, or bytes that hold some.
  void text(std::string_view bytes, int depth) {
    const std::string_view trimmed = trim_json(bytes);
    if (trimmed.empty()) return unreadable(bytes, "empty: nothing is in it");
    if (depth > envelope_depth_max) return unreadable(bytes, too_deep);
    if (is_log_file(trimmed)) return log_file(trimmed, depth);
    if (is_compressed(bytes)) return inflated(bytes, depth);
    if (begins_document(trimmed)) {
      return documents(trimmed, depth, is_line_wise(trimmed));
    }
    no_document(bytes, depth);
  }

  void no_document(std::string_view bytes, int depth) {
    if (const auto format = unread_format(bytes); !format.empty()) {
      return damaged(bytes, "unread-format: " + std::string(format) + "; gzip and zstd are read");
    }
    if (is_utf16(bytes)) return utf16(bytes, depth);
    if (has_schema_id(bytes)) return text(bytes.substr(schema_id_bytes), depth + 1);
    const auto decoded = decode_base64(trim_json(bytes));
    if (decoded && (is_compressed(*decoded) || begins_document(trim_json(*decoded)))) {
      return text(*decoded, depth + 1);
    }
    const std::string_view rest = skip_separators(bytes);
    const bool begins = begins_document(rest) || time_lead(rest) > 0;
    if (!begins && junk_length(rest, true) == rest.size()) {
      return damaged(bytes, "not-json: neither JSON nor a compression that is read");
    }
    documents(bytes, depth, is_line_wise(bytes));
  }

  void unreadable(std::string_view bytes, std::string_view reason) {
    pieces_.tell({Unwrapped::Kind::unreadable, bytes, std::string(reason), false});
  }
  void damaged(std::string_view bytes, std::string_view reason) {
    pieces_.tell({Unwrapped::Kind::unreadable, bytes, std::string(reason), !is_in_json_});
  }

  void irrelevant(std::string_view json, const WrappingMembers&, int) {
    ++found_;
    sink_({Unwrapped::Kind::irrelevant, json, {}, false});
  }

  void inflated(std::string_view bytes, int depth) {
    Inflater inflater;
    const Inflated plain = inflater.inflate(bytes, inflatable_bytes_);
    inflatable_bytes_ -= plain.text.size();
    if (!plain.text.empty() || plain.damage.empty()) text(plain.text, depth + 1);
    if (plain.damage.empty()) return;
    damaged(bytes.substr(plain.damaged_from), plain.damage);
  }

  void utf16(std::string_view bytes, int depth) {
    const FromUtf16 decoded = from_utf16(bytes);
    text(decoded.text, depth + 1);
    if (decoded.read == bytes.size()) return;
    damaged(bytes.substr(decoded.read),
            "bad-utf-16: cut or damaged at byte " + std::to_string(decoded.read));
  }

  // The same as documents(), without looking for the end of the file first and then for the end of
  // its array: two passes less over the bytes of most files.
  void log_file(std::string_view text, int depth) {
    const auto behind = elements(text.substr(log_file_begin.size() - 1), depth);
    if (!behind || *behind == "}") return;
    // Anything may stand there, such as a second `Records`.
    documents(std::string(log_file_begin).append("]").append(*behind), depth);
  }

  // `is_cut`: none reaches farther than reach_of_document() says, so that a broken line does not
  // swallow the next.
  void documents(std::string_view text, int depth, bool is_cut = false,
                 bool is_at_line_start = true) {
    if (depth > envelope_depth_max) return damaged(text, too_deep);
    const bool begins_line = is_at_line_start;
    std::size_t reach = 0;
    const auto pass = [&](std::size_t length) {
      const std::string_view rest = skip_separators(text.substr(length));
      const std::size_t passed = text.size() - rest.size();
      is_at_line_start = text.substr(0, passed).ends_with('\n');
      reach -= std::min(reach, passed);
      text = rest;
    };
    pass(0);
    is_at_line_start |= begins_line;
    while (!text.empty()) {
      const std::size_t lead = is_at_line_start ? time_lead(text) : 0;
      text.remove_prefix(lead);
      reach -= std::min(reach, lead);
      if (!begins_document(text)) {
        const std::size_t length = junk_length(text, is_at_line_start);
        damaged(text.substr(0, length), "not-json: text that is no JSON");
        pass(length);
        continue;
      }
      if (is_cut && reach == 0) reach = reach_of_document(text);
      const std::string_view within = is_cut ? text.substr(0, reach) : text;
      const std::size_t length = skim_value(within);
      if (length != skim_failed) {
        document(text.substr(0, length), depth);
        pass(length);
      } else if (is_cut) {
        cut_short(within, depth);
        pass(within.size());
      } else {
        is_cut = true;  // or each document without an end would be read to the
                        // end of the text
      }
    }
  }

  // What is whole in a document that has no end: elements of an array, records in a wrapping, and
  // what a string holds up to the cut.
  void cut_short(std::string_view text, int depth) {
    static constexpr std::string_view reason =
        "not-json: cut, or a bracket or quote is never closed";
    if (is_string(text)) return cut_string(text, depth, reason);
    if (is_array(text)) {
      elements(text, depth);
      return;
    }
    JsonSkimmer skimmer(text);
    bool is_record = false;  // or a report, which is no more to be opened
    std::string_view last_key;
    while (!is_record && skimmer.next()) {
      is_record = is_of_record(skimmer.key()) || is_report_key(skimmer.key());
      if (!is_record && begins_document(skimmer.value()) && may_hold_record(skimmer.value())) {
        document(skimmer.value(), depth + 1);
      }
    }
    last_key = skimmer.key();
    const std::string_view rest = skimmer.rest();
    const bool goes_on = !is_record && begins_document(rest) && !is_of_record(last_key) &&
                         !is_report_key(last_key) && rest.size() < text.size();
    if (goes_on) return documents(rest, depth + 1, false, false);
    damaged(text, reason);
  }

  void cut_string(std::string_view literal, int depth, std::string_view reason) {
    std::size_t end = literal.size();
    const std::size_t escape = literal.rfind('\\');
    if (escape != std::string_view::npos && literal.size() - escape < 6) {  // \uXXXX
      const std::size_t before = literal.find_last_not_of('\\', escape);
      if ((escape - std::min(before, escape)) % 2 == 1) end = escape;
    }
    const std::string closed = std::string(literal.substr(0, end)) + '"';
    const std::string* decoded = parser_.decode_string(closed);
    if (decoded == nullptr || !may_hold_record(closed)) return damaged(literal, reason);
    const std::string own = *decoded;
    text(own, depth + 1);
  }

  void document(std::string_view json, int depth, bool is_text_read = true) {
    if (depth > envelope_depth_max) return unreadable(json, too_deep);
    if (is_object(json)) return object(json, depth);
    if (is_string(json) && is_text_read) return string(json, depth);
    if (!is_array(json)) return unreadable(json, no_record);
    elements(json, depth, is_text_read);
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
  std::optional<std::string_view> elements(std::string_view array, int depth,
                                           bool is_text_read = true) {
    const std::size_t found_before = found_;
    const std::size_t mark = pieces_.mark();
    JsonSkimmer skimmer(array);
    while (skimmer.next()) document(skimmer.value(), depth + 1, is_text_read);
    if (!skimmer.complete()) {
      const std::string_view rest = skimmer.rest();
      if (skip_separators(rest).empty()) {
        damaged(rest, "not-json: an array ends too early");
      } else {
        documents(rest, depth + 1, false, false);
      }
    }
    if (found_ != found_before) pieces_.keep_from(mark);
    return skimmer.complete() ? std::optional(skimmer.rest()) : std::nullopt;
  }

  // How an object is known, and what is done with it: the first row that fits.
  struct Wrapping {
    bool (*fits)(const WrappingMembers& members);
    void (Unwrapper::*open)(std::string_view json, const WrappingMembers& members, int depth);
    std::string_view stranger = {};  // in place of `open`: why it is unreadable
  };

  static std::span<const Wrapping> wrappings() {
    using Of = const WrappingMembers&;
    static constexpr Wrapping rows[] = {
        {[](Of of) { return is_array(of["Records"]); }, &Unwrapper::records},
        // What shares a bucket or a topic with CloudTrail, but holds no record of a call.
        {[](Of of) {
           return is_no_call(of.text("eventCategory"), of.text("eventType"),
                             is_content(of["requestParameters"]));
         },
         &Unwrapper::irrelevant},
        {[](Of of) { return of.text("messageType") == "CONTROL_MESSAGE"; }, &Unwrapper::irrelevant},
        {[](Of of) { return is_string(of["digestS3Bucket"]) && is_string(of["digestStartTime"]); },
         &Unwrapper::irrelevant},
        {[](Of of) { return !of["s3Bucket"].empty() && !of["s3ObjectKey"].empty(); }, nullptr,
         "pointer-not-event: names a log file"},
        {[](Of of) { return of.text("detail-type") == "Object Created"; }, nullptr,
         "pointer-not-event: names an object in S3"},
        {[](Of of) { return of.text("eventSource") == "aws:s3" && is_object(of["s3"]); }, nullptr,
         "pointer-not-event: a notice of `aws:s3`"},
        {[](Of of) {
           return of.text("Type") == "Notification" && of["Message"].contains("s3") &&
                  !may_hold_record(of["Message"]);
         },
         nullptr, "pointer-not-event: an SNS notice of a file in S3"},
        {[](Of of) { return !of["class_uid"].empty(); }, nullptr,
         "ocsf-not-supported: an OCSF record"},
        {[](Of of) { return is_object(of["kvlistValue"]); }, nullptr,
         "otlp-not-supported: a record as an OTLP list of keys and values"},
        {[](Of) { return true; }, &Unwrapper::carrier},
    };
    return rows;
  }

  void object(std::string_view json, int depth) {
    if (try_record_(json)) {
      ++found_;
      return;
    }
    const WrappingMembers members(json);
    const bool is_notice = members.text("eventSource").starts_with("aws:");
    if (is_string(members["eventSource"]) && is_string(members["eventName"]) && !is_notice) {
      return pieces_.tell({Unwrapped::Kind::record, json, {}, false});
    }
    if (!members.fault().empty()) return unreadable(json, members.fault());
    const auto known = std::ranges::find_if(
        wrappings(), [&](const Wrapping& wrapping) { return wrapping.fits(members); });
    if (known->open == nullptr) return unreadable(json, known->stranger);
    (this->*known->open)(json, members, depth);
  }

  void records(std::string_view, const WrappingMembers& members, int depth) {
    elements(members["Records"], depth);
  }

  // Every place that holds a record is opened: of two none goes unread. What turns out to hold none
  // is a label, and only told if there is no record at all.
  void carrier(std::string_view json, const WrappingMembers& members, int depth) {
    const auto can_hold = [](std::string_view value) {
      return begins_document(value) && may_hold_record(value);
    };
    bool has_place = false;
    members.for_each([&](std::string_view, std::string_view value) {
      has_place = has_place || can_hold(value);
    });
    if (!has_place) return unreadable(json, stranger(members));
    if (const std::string report = report_in(members); !report.empty()) {
      return unreadable(json, "quoted-record: `" + report + "` says that it is a report");
    }
    const std::size_t found_before = found_;
    const std::size_t mark = pieces_.mark();
    pieces_.open_carrier();
    std::string_view opened;  // most often the same text stands there twice
    members.for_each([&](std::string_view key, std::string_view value) {
      if (value == opened || !can_hold(value)) return;
      if (place(key, value, depth)) opened = value;
    });
    const bool is_told = pieces_.close_carrier(mark);
    if (found_ == found_before && !is_told) unreadable(json, stranger(members));
  }

  // False: it is no place for a record.
  bool place(std::string_view key, std::string_view value, int depth) {
    const bool is_text_read = holds_text(key);
    if (!is_string(value) || is_text_read) {
      document(value, depth + 1, is_text_read);
      return true;
    }
    if (names_a_call(value)) {
      unreadable(value, "unrecognised: what looks like a record is text in `" + fit_to_show(key) +
                            "`, which is not known to hold one");
    }
    return false;
  }

  static std::string_view stranger(const WrappingMembers& members) {
    if (members.text("eventSource").starts_with("aws:")) {
      return "unrecognised: an event of another source than CloudTrail, no record in it";
    }
    return no_record;
  }

  CloudTrailParser& parser_;
  const TryRecord& try_record_;
  const UnwrappedSink& sink_;
  std::size_t inflatable_bytes_ = message_inflated_bytes_max;
  bool is_in_json_ = false;  // what is read now is the text of a string
  std::size_t found_ = 0;    // records, and what is irrelevant
  UnreadPieces pieces_;
};

// Without what parts it from others.
std::string_view first_line(std::string_view text) {
  std::string_view line = skip_separators(text);
  line = trim_json(line.substr(0, std::min(line.find('\n'), line.size())));
  line.remove_prefix(time_lead(line));
  return line;
}

}  // namespace

void unwrap(std::string_view payload, CloudTrailParser& parser, const TryRecord& try_record,
            const UnwrappedSink& sink) {
  Unwrapper(parser, try_record, sink).message(payload);
}

bool is_line_wise(std::string_view text) {
  const std::string_view first = first_line(text);
  const std::size_t break_at = text.find('\n');
  if (!first.starts_with('{') || break_at == std::string_view::npos) return false;
  const std::size_t length = skim_value(first);
  if (length != skim_failed && skip_separators(first.substr(length)).empty()) return true;
  // A first line that was cut: the next one begins anew, and this one does not ask for more.
  const bool asks_for_more = std::string_view("{[,:").contains(first.back());
  return !asks_for_more && first_line(text.substr(break_at + 1)).starts_with('{');
}

}  // namespace auditor
