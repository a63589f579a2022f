// Tables of one locale behind Collation: what each ASCII byte and each Latin, Greek, Cyrillic or punctuation code point
// adds to a key, and which texts must go to ICU instead. Internal to the collation; Collation is the public face.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/collation.h"

struct UCollator;

namespace qodly {

// What a code point adds to a key. A text that holds a `slow` one goes to ICU as a whole: its weight depends on its
// neighbours (combining marks, contractions) or does not fit here.
struct KeyFragment {
  static constexpr std::uint8_t slow = 0xFF;
  std::uint8_t length = slow;
  std::array<char, 7> bytes{};
};
static_assert(sizeof(KeyFragment) == 8);

struct CollatorCloser {
  void operator()(UCollator* collator) const;
};

struct Collation::Tables {
  // Values of `rank` that are no rank.
  static constexpr std::uint8_t ignorable = 0;
  static constexpr std::uint8_t notSimple =
      1;  // every byte from 0x80 on, and ASCII with a weight of more than one unit
  static constexpr std::size_t mostRanks = 94;  // keeps every rank and gap below 0xC0

  explicit Tables(const std::string& requestedLocale);

  // Appends the key by the tables alone. False, with `out` as it was, when the text must go to ICU.
  bool appendFast(std::string_view text, std::string& out, std::size_t limit) const;
  void appendSlow(std::string_view text, std::string& out, std::size_t limit) const;

  // The unit of a 32-bit primary weight as ICU defines it (before script reordering).
  void appendUnit(std::uint32_t primary, std::string& out) const;

  bool startsAsciiContraction(unsigned char first, unsigned char second) const {
    const std::size_t bit = first * std::size_t{128} + second;
    return ((asciiPairs[bit / 64] >> (bit % 64)) & 1) != 0;
  }

  // Index into `fragments`, or fragments.size() for a code point outside the tables.
  static std::size_t fragmentIndex(char32_t codePoint);

  std::string locale;
  std::unique_ptr<UCollator, CollatorCloser> collator;
  std::array<std::uint8_t, 256> rank{};
  std::vector<KeyFragment> fragments;
  bool hasAsciiPairs = false;                       // the locale has contractions of ASCII letters ("ch")
  std::array<std::uint64_t, 128 * 2> asciiPairs{};  // bit first * 128 + second
  std::vector<std::uint32_t> rankedWeights;         // ascending; index i has rank 2i + 3

 private:
  // From `start` on (upper 16 bits of a weight) the lead byte moves by `shift`: locales that sort their own script
  // first.
  struct Reordering {
    std::uint32_t start;
    std::uint32_t shift;
  };
  std::vector<Reordering> reorderings_;

  std::uint32_t reordered(std::uint32_t primary) const;
  void readReorderings();
  void rankAscii();
  void readFragments();
  void readContractions();
};

// Primary weights of `text` in order, by ICU. Scratch space of the thread is reused.
std::vector<std::uint32_t>& primaryWeights(const UCollator* collator, std::u16string_view text);

// The two key buffers a thread compares with; contents are those of the last user.
std::string& scratchKey(std::size_t which);

// How an ASCII text relates to a key, found without building the text's key.
enum class AsciiMatch {
  undecided,  // not ASCII throughout the part that decides, or the locale contracts ASCII letters
  below,
  above,
  same,
  keyIsPrefix,   // the text goes on after the key
  textIsPrefix,  // the key goes on after the text
};
AsciiMatch matchAscii(const Collation::Tables& tables, std::string_view text, std::string_view key);

}  // namespace qodly
