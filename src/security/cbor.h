// Reads CBOR (RFC 8949) as security keys write it: whole numbers, byte and text strings, arrays, maps, true, false and
// null of definite length. Everything else is refused, and so is what is deeper, longer or more than a key can mean.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace qodly::security {

struct Cbor {
  enum class Kind : std::uint8_t { Integer, Bytes, Text, Array, Map, Simple };
  Kind kind = Kind::Simple;
  std::int64_t integer = 0;    // Integer; Simple: 20 false, 21 true, 22 null
  std::string_view bytes;      // Bytes, Text: inside the text that was read
  std::vector<Cbor> elements;  // Array; Map: key, value, key, value...

  // Of a map; nullptr when there is none.
  const Cbor* find(std::int64_t key) const;
  const Cbor* find(std::string_view key) const;
};

struct CborItem {
  Cbor value;
  std::size_t length = 0;  // bytes it took
};
// The item at the beginning of `bytes`; what follows is not looked at. Views point into `bytes`.
Result<CborItem> readCbor(std::string_view bytes);

}  // namespace qodly::security
