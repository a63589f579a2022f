// Frames of RFC 6455: heads written by a server, and the reader of what a client sends. Does no input itself, so that
// it can be tested and fuzzed with any split of the bytes.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace qodly::http {

enum class Opcode : std::uint8_t { Continuation = 0, Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10 };

// Head of an unmasked, unfragmented frame.
class FrameHead {
 public:
  FrameHead(Opcode opcode, std::uint64_t length);
  std::string_view bytes() const { return {bytes_.data(), count_}; }

 private:
  std::array<char, 10> bytes_;
  std::size_t count_ = 0;
};

// `reason` is cut at 123 bytes. Code 1005: a frame without a code.
void appendCloseFrame(std::uint16_t code, std::string_view reason, std::string& out);

class WebSocketReader {
 public:
  enum class Kind : std::uint8_t { NeedMore, Text, Binary, Ping, Pong, Close, Failed };
  struct Event {
    Kind kind = Kind::NeedMore;
    std::string_view payload;  // message, ping or pong payload, reason of Close; until the next call
    std::uint16_t code = 0;    // of Close (1005: none); of Failed: what to tell the client
  };

  explicit WebSocketReader(std::uint64_t maximumMessageBytes) : maximum_(maximumMessageBytes) {}

  // Takes bytes from the front, adding to `taken` how many; unmasks in place. Call it until NeedMore, with what is left
  // and then arrives. Failed: nothing more can be read.
  Event next(std::span<char> bytes, std::size_t& taken);

 private:
  bool readHead(std::span<char> bytes, std::size_t& taken);
  bool checkHead();
  Event fail(std::uint16_t code);
  Event finishMessage();
  Event control();

  std::uint64_t maximum_, remaining_ = 0;  // of the frame being read
  std::string message_;                    // fragments so far
  std::string control_;
  std::array<char, 4> mask_{};
  std::uint32_t emptyFragments_ = 0;
  std::uint16_t failure_ = 0;
  Opcode opcode_ = Opcode::Continuation, messageOpcode_ = Opcode::Continuation;
  std::uint8_t maskAt_ = 0;
  bool inFrame_ = false, final_ = false, inMessage_ = false, messageGiven_ = false;
};

}  // namespace qodly::http
