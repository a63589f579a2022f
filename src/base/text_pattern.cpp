// Patterns with wildcards. Most texts are ASCII: those are matched byte by byte over the rank table, without their
// keys.
#include <algorithm>
#include <bit>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/collation.h"
#include "base/collation_tables.h"

namespace qodly {

namespace {

using Tables = Collation::Tables;

std::vector<std::string_view> splitAtWildcards(std::string_view value, bool wildcards) {
  std::vector<std::string_view> pieces;
  while (wildcards) {
    const std::size_t at = value.find('@');
    if (at == std::string_view::npos) break;
    pieces.push_back(value.substr(0, at));
    value.remove_prefix(at + 1);
  }
  pieces.push_back(value);
  return pieces;
}

// The ASCII bytes that have this rank; false when there are none or more than two.
bool bytesOfRank(const Tables& tables, unsigned char rank, std::array<char, 2>& bytes) {
  std::size_t found = 0;
  for (std::size_t c = 0; c < 128; ++c) {
    if (tables.rank[c] != rank) continue;
    if (found == bytes.size()) return false;
    bytes[found++] = static_cast<char>(c);
  }
  if (found == 1) bytes[1] = bytes[0];
  return found != 0;
}

bool ranksMatch(const Tables& tables, const char* text, std::string_view ranks) {
  for (std::size_t i = 0; i < ranks.size(); ++i) {
    if (tables.rank[static_cast<unsigned char>(text[i])] != static_cast<unsigned char>(ranks[i])) return false;
  }
  return true;
}

enum class Found { yes, no, undecided };

#if defined(__SSE2__)

__m128i loadBlock(const char* from) {
  __m128i block;
  std::memcpy(&block, from, sizeof block);
  return block;
}

// One bit for each byte of the block that is one of the two.
struct EitherByte {
  explicit EitherByte(const std::array<char, 2>& bytes)
      : one(_mm_set1_epi8(bytes[0])), other(_mm_set1_epi8(bytes[1])) {}
  __m128i one;
  __m128i other;
};
unsigned equalTo(__m128i block, const EitherByte& bytes) {
  const __m128i equal = _mm_or_si128(_mm_cmpeq_epi8(block, bytes.one), _mm_cmpeq_epi8(block, bytes.other));
  return static_cast<unsigned>(_mm_movemask_epi8(equal));
}

// One bit for each byte that is no plain ASCII character: below blank, or from DEL on.
unsigned notPlain(__m128i block) {
  const __m128i below = _mm_cmplt_epi8(block, _mm_set1_epi8(' '));  // signed: bytes from 0x80 on are below, too
  const __m128i del = _mm_cmpeq_epi8(block, _mm_set1_epi8(0x7F));
  return static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(below, del)));
}

bool isPlainAscii(std::string_view text) {
  if (text.size() < 16) {
    for (const char c : text) {
      if (c < ' ' || c == 0x7F) return false;
    }
    return true;
  }
  unsigned strange = notPlain(loadBlock(text.data() + text.size() - 16));
  for (std::size_t at = 0; at + 16 <= text.size(); at += 16) strange |= notPlain(loadBlock(text.data() + at));
  return strange == 0;
}

// Looks for the needle where both its first and its last byte match, 16 places at a time. text.size() >= 16.
class BlockSearch {
 public:
  BlockSearch(const Tables& tables, std::string_view text, std::string_view ranks, const std::array<char, 2>& first,
              const std::array<char, 2>& last)
      : tables_(tables), text_(text), ranks_(ranks), first_(first), last_(last) {}

  // Is the needle at a place where the next byte leaves its last character alone?
  bool found() const {
    const std::size_t places = text_.size() - ranks_.size() + 1;
    if (places < 16) return foundInOneBlock(places);
    for (std::size_t at = 0; at + 16 <= places; at += 16) {
      if (foundAt(at, candidates(at))) return true;
    }
    const std::size_t tail = places - 16;
    return places % 16 != 0 && foundAt(tail, candidates(tail));
  }

 private:
  unsigned candidates(std::size_t at) const {
    return equalTo(loadBlock(text_.data() + at), first_) &
           equalTo(loadBlock(text_.data() + at + ranks_.size() - 1), last_);
  }

  // Fewer places than a block: the last bytes are read from the end of the text and shifted into position.
  bool foundInOneBlock(std::size_t places) const {
    const unsigned firsts = equalTo(loadBlock(text_.data()), first_);
    const unsigned lasts = equalTo(loadBlock(text_.data() + text_.size() - 16), last_) >> (16 - places);
    return foundAt(0, firsts & lasts & ((1U << places) - 1));
  }

  bool foundAt(std::size_t base, unsigned candidates) const {
    for (; candidates != 0; candidates &= candidates - 1) {
      const std::size_t at = base + static_cast<std::size_t>(std::countr_zero(candidates));
      if (!ranksMatch(tables_, text_.data() + at, ranks_)) continue;
      const std::size_t next = at + ranks_.size();
      if (next >= text_.size() || static_cast<unsigned char>(text_[next]) < 0x80) return true;
    }
    return false;
  }

  const Tables& tables_;
  std::string_view text_;
  std::string_view ranks_;
  EitherByte first_;
  EitherByte last_;
};

Found findAscii(const Tables& tables, std::string_view text, std::string_view ranks, const std::array<char, 2>& first,
                const std::array<char, 2>& last) {
  if (text.size() >= ranks.size()) {
    if (text.size() >= 16) {
      if (BlockSearch(tables, text, ranks, first, last).found()) return Found::yes;
    } else {
      for (std::size_t at = 0; at + ranks.size() <= text.size(); ++at) {
        if (text[at] != first[0] && text[at] != first[1]) continue;
        if (!ranksMatch(tables, text.data() + at, ranks)) continue;
        const std::size_t next = at + ranks.size();
        if (next >= text.size() || static_cast<unsigned char>(text[next]) < 0x80) return Found::yes;
      }
    }
  }
  return isPlainAscii(text) ? Found::no : Found::undecided;
}

#else

Found findAscii(const Tables& tables, std::string_view text, std::string_view ranks, const std::array<char, 2>& first,
                const std::array<char, 2>&) {
  bool plain = true;
  for (std::size_t at = 0; at < text.size(); ++at) {
    plain = plain && static_cast<unsigned char>(text[at]) >= ' ' && static_cast<unsigned char>(text[at]) < 0x7F;
    if (at + ranks.size() > text.size() || (text[at] != first[0] && text[at] != first[1])) continue;
    if (!ranksMatch(tables, text.data() + at, ranks)) continue;
    const std::size_t next = at + ranks.size();
    if (next >= text.size() || static_cast<unsigned char>(text[next]) < 0x80) return Found::yes;
  }
  return plain ? Found::no : Found::undecided;
}

#endif

// Does an ASCII text end with these ranks?
Found endsWithAscii(const Tables& tables, std::string_view text, std::string_view ranks) {
  if (tables.hasAsciiPairs) return Found::undecided;
  std::size_t left = ranks.size();
  for (std::size_t at = text.size(); left > 0 && at > 0;) {
    const std::uint8_t rank = tables.rank[static_cast<unsigned char>(text[--at])];
    if (rank == Tables::ignorable) continue;
    if (rank == Tables::notSimple) return Found::undecided;
    if (rank != static_cast<unsigned char>(ranks[--left])) return Found::no;
  }
  return left == 0 ? Found::yes : Found::no;
}

}  // namespace

TextPattern::TextPattern(const Collation& collation, std::string_view value, bool wildcards) : collation_(&collation) {
  const std::vector<std::string_view> texts = splitAtWildcards(value, wildcards);
  for (const std::string_view text : texts) pieces_.push_back(collation.key(text));

  orderPrefix_ = texts.size() == 2 && texts.back().empty();
  orderKey_ = orderPrefix_ ? pieces_.front() : collation.key(value);

  if (wildcards && value.find("@@") != std::string_view::npos) {
    kind_ = Kind::never;
  } else if (texts.size() == 1) {
    kind_ = Kind::equals;
  } else if (std::all_of(pieces_.begin(), pieces_.end(), [](const std::string& key) { return key.empty(); })) {
    kind_ = Kind::any;
  } else if (texts.size() == 2 && texts.back().empty()) {
    kind_ = Kind::prefix;
  } else if (texts.size() == 2 && texts.front().empty()) {
    kind_ = Kind::suffix;
  } else if (texts.size() == 3 && texts.front().empty() && texts.back().empty()) {
    kind_ = Kind::contains;
    const std::string& key = pieces_[1];
    const Tables& tables = collation.tables();
    // An ASCII rank is odd and below 0xC0, and no unit of the needle is longer than its rank.
    const bool ranksOnly = std::all_of(key.begin(), key.end(), [](char byte) {
      const auto unit = static_cast<unsigned char>(byte);
      return unit < 0xC0 && unit % 2 == 1;
    });
    asciiNeedle_.usable = ranksOnly && !tables.hasAsciiPairs &&
                          bytesOfRank(tables, static_cast<unsigned char>(key.front()), asciiNeedle_.first) &&
                          bytesOfRank(tables, static_cast<unsigned char>(key.back()), asciiNeedle_.last);
  } else {
    kind_ = Kind::general;
  }
}

bool TextPattern::matches(std::string_view text) const {
  switch (kind_) {
    case Kind::never:
      return false;
    case Kind::any:
      return true;
    case Kind::contains:
      return contains(text);
    case Kind::suffix:
      return endsWith(text);
    case Kind::general:
      return matchesPieces(text);
    case Kind::equals:
    case Kind::prefix:
      break;
  }
  const std::string& wanted = pieces_.front();
  const AsciiMatch match = matchAscii(collation_->tables(), text, wanted);
  if (match != AsciiMatch::undecided) {
    return match == AsciiMatch::same || (kind_ == Kind::prefix && match == AsciiMatch::keyIsPrefix);
  }
  std::string& key = scratchKey(0);
  collation_->appendKey(text, key);
  return kind_ == Kind::prefix ? key.starts_with(wanted) : key == wanted;
}

bool TextPattern::contains(std::string_view text) const {
  const std::string& needle = pieces_[1];
  if (asciiNeedle_.usable) {
    const Found found = findAscii(collation_->tables(), text, needle, asciiNeedle_.first, asciiNeedle_.last);
    if (found != Found::undecided) return found == Found::yes;
  }
  std::string& key = scratchKey(0);
  collation_->appendKey(text, key);
  return key.find(needle) != std::string::npos;
}

bool TextPattern::endsWith(std::string_view text) const {
  const std::string& wanted = pieces_.back();
  const Found found = endsWithAscii(collation_->tables(), text, wanted);
  if (found != Found::undecided) return found == Found::yes;
  std::string& key = scratchKey(0);
  collation_->appendKey(text, key);
  return key.ends_with(wanted);
}

// The first and last piece hold the ends; those between are taken at their first occurrence, which leaves most room.
bool TextPattern::matchesPieces(std::string_view text) const {
  std::string& key = scratchKey(0);
  collation_->appendKey(text, key);
  const std::string& first = pieces_.front();
  const std::string& last = pieces_.back();
  if (key.size() < first.size() + last.size() || !key.starts_with(first) || !key.ends_with(last)) return false;
  const std::string_view middle(key.data() + first.size(), key.size() - first.size() - last.size());
  std::size_t from = 0;
  for (std::size_t i = 1; i + 1 < pieces_.size(); ++i) {
    const std::size_t at = middle.find(pieces_[i], from);
    if (at == std::string_view::npos) return false;
    from = at + pieces_[i].size();
  }
  return true;
}

std::strong_ordering TextPattern::order(std::string_view text) const {
  switch (matchAscii(collation_->tables(), text, orderKey_)) {
    case AsciiMatch::below:
    case AsciiMatch::textIsPrefix:
      return std::strong_ordering::less;
    case AsciiMatch::above:
      return std::strong_ordering::greater;
    case AsciiMatch::same:
      return std::strong_ordering::equal;
    case AsciiMatch::keyIsPrefix:
      return orderPrefix_ ? std::strong_ordering::equal : std::strong_ordering::greater;
    case AsciiMatch::undecided:
      break;
  }
  std::string& key = scratchKey(0);
  collation_->appendKey(text, key);
  if (orderPrefix_ && key.starts_with(orderKey_)) return std::strong_ordering::equal;
  return key.compare(orderKey_) <=> 0;
}

}  // namespace qodly
