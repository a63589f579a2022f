// Comparison of an answer with what a case expects: exact, or a subset; wildcards for what differs from run to run.
//
//   "<any>"      anything, also null       "<instant>"  ISO instant with milliseconds and Z
//   "<string>"   any text                  "<number>"   any number
//   "<hex32>"    32 upper-case hexadecimal digits
//   "<absent>"   in an object: the member must not be there
//   text with <hex32> or <any> inside: that part may be anything of the kind
#pragma once

#include <optional>
#include <regex>
#include <string>

#include "base/text.h"
#include "value/json.h"
#include "value/value.h"

namespace qodly::conformance {

inline bool textMatches(std::string_view expected, std::string_view actual) {
  if (expected == actual) return true;
  if (!expected.contains('<')) return false;
  std::string pattern;
  for (std::size_t i = 0; i < expected.size();) {
    static constexpr std::pair<std::string_view, std::string_view> wildcards[] = {
        {"<hex32>", "[0-9A-F]{32}"},
        {"<any>", "[^]*"},
        {"<string>", "[^]*"},
        {"<instant>", "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z"}};
    bool wild = false;
    for (const auto& [name, expression] : wildcards) {
      if (!expected.substr(i).starts_with(name)) continue;
      pattern += expression;
      i += name.size();
      wild = true;
      break;
    }
    if (wild) continue;
    if (std::string_view("\\^$.|?*+()[]{}").contains(expected[i])) pattern += '\\';
    pattern += expected[i++];
  }
  return std::regex_match(std::string(actual), std::regex(pattern));
}

// nullopt: matches. Otherwise where and how it differs.
inline std::optional<std::string> difference(const Value& expected, const Value& actual, bool subset,
                                             const std::string& path = "$") {
  const auto differs = [&] { return path + ": expected " + json::text(expected) + ", got " + json::text(actual); };
  if (expected.isText()) {
    const std::string_view text = expected.asText();
    if (text == "<any>") return std::nullopt;
    if (text == "<number>") return actual.isNumber() ? std::nullopt : std::optional(differs());
    return actual.isText() && textMatches(text, actual.asText()) ? std::nullopt : std::optional(differs());
  }
  if (expected.isNumber()) {
    return actual.isNumber() && expected.asNumber() == actual.asNumber() ? std::nullopt : std::optional(differs());
  }
  if (expected.isObject()) {
    if (!actual.isObject()) return differs();
    for (const Object::Member& member : expected.asObject().members()) {
      const Value* value = actual.asObject().find(member.name);
      const bool absent = member.value.isText() && member.value.asText() == "<absent>";
      if (absent && value != nullptr) return path + "." + member.name + ": must not be there";
      if (absent) continue;
      if (value == nullptr) return path + "." + member.name + ": missing";
      if (auto found = difference(member.value, *value, subset, path + "." + member.name)) return found;
    }
    if (subset) return std::nullopt;
    for (const Object::Member& member : actual.asObject().members()) {
      if (expected.asObject().find(member.name) == nullptr) return path + "." + member.name + ": not expected";
    }
    return std::nullopt;
  }
  if (expected.isCollection()) {
    if (!actual.isCollection() || actual.asCollection().size() != expected.asCollection().size()) return differs();
    for (std::size_t i = 0; i < expected.asCollection().size(); ++i) {
      if (auto found = difference(expected.asCollection().elements()[i], actual.asCollection().elements()[i], subset,
                                  path + "[" + std::to_string(i) + "]")) {
        return found;
      }
    }
    return std::nullopt;
  }
  return expected.identical(actual) ? std::nullopt : std::optional(differs());
}

// Value at a dotted path with positions: "__ENTITIES.0.__KEY".
inline Value valueAt(Value value, std::string_view path) {
  for (const std::string_view step : split(path, '.')) {
    if (value.isObject()) {
      value = value.asObject().get(step);
    } else if (value.isCollection()) {
      const auto index = parseInteger(step);
      if (!index || static_cast<std::size_t>(*index) >= value.asCollection().size()) return {};
      value = value.asCollection().elements()[static_cast<std::size_t>(*index)];
    } else {
      return {};
    }
  }
  return value;
}

}  // namespace qodly::conformance
