#include "base/quick_hash.h"

#include <array>
#include <cstring>
#include <random>

namespace qodly {

namespace {

__extension__ using Wide = unsigned __int128;

// Odd numbers with about as many ones as zeros.
constexpr std::array<std::uint64_t, 5> keys{0x9E3779B97F4A7C15U, 0xC2B2AE3D27D4EB4FU, 0x165667B19E3779F9U,
                                            0xD6E8FEB86659FD93U, 0xA0761D6478BD642FU};

std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t wordAt(const char* at) {
  std::uint64_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

std::uint64_t randomWord() {
  std::random_device source;
  return static_cast<std::uint64_t>(source()) << 32 | source();
}

}  // namespace

std::uint64_t quickHash(std::string_view bytes, std::uint64_t seed) {
  constexpr std::size_t lanes = 4, stride = lanes * 16;
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  std::array<std::uint64_t, lanes> state;
  for (std::size_t i = 0; i < lanes; ++i) state[i] = seed ^ keys[i + 1];
  for (; left >= stride; at += stride, left -= stride) {
    for (std::size_t i = 0; i < lanes; ++i) {
      state[i] = mixed(wordAt(at + 16 * i) ^ keys[i], wordAt(at + 16 * i + 8) ^ state[i]);
    }
  }
  std::uint64_t hash = mixed(state[0] ^ keys[1], state[1] ^ keys[2]) ^ mixed(state[2] ^ keys[3], state[3] ^ keys[4]);
  for (; left >= 8; at += 8, left -= 8) hash = mixed(hash ^ wordAt(at), keys[0]);
  std::uint64_t rest = 0;
  if (left != 0) std::memcpy(&rest, at, left);
  return mixed(mixed(hash ^ rest, keys[3]) ^ bytes.size(), keys[4]);
}

std::uint64_t keyedHash(std::string_view name) {
  static const std::array<std::uint64_t, 2> key{randomWord(), randomWord() | 1};
  std::uint64_t hash = key[0] ^ name.size();
  for (; name.size() > 8; name.remove_prefix(8)) hash = mixed(hash ^ wordAt(name.data()), key[1]);
  std::uint64_t rest = 0;
  if (!name.empty()) std::memcpy(&rest, name.data(), name.size());
  return mixed(hash ^ rest, key[1]);
}

}  // namespace qodly
