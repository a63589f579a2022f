// Source files as they lie on disk, made uniform.
#include "script/syntax/source_text.h"

#include "base/text.h"

namespace qodly::script::syntax {

std::string normaliseSource(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  std::string text = isValidUtf8(bytes) ? std::string(bytes) : repairUtf8(bytes);
  if (text.find('\r') == std::string::npos) return text;
  std::size_t to = 0;
  for (std::size_t from = 0; from < text.size(); ++from) {
    const bool lineEnd = text[from] == '\r';
    if (lineEnd && from + 1 < text.size() && text[from + 1] == '\n') continue;
    text[to++] = lineEnd ? '\n' : text[from];
  }
  text.resize(to);
  return text;
}

std::vector<std::uint32_t> findLineStarts(std::string_view text) {
  std::vector<std::uint32_t> starts{0};
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
    starts.push_back(static_cast<std::uint32_t>(at + 1));
  }
  return starts;
}

}  // namespace qodly::script::syntax
