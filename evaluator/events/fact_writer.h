// Writes down what one event says, for account_change and the calls.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "evaluator/events/change.h"
#include "evaluator/events/cloudtrail_event.h"

namespace auditor {

class FactWriter {
 public:
  FactWriter(const CloudTrailEvent& event, AccountKey account, const CanMatter& can_matter);

  const CloudTrailEvent& event() const { return event_; }
  const RequestParameters& request() const { return event_.request; }
  const AccountKey& account() const { return account_; }
  const Stamp& stamp() const { return stamp_; }

  // The parameters are all there: what is absent was not asked for.
  bool has_parameters() const { return event_.request.present && !event_.request.omitted; }

  void set(const EntityKey& entity, Attribute attribute, const std::string& name = {},
           const std::string& value = {});
  void clear(const EntityKey& entity, Attribute attribute, const std::string& name = {});

  // The document of the call, or the doubt that stands for it.
  void document(const EntityKey& entity, const DocumentAttribute& attribute, std::string name = {});

  // The event names no valid `what`: something of the account changed, and it is not known what.
  void unnamed(std::string_view what);
  void doubt(std::string_view reason);

  // A fact of this attribute was written already.
  bool has(const EntityKey& entity, Attribute attribute) const;

  AccountChange take();

 private:
  void add(const EntityKey& entity, Attribute attribute, const std::string& name,
           const std::string& value, bool is_set);
  void settle_doubt();

  const CloudTrailEvent& event_;
  AccountKey account_;
  Stamp stamp_;
  const CanMatter& can_matter_;
  std::vector<Fact> facts_;
  bool has_doubt_ = false;
};

// The text, or an empty one.
inline std::string_view text_or_empty(const std::optional<std::string>& text) {
  return text ? std::string_view(*text) : std::string_view();
}

}  // namespace auditor
