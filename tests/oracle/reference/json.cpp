#include "tests/oracle/reference/json.h"

#include <nlohmann/json.hpp>

namespace auditor::reference {
namespace {

// Builds the value bottom up: a stack of open containers, each with the key that waits for a value.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return put({}); }
  bool boolean(bool value) override {
    return put(scalar(Json::Kind::boolean, value ? "true" : "false"));
  }
  bool number_integer(number_integer_t value) override {
    return put(scalar(Json::Kind::number, std::to_string(value)));
  }
  bool number_unsigned(number_unsigned_t value) override {
    return put(scalar(Json::Kind::number, std::to_string(value)));
  }
  bool number_float(number_float_t, const string_t& text) override {
    return put(scalar(Json::Kind::number, text));
  }
  bool string(string_t& text) override { return put(scalar(Json::Kind::text, text)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Json::Kind::object); }
  bool start_array(std::size_t) override { return open(Json::Kind::array); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& text) override {
    if (open_.back().value.find(text) != nullptr) return false;
    open_.back().key = text;
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) override {
    return false;
  }

  Json result;

 private:
  struct Open {
    Json value;
    std::string key;
  };

  static Json scalar(Json::Kind kind, std::string text) {
    Json value;
    value.kind = kind;
    value.text = std::move(text);
    return value;
  }
  bool open(Json::Kind kind) {
    open_.push_back({scalar(kind, ""), ""});
    return true;
  }
  bool close() {
    Json value = std::move(open_.back().value);
    open_.pop_back();
    return put(std::move(value));
  }
  bool put(Json value) {
    if (open_.empty()) {
      result = std::move(value);
    } else if (open_.back().value.kind == Json::Kind::array) {
      open_.back().value.items.push_back(std::move(value));
    } else {
      open_.back().value.names.push_back(open_.back().key);
      open_.back().value.items.push_back(std::move(value));
    }
    return true;
  }

  std::vector<Open> open_;
};

}  // namespace

const Json* Json::find(std::string_view key) const {
  for (std::size_t index = 0; index < names.size(); ++index) {
    if (names[index] == key) return &items[index];
  }
  return nullptr;
}

std::optional<Json> read_json(std::string_view text) {
  Builder builder;
  if (!nlohmann::json::sax_parse(text, &builder)) return std::nullopt;
  return std::move(builder.result);
}

}  // namespace auditor::reference
