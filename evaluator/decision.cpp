#include "evaluator/decision.h"

#include <algorithm>

#include "evaluator/ecr_actions.h"
#include "evaluator/notes.h"
#include "evaluator/scene_search.h"
#include "evaluator/string_search.h"
#include "evaluator/values.h"

namespace auditor {
namespace {

using Kind = Solution::Kind;

constexpr std::size_t guarded_actions_max = 256;
constexpr std::size_t alternatives_max = 256;  // ways to be unaccepted

// The documents of a question, sorted, and what is asked of them.
class Decider {
 public:
  Decider(const Question& question, const Guardrail& guardrail)
      : question_(question), guardrail_(guardrail) {}

  Verdict run() {
    if (auto malformed = find_malformed()) return unknown(std::move(*malformed));
    place_documents();
    const auto actions = guarded_actions();
    if (!actions) return unknown("the guardrail's actions could not be listed");
    for (const std::string& action : *actions) judge(action);
    Verdict verdict = conclude();
    verdict.notes = notes_on(question_, guardrail_, *actions,
                             [this](const std::string& action) { return is_allowed(action); });
    return verdict;
  }

 private:
  static Verdict unknown(std::string reason) {
    Verdict verdict;
    verdict.kind = VerdictKind::unknown;
    verdict.certainty = Certainty::unknown;
    verdict.reason = std::move(reason);
    return verdict;
  }

  bool about_identity() const { return is_identity(question_.subject.type); }

  std::span<const JudgedPolicy> documents() const {
    return about_identity() ? question_.identity_policies : question_.resource_policies;
  }

  // One malformed document makes the whole subject unknown: what it grants cannot be said.
  std::optional<std::string> find_malformed() const {
    for (std::size_t i = 0; i < documents().size(); ++i) {
      if (!documents()[i])
        return "policy " + std::to_string(i) + ": " + documents()[i].error().message;
    }
    if (about_identity() && question_.permissions_boundary != nullptr &&
        !*question_.permissions_boundary) {
      return "permissions boundary: " + question_.permissions_boundary->error().message;
    }
    return std::nullopt;
  }

  void place_documents() {
    for (std::size_t i = 0; i < documents().size(); ++i) {
      const bool own =
          !about_identity() && question_.subject.type != SubjectType::registry && i == 0;
      place(*documents()[i], i, own, policies_);
    }
    if (!about_identity()) {
      drop_without_principal(policies_);
    } else if (question_.permissions_boundary != nullptr) {
      place(**question_.permissions_boundary, 0, false, boundary_);
    }
  }

  // The guardrail's list; a wildcard stands for the ECR actions that it matches today.
  std::optional<std::vector<std::string>> guarded_actions() const {
    const auto& listed =
        about_identity() ? guardrail_.identity_actions : guardrail_.resource_actions;
    std::vector<std::string> actions;
    for (const std::string& action : listed) {
      if (!has_wildcard(action)) {
        actions.push_back(action);
      } else {
        for (const EcrAction& known : ecr_actions()) {
          if (action_matches(action, known.name)) actions.emplace_back(known.name);
        }
        if (!to_lower(action).starts_with("ecr:")) return std::nullopt;
      }
    }
    if (actions.size() > guarded_actions_max) return std::nullopt;
    return actions;
  }

  // The common case ends here: no Allow names the action.
  bool some_allow_names(const std::string& action) const {
    return std::ranges::any_of(policies_.allows, [&](const PlacedStatement& placed) {
      const Patterns& patterns = placed.statement->action;
      const bool named = std::ranges::any_of(
          patterns.texts, [&](const std::string& text) { return action_matches(text, action); });
      return named || patterns.negated;
    });
  }

  void judge(const std::string& action) {
    if (!some_allow_names(action)) return;
    SceneAnswer answer = search_scenes(action, Leaning::lenient);
    readings_.insert(answer.readings.begin(), answer.readings.end());
    if (answer.kind == Kind::unknown && reason_.empty()) reason_ = answer.reason;
    if (answer.kind != Kind::satisfiable) return;
    reachable_.push_back(action);
    if (certain_) return;
    // Without open points the two leanings are the same question.
    SceneAnswer strict = answer.readings.empty() ? answer : search_scenes(action, Leaning::strict);
    certain_ = strict.kind == Kind::satisfiable &&
               !strict.readings.contains(std::string(operator_case_reading));
    if (!certain_ && best_) return;
    best_ = strict.kind == Kind::satisfiable ? std::move(strict) : std::move(answer);
    best_->witness->action = action;  // as the guardrail spells it
  }

  SceneAnswer search_scenes(const std::string& action, Leaning leaning) {
    return search_scenes(action, leaning,
                         [this, leaning](World& world, StatementCompiler& compiler) {
                           return forbidden(world, compiler, leaning);
                         });
  }

  // Some request for the action, whether the guardrail forbids it or not.
  bool is_allowed(const std::string& action) {
    if (!some_allow_names(action)) return false;
    const auto any_request = [](World&, StatementCompiler&) -> std::optional<Alternatives> {
      return Alternatives{{}};
    };
    return search_scenes(action, Leaning::strict, any_request).kind == Kind::satisfiable;
  }

  SceneAnswer search_scenes(const std::string& action, Leaning leaning,
                            const ForbiddenSide& forbidden) {
    const bool bounded = about_identity() && question_.permissions_boundary != nullptr;
    SceneAnswer result;
    std::vector<Scene> open = scenes(to_lower(action));
    for (std::size_t i = 0; i < open.size(); ++i) {
      // An even share of what is left: a scene that is hard must not silence the next one.
      Budget share{.left = budget_.left / (open.size() - i)};
      const std::size_t before = share.left;
      SceneAnswer answer = search({.scene = std::move(open[i]),
                                   .policies = &policies_,
                                   .boundary = bounded ? &boundary_ : nullptr,
                                   .forbidden = forbidden,
                                   .leaning = leaning,
                                   .own_account_needs_identity = true,
                                   .budget = &share});
      budget_.spend(before - share.left);
      answer.readings.merge(result.readings);
      if (answer.kind == Kind::satisfiable) return answer;
      if (answer.kind == Kind::unknown || result.kind != Kind::unknown) {
        result = std::move(answer);
      } else {
        result.readings = std::move(answer.readings);
      }
    }
    return result;
  }

  std::vector<Scene> scenes(const std::string& action) const {
    const Subject& subject = question_.subject;
    Scene scene;
    scene.action = action;
    scene.account = subject.account;
    const auto fields = split_fields(std::string_view(subject.arn), arn_fields);
    if (fields.size() == arn_fields) {
      scene.partition = fields[1];
      if (scene.account.empty()) scene.account = fields[4];
    }
    if (!is_ecr_name(action)) {
      scene.resource = Scene::Resource::of_service;
    } else if (!has_repository_resource(action)) {
      scene.resource = Scene::Resource::none;
    } else {
      scene.resource = Scene::Resource::repository;
    }
    if (about_identity()) return identity_scenes(scene);
    if (scene.resource == Scene::Resource::none) return {};  // inert in a resource policy
    if (fields.size() == arn_fields) scene.region = fields[3];
    if (subject.type == SubjectType::repository) {
      scene.resource = Scene::Resource::known;
      scene.resource_arn = subject.arn;
    }
    if (subject.type == SubjectType::template_) scene.name_prefix = template_prefix();
    return resource_scenes(scene);
  }

  // A template applies to the repositories of its namespace; ROOT is every other one. Source: the
  // ECR API's CreateRepositoryCreationTemplate, `prefix`.
  std::string template_prefix() const {
    const std::string_view arn = question_.subject.arn;
    const auto slash = arn.find('/');
    if (slash == std::string_view::npos || arn.substr(slash + 1) == "ROOT") return {};
    std::string prefix(arn.substr(slash + 1));
    if (!prefix.ends_with('/')) prefix += '/';
    return prefix;
  }

  static bool is_ecr_name(std::string_view action) { return action.starts_with("ecr:"); }

  std::vector<Scene> identity_scenes(Scene scene) const {
    scene.principal_account = scene.account;
    switch (question_.subject.type) {
      case SubjectType::role:
        scene.principal_arn = question_.subject.arn;
        break;
      case SubjectType::user:
        scene.principal_arn = question_.subject.arn;
        scene.principal = PrincipalKind::user;
        break;
      case SubjectType::group:
        scene.principal = PrincipalKind::user;
        break;
      default: {
        Scene user = scene;
        user.principal = PrincipalKind::user;
        return {scene, user};
      }
    }
    return {scene};
  }

  std::vector<Scene> resource_scenes(const Scene& scene) const {
    std::vector<Scene> scenes;
    for (const PrincipalKind kind :
         {PrincipalKind::anonymous, PrincipalKind::role, PrincipalKind::user,
          PrincipalKind::service, PrincipalKind::federated, PrincipalKind::root}) {
      scenes.push_back(scene);
      scenes.back().principal = kind;
    }
    for (Scene& session : named_session_scenes(policies_, scene)) {
      scenes.push_back(std::move(session));
    }
    return scenes;
  }

  // Forbidden: the principal is not authorized, and no accepted_when entry holds.
  std::optional<Alternatives> forbidden(World& world, StatementCompiler& compiler,
                                        Leaning leaning) {
    const auto authorized = compiler.authorization(guardrail_.authorized_principals);
    if (authorized.always) return Alternatives{};
    Alternatives alternatives{{}};
    if (authorized.when) alternatives[0].push_back({authorized.when->negated()});
    for (const AcceptedWhen& entry : guardrail_.accepted_when) {
      const auto failures = ways_to_fail(entry, world, compiler, leaning);
      if (!failures || alternatives.size() * failures->size() > alternatives_max) {
        return std::nullopt;
      }
      Alternatives longer;
      for (const std::vector<Clause>& alternative : alternatives) {
        for (const std::vector<Clause>& failure : *failures) {
          longer.push_back(alternative);
          longer.back().insert(longer.back().end(), failure.begin(), failure.end());
        }
      }
      alternatives = std::move(longer);
    }
    return alternatives;
  }

  // An entry fails when its condition does, or when its tags limit nobody.
  std::optional<Alternatives> ways_to_fail(const AcceptedWhen& entry, World& world,
                                           StatementCompiler& compiler, Leaning leaning) {
    // An acceptance is a mitigation: what is doubtful in it counts as a Deny's doubt would.
    const bool wants_match = auditor::wants_match(leaning, Effect::deny);
    const auto holds = compiler.compile(entry.condition, true, wants_match);
    if (!holds) return Alternatives{{}};  // never holds
    Alternatives ways;
    if (!holds->empty()) {
      auto fails = negate(*holds);
      if (!fails) return std::nullopt;
      ways.push_back(std::move(*fails));
    }
    if (!entry.limited_to_owner_by.empty()) {
      add_strangers(entry.limited_to_owner_by, world, compiler, ways.emplace_back());
    }
    return ways;
  }

  // The named tags are absent, or hold a value that no list of the policies singles out.
  void add_strangers(const std::vector<std::string>& tags, World& world,
                     StatementCompiler& compiler, std::vector<Clause>& clauses) {
    const auto is_named = [&](const std::string& key) {
      const bool in_ecr = is_ecr_name(world.scene().action);
      const std::string name = canonical_key(key, in_ecr);
      return std::ranges::any_of(tags, [&](const std::string& tag) {
        return action_matches(canonical_key(to_lower(tag), in_ecr), name);
      });
    };
    // A policy that compares something with a tag's value singles that value out.
    for (const auto& [key, reading] : compiler.keys_in_texts()) {
      if (!is_named(key)) continue;
      clauses.push_back(
          {Literal{.variable = reading.variable,
                   .constraint = {.ask = Ask::present, .predicate = nullptr, .positive = false}}});
    }
    for (const auto& [variable, key] : compiler.keys()) {
      if (!is_named(key)) continue;
      const auto tests = compiler.tests().find(variable);
      if (tests == compiler.tests().end()) continue;
      std::vector<const TextTest*> lists;
      for (const StatementCompiler::TagTest& test : tests->second) {
        if (accepts_every_value(test.emptied)) continue;
        clauses.push_back({Literal{
            .variable = variable,
            .constraint = {.ask = Ask::inside, .predicate = test.predicate, .positive = false}}});
        if (const auto* list = std::get_if<TextTest>(&test.emptied.test)) lists.push_back(list);
      }
      if (lists.size() > 1 && !leaves_a_stranger(lists)) {
        reason_ = "the lists of values of `" + key + "` together single out every value";
      }
    }
  }

  // No list matches every value, but all of them together may: then no value proves anything.
  bool leaves_a_stranger(std::span<const TextTest* const> lists) {
    std::vector<Language> languages;
    languages.reserve(lists.size());
    std::vector<Membership> outside;
    for (const TextTest* list : lists) {
      languages.push_back(language_of(*list));
      outside.push_back({.language = &languages.back(), .inside = false});
    }
    return shortest_common_string(outside, budget_).found.has_value();
  }

  // Together the values of a list match every non-empty text: they single nothing out.
  bool accepts_every_value(const Predicate& predicate) {
    const auto* text = std::get_if<TextTest>(&predicate.test);
    if (text == nullptr) return false;  // numbers, dates and addresses never do
    const bool has_wildcard = std::ranges::any_of(text->patterns, [](const Pattern& pattern) {
      return std::ranges::any_of(pattern.symbols, [](char32_t c) { return c >= any_character; });
    });
    if (!has_wildcard) return false;
    const Language listed = language_of(*text);
    const Language non_empty =
        Language::one_of(CharSet::all()).then(Language::repeated(CharSet::all()));
    const Membership outside[] = {{.language = &non_empty, .inside = true},
                                  {.language = &listed, .inside = false}};
    const StringSearch search = shortest_common_string(outside, budget_);
    return !search.found;  // past the bound too: then it must not mitigate
  }

  Verdict conclude() {
    Verdict verdict;
    std::string readings;
    for (const std::string& reading : readings_)
      readings += (readings.empty() ? "" : "; ") + reading;
    if (best_) {
      verdict.kind = VerdictKind::violation;
      verdict.certainty = certain_ ? Certainty::certain : Certainty::ambiguous;
      if (!certain_) verdict.reason = readings;
      verdict.witness = best_->witness;
      verdict.actions = reachable_;
      for (const PlacedStatement& placed : best_->granted_by) {
        verdict.granted_by.push_back({.policy = placed.policy,
                                      .statement = placed.statement->index,
                                      .sid = placed.statement->sid,
                                      .pointer = json_pointer(*placed.statement)});
      }
      std::ranges::sort(verdict.granted_by, {}, [](const GrantingStatement& granting) {
        return std::pair(granting.policy, granting.statement);
      });
      return verdict;
    }
    if (!reason_.empty()) return unknown(reason_);
    if (readings_.contains(std::string(operator_case_reading))) {
      return unknown("open in the documentation: " + std::string(operator_case_reading));
    }
    return verdict;
  }

  const Question& question_;
  const Guardrail& guardrail_;
  PolicySide policies_;
  PolicySide boundary_;
  std::vector<std::string> reachable_;
  std::optional<SceneAnswer> best_;
  bool certain_ = false;
  std::set<std::string> readings_;
  std::string reason_;
  Budget budget_;
};

}  // namespace

std::string_view to_string(VerdictKind kind) {
  switch (kind) {
    case VerdictKind::compliant:
      return "compliant";
    case VerdictKind::violation:
      return "violation";
    case VerdictKind::unknown:
      return "unknown";
  }
  return "unknown";
}

std::string_view to_string(Certainty certainty) {
  switch (certainty) {
    case Certainty::certain:
      return "certain";
    case Certainty::ambiguous:
      return "ambiguous";
    case Certainty::unknown:
      return "unknown";
  }
  return "unknown";
}

Verdict decide(const Question& question, const Guardrail& guardrail) {
  return Decider(question, guardrail).run();
}

}  // namespace auditor
