#include "app/lsp_json.h"

#include <algorithm>

#include "base/text.h"

namespace qodly::app::lsp {

using script::intelligence::EditorPosition;

std::optional<EditorPosition> positionAt(const Value& value, std::string_view path) {
  const Value found = at(value, path);
  const Value line = at(found, "line");
  const Value character = at(found, "character");
  if (line.type() != Type::integer || character.type() != Type::integer) return std::nullopt;
  const auto bounded = [](std::int64_t number) {
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(number, 0, INT32_MAX));
  };
  return EditorPosition{bounded(line.asInteger()), bounded(character.asInteger())};
}

Value position(EditorPosition at) {
  return object({{"line", Value::integer(at.line)}, {"character", Value::integer(at.character)}});
}

Value range(const script::intelligence::Positions& positions, std::uint32_t begin, std::uint32_t end) {
  return object({{"start", position(positions.at(begin))}, {"end", position(positions.at(end))}});
}

std::string uriOf(const std::filesystem::path& path) {
  std::string uri = "file://";
  for (const std::filesystem::path& part : path) {
    if (part == "/") continue;
    uri += '/' + percentEncode(part.string());
  }
  return uri;
}

std::filesystem::path pathOf(std::string_view uri) {
  constexpr std::string_view scheme = "file://";
  if (!uri.starts_with(scheme)) return {};
  uri.remove_prefix(scheme.size());
  const auto slash = uri.find('/');  // a host, normally empty
  if (slash == std::string_view::npos) return {};
  std::string coded(uri.substr(slash));
  // A plus is no blank here.
  for (std::size_t plus = 0; (plus = coded.find('+', plus)) != std::string::npos;) coded.replace(plus, 1, "%2B");
  return std::filesystem::path(percentDecode(coded)).lexically_normal();
}

}  // namespace qodly::app::lsp
