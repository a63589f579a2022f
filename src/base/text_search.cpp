// Searching. ASCII is compared byte by byte over a table; other texts are turned into collation elements, a segment at
// a time, and searched among those.
#include "base/text_search.h"

#include <algorithm>
#include <cstring>
#include <deque>

#include <unicode/ubrk.h>
#include <unicode/ucol.h>
#include <unicode/ucoleitr.h>
#include <unicode/utext.h>

#include "base/collation_tables.h"
#include "base/text.h"
#include "base/utf8.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace qodly {

namespace {

struct ElementsCloser {
  void operator()(UCollationElements* elements) const { ucol_closeElements(elements); }
};
using Elements = std::unique_ptr<UCollationElements, ElementsCloser>;

// The part of a collation element that counts; 0: it is ignored.
std::uint32_t weightOf(std::uint32_t element, SearchStrength strength) {
  switch (strength) {
    case SearchStrength::letters:
      return element & 0xFFFF0000;
    case SearchStrength::lettersAndCase:
      return (element >> 16) == 0 ? 0 : element & 0xFFFF00C0;
    case SearchStrength::accents:
      return element & 0xFFFFFF00;
    default:
      return element;
  }
}

bool isHan(char32_t c) { return c >= 0x4E00 && c <= 0x9FFF; }

bool byCodes(SearchStrength strength) {
  return strength == SearchStrength::codes || strength == SearchStrength::codesAnyCase;
}

#if defined(__SSE2__)

__m128i loadBlock(const char* from) {
  __m128i block;
  std::memcpy(&block, from, sizeof block);
  return block;
}

unsigned equalToEither(__m128i block, __m128i one, __m128i other) {
  return static_cast<unsigned>(
      _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(block, one), _mm_cmpeq_epi8(block, other))));
}

#endif

}  // namespace

// --- bytes

// Bytes that count as equal have the same number; the other way round, the bytes of a number as long as they are two
// at most.
struct TextSearch::Folding {
  std::array<std::uint8_t, 256> number{};
  std::array<std::array<char, 2>, 256> bytes{};
  std::array<std::uint8_t, 256> count{};

  explicit Folding(const std::array<std::uint8_t, 256>& numbers) : number(numbers) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      auto& known = bytes[number[byte]];
      std::uint8_t& found = count[number[byte]];
      if (found == 0) known[1] = static_cast<char>(byte);
      if (found < 2) known[found] = static_cast<char>(byte);
      if (found < 3) ++found;
    }
  }
};

const TextSearch::Folding& TextSearch::ranks(const Collation::Tables& tables) {
  // Mostly there is one collation in a process, and it lives as long.
  static thread_local const Collation::Tables* known = nullptr;
  static thread_local std::optional<Folding> folding;
  if (known != &tables) {
    folding.emplace(tables.rank);
    known = &tables;
  }
  return *folding;
}

const TextSearch::Folding& TextSearch::anyCase() {
  static const Folding folding = [] {
    std::array<std::uint8_t, 256> numbers{};
    for (std::size_t byte = 0; byte < 256; ++byte) {
      numbers[byte] = static_cast<std::uint8_t>(byte >= 'A' && byte <= 'Z' ? byte + 32 : byte);
    }
    return Folding(numbers);
  }();
  return folding;
}

const TextSearch::Folding& TextSearch::identity() {
  static const Folding folding = [] {
    std::array<std::uint8_t, 256> numbers{};
    for (std::size_t byte = 0; byte < 256; ++byte) numbers[byte] = static_cast<std::uint8_t>(byte);
    return Folding(numbers);
  }();
  return folding;
}

void TextSearch::ByteSearch::prepare(const Folding& with, std::string_view folded) {
  folding = &with;
  needle = folded;
  if (needle.empty()) return;
  const auto begins = static_cast<std::uint8_t>(needle.front());
  const auto ends = static_cast<std::uint8_t>(needle.back());
  usable = with.count[begins] <= 2 && with.count[ends] <= 2;
  first = with.bytes[begins];
  last = with.bytes[ends];
}

bool TextSearch::ByteSearch::matchesAt(const char* text) const {
  for (std::size_t i = 0; i < needle.size(); ++i) {
    if (folding->number[static_cast<unsigned char>(text[i])] != static_cast<std::uint8_t>(needle[i])) return false;
  }
  return true;
}

std::optional<std::size_t> TextSearch::ByteSearch::find(std::string_view text, std::size_t from) const {
  if (text.size() < needle.size()) return std::nullopt;
  const std::size_t end = text.size() - needle.size() + 1;  // of the places where it may begin
  std::size_t at = from;
#if defined(__SSE2__)
  const __m128i first0 = _mm_set1_epi8(first[0]);
  const __m128i first1 = _mm_set1_epi8(first[1]);
  const __m128i last0 = _mm_set1_epi8(last[0]);
  const __m128i last1 = _mm_set1_epi8(last[1]);
  for (; at + 16 <= end; at += 16) {
    unsigned candidates = equalToEither(loadBlock(text.data() + at), first0, first1) &
                          equalToEither(loadBlock(text.data() + at + needle.size() - 1), last0, last1);
    for (; candidates != 0; candidates &= candidates - 1) {
      const std::size_t place = at + static_cast<std::size_t>(__builtin_ctz(candidates));
      if (matchesAt(text.data() + place)) return place;
    }
  }
#endif
  for (; at < end; ++at) {
    if (text[at] != first[0] && text[at] != first[1]) continue;
    if (matchesAt(text.data() + at)) return at;
  }
  return std::nullopt;
}

// --- what is looked for

TextSearch::TextSearch(const Collation& collation, std::string_view needle, SearchStrength strength)
    : collation_(&collation), strength_(strength), needle_(needle) {
  if (strength != SearchStrength::codes && !needle.empty()) prepareBytes();
}

bool TextSearch::isPlain(std::string_view text) const {
  const auto& rank = collation_->tables().rank;
  return std::ranges::all_of(text, [&](char c) { return rank[static_cast<unsigned char>(c)] > 1; });
}

void TextSearch::prepareBytes() {
  if (strength_ == SearchStrength::codesAnyCase) return bytes_.prepare(anyCase(), lowerAscii(needle_));
  const Collation::Tables& tables = collation_->tables();
  if (tables.hasAsciiPairs) return;
  const bool plain = isPlain(needle_);
  if (strength_ == SearchStrength::exact || strength_ == SearchStrength::lettersAndCase) {
    if (plain) bytes_.prepare(identity(), needle_);
    return;
  }
  if (plain) {
    std::string numbers = needle_;
    for (char& c : numbers) c = static_cast<char>(tables.rank[static_cast<unsigned char>(c)]);
    return bytes_.prepare(ranks(tables), numbers);
  }
  if (strength_ != SearchStrength::letters) return;
  // The key of a text that equals an ASCII one consists of ranks alone ("Fräulein" of "fraulein").
  const std::string key = collation_->key(needle_);
  const auto isRank = [](char c) { return static_cast<unsigned char>(c) < 0xC0 && c % 2 != 0; };
  if (std::ranges::all_of(key, isRank)) bytes_.prepare(ranks(tables), key);
}

// --- elements of a text

// A window over the collation elements of the text: filled from its segments, emptied from the front.
class TextMatches::Weights {
 public:
  Weights(const Collation& collation, SearchStrength strength, std::string_view text, std::size_t from)
      : strength_(strength), text_(text), read_(from) {
    UErrorCode status = U_ZERO_ERROR;
    elements_.reset(ucol_openElements(collation.tables().collator.get(), u"", 0, &status));
  }

  struct Element {
    std::uint32_t weight;
    bool startsCharacter;  // false inside what one character expands to
    std::size_t begin;     // bytes of the text
    std::size_t end;
  };

  // Makes `count` elements available if the text has that many left.
  void fill(std::size_t count) {
    while (window_.size() < count && read_ < text_.size() && elements_) readSegment();
  }
  std::size_t size() const { return window_.size(); }
  const Element& operator[](std::size_t index) const { return window_[index]; }
  void drop(std::size_t count) { window_.erase(window_.begin(), window_.begin() + static_cast<std::ptrdiff_t>(count)); }

 private:
  // Segments end before a blank or a Han character: no element depends on what stands on both sides of such a place.
  void decodeSegment() {
    constexpr std::size_t most = std::size_t{64} * 1024;
    units_.clear();
    offsets_.clear();
    const std::size_t start = read_;
    while (read_ < text_.size()) {
      const DecodedCodePoint decoded = decodeUtf8(text_, read_);
      const std::size_t length = read_ - start;
      if (length >= most && (decoded.codePoint == ' ' || isHan(decoded.codePoint) || length >= 2 * most)) break;
      offsets_.push_back(read_);
      if (decoded.codePoint < 0x10000) {
        units_.push_back(static_cast<char16_t>(decoded.codePoint));
      } else {
        offsets_.push_back(read_);
        units_.push_back(static_cast<char16_t>(0xD7C0 + (decoded.codePoint >> 10)));
        units_.push_back(static_cast<char16_t>(0xDC00 + (decoded.codePoint & 0x3FF)));
      }
      read_ += decoded.length;
    }
    offsets_.push_back(read_);
  }

  void readSegment() {
    decodeSegment();
    UErrorCode status = U_ZERO_ERROR;
    ucol_setText(elements_.get(), units_.data(), static_cast<std::int32_t>(units_.size()), &status);
    std::int32_t begin = 0;
    while (U_SUCCESS(status)) {
      const std::int32_t order = ucol_next(elements_.get(), &status);
      if (order == UCOL_NULLORDER) break;
      const std::int32_t end = std::max(begin, ucol_getOffset(elements_.get()));
      add(static_cast<std::uint32_t>(order), begin != end, offsets_[static_cast<std::size_t>(begin)],
          offsets_[static_cast<std::size_t>(end)]);
      begin = end;
    }
  }

  void add(std::uint32_t element, bool startsCharacter, std::size_t begin, std::size_t end) {
    const std::uint32_t weight = weightOf(element, strength_);
    // What is ignored at this strength though it is not nothing is a mark on the character before.
    if (weight == 0 && element != 0 && !window_.empty()) window_.back().end = end;
    if (weight == 0) return;
    if (!startsCharacter && !window_.empty()) window_.back().end = std::max(window_.back().end, end);
    window_.push_back({weight, startsCharacter, begin, end});
  }

  SearchStrength strength_;
  std::string_view text_;
  std::size_t read_;
  Elements elements_;
  std::u16string units_;
  std::vector<std::size_t> offsets_;  // byte of each unit, and of the end
  std::deque<Element> window_;
};

// --- the places

TextMatches::TextMatches(const TextSearch& search, std::string_view text, std::size_t from)
    : search_(search), text_(text), at_(std::min(from, text.size())) {}
TextMatches::~TextMatches() = default;

std::optional<TextMatch> TextMatches::next() {
  if (search_.needle_.empty()) return std::nullopt;
  return byCodes(search_.strength_) ? nextByCodes() : nextByCollation();
}

std::optional<TextMatch> TextMatches::nextByCodes() {
  std::size_t found = std::string_view::npos;
  if (search_.strength_ == SearchStrength::codes) {
    found = findBytes(text_, search_.needle_, at_);
    if (found == std::string_view::npos) return std::nullopt;
  } else {
    const auto place = search_.bytes_.find(text_, at_);
    if (!place) return std::nullopt;
    found = *place;
  }
  at_ = found + search_.needle_.size();
  return TextMatch{found, search_.needle_.size()};
}

std::optional<TextMatch> TextMatches::nextByCollation() {
  if (!weights_ && search_.bytes_.usable) {
    const std::size_t length = search_.bytes_.needle.size();
    const auto found = search_.bytes_.find(text_, at_);
    // Plain up to and behind the place: nothing before it can be found that is not there byte by byte.
    const std::size_t decided = found ? std::min(*found + length + 1, text_.size()) : text_.size();
    if (search_.isPlain(text_.substr(at_, decided - at_))) {
      at_ = found ? *found + length : text_.size();
      return found ? std::optional(TextMatch{*found, length}) : std::nullopt;
    }
  }
  if (!weights_) {
    weights_ = std::make_unique<Weights>(*search_.collation_, search_.strength_, text_, at_);
    Weights needle(*search_.collation_, search_.strength_, search_.needle_, 0);
    needle.fill(SIZE_MAX);
    for (std::size_t i = 0; i < needle.size(); ++i) needle_.push_back(needle[i].weight);
  }
  return needle_.empty() ? std::nullopt : nextByWeights();
}

bool TextMatches::weightsMatchAt(std::size_t start) const {
  const Weights& window = *weights_;
  if (!window[start].startsCharacter) return false;
  for (std::size_t i = 0; i < needle_.size(); ++i) {
    if (window[start + i].weight != needle_[i]) return false;
  }
  if (start + needle_.size() >= window.size()) return true;
  // Not in the middle of what one character expands to, and not before a mark that makes the last one another letter.
  const Weights::Element& behind = window[start + needle_.size()];
  return behind.startsCharacter && (behind.weight >> 16) != 0;
}

std::optional<TextMatch> TextMatches::nextByWeights() {
  constexpr std::size_t keptAtMost = std::size_t{1} << 16U;
  Weights& window = *weights_;
  const std::size_t length = needle_.size();
  for (std::size_t start = 0;; ++start) {
    if (start >= keptAtMost) {
      window.drop(start);
      start = 0;
    }
    window.fill(start + length + 1);
    if (start + length > window.size()) return std::nullopt;
    if (!weightsMatchAt(start)) continue;
    const TextMatch match{window[start].begin, window[start + length - 1].end - window[start].begin};
    window.drop(start + length);
    return match;
  }
}

std::size_t findBytes(std::string_view text, std::string_view needle, std::size_t from) {
  constexpr std::size_t longNeedle = 64;  // from there on the worst case of comparing place by place matters
  if (needle.empty() || from > text.size() || needle.size() > text.size() - from) return std::string_view::npos;
  if (needle.size() == 1 || needle.size() > longNeedle) {
    const char* start = text.data() + from;
    const void* place = needle.size() == 1 ? std::memchr(start, needle.front(), text.size() - from)
                                           : memmem(start, text.size() - from, needle.data(), needle.size());
    return place == nullptr ? std::string_view::npos
                            : static_cast<std::size_t>(static_cast<const char*>(place) - text.data());
  }
  const std::size_t end = text.size() - needle.size() + 1;  // of the places where it may begin
  std::size_t at = from;
#if defined(__SSE2__)
  const __m128i first = _mm_set1_epi8(needle.front());
  const __m128i last = _mm_set1_epi8(needle.back());
  for (; at + 16 <= end; at += 16) {
    const __m128i begins = _mm_cmpeq_epi8(loadBlock(text.data() + at), first);
    const __m128i ends = _mm_cmpeq_epi8(loadBlock(text.data() + at + needle.size() - 1), last);
    auto candidates = static_cast<unsigned>(_mm_movemask_epi8(_mm_and_si128(begins, ends)));
    for (; candidates != 0; candidates &= candidates - 1) {
      const std::size_t place = at + static_cast<std::size_t>(__builtin_ctz(candidates));
      if (std::memcmp(text.data() + place, needle.data(), needle.size()) == 0) return place;
    }
  }
#endif
  for (; at < end; ++at) {
    if (text[at] == needle.front() && std::memcmp(text.data() + at, needle.data(), needle.size()) == 0) return at;
  }
  return std::string_view::npos;
}

bool isWholeWord(std::string_view text, const TextMatch& match) {
  struct BreakCloser {
    void operator()(UBreakIterator* breaks) const { ubrk_close(breaks); }
  };
  static thread_local std::unique_ptr<UBreakIterator, BreakCloser> breaks;
  UErrorCode status = U_ZERO_ERROR;
  if (!breaks) breaks.reset(ubrk_open(UBRK_WORD, "", nullptr, 0, &status));
  UText whole = UTEXT_INITIALIZER;
  utext_openUTF8(&whole, text.data(), static_cast<std::int64_t>(text.size()), &status);
  if (!breaks || U_FAILURE(status)) return false;
  ubrk_setUText(breaks.get(), &whole, &status);
  const bool isWord = U_SUCCESS(status) &&
                      ubrk_isBoundary(breaks.get(), static_cast<std::int32_t>(match.offset)) != 0 &&
                      ubrk_isBoundary(breaks.get(), static_cast<std::int32_t>(match.offset + match.length)) != 0;
  utext_close(&whole);
  return isWord;
}

}  // namespace qodly
