// Finding a text inside another as the commands of the language do (commands.md 3): by collation at a chosen strength,
// or by character codes. `@` is an ordinary character here.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/collation.h"

namespace qodly {

enum class SearchStrength : std::uint8_t {
  letters,         // case and accents ignored: the rules of Collation
  lettersAndCase,  // accents ignored
  accents,         // case ignored
  exact,           // all differences that the language knows
  codes,           // character by character
  codesAnyCase,    // the same, but a-z and A-Z are equal
};

// A place of a text in bytes. length > 0.
struct TextMatch {
  std::size_t offset;
  std::size_t length;
};

// What is looked for, prepared once. Immutable, safe to use from many threads; the Collation must outlive it.
class TextSearch {
 public:
  TextSearch(const Collation& collation, std::string_view needle, SearchStrength strength);

 private:
  friend class TextMatches;
  struct Folding;  // which bytes count as equal
  // The needle in the numbers of a folding. Only bytes below 0x80 are certain: what stands before and behind an ASCII
  // character can change what it means in collation.
  struct ByteSearch {
    const Folding* folding = nullptr;
    std::string needle;
    std::array<char, 2> first{};  // the bytes that have the first and the last number
    std::array<char, 2> last{};
    bool usable = false;

    void prepare(const Folding& with, std::string_view folded);
    std::optional<std::size_t> find(std::string_view text, std::size_t from) const;
    bool matchesAt(const char* text) const;
  };

  static const Folding& ranks(const Collation::Tables& tables);
  static const Folding& anyCase();
  static const Folding& identity();
  void prepareBytes();
  bool isPlain(std::string_view text) const;  // ASCII that collation does not ignore

  const Collation* collation_;
  SearchStrength strength_;
  std::string needle_;
  ByteSearch bytes_;
};

// The places of one text where it is found, from left to right, without overlap. Keeps views of both: search and text
// must outlive it. One thread at a time.
class TextMatches {
 public:
  TextMatches(const TextSearch& search, std::string_view text, std::size_t from = 0);
  ~TextMatches();
  TextMatches(const TextMatches&) = delete;
  TextMatches& operator=(const TextMatches&) = delete;

  std::optional<TextMatch> next();

 private:
  class Weights;
  std::optional<TextMatch> nextByCodes();
  std::optional<TextMatch> nextByCollation();
  std::optional<TextMatch> nextByWeights();
  bool weightsMatchAt(std::size_t start) const;

  const TextSearch& search_;
  std::string_view text_;
  std::size_t at_;
  std::unique_ptr<Weights> weights_;   // once the bytes alone cannot decide
  std::vector<std::uint32_t> needle_;  // with weights_
};

// First place of `needle` at or after `from`, byte by byte; npos when there is none or the needle is empty. Quicker to
// begin than memmem, which matters when matches lie close together.
std::size_t findBytes(std::string_view text, std::string_view needle, std::size_t from = 0);

// Is this match a word of its own (UAX #29)?
bool isWholeWord(std::string_view text, const TextMatch& match);

}  // namespace qodly
