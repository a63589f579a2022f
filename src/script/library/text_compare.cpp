#include "script/library/text_compare.h"

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include <unicode/ucol.h>

#include "base/text.h"
#include "base/utf8.h"
#include "script/library/codes.h"

namespace qodly::script::library {

namespace {

constexpr std::int64_t charCodes = 1;
constexpr std::int64_t caseInsensitive = 2;
constexpr std::int64_t diacriticInsensitive = 4;
constexpr std::int64_t wholeWord = 32;

struct CollatorCloser {
  void operator()(UCollator* collator) const { ucol_close(collator); }
};

// ICU's collators compare concurrently; one for each locale and strength is kept for the life of the process.
const UCollator* collatorFor(const Collation& collation, SearchStrength strength) {
  static std::mutex mutex;
  static std::map<std::pair<std::string, SearchStrength>, std::unique_ptr<UCollator, CollatorCloser>> known;
  const std::lock_guard lock(mutex);
  auto& collator = known[{collation.locale(), strength}];
  if (collator) return collator.get();
  UErrorCode status = U_ZERO_ERROR;
  collator.reset(ucol_open(collation.locale().c_str(), &status));
  if (!collator) return nullptr;
  ucol_setAttribute(collator.get(), UCOL_ALTERNATE_HANDLING, UCOL_NON_IGNORABLE, &status);
  ucol_setAttribute(collator.get(), UCOL_NORMALIZATION_MODE, UCOL_ON, &status);
  const UColAttributeValue level = strength == SearchStrength::exact     ? UCOL_TERTIARY
                                   : strength == SearchStrength::accents ? UCOL_SECONDARY
                                                                         : UCOL_PRIMARY;
  ucol_setAttribute(collator.get(), UCOL_STRENGTH, level, &status);
  if (strength == SearchStrength::lettersAndCase) {
    ucol_setAttribute(collator.get(), UCOL_CASE_LEVEL, UCOL_ON, &status);
  }
  return collator.get();
}

int signOf(std::int64_t difference) { return difference < 0 ? -1 : static_cast<int>(difference > 0); }

// UTF-16 puts characters beyond U+FFFF before U+E000, UTF-8 puts them last.
std::uint32_t codeOrder(char32_t codePoint) {
  if (codePoint >= 0x10000) return 0xD800;
  return codePoint;
}

int compareCodes(std::string_view left, std::string_view right, bool anyCase) {
  const auto fold = [&](char c) { return static_cast<unsigned char>(anyCase && c >= 'A' && c <= 'Z' ? c + 32 : c); };
  const std::size_t common = std::min(left.size(), right.size());
  std::size_t at = 0;
  while (at < common && fold(left[at]) == fold(right[at])) ++at;
  if (at == common) return signOf(static_cast<std::int64_t>(left.size()) - static_cast<std::int64_t>(right.size()));
  if (static_cast<unsigned char>(left[at]) < 0x80 && static_cast<unsigned char>(right[at]) < 0x80) {
    return signOf(fold(left[at]) - fold(right[at]));
  }
  while (at > 0 && (static_cast<unsigned char>(left[at]) & 0xC0) == 0x80) --at;
  const char32_t leftCode = decodeUtf8(left, at).codePoint;
  const char32_t rightCode = decodeUtf8(right, at).codePoint;
  const std::int64_t byUnit = std::int64_t{codeOrder(leftCode)} - codeOrder(rightCode);
  return signOf(byUnit != 0 ? byUnit : std::int64_t{leftCode} - std::int64_t{rightCode});
}

}  // namespace

CompareOptions compareOptions(std::optional<std::int64_t> options) {
  if (!options) return {};
  const bool anyCase = (*options & caseInsensitive) != 0;
  const bool anyAccent = (*options & diacriticInsensitive) != 0;
  CompareOptions result;
  result.wholeWord = (*options & wholeWord) != 0;
  if ((*options & charCodes) != 0) {
    result.strength = anyCase ? SearchStrength::codesAnyCase : SearchStrength::codes;
  } else if (anyCase) {
    result.strength = anyAccent ? SearchStrength::letters : SearchStrength::accents;
  } else {
    result.strength = anyAccent ? SearchStrength::lettersAndCase : SearchStrength::exact;
  }
  return result;
}

int compareStrings(const Collation& collation, std::string_view left, std::string_view right, SearchStrength strength) {
  if (left == right) return 0;
  switch (strength) {
    case SearchStrength::codes:
    case SearchStrength::codesAnyCase:
      return compareCodes(left, right, strength == SearchStrength::codesAnyCase);
    case SearchStrength::letters: {
      const auto order = collation.compare(left, right);
      return order < 0 ? -1 : static_cast<int>(order > 0);
    }
    default:
      break;
  }
  const UCollator* collator = collatorFor(collation, strength);
  UErrorCode status = U_ZERO_ERROR;
  if (collator == nullptr) return compareCodes(left, right, false);
  return ucol_strcollUTF8(collator, left.data(), static_cast<std::int32_t>(left.size()), right.data(),
                          static_cast<std::int32_t>(right.size()), &status);
}

FoundText findText(const Collation& collation, std::string_view wanted, const Value& text, std::int64_t start,
                   const CompareOptions& options) {
  const std::string_view whole = text.asText();
  if (wanted.empty() || whole.empty()) return {};
  const std::size_t from = start <= 1 ? 0 : text.textOffset(static_cast<std::size_t>(start - 1));
  if (from >= whole.size()) return {};
  if (options.strength == SearchStrength::codes && !options.wholeWord) {
    const std::size_t at = findBytes(whole, wanted, from);
    if (at == std::string_view::npos) return {};
    const bool ascii = text.isAsciiText();
    return {static_cast<std::int64_t>(ascii ? at : utf16Length(whole.substr(0, at))) + 1,
            static_cast<std::int64_t>(ascii ? wanted.size() : utf16Length(wanted))};
  }
  const TextSearch search(collation, wanted, options.strength);
  TextMatches matches(search, whole, from);
  for (;;) {
    const auto match = matches.next();
    if (!match) return {};
    if (options.wholeWord && !isWholeWord(whole, *match)) continue;
    const bool ascii = text.isAsciiText();
    const std::string_view found = whole.substr(match->offset, match->length);
    return {static_cast<std::int64_t>(ascii ? match->offset : utf16Length(whole.substr(0, match->offset))) + 1,
            static_cast<std::int64_t>(ascii ? match->length : utf16Length(found))};
  }
}

Result<Value> replaceString(const Collation& collation, const Value& source, std::string_view wanted,
                            std::string_view replacement, std::int64_t most, SearchStrength strength) {
  constexpr std::size_t longestText = 2'147'483'647;
  const std::string_view text = source.asText();
  if (wanted.empty() || most <= 0 || text.empty()) return source;
  const TextSearch search(collation, wanted, strength);
  TextMatches matches(search, text);
  auto match = matches.next();
  if (!match) return source;
  std::string result;
  result.reserve(text.size() + text.size() / 8);
  std::size_t copied = 0;
  for (; match; match = --most > 0 ? matches.next() : std::nullopt) {
    result.append(text.substr(copied, match->offset - copied)).append(replacement);
    copied = match->offset + match->length;
    if (result.size() > longestText) {
      return std::unexpected(Error(codes::limitReached, "host", "replaceString: the result is longer than 2 GB."));
    }
  }
  result.append(text.substr(copied));
  return Value::text(std::move(result));
}

}  // namespace qodly::script::library
