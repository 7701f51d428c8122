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
#include "consumer/commands/exit_code.h"
#include "consumer/scan/file_chunks.h"
#include "consumer/scan/scan_account.h"
#include "consumer/scan/scan_progress.h"
#include "consumer/scan/scan_readers.h"
#include "consumer/scan/time_ordered_audit.h"
#include "consumer/settings/rules.h"
#include "evaluator/text/wording.h"
#include "sinks/formats/finding_text.h"

namespace auditor {
namespace {

constexpr std::size_t threads_max = 256;

// What --fail-on takes.
constexpr const char* fail_on_never = "never";
constexpr const char* fail_on_open = "open";

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

Of a directory every file is read whose name or, if that does not tell, whose first bytes say that it
can be a log. The others (hidden, links to directories, pipes, other content) are told, the first of
them by name, and counted in --stats as passed_over: files = files_read + files_unread + passed_over.
A file that is named is always read.

--against says what would differ under other guardrails. Each difference is a JSON line
  {"difference": "only_guardrails" | "only_against" | "changed", "finding_id": "...",
   "fields": ["actions", ...], "guardrails": finding | null, "against": finding | null}
where `fields` names the members of the finding that a change is in, or an entry of the table; the
last line on stderr counts them.

--fail-on open asks for the state at the end: grants and unverifiable findings that no later event of
the input resolved. Uses and attempts are over when they are told, and do not count.

Exit codes: 0 done; 1 a guardrail could not be read or the output not written, or a file or a
directory not be read, or nothing in a file, or it was cut; 2 wrong usage; 3 not one record could be
read, from whatever there was; 4 with --fail-on open: findings are open at the end, also where a file
could not be read)";

struct ScanOptions {
  std::vector<std::string> paths, guardrails, against;
  std::string format{native_format()->name};
  std::string stats;
  std::string fail_on{fail_on_never};
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
  }

  void tell(const PassedOver& passed_over) {
    progress_.clear();
    for (const std::string& line : passed_over.first) std::cerr << plain_text(line) << '\n';
    if (passed_over.files <= passed_over.first.size()) return;
    std::cerr << "and " << passed_over.files - passed_over.first.size()
              << " more that were passed over\n";
  }

  void tell_rest(const Counters& counters) const {
    if (counters.quarantined <= quarantined_told_) return;
    std::cerr << "and " << counters.quarantined - quarantined_told_
              << " more records that could not be read\n";
  }

 private:
  ScanProgress& progress_;
  std::uint64_t quarantined_told_ = 0;
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
  const ScanAccount& account;
  const FileChunks& files;
  std::size_t open_at_end;
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
  json["open_at_end"] = stats.open_at_end;
  const PassedOver& passed_over = stats.files.passed_over();
  const std::uint64_t listed = stats.files.files();
  const std::uint64_t read = stats.account.files_read();
  json["files"] = listed + passed_over.files;
  json["files_read"] = read;
  json["files_unread"] = listed - read;
  json["passed_over"] = passed_over.files;
  json["bytes_read"] = stats.account.bytes_read();
  json["bytes_passed_over"] = passed_over.bytes;
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
  if (options.threads > 0) return options.threads;
  return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, threads_max);
}

// The first that is true: that findings are open is so, whatever else could not be read.
int code_of(const ScanOptions& options, const ScanAccount& account, std::size_t open_at_end) {
  if (options.fail_on == fail_on_open && open_at_end > 0) {
    std::cerr << counted(open_at_end, "finding") << (open_at_end == 1 ? " is" : " are")
              << " open at the end\n";
    return exit_code::is_open;
  }
  if (account.records() == 0) {
    std::cerr << "nothing was read: there is no CloudTrail record in "
              << counted(account.files_read(), "file") << '\n';
    return exit_code::nothing_read;
  }
  return account.has_damage() ? exit_code::failed : exit_code::done;
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
  ScanAccount account;

  complaints.tell(chunks.passed_over());
  ScanReaders readers(chunks, sides.guardrails_of_all(), threads_of(options));
  while (auto chunk = readers.next()) {
    account.add(*chunk);
    counters += chunk->counters;
    audit.add(chunk->events);
    complaints.tell(*chunk);
    progress.show(*chunk, counters.events);
  }
  const ScannedChunk last = account.finish();
  counters += last.counters;
  complaints.tell(last);
  progress.clear();
  audit.evaluate();

  counters += sides.counters();
  complaints.tell_rest(counters);
  const std::size_t open_at_end = audit.findings_at_end().open();
  if (!options.stats.empty()) {
    write_stats(options.stats, {counters, account, chunks, open_at_end, *rules,
                                sides.counters_against(), against.get(), output.finding_diffs()});
  }
  output.finish();
  if (audit.is_in_parts()) {
    std::cerr << "too many events to sort at once: they are in the order of time in parts only\n";
  }
  if (against != nullptr) std::cerr << one_line(output.finding_diffs()) << '\n';
  return code_of(options, account, open_at_end);
}

void check_scan_usage(const ScanOptions& options) {
  if (options.against.empty()) return;
  const std::string problem = against_format_problem(options.format);
  if (!problem.empty()) throw UsageError("--against", problem);
  if (options.fail_on != fail_on_never) {
    throw UsageError("--fail-on", "does not go with --against, which tells differences");
  }
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
  command
      .choice("--fail-on", options->fail_on, {fail_on_never, fail_on_open},
              "Exit with 4 when findings are open at the end: never or open")
      .shows_default();
  command
      .positive_number("--threads", options->threads, "That read; default: one for each core",
                       threads_max)
      .type("N");
  command.footer(scan_examples);
  command.run([options] {
    check_scan_usage(*options);
    return scan(*options);
  });
}

}  // namespace auditor
