// Character sets by IANA name or MIBEnum number (commands.md 12): texts of the language are UTF-8, bytes outside are
// what a file, a message or a device says.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace qodly::script::library {

// Immutable, cheap to copy, safe from every thread.
class Charset {
 public:
  static Charset utf8();
  // Case-insensitive. Error: unknownCharset.
  static Result<Charset> named(std::string_view name);
  static Result<Charset> numbered(std::int64_t mibEnum);

  const std::string& name() const { return name_; }  // as IANA writes it where the table has it, else as given
  bool isUtf8() const { return utf8_; }

  // Characters that the set lacks become "?".
  std::string encode(std::string_view utf8) const;
  bool canEncode(std::string_view utf8) const;
  // Undecodable bytes become U+FFFD. A byte-order mark is a character like others here.
  std::string decode(std::string_view bytes) const;
  // The bytes of U+FEFF in this set when it is a Unicode one, else "".
  std::string_view byteOrderMark() const;

  // A mark of UTF-8, -16 or -32 at the start of `bytes` decides: it is skipped and its set used instead of this one.
  std::string decodeMarked(std::string_view bytes) const;

 private:
  friend class CharsetDecoder;
  Charset(std::string name, std::string converter, bool isUtf8)
      : name_(std::move(name)), converter_(std::move(converter)), utf8_(isUtf8) {}
  std::string name_, converter_;  // converter: what ICU calls it
  bool utf8_;
};

// Decodes bytes that come in parts: a character that a part cuts is held back until the next.
class CharsetDecoder {
 public:
  explicit CharsetDecoder(const Charset& charset);
  ~CharsetDecoder();
  CharsetDecoder(CharsetDecoder&&) noexcept;
  CharsetDecoder& operator=(CharsetDecoder&&) noexcept;
  // last: nothing follows, so what was held back is damaged.
  std::string decode(std::string_view bytes, bool last);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The set that a byte-order mark at the start of `bytes` tells, with the mark's length; nullopt without mark.
struct MarkedCharset {
  Charset charset;
  std::size_t markLength;
};
std::optional<MarkedCharset> markedCharset(std::string_view bytes);

}  // namespace qodly::script::library
