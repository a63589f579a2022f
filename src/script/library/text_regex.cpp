#include "script/library/text_regex.h"

#include <algorithm>
#include <list>
#include <memory>
#include <string>

#include <unicode/uregex.h>

#include "base/text.h"
#include "script/library/codes.h"
#include "script/library/text_utf16.h"

namespace qodly::script::library {

namespace {

struct RegexCloser {
  void operator()(URegularExpression* regex) const { uregex_close(regex); }
};
using Regex = std::unique_ptr<URegularExpression, RegexCloser>;

Error invalidPattern(std::string_view pattern, UErrorCode status, const UParseError& where) {
  std::string message =
      "Invalid regular expression \"" + std::string(utf16Prefix(pattern, 200)) + "\": " + u_errorName(status);
  if (where.offset > 0) message += " at character " + std::to_string(where.offset);
  return {codes::invalidRegex, "dbmg", message + "."};
}

// Compiling costs more than most matches: each thread keeps the patterns it used last.
Result<URegularExpression*> compiled(std::string_view pattern) {
  struct Entry {
    std::string pattern;
    Regex regex;
  };
  constexpr std::size_t kept = 32;
  static thread_local std::list<Entry> entries;
  const auto known = std::ranges::find(entries, pattern, &Entry::pattern);
  if (known != entries.end()) {
    entries.splice(entries.begin(), entries, known);
    return entries.front().regex.get();
  }
  const std::u16string units = pattern.empty() ? u"(?:)" : toUtf16(pattern);  // ICU takes no empty one
  UErrorCode status = U_ZERO_ERROR;
  UParseError where{};
  Regex regex(uregex_open(units.data(), static_cast<std::int32_t>(units.size()), 0, &where, &status));
  if (U_FAILURE(status)) return std::unexpected(invalidPattern(pattern, status, where));
  entries.push_front({std::string(pattern), std::move(regex)});
  if (entries.size() > kept) entries.pop_back();
  return entries.front().regex.get();
}

std::vector<RegexGroup> groupsOf(URegularExpression* regex, UErrorCode& status) {
  std::vector<RegexGroup> groups(static_cast<std::size_t>(uregex_groupCount(regex, &status)) + 1);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const std::int32_t begin = uregex_start(regex, static_cast<std::int32_t>(i), &status);
    const std::int32_t end = uregex_end(regex, static_cast<std::int32_t>(i), &status);
    if (begin >= 0) groups[i] = {begin + 1, end - begin};
  }
  return groups;
}

bool run(URegularExpression* regex, std::int32_t from, std::int32_t length, RegexSearch search, UErrorCode& status) {
  if (search == RegexSearch::whole) return uregex_matches(regex, -1, &status) != 0;
  if (search == RegexSearch::from) return uregex_find(regex, from, &status) != 0;
  // What stands before the place can be looked back at, and ^ means the beginning of the text.
  uregex_useTransparentBounds(regex, 1, &status);
  uregex_useAnchoringBounds(regex, 0, &status);
  uregex_setRegion(regex, from, length, &status);
  return uregex_lookingAt(regex, -1, &status) != 0;
}

}  // namespace

Result<std::vector<RegexGroup>> matchRegex(std::string_view pattern, std::string_view text, std::int64_t start,
                                           RegexSearch search, std::int32_t most) {
  const auto regex = compiled(pattern);
  if (!regex) return std::unexpected(regex.error());
  const std::u16string units = toUtf16(text);
  const auto from = static_cast<std::size_t>(std::max<std::int64_t>(start, 1) - 1);
  if (search != RegexSearch::whole && from > units.size()) return std::vector<RegexGroup>{};
  UErrorCode status = U_ZERO_ERROR;
  uregex_setTimeLimit(*regex, most, &status);
  uregex_setText(*regex, units.data(), static_cast<std::int32_t>(units.size()), &status);
  const bool found =
      run(*regex, static_cast<std::int32_t>(from), static_cast<std::int32_t>(units.size()), search, status);
  std::vector<RegexGroup> groups;
  if (found && U_SUCCESS(status)) groups = groupsOf(*regex, status);
  UErrorCode ignored = U_ZERO_ERROR;
  uregex_setText(*regex, u"", 0, &ignored);  // the units end with this call
  if (U_FAILURE(status)) {
    return std::unexpected(Error(codes::limitReached, "dbmg",
                                 "The regular expression \"" + std::string(utf16Prefix(pattern, 200)) +
                                     "\" was given up on this text: it takes too long or too much memory (" +
                                     u_errorName(status) + ")."));
  }
  return groups;
}

}  // namespace qodly::script::library
