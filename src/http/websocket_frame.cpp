#include "http/websocket_frame.h"

#include <algorithm>

#include "base/text.h"

namespace qodly::http {

namespace {

constexpr std::size_t longestControl = 125;
constexpr std::uint32_t mostEmptyFragments = 64;
constexpr std::size_t capacityKept = 4096;

constexpr std::uint16_t protocolError = 1002, notUtf8 = 1007, tooLarge = 1009, abuse = 1008, noCode = 1005;

bool isControl(Opcode opcode) { return opcode >= Opcode::Close; }

// Codes that may stand in a Close frame (RFC 6455 7.4).
bool isSendableCode(std::uint16_t code) {
  if (code >= 3000 && code <= 4999) return true;
  return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
}

}  // namespace

FrameHead::FrameHead(Opcode opcode, std::uint64_t length) {
  bytes_[count_++] = static_cast<char>(0x80 | static_cast<unsigned>(opcode));
  const auto bigEndian = [this](std::uint64_t value, int octets) {
    for (int shift = (octets - 1) * 8; shift >= 0; shift -= 8)
      bytes_[count_++] = static_cast<char>((value >> shift) & 0xFF);
  };
  if (length <= 125) {
    bytes_[count_++] = static_cast<char>(length);
  } else if (length <= 0xFFFF) {
    bytes_[count_++] = 126;
    bigEndian(length, 2);
  } else {
    bytes_[count_++] = 127;
    bigEndian(length, 8);
  }
}

void appendCloseFrame(std::uint16_t code, std::string_view reason, std::string& out) {
  if (code == noCode) {
    out.append(FrameHead(Opcode::Close, 0).bytes());
    return;
  }
  reason = reason.substr(0, longestControl - 2);
  while (!reason.empty() && !isValidUtf8(reason)) reason.remove_suffix(1);
  out.append(FrameHead(Opcode::Close, reason.size() + 2).bytes());
  out += static_cast<char>(code >> 8);
  out += static_cast<char>(code & 0xFF);
  out.append(reason);
}

WebSocketReader::Event WebSocketReader::fail(std::uint16_t code) {
  failure_ = code;
  return {Kind::Failed, {}, code};
}

bool WebSocketReader::readHead(std::span<char> bytes, std::size_t& taken) {
  const auto octet = [&](std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); };
  if (bytes.size() < 2) return false;
  const std::uint8_t shortLength = octet(1) & 0x7F;
  const std::size_t lengthBytes = shortLength == 126 ? 2 : shortLength == 127 ? 8 : 0;
  // What is wrong already is refused before the rest of the head arrives.
  if ((octet(0) & 0x70) != 0 || (octet(1) & 0x80) == 0) {
    failure_ = protocolError;
    return false;
  }
  const std::size_t headBytes = 2 + lengthBytes + mask_.size();
  if (bytes.size() < headBytes) return false;
  std::uint64_t length = shortLength;
  if (lengthBytes > 0) {
    length = 0;
    for (std::size_t i = 0; i < lengthBytes; ++i) length = length << 8 | octet(2 + i);
    const std::uint64_t least = lengthBytes == 2 ? 126 : 0x10000;
    if (length < least || length >> 63 != 0) {
      failure_ = protocolError;
      return false;
    }
  }
  std::copy_n(bytes.data() + 2 + lengthBytes, mask_.size(), mask_.data());
  opcode_ = static_cast<Opcode>(octet(0) & 0x0F);
  final_ = (octet(0) & 0x80) != 0;
  remaining_ = length;
  maskAt_ = 0;
  inFrame_ = true;
  taken += headBytes;
  return true;
}

bool WebSocketReader::checkHead() {
  switch (opcode_) {
    case Opcode::Text:
    case Opcode::Binary:
      if (inMessage_) break;
      inMessage_ = true;
      messageOpcode_ = opcode_;
      emptyFragments_ = 0;
      [[fallthrough]];
    case Opcode::Continuation:
      if (!inMessage_) break;
      if (remaining_ > maximum_ - message_.size()) {
        failure_ = tooLarge;
        return false;
      }
      if (remaining_ == 0 && !final_ && ++emptyFragments_ > mostEmptyFragments) {
        failure_ = abuse;
        return false;
      }
      return true;
    case Opcode::Close:
    case Opcode::Ping:
    case Opcode::Pong:
      control_.clear();
      if (final_ && remaining_ <= longestControl) return true;
      break;
  }
  failure_ = protocolError;
  return false;
}

WebSocketReader::Event WebSocketReader::next(std::span<char> bytes, std::size_t& taken) {
  if (messageGiven_) {
    messageGiven_ = false;
    if (message_.capacity() > capacityKept) {
      message_ = std::string();
    } else {
      message_.clear();
    }
  }
  for (;;) {
    if (failure_ != 0) return {Kind::Failed, {}, failure_};
    const std::span<char> left = bytes.subspan(taken);
    if (!inFrame_) {
      if (readHead(left, taken) && checkHead()) continue;
      if (failure_ != 0) return fail(failure_);
      return {};
    }
    std::string& into = isControl(opcode_) ? control_ : message_;
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, left.size()));
    for (std::size_t i = 0; i < count; ++i) left[i] ^= mask_[(maskAt_ + i) & 3];
    maskAt_ = static_cast<std::uint8_t>((maskAt_ + count) & 3);
    into.append(left.data(), count);
    taken += count;
    remaining_ -= count;
    if (remaining_ > 0) return {};
    inFrame_ = false;
    if (isControl(opcode_)) return control();
    if (final_) return finishMessage();
  }
}

WebSocketReader::Event WebSocketReader::finishMessage() {
  inMessage_ = false;
  messageGiven_ = true;
  if (messageOpcode_ == Opcode::Binary) return {Kind::Binary, message_, 0};
  if (!isValidUtf8(message_)) return fail(notUtf8);
  return {Kind::Text, message_, 0};
}

WebSocketReader::Event WebSocketReader::control() {
  if (opcode_ == Opcode::Ping) return {Kind::Ping, control_, 0};
  if (opcode_ == Opcode::Pong) return {Kind::Pong, control_, 0};
  if (control_.empty()) return {Kind::Close, {}, noCode};
  if (control_.size() == 1) return fail(protocolError);
  const auto code =
      static_cast<std::uint16_t>(static_cast<std::uint8_t>(control_[0]) << 8 | static_cast<std::uint8_t>(control_[1]));
  const std::string_view reason = std::string_view(control_).substr(2);
  if (!isSendableCode(code)) return fail(protocolError);
  if (!isValidUtf8(reason)) return fail(notUtf8);
  return {Kind::Close, reason, code};
}

}  // namespace qodly::http
