// Building the tables of a locale from ICU.
#include "base/collation_tables.h"

#include <algorithm>
#include <stdexcept>

#include <unicode/uchar.h>
#include <unicode/ucol.h>
#include <unicode/ucoleitr.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/uset.h>
#include <unicode/utf16.h>

namespace qodly {

namespace {

// Blocks with a fragment for each code point: Latin, Greek, Cyrillic; Latin and Greek with diacritics; typographic
// punctuation and currency signs.
struct CodePointRange {
  char32_t first, last;
};
constexpr std::array<CodePointRange, 3> tabulated = {{{0x80, 0x52F}, {0x1E00, 0x1FFF}, {0x2000, 0x20CF}}};

constexpr std::size_t tabulatedCount = [] {
  std::size_t count = 0;
  for (const CodePointRange& range : tabulated) count += range.last - range.first + 1;
  return count;
}();

void require(UErrorCode status, const char* what) {
  if (U_FAILURE(status)) throw std::runtime_error(std::string("ICU: ") + what + ": " + u_errorName(status));
}

std::u16string utf16(char32_t codePoint) {
  std::u16string text;
  if (codePoint >= 0x10000) {
    text.push_back(static_cast<char16_t>(U16_LEAD(codePoint)));
    text.push_back(static_cast<char16_t>(U16_TRAIL(codePoint)));
  } else {
    text.push_back(static_cast<char16_t>(codePoint));
  }
  return text;
}

// Does the weight of this code point, or of its neighbour, depend on the context?
bool isContextual(char32_t codePoint, const UNormalizer2* nfc) {
  const auto c = static_cast<UChar32>(codePoint);
  UErrorCode status = U_ZERO_ERROR;
  const std::u16string text = utf16(codePoint);
  return u_getCombiningClass(c) != 0 || (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0 ||
         unorm2_quickCheck(nfc, text.data(), static_cast<std::int32_t>(text.size()), &status) != UNORM_YES;
}

struct SetCloser {
  void operator()(USet* set) const { uset_close(set); }
};

std::u32string codePoints(const std::array<UChar, 64>& text, std::int32_t length) {
  std::u32string result;
  for (std::int32_t at = 0; at < length;) {
    UChar32 codePoint = 0;
    U16_NEXT(text.data(), at, length, codePoint);
    result.push_back(static_cast<char32_t>(codePoint));
  }
  return result;
}

}  // namespace

void CollatorCloser::operator()(UCollator* collator) const { ucol_close(collator); }

Collation::Tables::Tables(const std::string& requestedLocale) : locale(requestedLocale) {
  UErrorCode status = U_ZERO_ERROR;
  collator.reset(ucol_open(locale.c_str(), &status));
  require(status, "no collator");
  ucol_setAttribute(collator.get(), UCOL_ALTERNATE_HANDLING, UCOL_NON_IGNORABLE, &status);
  ucol_setAttribute(collator.get(), UCOL_NORMALIZATION_MODE, UCOL_ON, &status);
  require(status, "collator attributes");
  readReorderings();
  rankAscii();
  readFragments();
  readContractions();
}

std::size_t Collation::Tables::fragmentIndex(char32_t codePoint) {
  if (codePoint <= tabulated[0].last) return codePoint - tabulated[0].first;
  std::size_t base = tabulated[0].last - tabulated[0].first + 1;
  for (std::size_t i = 1; i < tabulated.size(); ++i) {
    if (codePoint < tabulated[i].first) return tabulatedCount;
    if (codePoint <= tabulated[i].last) return base + (codePoint - tabulated[i].first);
    base += tabulated[i].last - tabulated[i].first + 1;
  }
  return tabulatedCount;
}

// The element iterator gives weights before reordering. Root collation has, for each script and group, a string U+FDD1
// + sample character with the first weight of that group; the lead byte of its sort key tells where the group went.
void Collation::Tables::readReorderings() {
  UErrorCode status = U_ZERO_ERROR;
  const std::int32_t codes = ucol_getReorderCodes(collator.get(), nullptr, 0, &status);
  if (codes == 0) return;

  std::vector<std::u16string> samples = {u"\u00A0", u"\u201A", u"\uFF40", u"\u20AC", u"5"};
  for (int script = 0; script <= u_getIntPropertyMaxValue(UCHAR_SCRIPT); ++script) {
    std::array<UChar, 8> sample{};
    status = U_ZERO_ERROR;
    const std::int32_t length =
        uscript_getSampleString(static_cast<UScriptCode>(script), sample.data(), sample.size(), &status);
    if (U_SUCCESS(status) && length > 0) samples.emplace_back(sample.data(), static_cast<std::size_t>(length));
  }
  const std::vector<std::uint32_t> markAlone = primaryWeights(collator.get(), u"\uFDD1");
  for (const std::u16string& sample : samples) {
    const std::u16string boundary = u"\uFDD1" + sample;
    const std::vector<std::uint32_t>& weights = primaryWeights(collator.get(), boundary);
    if (weights.empty() || (!markAlone.empty() && weights.front() == markAlone.front())) continue;
    std::array<std::uint8_t, 64> sortKey{};
    ucol_getSortKey(collator.get(), boundary.data(), static_cast<std::int32_t>(boundary.size()), sortKey.data(),
                    static_cast<std::int32_t>(sortKey.size()));
    const std::uint32_t shift = (std::uint32_t{sortKey[0]} - (weights.front() >> 24)) << 24;
    reorderings_.push_back({weights.front() & 0xFFFF0000, shift});
  }
  std::sort(reorderings_.begin(), reorderings_.end(),
            [](const Reordering& a, const Reordering& b) { return a.start < b.start; });
}

std::uint32_t Collation::Tables::reordered(std::uint32_t primary) const {
  const auto after =
      std::upper_bound(reorderings_.begin(), reorderings_.end(), primary,
                       [](std::uint32_t weight, const Reordering& entry) { return weight < entry.start; });
  return after == reorderings_.begin() ? primary : primary + std::prev(after)->shift;
}

void Collation::Tables::rankAscii() {
  std::array<std::vector<std::uint32_t>, 128> weights;
  for (std::size_t c = 0; c < 128; ++c) {
    const char16_t unit = static_cast<char16_t>(c);
    weights[c] = primaryWeights(collator.get(), {&unit, 1});
    if (weights[c].size() == 1) rankedWeights.push_back(reordered(weights[c].front()));
  }
  std::sort(rankedWeights.begin(), rankedWeights.end());
  rankedWeights.erase(std::unique(rankedWeights.begin(), rankedWeights.end()), rankedWeights.end());
  if (rankedWeights.size() > mostRanks) rankedWeights.resize(mostRanks);

  rank.fill(notSimple);
  for (std::size_t c = 0; c < 128; ++c) {
    if (weights[c].empty()) {
      rank[c] = ignorable;
    } else if (weights[c].size() == 1) {
      std::string unit;
      appendUnit(weights[c].front(), unit);
      if (unit.size() == 1) rank[c] = static_cast<std::uint8_t>(unit[0]);
    }
  }
}

void Collation::Tables::readFragments() {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* nfc = unorm2_getNFCInstance(&status);
  require(status, "normaliser");
  fragments.resize(tabulatedCount);
  std::string bytes;
  for (const CodePointRange& range : tabulated) {
    for (char32_t c = range.first; c <= range.last; ++c) {
      if (isContextual(c, nfc)) continue;
      bytes.clear();
      for (const std::uint32_t weight : primaryWeights(collator.get(), utf16(c))) appendUnit(weight, bytes);
      KeyFragment& fragment = fragments[fragmentIndex(c)];
      if (bytes.size() > fragment.bytes.size()) continue;
      fragment.length = static_cast<std::uint8_t>(bytes.size());
      std::copy(bytes.begin(), bytes.end(), fragment.bytes.begin());
    }
  }
}

// A contraction of ASCII letters marks its first two; any other marks its last tabulated non-ASCII character, unless it
// holds one that goes to ICU anyway.
void Collation::Tables::readContractions() {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<USet, SetCloser> set(uset_openEmpty());
  ucol_getContractionsAndExpansions(collator.get(), set.get(), nullptr, 1, &status);
  require(status, "contractions");
  const std::int32_t items = uset_getItemCount(set.get());
  for (std::int32_t item = 0; item < items; ++item) {
    std::array<UChar, 64> text{};
    UChar32 first = 0;
    UChar32 last = 0;
    status = U_ZERO_ERROR;
    const std::int32_t length = uset_getItem(set.get(), item, &first, &last, text.data(), text.size(), &status);
    if (length < 2 || U_FAILURE(status)) continue;

    KeyFragment* trigger = nullptr;
    bool slowAnyway = false;
    const std::u32string characters = codePoints(text, length);
    for (const char32_t c : characters) {
      if (c < 0x80) continue;
      const std::size_t index = fragmentIndex(c);
      if (index >= fragments.size() || fragments[index].length == KeyFragment::slow) {
        slowAnyway = true;
      } else {
        trigger = &fragments[index];
      }
    }
    if (slowAnyway) continue;
    if (trigger != nullptr) {
      trigger->length = KeyFragment::slow;
    } else if (characters.size() >= 2) {
      const std::size_t bit = characters[0] * std::size_t{128} + characters[1];
      asciiPairs[bit / 64] |= std::uint64_t{1} << (bit % 64);
      hasAsciiPairs = true;
    }
  }
}

// Layout of a unit: drawn in collation.h.
void Collation::Tables::appendUnit(std::uint32_t primary, std::string& out) const {
  const std::uint32_t weight = reordered(primary);
  const auto at = std::lower_bound(rankedWeights.begin(), rankedWeights.end(), weight);
  const auto index = static_cast<std::size_t>(at - rankedWeights.begin());
  if (at != rankedWeights.end() && *at == weight) {
    out.push_back(static_cast<char>(2 * index + 3));
    return;
  }
  out.push_back(static_cast<char>(2 * index + 2));
  const auto putHalf = [&](std::uint32_t half) {
    out.push_back(static_cast<char>(0xC0 | (half >> 12)));
    out.push_back(static_cast<char>(0xC0 | ((half >> 6) & 0x3F)));
    out.push_back(static_cast<char>(0xC0 | (half & 0x3F)));
  };
  putHalf(weight >> 16);
  if ((weight & 0xFFFF) != 0) putHalf(weight & 0xFFFF);
}

}  // namespace qodly
