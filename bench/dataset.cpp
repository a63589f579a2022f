#include "dataset.h"

#include <array>
#include <string_view>

namespace qodly::bench {

namespace {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15ULL + 0x1234567ULL) {}
  std::uint32_t next(std::uint32_t bound) {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return static_cast<std::uint32_t>((state_ * 0x2545F4914F6CDD1DULL) >> 33) % bound;
  }

 private:
  std::uint64_t state_;
};

constexpr std::array<std::string_view, 24> syllables = {"ba", "ce", "di", "fo", "gu",  "ha",  "je",  "ki",
                                                        "lo", "mu", "na", "pe", "ri",  "so",  "tu",  "va",
                                                        "we", "xi", "yo", "zu", "bra", "cle", "dri", "sto"};
constexpr std::array<std::string_view, 8> accented = {"é", "ü", "ñ", "ç", "ø", "å", "í", "ô"};
constexpr std::array<std::string_view, 5> regions = {"Europe", "Asia", "Africa", "Americas", "Oceania"};

std::string word(Random& random, bool accents) {
  std::string text;
  const std::uint32_t parts = 2 + random.next(3);
  for (std::uint32_t i = 0; i < parts; ++i) text += syllables[random.next(syllables.size())];
  text[0] = static_cast<char>(text[0] - 'a' + 'A');
  if (accents) text += accented[random.next(accented.size())];
  return text;
}

}  // namespace

std::vector<Country> countries() {
  std::vector<Country> result;
  for (int id = 1; id <= 250; ++id) {
    Random random(static_cast<std::uint64_t>(id) + 7'000'000'000ULL);
    result.push_back({id, word(random, false) + "land", std::string(regions[random.next(regions.size())]),
                      static_cast<int>(random.next(1'000'000'000))});
  }
  return result;
}

Person person(std::int32_t id) {
  Random random(static_cast<std::uint64_t>(id));
  const bool accents = random.next(10) == 0;
  Person result{id, word(random, accents) + " " + word(random, false), {}, 0, 0, 0};
  while (result.note.size() < 56) result.note += word(random, false) + " ";
  result.amount = static_cast<std::int32_t>(random.next(1'000'000));
  result.score = static_cast<std::int32_t>(random.next(1'000'000));
  result.countryId = 1 + static_cast<std::int32_t>(random.next(250));
  return result;
}

}  // namespace qodly::bench
