#include "security/setting_reader.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error_codes.h"

namespace qodly::security {

void SettingReader::refuse(std::string_view name, std::string_view problem) {
  if (!problem_) problem_ = fmt::format("\"{}\" {}.", name, problem);
}

Value SettingReader::value(std::string_view name) {
  read_.emplace(name);
  Value found = settings_.get(name);
  return found.isNull() ? Value() : found;
}

std::string SettingReader::text(std::string_view name, std::string_view otherwise) {
  const Value found = value(name);
  if (found.isText()) return std::string(found.asText());
  if (!found.isMissing()) refuse(name, "must be a text");
  return std::string(otherwise);
}

std::string SettingReader::required(std::string_view name) {
  std::string found = text(name);
  if (found.empty()) refuse(name, "is missing: a text is expected");
  return found;
}

bool SettingReader::boolean(std::string_view name, bool otherwise) {
  const Value found = value(name);
  if (found.type() == Type::boolean) return found.asBoolean();
  if (!found.isMissing()) refuse(name, "must be true or false");
  return otherwise;
}

std::int64_t SettingReader::integer(std::string_view name, std::int64_t otherwise, std::int64_t least,
                                    std::int64_t most) {
  const Value found = value(name);
  if (found.isMissing()) return otherwise;
  if (found.type() == Type::integer && found.asInteger() >= least && found.asInteger() <= most) {
    return found.asInteger();
  }
  refuse(name, fmt::format("must be a whole number from {} to {}", least, most));
  return otherwise;
}

std::string SettingReader::choice(std::string_view name, const std::vector<std::string_view>& choices,
                                  std::string_view otherwise) {
  std::string found = text(name, otherwise);
  if (found != otherwise && std::ranges::find(choices, found) == choices.end()) {
    refuse(name, fmt::format("must be one of: {}", fmt::join(choices, ", ")));
    return std::string(otherwise);
  }
  return found;
}

std::vector<std::string> SettingReader::texts(std::string_view name, const std::vector<std::string>& otherwise) {
  const Value found = value(name);
  if (found.isMissing()) return otherwise;
  std::vector<std::string> all;
  if (found.isCollection()) {
    for (const Value& element : found.asCollection().elements()) {
      if (element.isText() && !element.asText().empty()) all.emplace_back(element.asText());
    }
  }
  if (!found.isCollection() || all.size() != found.asCollection().size()) {
    refuse(name, "must be an array of texts");
    return otherwise;
  }
  return all;
}

Value SettingReader::secret(std::string_view name) {
  Value found = value(name);
  if (found.isMissing()) return Value::null();
  const bool reference = found.isObject() && found.asObject().size() == 1 && found.asObject().get("secret").isText();
  if (!found.isText() && !reference) refuse(name, R"(must be a text or {"secret":"name"})");
  return found;
}

Result<> SettingReader::finish() {
  if (!problem_) {
    for (const auto& [name, unused] : settings_.members()) {
      if (!read_.contains(name)) {
        problem_ = fmt::format("\"{}\" is not known here; known are: {}.", name, fmt::join(read_, ", "));
        break;
      }
    }
  }
  if (problem_) return std::unexpected(Error(code::wrongArgument, "auth", *problem_));
  return {};
}

}  // namespace qodly::security
