// Appends JSON to an answer without asking the string for every few bytes: room is made ahead, bytes are written
// through a pointer. A page of entities is some thousands of small pieces; this is what they are written with.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/decimal.h"
#include "base/json_writer.h"

namespace qodly::rest {

// Text that never changes, kept with bytes to spare behind it, so that it is copied in blocks of a fixed size.
class Padded {
 public:
  static constexpr std::size_t block = 32;
  Padded() : Padded(std::string_view()) {}
  explicit Padded(std::string_view text) : bytes_(text), size_(text.size()) { bytes_.resize(size_ + block, '\0'); }

  std::string_view view() const { return {bytes_.data(), size_}; }
  std::size_t size() const { return size_; }
  const char* data() const { return bytes_.data(); }

 private:
  std::string bytes_;
  std::size_t size_;
};

// Works at the end of `target`, whose size is right again when the JsonOut is gone or inside with().
class JsonOut {
 public:
  explicit JsonOut(std::string& target) : target_(target), size_(target.size()) { open(); }
  ~JsonOut() { close(); }
  JsonOut(const JsonOut&) = delete;
  JsonOut& operator=(const JsonOut&) = delete;

  void raw(std::string_view bytes) {
    copy(bytes, room(bytes.size()));
    size_ += bytes.size();
  }
  void raw(char c) {
    *room(1) = c;
    ++size_;
  }
  void number(std::int64_t value) {
    char* const at = room(decimal::room);
    size_ += static_cast<std::size_t>(decimal::putInteger(at, value) - at);
  }

  // For many small pieces in a row: a place for `bytes` more, and some to spare that the functions below may spoil.
  // advance() says where what was put ends.
  char* reserve(std::size_t bytes) { return room(bytes + 2 * Padded::block); }
  void advance(const char* end) { size_ = static_cast<std::size_t>(end - target_.data()); }
  static char* put(char* at, const Padded& text) {
    const char* from = text.data();
    for (std::size_t left = text.size();; left -= Padded::block) {
      std::memcpy(at, from, Padded::block);
      if (left <= Padded::block) return at + left;
      at += Padded::block;
      from += Padded::block;
    }
  }
  [[gnu::always_inline]] static char* put(char* at, std::string_view bytes) {
    copy(bytes, at);
    return at + bytes.size();
  }

  // A JSON string of UTF-8 text.
  void text(std::string_view utf8) {
    if (!isPlain(utf8)) {
      with([utf8](std::string& out) { json::appendString(utf8, out); });
      return;
    }
    char* const at = room(utf8.size() + 2);
    *at = '"';
    copy(utf8, at + 1);
    at[utf8.size() + 1] = '"';
    size_ += utf8.size() + 2;
  }
  // For everything that appends to a string itself.
  template <class Append>
  void with(Append append) {
    close();
    append(target_);
    size_ = target_.size();
    open();
  }

 private:
  // Most pieces are short: two copies of a fixed size, which may overlap, instead of a call.
  [[gnu::always_inline]] static void copy(std::string_view bytes, char* to) {
    const auto ends = [&]<class Word>(Word) {
      Word first, last;
      std::memcpy(&first, bytes.data(), sizeof first);
      std::memcpy(&last, bytes.data() + bytes.size() - sizeof last, sizeof last);
      std::memcpy(to, &first, sizeof first);
      std::memcpy(to + bytes.size() - sizeof last, &last, sizeof last);
    };
    using Sixteen = std::array<std::uint64_t, 2>;
    if (bytes.size() > 32) {
      std::memcpy(to, bytes.data(), bytes.size());
    } else if (bytes.size() >= 16) {
      ends(Sixteen());
    } else if (bytes.size() >= 8) {
      ends(std::uint64_t());
    } else if (bytes.size() >= 4) {
      ends(std::uint32_t());
    } else {
      for (std::size_t i = 0; i < bytes.size(); ++i) to[i] = bytes[i];
    }
  }

  // Nothing to escape: eight bytes at a time, as one number. The tests find a byte below 0x20, a quote or a backslash;
  // bytes of 0x80 and more are part of UTF-8 sequences and pass.
  static bool isPlain(std::string_view utf8) {
    constexpr std::uint64_t ones = 0x0101010101010101U, highs = 0x8080808080808080U;
    const auto special = [](std::uint64_t word) {
      const std::uint64_t control = (word - ones * 0x20) & ~word;
      const std::uint64_t quote = word ^ (ones * '"');
      const std::uint64_t slash = word ^ (ones * '\\');
      return (control | ((quote - ones) & ~quote) | ((slash - ones) & ~slash)) & highs;
    };
    const auto wordAt = [](const char* at) {
      std::uint64_t word;
      std::memcpy(&word, at, sizeof word);
      return word;
    };
    const char* at = utf8.data();
    if (utf8.size() >= 8) {  // the last word overlaps the one before it
      const char* const last = at + utf8.size() - 8;
      for (; at < last; at += 8) {
        if (special(wordAt(at)) != 0) return false;
      }
      return special(wordAt(last)) == 0;
    }
    std::uint64_t word = ones * 'x';
    for (const char c : utf8) word = word << 8 | static_cast<unsigned char>(c);
    return special(word) == 0;
  }

  char* room(std::size_t bytes) {
    if (target_.size() - size_ < bytes) grow(bytes);
    return target_.data() + size_;
  }
  [[gnu::noinline, gnu::cold]] void grow(std::size_t bytes) {
    const std::size_t wanted = std::max(target_.capacity(), 2 * (size_ + bytes));
    target_.resize_and_overwrite(wanted, [](char*, std::size_t size) { return size; });
  }
  // The string covers its whole capacity while it is written, so that writing behind `size_` is writing inside it.
  void open() {
    target_.resize_and_overwrite(target_.capacity(), [](char*, std::size_t size) { return size; });
  }
  void close() { target_.resize(size_); }

  std::string& target_;
  std::size_t size_;
};

}  // namespace qodly::rest
