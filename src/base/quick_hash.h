// A hash of bytes for telling contents apart: four lanes of 64-bit multiplication, many bytes a nanosecond. Not against
// attackers, and not for anything that is stored: the values may change with a version of the program.
#pragma once

#include <cstdint>
#include <string_view>

namespace qodly {

std::uint64_t quickHash(std::string_view bytes, std::uint64_t seed = 0);

// For tables of names that come from outside: keyed by random numbers of this process, so that nobody can send many
// names that share a slot. Thread-safe.
std::uint64_t keyedHash(std::string_view name);

}  // namespace qodly
