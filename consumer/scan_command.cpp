// scan: the audit of `run` over log files. Findings on stdout, everything else on stderr.
// Tested by tests/consumer/scan_test.sh.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "consumer/commands.h"
#include "consumer/file_source.h"
#include "consumer/message_auditor.h"
#include "consumer/rules.h"
#include "sinks/encoder.h"
#include "sinks/table.h"

namespace auditor {
namespace {

constexpr std::uint64_t quarantined_shown_max = 20;
constexpr std::uint64_t progress_step_messages = 4096;

constexpr const char* examples = R"(Examples:
  guardrail-auditor scan trail.json.gz
  guardrail-auditor scan --format table --stats stats.json AWSLogs/
  aws s3 cp s3://bucket/key.json.gz - | guardrail-auditor scan -
  guardrail-auditor scan --guardrails my-rules.yaml logs/ | jq .subject.arn

Exit codes: 0 all was read, 1 something could not be read or written, 2 wrong usage)";

struct ScanOptions {
  std::vector<std::string> paths, guardrails;
  std::string format = "native";
  std::string stats;
};

// A finding as the line or lines that stdout gets.
class Writer {
 public:
  explicit Writer(const std::string& format)
      : is_table_(format == "table"), has_colour_(::isatty(STDOUT_FILENO) == 1) {
    if (is_table_) return;
    const auto parsed = parse_format(format);
    if (!parsed) throw std::runtime_error(parsed.error());
    format_ = *parsed;
  }

  void write(const Finding& finding) {
    const std::string text =
        is_table_ ? table_entry(finding, has_colour_) : encode(finding, format_) + "\n";
    std::fwrite(text.data(), 1, text.size(), stdout);
  }

  static bool finish() { return std::fflush(stdout) == 0 && std::ferror(stdout) == 0; }

 private:
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
  std::cerr << quarantined.position.topic << ':' << quarantined.position.offset + 1 << ": "
            << quarantined.reason << '\n';
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
      std::cerr << source.problems()[problems_told++] << '\n';
    }
  };

  while (const auto message = source.next()) {
    const std::uint64_t quarantined_before = counters.quarantined;
    Audited audited;
    auditor.audit(*message, audited, counters);
    for (const Finding& finding : audited.findings) writer.write(finding);
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
  if (!Writer::finish()) throw std::runtime_error("cannot write to stdout");
  return source.problems().empty() ? 0 : 1;
}

}  // namespace

void add_scan_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<ScanOptions>();
  CLI::App* const command = app.add_subcommand(
      "scan", "Audit log files, directories, .gz files, or - for standard input");
  command->add_option("PATH", options->paths, "Files or directories; - is standard input")
      ->required();
  command->add_option("--guardrails", options->guardrails,
                      "Guardrail file or directory (built-in ones when not given)");
  command->add_option("--format", options->format, "native, ocsf (JSON lines) or table")
      ->capture_default_str();
  command->add_option("--stats", options->stats, "Write the counters to this file, as JSON");
  command->footer(examples);
  command->callback([options, &exit_code] { exit_code = scan(*options); });
}

}  // namespace auditor
