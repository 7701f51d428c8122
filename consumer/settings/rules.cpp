// Tested by commands_test.cpp.
#include "consumer/settings/rules.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <utility>

#include "consumer/settings/embedded_files.h"
#include "consumer/settings/text_file.h"
#include "sinks/formats/finding_text.h"

namespace auditor {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t guardrail_files_max = 1'000;

// Over texts, each with its length before it.
class Fingerprint {
 public:
  void add(std::string_view text) {
    texts_ += std::to_string(text.size()) + ":";
    texts_ += text;
  }

  std::string hex() const {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    EVP_Digest(texts_.data(), texts_.size(), digest.data(), &size, EVP_sha256(), nullptr);
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const unsigned char byte : std::span(digest).first(size)) {
      text += digits[byte >> 4U];
      text += digits[byte & 15U];
    }
    return text;
  }

 private:
  std::string texts_;
};

class Loader {
 public:
  LoadedRules load(std::span<const std::string> guardrail_paths,
                   const std::string& managed_policies_path) {
    if (guardrail_paths.empty()) add_guardrails(builtin_guardrails(), "built-in guardrails");
    for (const std::string& path : guardrail_paths) add_path(path);
    add_catalogue(managed_policies_path);

    const bool failed =
        std::ranges::any_of(problems_, [](const auto& problem) { return !problem.is_warning; });
    rules_.guardrails_fingerprint = guardrail_texts_.hex();
    LoadedRules loaded;
    if (!failed) loaded.rules = std::make_shared<const Rules>(std::move(rules_));
    loaded.problems = std::move(problems_);
    return loaded;
  }

 private:
  void add_path(const std::string& path) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      add_file(path);
      return;
    }
    std::vector<std::string> files;
    for (fs::directory_iterator entry(path, error), end; !error && entry != end;
         entry.increment(error)) {
      const fs::path& file = entry->path();
      if (file.extension() == ".yaml" || file.extension() == ".yml") files.push_back(file.string());
    }
    if (error) {
      add_error(path, "the directory cannot be read: " + error.message());
    } else if (files.empty()) {
      add_error(path, "the directory holds no .yaml file");
    } else if (files.size() > guardrail_files_max) {
      add_error(path, "the directory holds more than " + std::to_string(guardrail_files_max) +
                          " guardrail files");
    } else {
      std::ranges::sort(files);
      for (const std::string& file : files) add_file(file);
    }
  }

  void add_file(const std::string& path) {
    const auto text = read_text_file(path, rules_file_bytes_max);
    if (text) {
      add_guardrails(*text, path);
    } else {
      add_error(path, "the guardrail file " + text.error());
    }
  }

  void add_guardrails(std::string_view text, const std::string& file) {
    guardrail_texts_.add(text);
    GuardrailFile parsed = parse_guardrails(text, file);
    std::ranges::move(parsed.problems, std::back_inserter(problems_));
    for (Guardrail& guardrail : parsed.guardrails) {
      const auto [known, is_new] = file_of_id_.try_emplace(guardrail.summary.id, file);
      if (!is_new && known->second != file) {
        add_error(file,
                  "the id `" + guardrail.summary.id + "` is used in " + known->second + " already");
      }
      rules_.guardrails.push_back(std::move(guardrail));
    }
  }

  void add_catalogue(const std::string& path) {
    std::string text;
    if (!path.empty()) {
      auto read = read_text_file(path, rules_file_bytes_max);
      if (!read) {
        add_error(path, "the catalogue of managed policies " + read.error());
        return;
      }
      text = std::move(*read);
    }
    const std::string_view json = path.empty() ? builtin_managed_policies() : text;
    Fingerprint fingerprint;
    fingerprint.add(json);
    rules_.catalogue_fingerprint = fingerprint.hex();
    auto catalogue = ManagedPolicies::parse(json);
    if (catalogue) {
      rules_.managed_policies = std::move(*catalogue);
    } else {
      add_error(path, "the catalogue of managed policies is damaged: " + catalogue.error());
    }
  }

  void add_error(const std::string& file, std::string message) {
    problems_.push_back({file, 0, 0, std::move(message), false});
  }

  Rules rules_;
  Fingerprint guardrail_texts_;
  std::vector<ConfigProblem> problems_;
  std::map<std::string, std::string> file_of_id_;
};

}  // namespace

LoadedRules load_rules(std::span<const std::string> guardrail_paths,
                       const std::string& managed_policies_path) {
  return Loader().load(guardrail_paths, managed_policies_path);
}

std::string errors_text(std::span<const ConfigProblem> problems) {
  std::string text;
  for (const ConfigProblem& problem : problems) {
    if (problem.is_warning) continue;
    if (!text.empty()) text += '\n';
    text += plain_text(to_string(problem));
  }
  return text;
}

std::string_view builtin_guardrails() { return embedded::guardrails_ecr_yaml; }

std::string_view builtin_managed_policies() { return embedded::aws_managed_policies_json; }

}  // namespace auditor
