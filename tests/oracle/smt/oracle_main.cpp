// The engine against an SMT solver: table cases inside the fragment, hard globs, random questions.
//
//   smt_oracle --solver PROGRAM [--cases FOLDER] [--hard FILE] [--questions N] [--seed S]
//              [--milliseconds T] [--show K]
//
// `--solver` may stand more than once: what one leaves open, the next is asked.
// One query per guarded action, satisfiable exactly when the engine must call it a violation; and
// one more for each witness, which must satisfy the query. What the solver leaves open is counted;
// a disagreement fails, and is printed shrunk and with its query.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/oracle/reference/case_file.h"
#include "tests/oracle/reference/disagreement.h"
#include "tests/oracle/smt/random_question.h"
#include "tests/oracle/smt/solver.h"
#include "tests/oracle/smt/translation.h"

namespace auditor::smt {
namespace {

using nlohmann::ordered_json;
using reference::Trial;

// Made for the solver: none of them may be outside the fragment.
constexpr const char* random_questions = "random questions";
constexpr const char* hard_globs = "hard globs";

struct Settings {
  std::vector<std::string> solvers;  // the next is asked what the one before leaves open
  std::string cases;
  std::string hard;
  std::uint64_t questions = 300;
  std::uint64_t seed = 1;
  int milliseconds = 3000;  // for one query and solver
  std::uint64_t show = 3;
};

bool read_settings(int count, char** words, Settings& settings) {
  using Value = const std::string&;
  const std::map<std::string, std::function<void(Value)>> names = {
      {"--solver", [&](Value value) { settings.solvers.push_back(value); }},
      {"--cases", [&](Value value) { settings.cases = value; }},
      {"--hard", [&](Value value) { settings.hard = value; }},
      {"--questions", [&](Value value) { settings.questions = std::stoull(value); }},
      {"--seed", [&](Value value) { settings.seed = std::stoull(value); }},
      {"--milliseconds", [&](Value value) { settings.milliseconds = std::stoi(value); }},
      {"--show", [&](Value value) { settings.show = std::stoull(value); }}};
  for (int index = 1; index + 1 < count; index += 2) {
    const auto name = names.find(words[index]);
    if (name == names.end()) return false;
    name->second(words[index + 1]);
  }
  const bool has_guardrails = settings.hard.empty() || !settings.cases.empty();
  return count % 2 == 1 && !settings.solvers.empty() && has_guardrails;
}

// What both sides say about one guarded action.
struct Opinion {
  std::string outside;  // of the fragment, and why; then nothing was asked
  Answer answer = Answer::unknown;
  bool by_witness = false;  // the search was left open, but the engine's witness satisfies it
  std::string wrong;
  std::string query;
};

class Oracle {
 public:
  explicit Oracle(const Settings& settings) : settings_(settings) {
    for (const std::string& program : settings.solvers) {
      solvers_.push_back(std::make_unique<Solver>(program, settings.milliseconds));
    }
  }

  int run() {
    const auto start = std::chrono::steady_clock::now();
    if (!settings_.hard.empty()) run_table(settings_.hard, true);
    if (!settings_.cases.empty()) {
      for (const auto& entry : std::filesystem::directory_iterator(settings_.cases)) {
        const std::filesystem::path& path = entry.path();
        if (path.extension() == ".jsonl") run_table(path, false);
      }
    }
    for (std::uint64_t number = 0; number < settings_.questions; ++number) run_random(number);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    for (const auto& [what, count] : counts_) {
      std::printf("%8llu %s\n", static_cast<unsigned long long>(count), what.c_str());
    }
    std::printf("%.1f s\n", seconds.count());
    // An oracle that seldom answers is none.
    const bool silent = decided_ * 2 < asked_ || asked_ == 0;
    if (silent) std::printf("too few queries were decided\n");
    return failures_ == 0 && !silent ? 0 : 1;
  }

 private:
  std::expected<Answer, std::string> check(const std::string& text) {
    for (const auto& solver : solvers_) {
      const auto answer = solver->check(text);
      if (!answer || *answer != Answer::unknown) return answer;
    }
    return Answer::unknown;
  }

  // The engine's witness must be a solution of the query of its action.
  void check_witness(const Verdict& verdict, const std::string& action, const Query& query,
                     Opinion& opinion) {
    if (!verdict.witness || reference::lower(verdict.witness->action) != reference::lower(action))
      return;
    const std::string text = query.text + fix_request(*verdict.witness, query);
    const auto answer = check(text);
    if (!answer || *answer == Answer::unsat) {
      opinion.wrong = answer ? "the witness is no solution: " : answer.error();
      opinion.wrong += reference::to_json(*verdict.witness).dump();
      opinion.query = text;
    } else if (*answer == Answer::sat && opinion.answer == Answer::unknown) {
      opinion.answer = Answer::sat;
      opinion.by_witness = true;
    }
  }

  Opinion ask(const Trial& trial, const Guardrail& guardrail, const Verdict& verdict,
              const std::string& action) {
    Opinion opinion;
    const auto query = translate(trial, guardrail, action);
    if (!query) {
      opinion.outside = query.error();
      return opinion;
    }
    opinion.query = query->text;
    const auto answer = check(query->text);
    if (!answer) {
      opinion.wrong = "the solver rejects the query: " + answer.error();
      return opinion;
    }
    opinion.answer = *answer;
    const bool reachable = std::ranges::find(verdict.actions, action) != verdict.actions.end();
    if (verdict.kind == VerdictKind::unknown) {
      opinion.wrong = "the engine has no verdict: " + verdict.reason;
    } else if (verdict.kind == VerdictKind::violation && verdict.certainty != Certainty::certain) {
      opinion.wrong = "no point is open here, but the engine says: " + verdict.reason;
    } else if (*answer == (reachable ? Answer::unsat : Answer::sat)) {
      opinion.wrong = reachable ? "the engine says violation, the solver unsat"
                                : "the engine says compliant, the solver sat";
    } else {
      check_witness(verdict, action, *query, opinion);
    }
    return opinion;
  }

  void count(const Opinion& opinion, const std::string& source) {
    if (!opinion.outside.empty()) {
      ++counts_[source + ": outside the fragment"];
      return;
    }
    ++asked_;
    const char* names[] = {"sat", "unsat", "left open by the solver"};
    const char* how = opinion.by_witness ? " (by the engine's witness only)" : "";
    ++counts_[source + ": " + names[static_cast<int>(opinion.answer)] + how];
    if (opinion.answer != Answer::unknown) ++decided_;
  }

  // True: some opinion is wrong; the first is kept in `shown`.
  bool judge(const Trial& trial, const Guardrail& guardrail, const std::string& source,
             Opinion& shown) {
    const Verdict verdict = reference::ask_engine(trial, guardrail);
    for (const std::string& action :
         std::set(guardrail.identity_actions.begin(), guardrail.identity_actions.end())) {
      Opinion opinion = ask(trial, guardrail, verdict, action);
      if (!source.empty()) count(opinion, source);
      if (!opinion.outside.empty() && (source == random_questions || source == hard_globs)) {
        opinion.wrong = "outside the fragment: " + opinion.outside;
      }
      if (opinion.wrong.empty()) continue;
      shown = std::move(opinion);
      return true;
    }
    return false;
  }

  void fail(const std::string& what, const Opinion& opinion, const std::string& question) {
    ++counts_["DISAGREEMENT"];
    if (++failures_ > settings_.show) return;
    std::printf("%s: %s\n%s\n%s\n", what.c_str(), opinion.wrong.c_str(), question.c_str(),
                opinion.query.c_str());
  }

  void run_table(const std::string& path, bool is_hard) {
    const std::string source = is_hard ? hard_globs : "table cases";
    const std::string guardrails = reference::read_file(settings_.cases + "/guardrails.yaml");
    for (const auto& one : reference::read_case_file(path, guardrails)) {
      for (const Guardrail& guardrail : one.guardrails) {
        Opinion opinion;
        if (judge(one.trial, guardrail, source, opinion)) {
          fail(one.id, opinion, reference::to_json(one.trial).dump());
        }
        if (is_hard) check_expected(one, guardrail);
      }
    }
  }

  // The hand-written verdict of a hard question, against the engine.
  void check_expected(const reference::CaseOfTable& one, const Guardrail& guardrail) {
    const auto expected = one.expected.find(guardrail.summary.id);
    if (expected == one.expected.end()) return;
    const Verdict verdict = reference::ask_engine(one.trial, guardrail);
    if (to_string(verdict.kind) == expected->second.verdict) return;
    Opinion opinion;
    opinion.wrong = "expected " + expected->second.verdict;
    fail(one.id, opinion, reference::to_json(one.trial).dump());
  }

  // Is a question of the generator wrong? Nothing when it is no lawful question (shrinking tries).
  bool is_wrong(const ordered_json& json, const std::string& source, Opinion& opinion) {
    if (!json.contains("subject") || !json.contains("guardrails")) return false;
    const ordered_json subject = json["subject"];
    if (!subject.contains("type") || !subject.contains("arn")) return false;
    const GuardrailFile file = parse_guardrails(json["guardrails"].get<std::string>(), "question");
    if (file.has_errors() || file.guardrails.size() != 1) return false;
    return judge(reference::read_trial(json), file.guardrails[0], source, opinion);
  }

  void run_random(std::uint64_t number) {
    const ordered_json json = make_random_question(settings_.seed, number);
    Opinion opinion;
    if (!is_wrong(json, random_questions, opinion)) return;
    ordered_json smallest = json;
    if (failures_ < settings_.show) {
      const auto still_wrong = [&](const ordered_json& one) {
        Opinion again;
        return is_wrong(one, "", again);
      };
      if (still_wrong(json)) smallest = reference::shrink(json, still_wrong);
      is_wrong(smallest, "", opinion);
    }
    fail("question " + std::to_string(number) + " of seed " + std::to_string(settings_.seed),
         opinion, smallest.dump());
  }

  const Settings& settings_;
  std::vector<std::unique_ptr<Solver>> solvers_;
  std::map<std::string, std::uint64_t> counts_;
  std::uint64_t asked_ = 0;
  std::uint64_t decided_ = 0;
  std::uint64_t failures_ = 0;
};

}  // namespace
}  // namespace auditor::smt

int main(int count, char** words) {
  auditor::smt::Settings settings;
  if (!auditor::smt::read_settings(count, words, settings)) {
    std::fprintf(stderr,
                 "usage: %s --solver PROGRAM [--cases FOLDER] [--hard FILE] [--questions N] "
                 "[--seed S] [--milliseconds T] [--show K]\n",
                 words[0]);
    return 2;
  }
  return auditor::smt::Oracle(settings).run();
}
