// The byte form of an object attribute: self-contained, read in place (a property is found, compared and printed as
// JSON without building objects). The layout is drawn above the codec in packed.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "value/value.h"

namespace qodly {

inline constexpr std::size_t maximumPackedDepth = 512;  // objects and collections inside each other

// Appends `value` to `out`. Undefined members are left out, undefined elements become null, a handle becomes its stored
// text. Refuses other handles (wrongType), cycles (wrongArgument; orda.md 4.2: "recursive references are refused at
// save"), and more than 2 GB or the depth above (limitReached); then `out` is as it was.
Result<> pack(const Value& value, std::string& out);

// A view of packed bytes; never owns them. A view of damaged bytes behaves as undefined, never reads outside them.
class PackedView {
 public:
  PackedView() = default;
  explicit PackedView(std::string_view bytes) : bytes_(bytes) {}

  Type type() const;
  // Each gives false, 0, "" or Date::none() when the value is of another type; asNumber() takes both numbers and the
  // milliseconds of a time.
  bool asBoolean() const;
  double asNumber() const;
  std::int64_t asInteger() const;
  std::string_view asText() const;
  Date asDate() const;
  std::int64_t asMilliseconds() const;  // time, instant

  std::uint32_t size() const;                      // members or elements; 0 for scalars
  PackedView member(std::string_view name) const;  // undefined view when absent
  std::pair<std::string_view, PackedView> memberAt(std::uint32_t index) const;
  PackedView element(std::uint32_t index) const;

  Value unpack() const;
  void appendJson(std::string& out) const;
  bool isSound() const;  // full check of every offset; used by verify and fuzzers

 private:
  std::string_view bytes_;
};

}  // namespace qodly
