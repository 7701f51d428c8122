// scan: the audit of `run` over log files. Findings on stdout in the order of their events,
// everything else on stderr.
// Tested by tests/consumer/scan_test.sh.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "consumer/commands.h"
#include "consumer/file_source.h"
#include "consumer/message_auditor.h"
#include "consumer/rules.h"
#include "evaluator/nearest.h"
#include "sinks/encoder.h"
#include "sinks/finding_text.h"
#include "sinks/table.h"

namespace auditor {
namespace {

constexpr std::uint64_t quarantined_shown_max = 20;
constexpr std::uint64_t progress_step_messages = 4096;
// Of events that wait for the end of the input, to be sorted: more than half a million.
constexpr std::size_t held_bytes_max = std::size_t{1} << 30;

constexpr const char* examples = R"(Examples:
  guardrail-auditor scan trail.json.gz
  guardrail-auditor scan --format table --stats stats.json AWSLogs/
  aws s3 cp s3://bucket/key.json.gz - | guardrail-auditor scan -
  guardrail-auditor scan --guardrails my-rules.yaml logs/ | jq .subject.arn

The events are judged at the end, in the order of eventTime and eventID, with the memory that `run`
has: what was opened and what was resolved. A record that cannot be read is
told on stderr, counted as quarantined, and stops nothing.

Exit codes: 0 done, 1 a file or a guardrail could not be read or the output not written, 2 wrong usage)";

struct ScanOptions {
  std::vector<std::string> paths, guardrails;
  std::string format = "native";
  std::string stats;
};

// The findings as the lines that stdout gets.
class Writer {
 public:
  explicit Writer(const std::string& format)
      : is_table_(format == "table"), has_colour_(::isatty(STDOUT_FILENO) == 1) {
    if (!is_table_) format_ = parse_format(format).value();
  }

  void write(const Finding& finding) {
    const std::string text =
        is_table_ ? table_entry(finding, has_colour_) : encode(finding, format_) + "\n";
    std::fwrite(text.data(), 1, text.size(), stdout);
  }

  // False when stdout could not be written.
  bool finish() { return std::fflush(stdout) == 0 && std::ferror(stdout) == 0; }

 private:
  bool is_table_;
  bool has_colour_;
  Format format_ = Format::native;
};

// Files come in any order, their events as well: those that matter are held, sorted, and judged at
// the end.
class SortedAudit {
 public:
  SortedAudit(std::shared_ptr<const Rules> rules, Writer& writer)
      : auditor_(std::move(rules)), writer_(writer) {}

  void read(const RawMessage& message, std::vector<Quarantined>& quarantined) {
    auditor_.read(message, events_, quarantined, counters_);
    for (; measured_ < events_.size(); ++measured_) held_bytes_ += bytes_of(events_[measured_]);
    if (held_bytes_ <= held_bytes_max) return;
    judge();
    is_in_parts_ = true;
  }

  // Stable: of what is delivered twice the first comes first.
  void judge() {
    std::ranges::stable_sort(
        events_, {}, [](const CloudTrailEvent& event) { return std::tie(event.time, event.id); });
    for (CloudTrailEvent& event : events_) {
      event.position.partition = 0;  // one memory, whatever file it comes from
      Audited audited;
      auditor_.judge(event, audited, counters_);
      auditor_.memory().keep();
      for (const Finding& finding : audited.findings) writer_.write(finding);
    }
    events_.clear();
    measured_ = held_bytes_ = 0;
  }

  // True when there were too many events to hold: each part is in order, the whole is not.
  bool is_in_parts() const { return is_in_parts_; }
  const Counters& counters() const { return counters_; }

 private:
  // An estimate: the texts that can be long.
  static std::size_t bytes_of(const CloudTrailEvent& event) {
    const auto length = [](const std::optional<std::string>& text) {
      return text ? text->size() : 0;
    };
    return sizeof(CloudTrailEvent) + event.id.size() + event.actor.arn.size() +
           event.actor.role_arn.size() + event.actor.user_agent.size() +
           event.error_message.size() + event.position.topic.size() +
           length(event.request.policy_document) + length(event.response.policy_document);
  }

  MessageAuditor auditor_;
  Writer& writer_;
  std::vector<CloudTrailEvent> events_;
  std::size_t measured_ = 0;
  std::size_t held_bytes_ = 0;
  bool is_in_parts_ = false;
  Counters counters_;
};

// One line on a terminal, nothing in a log.
class Progress {
 public:
  void show(const FileSource& source, const Counters& counters) {
    if (!is_terminal_ || counters.messages % progress_step_messages != 0) return;
    const std::uint64_t total = source.bytes_total();
    std::cerr << "\r" << counters.events << " events, file " << source.files_begun() << " of "
              << source.files();
    if (total > 0)
      std::cerr << ", " << std::min<std::uint64_t>(100, source.bytes_read() * 100 / total) << " %";
    std::cerr << "\x1b[K" << std::flush;
    is_shown_ = true;
  }

  // Before anything else is written to stderr.
  void clear() {
    if (is_shown_) std::cerr << "\r\x1b[K";
    is_shown_ = false;
  }

 private:
  bool is_terminal_ = ::isatty(STDERR_FILENO) == 1;
  bool is_shown_ = false;
};

void tell_quarantined(const Quarantined& quarantined) {
  std::cerr << plain_text(quarantined.position.topic) << ':' << quarantined.position.offset + 1
            << ": " << quarantined.reason << '\n';
}

// Every guardrail that was loaded is named, so that 0 is told from absent.
std::string stats_json(const Counters& counters, const Rules& rules) {
  nlohmann::ordered_json findings = nlohmann::ordered_json::object();
  for (const Guardrail& guardrail : rules.guardrails) {
    const auto found = counters.findings.find(guardrail.id);
    findings[guardrail.id] = found == counters.findings.end() ? 0 : found->second;
  }
  const nlohmann::ordered_json stats{
      {"messages", counters.messages},       {"events", counters.events},
      {"evaluated", counters.evaluated},     {"irrelevant", counters.irrelevant},
      {"quarantined", counters.quarantined}, {"findings", findings}};
  return stats.dump() + "\n";
}

std::shared_ptr<const Rules> rules_of(const ScanOptions& options) {
  const LoadedRules loaded = load_rules(options.guardrails);
  if (loaded.has_errors()) throw std::runtime_error(errors_text(loaded.problems));
  for (const ConfigProblem& problem : loaded.problems) {
    std::cerr << to_string(problem) << '\n';
  }
  return loaded.rules;
}

void tell_all_quarantined(std::span<const Quarantined> quarantined, std::uint64_t told_before) {
  for (const Quarantined& record : quarantined) {
    if (told_before++ >= quarantined_shown_max) return;
    tell_quarantined(record);
  }
}

void write_stats(const std::string& path, const Counters& counters, const Rules& rules) {
  std::ofstream stats(path);
  stats << stats_json(counters, rules) << std::flush;
  if (!stats) throw std::runtime_error("cannot write `" + path + "`");
}

int scan(const ScanOptions& options) {
  const std::shared_ptr<const Rules> rules = rules_of(options);
  Writer writer(options.format);
  SortedAudit audit(rules, writer);
  FileSource source(options.paths);
  Progress progress;
  std::size_t problems_told = 0;
  const auto tell_problems = [&] {
    while (problems_told < source.problems().size()) {
      progress.clear();
      std::cerr << plain_text(source.problems()[problems_told++]) << '\n';
    }
  };

  while (const auto message = source.next()) {
    const std::uint64_t told_before = audit.counters().quarantined;
    std::vector<Quarantined> quarantined;
    audit.read(*message, quarantined);
    if (!quarantined.empty()) progress.clear();
    tell_all_quarantined(quarantined, told_before);
    tell_problems();
    progress.show(source, audit.counters());
  }
  tell_problems();
  progress.clear();
  audit.judge();
  const Counters& counters = audit.counters();
  if (counters.quarantined > quarantined_shown_max) {
    std::cerr << "and " << counters.quarantined - quarantined_shown_max
              << " more records that could not be read\n";
  }
  if (!options.stats.empty()) write_stats(options.stats, counters, *rules);
  if (!writer.finish()) throw std::runtime_error("cannot write to stdout");
  if (audit.is_in_parts()) {
    std::cerr << "too many events to sort at once: they are in the order of time in parts only\n";
  }
  return source.problems().empty() ? 0 : 1;
}

// Empty, or what is wrong with it.
std::string is_scan_format(const std::string& format) {
  if (format == "table" || parse_format(format)) return {};
  constexpr std::string_view known[] = {"native", "ocsf", "table"};
  const auto meant = nearest(format, known);
  return "unknown format `" + format + "`" +
         (meant ? ", did you mean `" + std::string(*meant) + "`?" : "") + " (native, ocsf, table)";
}

}  // namespace

void add_scan_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<ScanOptions>();
  CLI::App* const command = app.add_subcommand(
      "scan", "Audit log files, directories, .gz files, or - for standard input");
  command->add_option("PATH", options->paths, "Files or directories; - is standard input")
      ->required();
  command
      ->add_option("--guardrails", options->guardrails,
                   "Guardrail file or directory, may be repeated; default: the built-in ones")
      ->type_name("PATH")
      ->allow_extra_args(false);  // or it would take the first of several PATHs
  command->add_option("--format", options->format, "native, ocsf (JSON lines) or table")
      ->capture_default_str()
      ->check(is_scan_format);
  command->add_option("--stats", options->stats, "Write the counters to this file, as JSON");
  command->footer(examples);
  command->callback([options, &exit_code] { exit_code = scan(*options); });
}

}  // namespace auditor
