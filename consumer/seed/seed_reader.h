// What existed before the stream began, as the AWS CLI prints it -> entries of the memory.
//
// Reads the output of `aws iam get-account-authorization-details`, of `aws ecr
// get-repository-policy` and of `aws ecr get-registry-policy`; several outputs may follow each
// other in one text. Strict: a text that is not what it ought to be is an error that says where,
// because half a seed would make the auditor believe that the other half is not there. A policy
// document that cannot be read is no error: it becomes a doubt, as in an event.
#pragma once

#include <cstddef>
#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/account/fact.h"

namespace auditor {

// `entities` by kind, as an operator counts them.
struct SeedCounts {
  std::size_t roles = 0, users = 0, groups = 0, policies = 0, repositories = 0, registries = 0;
  std::size_t aws_policies_skipped = 0;  // the catalogue knows them
};

struct Seed {
  std::map<AccountKey, std::vector<Fact>> facts;
  SeedCounts counts;
  std::vector<std::string> doubts;  // documents that could not be read, each with its place
};

class SeedReader {
 public:
  // `as_of`: when the outputs were asked for. All entries have this time.
  explicit SeedReader(EventTime as_of);

  // Each says what is wrong with its text. The account's details come first: the others must be of
  // an account that they told of.
  std::expected<void, std::string> read_account_details(std::string_view text);
  // Beside what the CLI prints, an object may have `tags`, as `aws ecr list-tags-for-resource`
  // prints them, and `region`, which wins over the argument ("public" for ECR Public). Without
  // `policyText` the repository has no policy; without `tags` its tags are not known.
  std::expected<void, std::string> read_repositories(std::string_view text,
                                                     std::string_view region);
  std::expected<void, std::string> read_registries(std::string_view text, std::string_view region);

  // What was read, and the note on every account that it was.
  Seed take();

 private:
  EventTime as_of_;
  Seed seed_;
};

}  // namespace auditor
