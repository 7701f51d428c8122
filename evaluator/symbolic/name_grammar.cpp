// Tested by language_test.cpp.
#include "evaluator/symbolic/name_grammar.h"

#include <string>
#include <utility>
#include <vector>

#include "evaluator/aws/partitions.h"

namespace auditor {
namespace {

CharSet lower() { return CharSet::between('a', 'z'); }
CharSet digit() { return CharSet::between('0', '9'); }
CharSet word() { return CharSet::of("_").add(lower_or_digit()).add(CharSet::between('A', 'Z')); }

Language times(const CharSet& set, int count) {
  Language language;
  for (int i = 0; i < count; ++i) language.then(Language::one_of(set));
  return language;
}

}  // namespace

CharSet lower_or_digit() { return lower().add(digit()); }

Language one_or_more(const CharSet& set) {
  return Language::one_of(set).then(Language::repeated(set));
}

Language account_ids() { return times(digit(), 12); }

Language regions() {
  const Language part = Language::text("-").then(one_or_more(lower_or_digit()));
  return one_or_more(lower()).then(part).then(Language(part).star());
}

Language partition_names() {
  Language part = Language::text("-").then(one_or_more(lower_or_digit()));
  return Language::text("aws").then(part.star());
}

Language iam_names() {
  return one_or_more(CharSet::of("_+=,.@-").add(lower_or_digit()).add(CharSet::between('A', 'Z')));
}

// Every printable character of ASCII, the slash, the colon and `*` among them.
Language iam_paths() {
  return one_or_more(CharSet::between('!', '~')).then(Language::text("/")).optional();
}

Language service_names(bool documented) {
  const CharSet letter = CharSet::of("-").add(lower_or_digit());
  const Language label = one_or_more(letter);
  Language more = Language::text(".").then(label);
  if (!documented) return Language(label).then(more).then(more.star());
  std::vector<Language> suffixes;
  for (const PartitionRow& row : partitions()) {
    suffixes.push_back(Language::text(row.service_suffix));
  }
  return Language(label).then(more.star()).then(Language::any_of(std::move(suffixes)));
}

Language repository_names() {
  const Language word = one_or_more(lower_or_digit());
  Language more = Language::one_of(CharSet::of("._-")).then(word);
  Language segment = Language(word).then(more.star());
  Language folders = Language(segment).then(Language::text("/"));
  return folders.star().then(segment);
}

// o-x/r-y/ou-y-z/: lengths are not modelled.
Language organization_paths() {
  const Language name = one_or_more(lower_or_digit());
  Language unit = Language::text("ou-")
                      .then(name)
                      .then(Language::text("-"))
                      .then(name)
                      .then(Language::text("/"));
  return Language::text("o-")
      .then(name)
      .then(Language::text("/r-"))
      .then(name)
      .then(Language::text("/"))
      .then(unit.star());
}

Language text_or(std::string_view known, Language otherwise) {
  return known.empty() ? std::move(otherwise) : Language::text(known);
}

// An empty partition is any.
Language arn_start(std::string_view partition) {
  return Language::text("arn:").then(text_or(partition, partition_names()));
}

// ARNs of IAM: arn:P:iam::ACCOUNT:TYPE/[path/]name.
Language iam_arns(std::string_view partition, std::string_view account, std::string_view type) {
  return arn_start(partition)
      .then(Language::text(":iam::"))
      .then(text_or(account, account_ids()))
      .then(Language::text(":" + std::string(type) + "/"))
      .then(iam_paths())
      .then(iam_names());
}

Language federated_user_arns(std::string_view partition, std::string_view account) {
  return arn_start(partition)
      .then(Language::text(":sts::"))
      .then(text_or(account, account_ids()))
      .then(Language::text(":federated-user/"))
      .then(iam_names());
}

Language user_ids() { return Language::text("AIDA").then(one_or_more(word())); }

Language session_ids(std::string_view session) {
  return Language::text("AROA")
      .then(one_or_more(word()))
      .then(Language::text(":"))
      .then(text_or(session, iam_names()));
}

Language known_regions(std::string_view partition) {
  std::vector<Symbols> names;
  for (const PartitionRow& row : partitions()) {
    if (row.name != partition) continue;
    for (const std::string_view region : row.regions) names.push_back(decode(region));
  }
  return Language::any_text(std::move(names));
}

Language likely_regions(std::string_view partition) {
  const std::string_view plain = plain_region(partition);
  const std::size_t number = plain.rfind('-');
  const std::size_t direction = plain.rfind('-', number - 1);
  return Language::text(plain.substr(0, direction + 1))
      .then(one_or_more(lower()))
      .then(Language::text("-"))
      .then(Language::one_of(digit()));
}

Language plain_places(bool all_regions) {
  const Language service = one_or_more(CharSet::of("-").add(lower_or_digit()));
  std::vector<Language> places;
  for (const PartitionRow& row : partitions()) {
    places.push_back(
        Language::text(std::string(row.name) + ":")
            .then(service)
            .then(Language::text(":"))
            .then(all_regions ? known_regions(row.name) : Language::text(row.regions.front())));
  }
  return Language::any_of(std::move(places));
}

}  // namespace auditor
