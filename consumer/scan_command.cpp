// scan: the audit of `run` over log files. Findings on stdout in the order of their events,
// everything else on stderr.
// Tested by tests/consumer/scan_test.sh.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
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
// Of findings that wait for the end of the input, to be sorted.
constexpr std::size_t held_bytes_max = std::size_t{512} << 20;

constexpr const char* examples = R"(Examples:
  guardrail-auditor scan trail.json.gz
  guardrail-auditor scan --format table --stats stats.json AWSLogs/
  aws s3 cp s3://bucket/key.json.gz - | guardrail-auditor scan -
  guardrail-auditor scan --guardrails my-rules.yaml logs/ | jq .subject.arn

The findings come at the end, in the order of eventTime and eventID. A record that cannot be read is
told on stderr, counted as quarantined, and stops nothing.

Exit codes: 0 done, 1 a file or a guardrail could not be read or the output not written, 2 wrong usage)";

struct ScanOptions {
  std::vector<std::string> paths, guardrails;
  std::string format = "native";
  std::string stats;
};

// The findings as the lines that stdout gets. Files come in any order, their events as well: what
// was found is held and sorted at the end.
class Writer {
 public:
  explicit Writer(const std::string& format)
      : is_table_(format == "table"), has_colour_(::isatty(STDOUT_FILENO) == 1) {
    if (!is_table_) format_ = parse_format(format).value();
  }

  void add(const Finding& finding) {
    std::string text =
        is_table_ ? table_entry(finding, has_colour_) : encode(finding, format_) + "\n";
    held_bytes_ += text.size();
    held_.push_back({finding.event.time, finding.event.id, std::move(text)});
    if (held_bytes_ <= held_bytes_max) return;
    write();
    is_in_parts_ = true;
  }

  // False when stdout could not be written.
  bool finish() {
    write();
    return std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  }

  // True when there were too many findings to hold: each part is in order, the whole is not.
  bool is_in_parts() const { return is_in_parts_; }

 private:
  struct Held {
    std::string time, event_id, text;
  };

  // Stable: the findings of one event keep their order.
  void write() {
    std::ranges::stable_sort(held_, {},
                             [](const Held& held) { return std::tie(held.time, held.event_id); });
    for (const Held& held : held_) std::fwrite(held.text.data(), 1, held.text.size(), stdout);
    held_.clear();
    held_bytes_ = 0;
  }

  std::vector<Held> held_;
  std::size_t held_bytes_ = 0;
  bool is_in_parts_ = false;
  bool is_table_;
  bool has_colour_;
  Format format_ = Format::native;
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

int scan(const ScanOptions& options) {
  const std::shared_ptr<const Rules> rules = rules_of(options);
  Writer writer(options.format);
  MessageAuditor auditor(rules);
  FileSource source(options.paths);
  Progress progress;
  Counters counters;
  std::size_t problems_told = 0;
  const auto tell_problems = [&] {
    while (problems_told < source.problems().size()) {
      progress.clear();
      std::cerr << plain_text(source.problems()[problems_told++]) << '\n';
    }
  };

  while (const auto message = source.next()) {
    const std::uint64_t quarantined_before = counters.quarantined;
    Audited audited;
    auditor.audit(*message, audited, counters);
    for (const Finding& finding : audited.findings) writer.add(finding);
    std::uint64_t number = quarantined_before;
    for (const Quarantined& quarantined : audited.quarantined) {
      if (number++ >= quarantined_shown_max) break;
      progress.clear();
      tell_quarantined(quarantined);
    }
    tell_problems();
    progress.show(source, counters);
  }
  tell_problems();
  progress.clear();
  if (counters.quarantined > quarantined_shown_max) {
    std::cerr << "and " << counters.quarantined - quarantined_shown_max
              << " more records that could not be read\n";
  }
  if (!options.stats.empty()) {
    std::ofstream stats(options.stats);
    stats << stats_json(counters, *rules) << std::flush;
    if (!stats) throw std::runtime_error("cannot write `" + options.stats + "`");
  }
  if (!writer.finish()) throw std::runtime_error("cannot write to stdout");
  if (writer.is_in_parts()) {
    std::cerr << "too many findings to sort at once: they are in the order of time in parts only\n";
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
