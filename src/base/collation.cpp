// Keys and comparison. Texts go through the tables of the locale; those the tables cannot decide go to ICU as a whole.
#include "base/collation.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>
#include <optional>

#include <unicode/ucol.h>
#include <unicode/ucoleitr.h>
#include <unicode/uloc.h>
#include <unicode/unorm2.h>

#include "base/collation_tables.h"
#include "base/utf8.h"

namespace qodly {

namespace {

struct ElementsCloser {
  void operator()(UCollationElements* elements) const { ucol_closeElements(elements); }
};

// ICU's iterators are dear to make: each thread keeps one for each collator it has met.
UCollationElements* elementsOf(const UCollator* collator) {
  struct Entry {
    const UCollator* collator;
    std::unique_ptr<UCollationElements, ElementsCloser> elements;
  };
  static thread_local std::vector<Entry> entries;
  for (const Entry& entry : entries) {
    if (entry.collator == collator) return entry.elements.get();
  }
  UErrorCode status = U_ZERO_ERROR;
  UCollationElements* elements = ucol_openElements(collator, u"", 0, &status);
  entries.push_back({collator, std::unique_ptr<UCollationElements, ElementsCloser>(elements)});
  return elements;
}

// Canonical equivalents must have equal keys also where a contraction sees only one of them, hence composed form first.
std::u16string_view composed(std::u16string_view text, std::u16string& buffer) {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* nfc = unorm2_getNFCInstance(&status);
  const auto length = static_cast<std::int32_t>(text.size());
  if (unorm2_quickCheck(nfc, text.data(), length, &status) == UNORM_YES) return text;
  buffer.resize(text.size() * 3 + 16);  // no composition grows by more (UAX #15, maximum expansion factors)
  status = U_ZERO_ERROR;
  const std::int32_t written =
      unorm2_normalize(nfc, text.data(), length, buffer.data(), static_cast<std::int32_t>(buffer.size()), &status);
  if (U_FAILURE(status)) return text;
  return {buffer.data(), static_cast<std::size_t>(written)};
}

bool isHan(char32_t c) { return c >= 0x4E00 && c <= 0x9FFF; }

// Decodes text from `from` on into `out`. After `most` bytes it stops before the next blank or Han character - no
// weight depends on what stands on both sides of such a place - or, failing that, after twice as many. Returns where it
// stopped.
std::size_t decodeSegment(std::string_view text, std::size_t from, std::size_t most, std::u16string& out) {
  out.clear();
  std::size_t at = from;
  while (at < text.size()) {
    const DecodedCodePoint decoded = decodeUtf8(text, at);
    if (at - from >= most && (decoded.codePoint == ' ' || isHan(decoded.codePoint) || at - from >= 2 * most)) break;
    at += decoded.length;
    if (decoded.codePoint < 0x10000) {
      out.push_back(static_cast<char16_t>(decoded.codePoint));
    } else {
      out.push_back(static_cast<char16_t>(0xD7C0 + (decoded.codePoint >> 10)));
      out.push_back(static_cast<char16_t>(0xDC00 + (decoded.codePoint & 0x3FF)));
    }
  }
  return at;
}

// Removes whole units from the end until the key fits.
bool cutToLimit(std::string& key, std::size_t start, std::size_t limit) {
  if (key.size() - start <= limit) return true;
  std::size_t end = start + limit;
  while (end > start && static_cast<unsigned char>(key[end]) >= 0xC0) --end;
  key.resize(end);
  return false;
}

}  // namespace

std::vector<std::uint32_t>& primaryWeights(const UCollator* collator, std::u16string_view text) {
  constexpr std::uint32_t continuation = 0xC0;  // in the lowest byte: lower half of the weight before
  static thread_local std::vector<std::uint32_t> weights;
  weights.clear();
  UErrorCode status = U_ZERO_ERROR;
  UCollationElements* elements = elementsOf(collator);
  ucol_setText(elements, text.data(), static_cast<std::int32_t>(text.size()), &status);
  for (;;) {
    const std::int32_t order = ucol_next(elements, &status);
    if (order == UCOL_NULLORDER || U_FAILURE(status)) return weights;
    const auto element = static_cast<std::uint32_t>(order);
    const std::uint32_t half = element >> 16;
    if (half == 0) continue;
    if ((element & continuation) == continuation && !weights.empty()) {
      weights.back() |= half;
    } else {
      weights.push_back(half << 16);
    }
  }
}

std::string& scratchKey(std::size_t which) {
  static thread_local std::array<std::string, 2> keys;
  std::string& key = keys[which];
  if (key.capacity() > std::size_t{1} << 20) std::string().swap(key);  // one huge text does not stay in memory
  key.clear();
  return key;
}

bool Collation::Tables::appendFast(std::string_view text, std::string& out, std::size_t limit) const {
  constexpr std::size_t chunk = 1024;                 // bytes of text
  constexpr std::size_t mostGrowth = 4 * chunk + 64;  // of the key, for a chunk of text
  const std::size_t start = out.size();
  bool decided = true;
  for (std::size_t at = 0; at < text.size() && decided && out.size() - start <= limit;) {
    const std::size_t end = std::min(at + chunk, text.size());
    const std::size_t old = out.size();
    out.resize_and_overwrite(old + std::min(mostGrowth, (end - at) * 4 + 64), [&](char* bytes, std::size_t) {
      char* to = bytes + old;
      while (at < end) {
        const auto byte = static_cast<unsigned char>(text[at]);
        const std::uint8_t simple = rank[byte];
        if (simple != notSimple) {
          *to = static_cast<char>(simple);
          to += static_cast<std::ptrdiff_t>(simple != ignorable);
          ++at;
          if (hasAsciiPairs && at < text.size() && static_cast<unsigned char>(text[at]) < 0x80 &&
              startsAsciiContraction(byte, static_cast<unsigned char>(text[at]))) {
            decided = false;
            break;
          }
          continue;
        }
        const DecodedCodePoint decoded = decodeUtf8(text, at);
        const std::size_t index = decoded.codePoint < 0x80 ? fragments.size() : fragmentIndex(decoded.codePoint);
        if (index >= fragments.size() || fragments[index].length == KeyFragment::slow) {
          decided = false;
          break;
        }
        std::memcpy(to, fragments[index].bytes.data(), fragments[index].bytes.size());
        to += fragments[index].length;
        at += decoded.length;
      }
      return static_cast<std::size_t>(to - bytes);
    });
  }
  if (!decided) out.resize(start);
  return decided;
}

void Collation::Tables::appendSlow(std::string_view text, std::string& out, std::size_t limit) const {
  constexpr std::size_t segment = 256 * 1024;
  static thread_local std::u16string decoded;
  static thread_local std::u16string normalised;
  const std::size_t start = out.size();
  const std::size_t most = limit < segment / 16 ? std::max<std::size_t>(4096, limit * 16) : segment;
  for (std::size_t at = 0; at < text.size() && out.size() - start <= limit;) {
    at = decodeSegment(text, at, most, decoded);
    for (const std::uint32_t weight : primaryWeights(collator.get(), composed(decoded, normalised))) {
      appendUnit(weight, out);
    }
  }
}

Collation::Collation(std::unique_ptr<const Tables> tables) : tables_(std::move(tables)) {}
Collation::~Collation() = default;

std::shared_ptr<const Collation> Collation::forLocale(std::string_view locale) {
  static std::mutex mutex;
  static std::map<std::string, std::shared_ptr<const Collation>, std::less<>> known;
  const std::lock_guard lock(mutex);
  if (const auto found = known.find(locale); found != known.end()) return found->second;

  std::string name(locale);
  std::array<char, ULOC_FULLNAME_CAPACITY> canonical{};
  UErrorCode status = U_ZERO_ERROR;
  uloc_canonicalize(name.c_str(), canonical.data(), canonical.size(), &status);
  if (U_SUCCESS(status) && canonical[0] != '\0') name = canonical.data();
  const auto collation = std::make_shared<const Collation>(std::make_unique<const Tables>(name));
  known.emplace(locale, collation);
  return collation;
}

const std::string& Collation::locale() const { return tables_->locale; }

bool Collation::appendKey(std::string_view text, std::string& out, std::size_t limit) const {
  const std::size_t start = out.size();
  // One character more than fits is looked at, as it may still change the weight of the one before.
  const std::size_t enough = limit < SIZE_MAX - 256 ? limit + 256 : SIZE_MAX;
  if (!tables_->appendFast(text, out, enough)) tables_->appendSlow(text, out, enough);
  return cutToLimit(out, start, limit);
}

std::string Collation::key(std::string_view text) const {
  std::string key;
  appendKey(text, key);
  return key;
}

namespace {

// The order of two texts as long as ASCII decides it; nullopt when the keys must be compared.
std::optional<std::strong_ordering> compareAscii(const Collation::Tables& tables, std::string_view left,
                                                 std::string_view right) {
  if (tables.hasAsciiPairs) return std::nullopt;
  const auto rankAt = [&](std::string_view text, std::size_t at) {
    return tables.rank[static_cast<unsigned char>(text[at])];
  };
  // A following non-ASCII character (a combining mark) can change the weight of the one before it.
  const auto settled = [](std::string_view text, std::size_t next) {
    return next >= text.size() || static_cast<unsigned char>(text[next]) < 0x80;
  };
  std::size_t l = 0;
  std::size_t r = 0;
  for (;;) {
    while (l < left.size() && rankAt(left, l) == Collation::Tables::ignorable) ++l;
    while (r < right.size() && rankAt(right, r) == Collation::Tables::ignorable) ++r;
    if (l == left.size() || r == right.size()) break;
    const std::uint8_t leftRank = rankAt(left, l++);
    const std::uint8_t rightRank = rankAt(right, r++);
    if (leftRank == Collation::Tables::notSimple || rightRank == Collation::Tables::notSimple) return std::nullopt;
    if (leftRank != rightRank) {
      if (!settled(left, l) || !settled(right, r)) return std::nullopt;
      return leftRank <=> rightRank;
    }
  }
  if (!settled(left, l) || !settled(right, r)) return std::nullopt;
  return static_cast<int>(l < left.size()) <=> static_cast<int>(r < right.size());
}

}  // namespace

std::strong_ordering Collation::compare(std::string_view left, std::string_view right) const {
  if (const auto order = compareAscii(*tables_, left, right)) return *order;
  std::string& leftKey = scratchKey(0);
  std::string& rightKey = scratchKey(1);
  appendKey(left, leftKey);
  appendKey(right, rightKey);
  return leftKey.compare(rightKey) <=> 0;
}

bool Collation::equals(std::string_view left, std::string_view right) const {
  return left == right || compare(left, right) == std::strong_ordering::equal;
}

AsciiMatch matchAscii(const Collation::Tables& tables, std::string_view text, std::string_view key) {
  if (tables.hasAsciiPairs) return AsciiMatch::undecided;
  const auto settled = [&](std::size_t next) {
    return next >= text.size() || static_cast<unsigned char>(text[next]) < 0x80;
  };
  std::size_t matched = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::uint8_t rank = tables.rank[static_cast<unsigned char>(text[at])];
    if (rank == Collation::Tables::ignorable) continue;
    if (rank == Collation::Tables::notSimple) return AsciiMatch::undecided;
    if (matched == key.size()) return AsciiMatch::keyIsPrefix;
    const auto expected = static_cast<unsigned char>(key[matched]);
    if (rank != expected) {
      if (!settled(at + 1)) return AsciiMatch::undecided;
      return rank < expected ? AsciiMatch::below : AsciiMatch::above;
    }
    ++matched;
  }
  return matched == key.size() ? AsciiMatch::same : AsciiMatch::textIsPrefix;
}

}  // namespace qodly
