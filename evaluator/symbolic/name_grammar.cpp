// Tested by language_test.cpp.
#include "evaluator/symbolic/name_grammar.h"

#include <string>
#include <utility>

namespace auditor {
namespace {

CharSet lower() { return CharSet::between('a', 'z'); }
CharSet digit() { return CharSet::between('0', '9'); }

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

// us-east-1, us-gov-west-1, ap-southeast-2
Language regions() {
  Language parts = Language::text("-").then(one_or_more(lower()));
  return times(lower(), 2)
      .then(parts)
      .then(parts.star())
      .then(Language::text("-"))
      .then(one_or_more(digit()));
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
  Language known = Language::any_of(
      {Language::text("aws"), Language::text("aws-cn"), Language::text("aws-us-gov")});
  return Language::text("arn:").then(text_or(partition, std::move(known)));
}

// ARNs of IAM: arn:P:iam::ACCOUNT:TYPE/[path/]name.
Language iam_arns(std::string_view partition, std::string_view account, std::string_view type) {
  const CharSet name = CharSet::of("_+=,.@-").add(lower_or_digit()).add(CharSet::between('A', 'Z'));
  Language path = one_or_more(CharSet::between('!', '~')).then(Language::text("/")).optional();
  return arn_start(partition)
      .then(Language::text(":iam::"))
      .then(text_or(account, account_ids()))
      .then(Language::text(":" + std::string(type) + "/"))
      .then(path)
      .then(one_or_more(name));
}

}  // namespace auditor
