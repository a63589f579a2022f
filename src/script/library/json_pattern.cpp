#include "script/library/json_pattern.h"

#include <fmt/format.h>
#include <unicode/uregex.h>
#include <unicode/ustring.h>

#include "script/library/library_errors.h"

namespace qodly::script::library {

namespace {

constexpr std::int32_t timeLimit = 2000;  // steps of ICU's own measure, of about a millisecond each

std::u16string utf16(std::string_view text) {
  std::u16string units(text.size(), u'\0');
  std::int32_t length = 0;
  UErrorCode status = U_ZERO_ERROR;
  u_strFromUTF8WithSub(units.data(), static_cast<std::int32_t>(units.size()), &length, text.data(),
                       static_cast<std::int32_t>(text.size()), 0xFFFD, nullptr, &status);
  units.resize(U_SUCCESS(status) ? static_cast<std::size_t>(length) : 0);
  return units;
}

// What ECMA means by an escape that ICU reads otherwise; "" when they agree.
std::string_view classOf(char escape, bool insideClass) {
  switch (escape) {
    case 'd':
      return insideClass ? "0-9" : "[0-9]";
    case 'D':
      return "[^0-9]";
    case 'w':
      return insideClass ? "A-Za-z0-9_" : "[A-Za-z0-9_]";
    case 'W':
      return "[^A-Za-z0-9_]";
    case 's':
      return insideClass ? "\\t-\\r\\u00A0\\uFEFF\\p{Z}" : "[\\t-\\r\\u00A0\\uFEFF\\p{Z}]";
    case 'S':
      return "[^\\t-\\r\\u00A0\\uFEFF\\p{Z}]";
    default:
      return {};
  }
}

std::string translated(std::string_view pattern) {
  std::string out;
  bool insideClass = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\' && i + 1 < pattern.size()) {
      const std::string_view replacement = classOf(pattern[++i], insideClass);
      if (replacement.empty()) {
        out += c;
        out += pattern[i];
      } else {
        out += replacement;
      }
    } else if (!insideClass && c == '[') {
      insideClass = true;
      out += c;
      if (pattern.substr(i + 1).starts_with('^')) out += pattern[++i];
    } else if (insideClass && (c == '[' || c == '&' || (c == '-' && pattern.substr(i + 1).starts_with('-')))) {
      out += '\\';  // sets inside sets are ICU's own
      out += c;
    } else {
      insideClass = insideClass && c != ']';
      out += !insideClass && c == '$' ? std::string_view("(?![\\s\\S])") : pattern.substr(i, 1);
    }
  }
  return out;
}

}  // namespace

void JsonPattern::Close::operator()(URegularExpression* regex) const { uregex_close(regex); }

Result<JsonPattern> JsonPattern::compile(std::string_view pattern) {
  const std::u16string units = utf16(translated(pattern));
  UParseError where{};
  UErrorCode status = U_ZERO_ERROR;
  JsonPattern compiled;
  compiled.regex_.reset(uregex_open(units.data(), static_cast<std::int32_t>(units.size()), 0, &where, &status));
  if (U_FAILURE(status)) {
    return std::unexpected(
        Error(code::invalidJsonPattern, "host", fmt::format("\"{}\" is not a valid regular expression", pattern)));
  }
  uregex_setTimeLimit(compiled.regex_.get(), timeLimit, &status);
  return compiled;
}

bool JsonPattern::foundIn(std::string_view text) const {
  const std::u16string units = utf16(text);
  UErrorCode status = U_ZERO_ERROR;
  uregex_setText(regex_.get(), units.data(), static_cast<std::int32_t>(units.size()), &status);
  const bool found = uregex_find(regex_.get(), 0, &status) != 0;
  return U_SUCCESS(status) && found;
}

}  // namespace qodly::script::library
