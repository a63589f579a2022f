// Paths that come as data: the content of path placeholders, whose names may hold any character (query.md 10.1); and
// the text form of a path for messages and plans.
#include <fmt/format.h>

#include "base/error_codes.h"
#include "query/syntax.h"

namespace qodly::query {

namespace {

Error badLevel(std::string_view level) {
  return Error(code::querySyntax, "dbmg", fmt::format("\"{}\" is not a level of an attribute path", level));
}

bool isLetter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }

// Takes "[]" or "[a]" off the end of a level.
void takeBrackets(std::string_view& level, PathStep& step) {
  if (level.ends_with("[]")) {
    step.each = true;
    level.remove_suffix(2);
  } else if (level.size() > 3 && level.ends_with(']') && level[level.size() - 3] == '[' &&
             isLetter(level[level.size() - 2])) {
    step.each = true;
    step.link = static_cast<char>(level[level.size() - 2] | 0x20);
    level.remove_suffix(3);
  }
}

// Takes "{n}" off the end of a level; anything else in braces belongs to the name.
Result<> takeClassIndex(std::string_view& level, PathStep& step) {
  if (!level.ends_with('}')) return {};
  const std::size_t open = level.rfind('{');
  if (open == std::string_view::npos || open == 0) return {};
  const std::string_view digits = level.substr(open + 1, level.size() - open - 2);
  if (digits.empty() || digits.size() > 9) return {};
  std::uint32_t index = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return {};
    index = index * 10 + static_cast<std::uint32_t>(c - '0');
  }
  if (index == 0) return std::unexpected(badLevel(level));
  step.classIndex = index;
  level.remove_suffix(level.size() - open);
  return {};
}

}  // namespace

Result<PathStep> parseLooseStep(std::string_view level) {
  PathStep step;
  takeBrackets(level, step);
  if (auto taken = takeClassIndex(level, step); !taken) return std::unexpected(taken.error());
  if (level.empty()) return std::unexpected(badLevel(level));
  step.name = level;
  return step;
}

Result<Path> parseLoosePath(std::string_view text) {
  Path path;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t dot = std::min(text.find('.', start), text.size());
    auto step = parseLooseStep(text.substr(start, dot - start));
    if (!step) return std::unexpected(step.error());
    if (path.size() == maximumPathSteps) {
      return std::unexpected(
          Error(code::querySyntax, "dbmg", fmt::format("An attribute path of more than {} steps", maximumPathSteps)));
    }
    path.push_back(std::move(*step));
    start = dot + 1;
  }
  return path;
}

std::string pathText(const Path& path) {
  std::string text;
  for (const PathStep& step : path) {
    if (!text.empty()) text += '.';
    text += step.name;
    if (step.classIndex != 0) text += fmt::format("{{{}}}", step.classIndex);
    if (!step.each) continue;
    text += '[';
    if (step.link != 0) text += step.link;
    text += ']';
  }
  return text;
}

}  // namespace qodly::query
