// scan: the audit of `run` over log files. Findings on stdout in the order of their events,
// everything else on stderr.
// Tested by scan_test.sh.
#include <algorithm>
#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "consumer/auditor/finding_output.h"
#include "consumer/auditor/side_by_side.h"
#include "consumer/commands/command_line.h"
#include "consumer/scan/file_chunks.h"
#include "consumer/scan/scan_progress.h"
#include "consumer/scan/scan_readers.h"
#include "consumer/scan/time_ordered_audit.h"
#include "consumer/settings/rules.h"
#include "sinks/formats/finding_text.h"

namespace auditor {
namespace {

constexpr std::size_t threads_max = 256;

constexpr const char* scan_examples = R"(Examples:
  guardrail-auditor scan trail.json.gz
  guardrail-auditor scan --format table --stats stats.json AWSLogs/
  aws s3 cp s3://bucket/key.json.gz - | guardrail-auditor scan -
  guardrail-auditor scan --guardrails my-rules.yaml logs/ | jq .subject.arn
  guardrail-auditor scan --guardrails now.yaml --against new.yaml --format table logs/

The events are judged at the end, in the order of eventTime and eventID, with the memory that `run`
has: what was opened and what was resolved. A record that cannot be read is told on stderr, counted
as quarantined, and stops nothing. Files are read by as many threads as there are cores; the output
does not depend on their number.

--against says what would differ under other guardrails. Each difference is a JSON line
  {"difference": "only_guardrails" | "only_against" | "changed", "finding_id": "...",
   "fields": ["actions", ...], "guardrails": finding | null, "against": finding | null}
where `fields` names the members of the finding that a change is in, or an entry of the table; the
last line on stderr counts them.

Exit codes: 0 done, 1 a file or a guardrail could not be read or the output not written, 2 wrong usage)";

struct ScanOptions {
  std::vector<std::string> paths, guardrails, against;
  std::string format{native_format()->name};
  std::string stats;
  std::size_t threads = 0;
};

std::shared_ptr<const Rules> rules_of(const std::vector<std::string>& paths) {
  const LoadedRules loaded = load_rules(paths);
  if (loaded.has_errors()) throw std::runtime_error(errors_text(loaded.problems));
  for (const ConfigProblem& problem : loaded.problems) {
    std::cerr << to_string(problem) << '\n';
  }
  return loaded.rules;
}

// What could not be read, in the order of the files.
class Complaints {
 public:
  explicit Complaints(ScanProgress& progress) : progress_(progress) {}

  void tell(const ScannedChunk& chunk) {
    if (chunk.problems.empty() && chunk.quarantined.empty()) return;
    progress_.clear();
    for (const std::string& problem : chunk.problems) std::cerr << plain_text(problem) << '\n';
    for (const Quarantined& quarantined : chunk.quarantined) {
      if (quarantined_told_ == quarantined_told_max) break;
      ++quarantined_told_;
      std::cerr << plain_text(quarantined.position.topic) << ':' << quarantined.position.offset + 1
                << ": " << quarantined.reason << '\n';
    }
    has_problems_ |= !chunk.problems.empty();
  }

  void tell_rest(const Counters& counters) const {
    if (counters.quarantined <= quarantined_told_) return;
    std::cerr << "and " << counters.quarantined - quarantined_told_
              << " more records that could not be read\n";
  }

  bool has_problems() const { return has_problems_; }

 private:
  ScanProgress& progress_;
  std::uint64_t quarantined_told_ = 0;
  bool has_problems_ = false;
};

// Every guardrail that was loaded is named, so that 0 is told from absent.
nlohmann::ordered_json findings_json(const Counters& counters, const Rules& rules) {
  nlohmann::ordered_json findings = nlohmann::ordered_json::object();
  for (const Guardrail& guardrail : rules.guardrails) {
    const auto found = counters.findings.find(guardrail.summary.id);
    findings[guardrail.summary.id] = found == counters.findings.end() ? 0 : found->second;
  }
  return findings;
}

struct Stats {
  const Counters& counters;
  const Rules& rules;
  // With --against:
  const Counters* counters_against;
  const Rules* against;
  const FindingDiffCounts& finding_diffs;
};

std::string stats_json(const Stats& stats) {
  const Counters& counters = stats.counters;
  nlohmann::ordered_json json{
      {"messages", counters.messages},       {"events", counters.events},
      {"evaluated", counters.evaluated},     {"irrelevant", counters.irrelevant},
      {"quarantined", counters.quarantined}, {"findings", findings_json(counters, stats.rules)}};
  if (stats.against != nullptr) {
    json["findings_against"] = findings_json(*stats.counters_against, *stats.against);
    json["differences"] = {{"only_guardrails", stats.finding_diffs.only_guardrails},
                           {"only_against", stats.finding_diffs.only_against},
                           {"changed", stats.finding_diffs.changed},
                           {"same", stats.finding_diffs.same}};
  }
  return json.dump() + "\n";
}

void write_stats(const std::string& path, const Stats& stats) {
  std::ofstream file(path);
  file << stats_json(stats) << std::flush;
  if (!file) throw std::runtime_error("cannot write `" + path + "`");
}

std::size_t threads_of(const ScanOptions& options) {
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  return std::min(options.threads > 0 ? options.threads : cores, threads_max);
}

int scan(const ScanOptions& options) {
  const std::shared_ptr<const Rules> rules = rules_of(options.guardrails);
  const std::shared_ptr<const Rules> against =
      options.against.empty() ? nullptr : rules_of(options.against);
  SideBySide sides(rules, against);
  StdoutFindings output(options.format);
  TimeOrderedAudit audit(sides, output);
  FileChunks chunks(list_files(options.paths));
  ScanProgress progress(chunks);
  Complaints complaints(progress);
  Counters counters;  // of what needs no judgement; of the rest when it is judged

  ScanReaders readers(chunks, sides.guardrails_of_all(), threads_of(options));
  while (auto chunk = readers.next()) {
    counters += chunk->counters;
    audit.add(chunk->events);
    complaints.tell(*chunk);
    progress.show(*chunk, counters.events);
  }
  progress.clear();
  audit.evaluate();

  counters += sides.counters();
  complaints.tell_rest(counters);
  if (!options.stats.empty()) {
    write_stats(options.stats, {counters, *rules, sides.counters_against(), against.get(),
                                output.finding_diffs()});
  }
  output.finish();
  if (audit.is_in_parts()) {
    std::cerr << "too many events to sort at once: they are in the order of time in parts only\n";
  }
  if (against != nullptr) std::cerr << one_line(output.finding_diffs()) << '\n';
  return complaints.has_problems() ? 1 : 0;
}

void check_scan_usage(const ScanOptions& options) {
  if (options.against.empty()) return;
  const std::string problem = against_format_problem(options.format);
  if (!problem.empty()) throw UsageError("--against", problem);
}

}  // namespace

void scan_command(CommandLine& command) {
  command.about("Audit log files, directories, .gz files, or - for standard input");
  const auto options = std::make_shared<ScanOptions>();
  command.texts("PATH", options->paths, "Files or directories; - is standard input").required();
  // one_each(), or they would take the first of several PATHs.
  command
      .texts("--guardrails", options->guardrails,
             "Guardrail file or directory, may be repeated; default: the built-in ones")
      .type("PATH")
      .one_each();
  command
      .texts("--against", options->against,
             "Other guardrails, may be repeated: only what would differ is told")
      .type("PATH")
      .one_each();
  command.text("--format", options->format, format_option_help())
      .shows_default()
      .check(finding_format_problem);
  command.text("--stats", options->stats, "Write the counters to this file, as JSON");
  command.positive_number("--threads", options->threads, "That read; default: one for each core")
      .type("N");
  command.footer(scan_examples);
  command.run([options] {
    check_scan_usage(*options);
    return scan(*options);
  });
}

}  // namespace auditor
