#include "value/media_name.h"

#include <algorithm>

namespace qodly {

namespace {

constexpr std::string_view mark = "; name=\"";
constexpr std::size_t longestType = 255;
constexpr std::size_t longestName = 200;

bool isContinuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

std::string_view cut(std::string_view text, std::size_t length) {
  if (text.size() <= length) return text;
  while (length > 0 && isContinuation(text[length])) --length;
  return text.substr(0, length);
}

}  // namespace

std::string_view withoutMediaName(std::string_view mediaType) { return mediaType.substr(0, mediaType.find(mark)); }

std::string_view mediaName(std::string_view mediaType) {
  const std::size_t at = mediaType.find(mark);
  if (at == std::string_view::npos) return {};
  const std::string_view name = mediaType.substr(at + mark.size());
  return name.substr(0, name.rfind('"'));
}

std::string withMediaName(std::string_view mediaType, std::string_view name) {
  name = name.substr(name.find_last_of("/\\") + 1);
  std::string result(withoutMediaName(mediaType));
  std::string kept;
  for (const char c : name) {
    if (c != '"' && c != '\x7F' && static_cast<unsigned char>(c) >= ' ') kept.push_back(c);
  }
  const std::size_t around = mark.size() + 1;
  if (kept.empty() || result.size() + around >= longestType) return result;
  const std::string_view fitting = cut(kept, std::min(longestName, longestType - around - result.size()));
  return fitting.empty() ? result : result.append(mark).append(fitting) + '"';
}

}  // namespace qodly
