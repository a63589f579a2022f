// Text comparison of the whole product (language.md 7, query.md 6.1, design "Text"): ignores case and diacritics,
// linguistic order, `@` as wildcard. Everything - equality, order, prefix, contains, index keys - is defined by one
// function, the collation key, so that index, scan, language and every engine agree.
//
// Collation key. The text is turned into ICU primary weights of the locale; each weight becomes one unit of 1, 4 or 7
// bytes; ignorable characters (most controls) add nothing:
//
//   weight of an ASCII character        1 byte   rank, odd, 3..0xBF
//   any other weight                    4 bytes  rank gap (even, 2..0xBE), then the upper 16 bits of the weight as 3
//   bytes
//                                                >= 0xC0 (4 + 6 + 6 bits)
//   a weight of more than 16 bits       7 bytes  the same, then its lower 16 bits as 3 more bytes >= 0xC0
//
// Units are prefix-free and self-synchronising (a unit starts at a byte < 0xC0, and only there). Bytes 0 and 1 never
// occur. Hence on keys: memcmp = linguistic order, equality = equality, memmem = contains, prefix = begins with. ASCII
// text costs one table look-up a character; Latin, Greek and Cyrillic letters without combining marks another; all else
// asks ICU.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace qodly {

// Immutable and thread-safe. One per locale for the life of the process.
class Collation {
 public:
  // locale: "en", "fr", "en-au"...; an unknown one falls back to its language, then to root.
  static std::shared_ptr<const Collation> forLocale(std::string_view locale);

  const std::string& locale() const;

  // Appends the key of `text` (invalid UTF-8 bytes count as U+FFFD). Stops at a unit boundary once the key has `limit`
  // bytes or more would not fit; returns false when it was cut.
  bool appendKey(std::string_view text, std::string& out, std::size_t limit = SIZE_MAX) const;
  std::string key(std::string_view text) const;

  std::strong_ordering compare(std::string_view left, std::string_view right) const;
  bool equals(std::string_view left, std::string_view right) const;

  struct Tables;
  const Tables& tables() const { return *tables_; }
  explicit Collation(std::unique_ptr<const Tables> tables);
  ~Collation();

 private:
  std::unique_ptr<const Tables> tables_;
};

// A right-hand text value compiled once and matched against many texts. Owns its data; keep the Collation alive.
// Thread-safe to match concurrently.
class TextPattern {
 public:
  enum class Kind { never, any, equals, prefix, suffix, contains, general };

  // With wildcards on, `@` matches zero or more characters; `@@` adjacent makes the pattern match nothing
  // (query.md 6.1); "@" alone matches every text. With wildcards off `@` is an ordinary character.
  TextPattern(const Collation& collation, std::string_view value, bool wildcards);

  Kind kind() const { return kind_; }
  bool matches(std::string_view text) const;
  // Orders `text` against the pattern for < <= > >=: with a trailing `@` only the beginning of `text` is compared
  // (language.md 7.2), otherwise `@` is literal.
  std::strong_ordering order(std::string_view text) const;
  // Collation key of the literal part: whole value (equals) or the beginning before the first wildcard (prefix).
  const std::string& literalKey() const { return pieces_.front(); }

 private:
  // Searching an ASCII text for a needle of ASCII ranks without making its key: the bytes that have the first and the
  // last rank of the needle (at most two each: the letter in both cases).
  struct AsciiNeedle {
    std::array<char, 2> first{};
    std::array<char, 2> last{};
    bool usable = false;
  };

  bool contains(std::string_view text) const;
  bool endsWith(std::string_view text) const;
  bool matchesPieces(std::string_view text) const;

  const Collation* collation_;
  Kind kind_ = Kind::equals;
  AsciiNeedle asciiNeedle_;
  std::vector<std::string> pieces_;  // keys of the pieces between wildcards; empty first or last = wildcard at that end
  std::string orderKey_;
  bool orderPrefix_ = false;
};

// Keyword comparator `%` (query.md 6.2, language.md 7.3).
class WordPattern {
 public:
  WordPattern(const Collation& collation, std::string_view word);
  bool matches(std::string_view text) const;
  bool matchesNothing() const { return key_.empty(); }  // several words, or none
  const std::string& key() const { return key_; }       // collation key of the word, for the keyword index
  bool isPrefix() const { return prefix_; }

 private:
  const Collation* collation_;
  std::string key_;
  bool prefix_ = false;
};

// The words of a text as collation keys (UAX #29 boundaries, separators dropped), sorted, each once: for the keyword
// index.
std::vector<std::string> wordKeys(const Collation& collation, std::string_view text);

}  // namespace qodly
