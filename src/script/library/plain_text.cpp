#include "script/library/plain_text.h"

#include "script/library/format_number.h"

namespace qodly::script::library {

void appendPlainText(const Value& value, std::string& out) {
  switch (value.type()) {
    case Type::undefined:
    case Type::null:
      out += "null";
      return;
    case Type::boolean:
      out += value.asBoolean() ? "true" : "false";
      return;
    case Type::integer:
    case Type::real:
      return appendNumber(value.asNumber(), ".", out);
    case Type::time:
      return appendNumber(static_cast<double>(value.asTime().ms), ".", out);
    case Type::text:
      out += value.asText();
      return;
    case Type::date:
      return appendDate(value.asDate(), out);
    case Type::instant:
      return appendInstant(value.asInstant(), out);
    case Type::collection:
      out += "[object Collection]";
      return;
    case Type::picture:
      out += "[object Picture]";
      return;
    case Type::blob:
      out += "[object Blob]";
      return;
    case Type::object:
    case Type::handle:
      out += "[object Object]";
      return;
  }
}

}  // namespace qodly::script::library
