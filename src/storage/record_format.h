// The byte form of a record, shared by the reader (record.cpp) and the writer (record_builder.cpp).
//
//   offset        bytes
//   0             2      version of the layout it was written with
//   2             2      flags: bit 0 = some value is external; the others are 0
//   4             4      stamp
//   8             8      saved at, milliseconds since 1970 (UTC)
//   16            F      fixed-width values: 16, 8, 4, 2, then 1 byte wide; in slot order inside a width; 0 when null
//   16+F          P      presence: bit s%8 of byte s/8 is set when slot s has a value; spare bits are 0
//   16+F+P        4*V    for each variable-width slot, where its value ends, counted from the end of this table;
//                        the top bit is set when the value is external
//   16+F+P+4*V    ...    variable-width values one after the other
//
// All numbers little-endian. A boolean is 0 or 1, a date its day number, a uuid its 16 bytes, text UTF-8, an object the
// packed form (value/packed.h). A blob or picture is:
//
//   0             1      0 = the content follows, 1 = the path of a file follows
//   1             1      length M of the media type
//   2             M      media type
//   2+M           ...    content or path
//
// An external value is its BlobRef (40 bytes); of a blob or picture, followed by the media type.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "value/convert.h"

namespace qodly::storage {

inline constexpr std::uint32_t recordHeaderBytes = 16;
inline constexpr std::uint32_t stampOffset = 4;
inline constexpr std::uint32_t savedAtOffset = 8;
inline constexpr std::uint16_t flagHasExternal = 1;
inline constexpr std::uint32_t externalBit = std::uint32_t{1} << 31;
inline constexpr std::size_t blobRefBytes = 40;
inline constexpr std::uint64_t maximumValueBytes = 2'000'000'000;  // orda.md 9: 2 GB each

// Width of the column's fixed value, 0 for variable-width types.
std::uint32_t fixedWidth(ColumnType type);

template <class Number>
Number load(const char* from) {
  Number number;
  std::memcpy(&number, from, sizeof number);
  return number;
}

template <class Number>
void store(char* to, Number number) {
  std::memcpy(to, &number, sizeof number);
}

}  // namespace qodly::storage
