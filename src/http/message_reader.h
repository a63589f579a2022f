// Takes requests out of the bytes of a connection: the buffer they arrive in, the head, and the body in both its
// framings (what is large goes into a file). Does no input itself, so that it can be tested and fuzzed with any split
// of the bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "http/body_store.h"
#include "http/head_parser.h"

namespace qodly::http {

// Bytes received and not yet taken. 64 bytes behind the received ones are always readable.
class InputBuffer {
 public:
  static constexpr std::size_t slack = 64;
  static constexpr std::size_t usualBytes = 16 * 1024;

  std::string_view bytes() const { return {data_.get() + begin_, end_ - begin_}; }
  std::span<char> mutableBytes() { return {data_.get() + begin_, end_ - begin_}; }
  bool empty() const { return begin_ == end_; }
  // Room for at least `least` bytes. Moves or reallocates what is there: views into it are void then.
  std::span<char> room(std::size_t least);
  void received(std::size_t count) { end_ += count; }
  void take(std::size_t count) {
    begin_ += count;
    if (begin_ == end_) begin_ = end_ = 0;
  }
  void clear() { begin_ = end_ = 0; }
  // Removes the bytes [from, to), counted from the first one; what stands behind them moves down.
  void cut(std::size_t from, std::size_t to);
  std::size_t freeBytes() const { return capacity_ - end_; }
  std::size_t capacity() const { return capacity_; }

 private:
  std::unique_ptr<char[]> data_;
  std::size_t capacity_ = 0, begin_ = 0, end_ = 0;
};

class MessageReader {
 public:
  enum class State : std::uint8_t { NeedHead, NeedBody, Ready, Refused };

  MessageReader(std::size_t maximumHeadBytes, std::size_t maximumTargetBytes,
                std::uint64_t maximumBodyBytes = 64ull * 1024 * 1024, std::filesystem::path bodyFolder = {})
      : head_(maximumHeadBytes, maximumTargetBytes), maximumBody_(maximumBodyBytes), body_(std::move(bodyFolder)) {}

  // For the bodies of requests that begin later.
  void setMaximumBody(std::uint64_t bytes) { maximumBody_ = bytes; }

  // Goes on with what is in input(). Ready: the request is complete and stays so until next().
  State advance(Request& request);
  // Gives the bytes of the request back and starts with the one behind it.
  void next();

  InputBuffer& input() { return input_; }
  // The file of the request's body when it is Ready and large; nullptr otherwise.
  const std::shared_ptr<const FileBytes>& bodyFile() const { return body_.file(); }
  const Framing& framing() const { return head_.framing(); }
  const Refusal& refusal() const { return refusal_; }
  // Once for each request whose client waits for "100 Continue" before it sends the body.
  bool takeContinue();

 private:
  enum class Stage : std::uint8_t { Head, Length, ChunkSize, ChunkData, ChunkEnd, Trailer, Done };

  State refuse(int status, std::string_view reason);
  State beginBody(Request& request);
  State advanceBody(Request& request);
  // Each takes what it can of the buffer; false: more bytes are needed, or the request is refused.
  bool takeStage();
  bool takeData(Stage following);
  bool takeChunkSize();
  bool takeChunkEnd();
  bool takeTrailer();
  std::string_view unread() const { return input_.bytes().substr(cursor_); }

  HeadParser head_;
  std::uint64_t maximumBody_;
  InputBuffer input_;
  Stage stage_ = Stage::Head;
  bool continueAsked_ = false, refused_ = false;
  std::size_t inPlace_ = 0;  // bytes of the buffer that head (and body in place) occupy
  std::size_t cursor_ = 0;   // of the buffer: the first byte of the body not taken yet
  std::size_t trailerBytes_ = 0;
  std::uint64_t remaining_ = 0;  // of the body or the chunk
  BodyStore body_;
  Refusal refusal_{400, ""};
};

}  // namespace qodly::http
