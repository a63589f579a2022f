#include "value/json_size.h"

namespace qodly::json {

bool hasAtMostValues(std::string_view text, std::size_t most) {
  // Each value stands behind the start of the text, a comma, or a bracket that is not closed at once.
  const auto isEmpty = [text](std::size_t bracket) {
    const std::size_t next = text.find_first_not_of(" \t\r\n", bracket + 1);
    return next != std::string_view::npos && (text[next] == ']' || text[next] == '}');
  };
  if (text.size() < most) return true;
  std::size_t count = 1;
  bool inString = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (inString) {
      if (c == '\\') ++i;
      if (c == '"') inString = false;
    } else if (c == '"') {
      inString = true;
    } else if ((c == ',' || ((c == '[' || c == '{') && !isEmpty(i))) && ++count > most) {
      return false;
    }
  }
  return true;
}

}  // namespace qodly::json
