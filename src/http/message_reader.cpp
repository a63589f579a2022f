#include "http/message_reader.h"

#include <algorithm>
#include <cstring>

#include "http/ascii.h"

namespace qodly::http {

namespace {
constexpr std::size_t longestChunkLine = 256;
constexpr std::size_t longestTrailer = 8 * 1024;
constexpr std::size_t bodyRoom = 10 * 1024;  // holds the longest piece of a body that is taken as a whole: a trailer

constexpr std::string_view noRoom = "The server has no room for the body of the request";

constexpr std::size_t malformedLine = std::string_view::npos - 1;

// Where the first line ends; npos: not yet; malformedLine: it does not end with carriage return and line feed.
std::size_t findLineEnd(std::string_view bytes) {
  const std::size_t end = bytes.find('\n');
  if (end == std::string_view::npos) return end;
  return end > 0 && bytes[end - 1] == '\r' ? end - 1 : malformedLine;
}

}  // namespace

std::span<char> InputBuffer::room(std::size_t least) {
  const std::size_t used = end_ - begin_;
  if (capacity_ - end_ < least) {
    if (capacity_ - used < least) {
      const std::size_t capacity = std::max({usualBytes, capacity_ * 2, used + least});
      auto larger = std::make_unique<char[]>(capacity + slack);
      if (used > 0) std::memcpy(larger.get(), data_.get() + begin_, used);
      data_ = std::move(larger);
      capacity_ = capacity;
    } else if (used > 0) {
      std::memmove(data_.get(), data_.get() + begin_, used);
    }
    begin_ = 0;
    end_ = used;
  }
  return {data_.get() + end_, capacity_ - end_};
}

void InputBuffer::cut(std::size_t from, std::size_t to) {
  if (from == to) return;
  const std::size_t behind = end_ - begin_ - to;
  if (behind > 0) std::memmove(data_.get() + begin_ + from, data_.get() + begin_ + to, behind);
  end_ -= to - from;
}

MessageReader::State MessageReader::refuse(int status, std::string_view reason) {
  refusal_ = {status, reason};
  refused_ = true;
  return State::Refused;
}

MessageReader::State MessageReader::advance(Request& request) {
  if (refused_) return State::Refused;
  if (stage_ == Stage::Done) return State::Ready;
  if (stage_ != Stage::Head) return advanceBody(request);
  switch (head_.parse(input_.bytes(), request)) {
    case HeadParser::State::Incomplete:
      return State::NeedHead;
    case HeadParser::State::Refused:
      return refuse(head_.refusal().status, head_.refusal().reason);
    case HeadParser::State::Complete:
      break;
  }
  return beginBody(request);
}

// The views of the head point into the buffer, which must not move while a body arrives. A body that is already there
// is read in place; of any other only the piece being taken stays in the buffer, behind the head.
MessageReader::State MessageReader::beginBody(Request& request) {
  const Framing& framing = head_.framing();
  inPlace_ = framing.headBytes;
  request.body_ = {};
  if (!framing.chunked && framing.contentLength == 0) {
    stage_ = Stage::Done;
    return State::Ready;
  }
  if (framing.contentLength > maximumBody_)
    return refuse(413, "The body of the request is larger than the server accepts");
  const auto length = static_cast<std::size_t>(framing.contentLength);
  if (!framing.chunked && input_.bytes().size() - inPlace_ >= length) {
    request.body_ = input_.bytes().substr(inPlace_, length);
    inPlace_ += length;
    stage_ = Stage::Done;
    return State::Ready;
  }
  if (input_.freeBytes() < bodyRoom) {
    input_.room(bodyRoom);
    head_.reset();
    head_.parse(input_.bytes(), request);
  }
  continueAsked_ = framing.expectsContinue;
  cursor_ = inPlace_;
  trailerBytes_ = 0;
  remaining_ = framing.contentLength;
  body_.clear();
  if (!framing.chunked) body_.reserve(length);
  stage_ = framing.chunked ? Stage::ChunkSize : Stage::Length;
  return advanceBody(request);
}

MessageReader::State MessageReader::advanceBody(Request& request) {
  while (stage_ != Stage::Done && takeStage()) {
  }
  if (refused_) return State::Refused;
  input_.cut(inPlace_, cursor_);
  cursor_ = inPlace_;
  if (stage_ != Stage::Done) return State::NeedBody;
  const auto whole = body_.finish();
  if (!whole) return refuse(507, noRoom);
  request.body_ = *whole;
  return State::Ready;
}

bool MessageReader::takeStage() {
  switch (stage_) {
    case Stage::Length:
      return takeData(Stage::Done);
    case Stage::ChunkSize:
      return takeChunkSize();
    case Stage::ChunkData:
      return takeData(Stage::ChunkEnd);
    case Stage::ChunkEnd:
      return takeChunkEnd();
    case Stage::Trailer:
      return takeTrailer();
    default:
      return false;
  }
}

bool MessageReader::takeData(Stage following) {
  const std::string_view data =
      unread().substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, unread().size())));
  if (!body_.append(data)) {
    refuse(507, noRoom);
    return false;
  }
  cursor_ += data.size();
  remaining_ -= data.size();
  if (remaining_ > 0) return false;
  stage_ = following;
  return true;
}

// chunk-size [ ";" extension ] CRLF
bool MessageReader::takeChunkSize() {
  const std::string_view bytes = unread();
  const std::size_t end = findLineEnd(bytes);
  if (end == malformedLine) {
    refuse(400, "A line of the body must end with carriage return and line feed");
    return false;
  }
  if (std::min(end, bytes.size()) > longestChunkLine) {
    refuse(400, "The size line of a chunk is too long");
    return false;
  }
  if (end == std::string_view::npos) return false;
  std::uint64_t size = 0;
  std::size_t digits = 0;
  for (; digits < end && ascii::hexDigit(bytes[digits]) >= 0; ++digits) {
    if (digits == 15) break;
    size = size * 16 + static_cast<std::uint64_t>(ascii::hexDigit(bytes[digits]));
  }
  const std::string_view extension = trimBlanks(bytes.substr(digits, end - digits));
  if (digits == 0 || (!extension.empty() && extension.front() != ';') ||
      extension.find_first_of("\r\n") != std::string_view::npos) {
    refuse(400, "The size of a chunk must be a hexadecimal number");
    return false;
  }
  if (size > maximumBody_ - body_.size()) {
    refuse(413, "The body of the request is larger than the server accepts");
    return false;
  }
  cursor_ += end + 2;
  remaining_ = size;
  stage_ = size == 0 ? Stage::Trailer : Stage::ChunkData;
  return true;
}

bool MessageReader::takeChunkEnd() {
  const std::string_view bytes = unread();
  if (bytes.size() < 2) return false;
  if (!bytes.starts_with("\r\n")) {
    refuse(400, "A chunk must end with carriage return and line feed");
    return false;
  }
  cursor_ += 2;
  stage_ = Stage::ChunkSize;
  return true;
}

// Fields behind the last chunk carry nothing the server uses; the empty line ends the message.
bool MessageReader::takeTrailer() {
  const std::string_view bytes = unread();
  const std::size_t end = findLineEnd(bytes);
  if (end == malformedLine) {
    refuse(400, "A line of the body must end with carriage return and line feed");
    return false;
  }
  if (trailerBytes_ + std::min(end, bytes.size()) > longestTrailer) {
    refuse(431, "The fields behind the last chunk are too long");
    return false;
  }
  if (end == std::string_view::npos) return false;
  trailerBytes_ += end + 2;
  cursor_ += end + 2;
  if (end == 0) stage_ = Stage::Done;
  return true;
}

bool MessageReader::takeContinue() { return std::exchange(continueAsked_, false); }

void MessageReader::next() {
  input_.take(inPlace_);
  inPlace_ = cursor_ = 0;
  head_.reset();
  stage_ = Stage::Head;
  continueAsked_ = refused_ = false;
  body_.clear();
}

}  // namespace qodly::http
