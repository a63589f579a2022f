// The bytes of a packed value. Used by the writer (pack.cpp) and the reader (packed_view.cpp) alone.
//
//   value       tag (1)  body
//
//   tag         body
//   0 undefined -
//   1 null      -
//   2 false     -
//   3 true      -
//   4 integer   8 bytes
//   5 real      8 bytes, IEEE double
//   6 text      UTF-8 up to the end of the value
//   7 date      4 bytes, days since 1970-01-01; the null date is -2^31
//   8 time      8 bytes, milliseconds
//   9 instant   8 bytes, milliseconds since 1970-01-01T00:00:00Z
//  10 blob      length of media type (1)  length of path (4)  media type  path  bytes up to the end of the value
//  11 picture   as blob
//  12 list      count (w)  end (w) of each element                                   elements
//  13 object    count (w)  { end of name (w), end of value (w) } of each member
//               [ position (w) of each member, by name in byte order ]               { name, value } of each member
//  14, 15       as 12, 13
//
// w is 2 bytes in 12 and 13, 4 bytes in 14 and 15 (containers of more than 65,535 bytes or members). Numbers are little
// endian and not aligned. Ends count from the tag of the container; an element or name begins where the one before it
// ends, the first one directly behind the tables. The table of positions is there from 9 members on. The length of a
// value is known from outside: from the record, or from the ends around it.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace qodly::packed {

enum class Tag : std::uint8_t {
  undefined,
  null,
  falseValue,
  trueValue,
  integer,
  real,
  text,
  date,
  time,
  instant,
  blob,
  picture,
  list,
  object,
  wideList,
  wideObject,
};
inline constexpr std::size_t tagCount = 16;
inline constexpr std::uint32_t unsortedLimit = 8;     // objects of more members have the table of positions
inline constexpr std::size_t narrowLimit = 0xFFFF;    // bytes and members of a container with 2-byte tables
inline constexpr std::size_t blobHeader = 1 + 1 + 4;  // tag, two lengths

// The caller has checked that the bytes are there.
template <class T>
T load(std::string_view bytes, std::size_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

}  // namespace qodly::packed
