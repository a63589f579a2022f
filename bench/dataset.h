// The synthetic data of the benchmarks: people with a country each, the same for every contender (fixed seed).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace qodly::bench {

struct Country {
  int id;
  std::string name;
  std::string region;
  int population;
};

struct Person {
  std::int32_t id;
  std::string name;     // two words, a tenth of them with accents
  std::string note;     // about 60 bytes of words
  std::int32_t amount;  // 0..999,999, not indexed
  std::int32_t score;   // 0..999,999, indexed
  std::int32_t countryId;
};

std::vector<Country> countries();

// Person number `id` (from 1); the same text for the same number in every run.
Person person(std::int32_t id);

}  // namespace qodly::bench
