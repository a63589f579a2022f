// Case-insensitive look-up of paths.
#include "model/name_lookup.h"

#include <string>
#include <system_error>

#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "base/text.h"

namespace qodly::model {

namespace fs = std::filesystem;

bool equalsIgnoringCase(std::string_view left, std::string_view right) {
  if (left == right) return true;
  if (!isValidUtf8(left) || !isValidUtf8(right)) return false;
  const auto a = icu::UnicodeString::fromUTF8({left.data(), static_cast<std::int32_t>(left.size())});
  const auto b = icu::UnicodeString::fromUTF8({right.data(), static_cast<std::int32_t>(right.size())});
  std::int32_t i = 0;
  std::int32_t j = 0;
  while (i < a.length() && j < b.length()) {
    const UChar32 x = a.char32At(i);
    const UChar32 y = b.char32At(j);
    if (x != y && u_foldCase(x, U_FOLD_CASE_DEFAULT) != u_foldCase(y, U_FOLD_CASE_DEFAULT)) return false;
    i = a.moveIndex32(i, 1);
    j = b.moveIndex32(j, 1);
  }
  return i == a.length() && j == b.length();
}

namespace {

// The entry of `folder` called `name`, exactly or ignoring case.
std::optional<FoundPath> findEntry(const fs::path& folder, std::string_view name) {
  std::error_code error;
  if (fs::path exact = folder / name; fs::exists(exact, error)) return FoundPath{std::move(exact)};
  std::string best;
  std::size_t candidates = 0;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    std::string found = entry->path().filename().string();
    if (!equalsIgnoringCase(found, name)) continue;
    if (++candidates == 1 || found < best) best = std::move(found);
  }
  if (candidates == 0) return std::nullopt;
  return FoundPath{folder / best, false, candidates > 1};
}

}  // namespace

std::optional<FoundPath> findIgnoringCase(const fs::path& folder, std::string_view relative) {
  FoundPath result{folder};
  for (const std::string_view step : split(relative, '/')) {
    if (step.empty() || step == "." || step == ".." || step.find('\0') != std::string_view::npos) return std::nullopt;
    auto entry = findEntry(result.path, step);
    if (!entry) return std::nullopt;
    result = {std::move(entry->path), result.exact && entry->exact, result.ambiguous || entry->ambiguous};
  }
  return result;
}

}  // namespace qodly::model
