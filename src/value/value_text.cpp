#include "value/value_text.h"

#include "base/text.h"

namespace qodly {

namespace {
constexpr std::size_t quotedLimit = 80;
}

std::string valueText(const Value& value) {
  std::string out;
  switch (value.type()) {
    case Type::boolean:
      return value.asBoolean() ? "true" : "false";
    case Type::integer:
      appendInteger(value.asInteger(), out);
      break;
    case Type::real:
      appendReal(value.asReal(), out);
      break;
    case Type::text:
      return std::string(value.asText());
    case Type::date:
      appendDate(value.asDate(), out);
      break;
    case Type::time:
      appendDuration(value.asTime(), out);
      break;
    case Type::instant:
      appendInstant(value.asInstant(), out);
      break;
    default:
      break;
  }
  return out;
}

std::string quoted(const Value& value) {
  if (value.isMissing()) return "null";
  if (!value.isText()) {
    std::string text = valueText(value);
    return text.empty() ? std::string(name(value.type())) : text;
  }
  const std::string_view whole = value.asText();
  const std::string_view shown = utf16Prefix(whole, quotedLimit);
  return '"' + std::string(shown) + (shown.size() < whole.size() ? "…\"" : "\"");
}

}  // namespace qodly
