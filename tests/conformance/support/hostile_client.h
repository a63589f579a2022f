// A client that sends whatever bytes it is told to, and takes apart what comes back.
#pragma once

#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include <poll.h>

#include "tests/conformance/support/http_client.h"
#include "value/json.h"

namespace qodly::conformance {

// The text of a case as bytes: \xNN stands for one byte.
inline std::string bytesOf(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    if (text.substr(i, 2) == "\\x" && i + 3 < text.size() &&
        std::from_chars(text.data() + i + 2, text.data() + i + 4, value, 16).ptr == text.data() + i + 4) {
      out += static_cast<char>(value);
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

// {"webSocket": first octet, "payload": text}: a masked frame.
inline std::string webSocketFrame(unsigned first, std::string_view payload) {
  std::string out(1, static_cast<char>(first));
  const std::size_t size = payload.size();
  const int octets = size < 126 ? 0 : size < 0x10000 ? 2 : 8;
  out += static_cast<char>(0x80 | (octets == 0 ? size : octets == 2 ? 126u : 127u));
  for (int shift = (octets - 1) * 8; shift >= 0; shift -= 8) out += static_cast<char>(size >> shift & 0xFF);
  constexpr std::string_view mask = "mask";
  out += mask;
  for (std::size_t i = 0; i < size; ++i) out += static_cast<char>(payload[i] ^ mask[i & 3]);
  return out;
}

// {"http2": type, "flags": n, "stream": n, "payload": text}: a frame.
inline std::string http2Frame(unsigned type, unsigned flags, unsigned stream, std::string_view payload) {
  std::string out;
  for (const int shift : {16, 8, 0}) out += static_cast<char>(payload.size() >> shift & 0xFF);
  out += static_cast<char>(type);
  out += static_cast<char>(flags);
  for (const int shift : {24, 16, 8, 0}) out += static_cast<char>(stream >> shift & 0xFF);
  return out.append(payload);
}

// The frame with another stream number.
inline std::string onStream(std::string frame, unsigned stream) {
  for (int i = 0; i < 4; ++i) frame[5 + static_cast<std::size_t>(i)] = static_cast<char>(stream >> (24 - 8 * i) & 0xFF);
  return frame;
}

inline std::string pieceOf(const Value& piece) {
  if (piece.isText()) return bytesOf(piece.asText());
  const Object& object = piece.asObject();
  const auto number = [&object](std::string_view name, unsigned otherwise) {
    const Value value = object.get(name);
    return value.isNumber() ? static_cast<unsigned>(value.asNumber()) : otherwise;
  };
  const auto text = [&object](std::string_view name) {
    const Value value = object.get(name);
    if (value.isText()) return bytesOf(value.asText());
    return value.isObject() ? pieceOf(value) : std::string();
  };
  std::string one;
  if (object.find("repeat") != nullptr) one = text("repeat");
  if (object.find("webSocket") != nullptr) one = webSocketFrame(number("webSocket", 0), text("payload"));
  if (object.find("http2") != nullptr)
    one = http2Frame(number("http2", 0), number("flags", 0), number("stream", 0), text("payload"));
  std::string all;
  for (unsigned i = 0; i < number("times", 1); ++i) {
    if (const Value* parts = object.find("streams")) {
      for (const Value& part : parts->asCollection().elements())
        all += onStream(pieceOf(part), number("from", 1) + 2 * i);
    }
    all += one;
  }
  return all;
}

inline std::vector<std::string> piecesOf(const Value& send) {
  std::vector<std::string> pieces;
  if (!send.isCollection()) {
    pieces.push_back(pieceOf(send));
    return pieces;
  }
  for (const Value& piece : send.asCollection().elements()) pieces.push_back(pieceOf(piece));
  return pieces;
}

class HostileClient {
 public:
  static constexpr int brief = 500, patience = 60'000;  // milliseconds

  explicit HostileClient(std::uint16_t port) : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error("cannot connect");
  }
  ~HostileClient() { ::close(descriptor_); }
  HostileClient(const HostileClient&) = delete;
  HostileClient& operator=(const HostileClient&) = delete;

  // Takes what the server sends meanwhile: a client that only sends would block for ever.
  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      pollfd ready{descriptor_, POLLIN | POLLOUT, 0};
      if (::poll(&ready, 1, patience) <= 0) return;
      if ((ready.revents & POLLIN) != 0 && !receive()) return;
      if ((ready.revents & POLLOUT) == 0) continue;
      const ssize_t count = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (count < 0 && errno != EAGAIN) return;
      if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  void endSending() { ::shutdown(descriptor_, SHUT_WR); }

  // Until the server closes, or nothing has come for `milliseconds`.
  void receiveAll(int milliseconds) {
    pollfd ready{descriptor_, POLLIN, 0};
    while (!closed_ && ::poll(&ready, 1, milliseconds) > 0) receive();
  }

  const std::string& received() const { return received_; }
  bool closed() const { return closed_; }

  // Of the HTTP/1.1 answers received, one after the other.
  std::vector<int> statuses() const {
    std::vector<int> all;
    std::string_view left = received_;
    while (left.starts_with("HTTP/1.")) {
      const std::size_t end = left.find("\r\n\r\n");
      if (end == std::string_view::npos) break;
      const std::string head(left.substr(0, end));
      const int status = std::stoi(head.substr(9, 3));
      all.push_back(status);
      left.remove_prefix(end + 4);
      if (status == 101) break;
      if (const std::size_t at = head.find("Content-Length: "); at != std::string::npos)
        left.remove_prefix(std::min<std::size_t>(left.size(), std::stoul(head.substr(at + 16))));
      if (head.find("Transfer-Encoding: chunked") != std::string::npos) {
        const std::size_t last = left.find("0\r\n\r\n");
        left.remove_prefix(last == std::string_view::npos ? left.size() : last + 5);
      }
    }
    return all;
  }

  // Of the Close frame behind the handshake; -1: there is none.
  int webSocketCloseCode() const {
    std::size_t at = received_.find("\r\n\r\n");
    if (at == std::string::npos) return -1;
    const auto octet = [this](std::size_t place) { return static_cast<unsigned char>(received_[place]); };
    for (at += 4; at + 2 <= received_.size();) {
      std::size_t size = octet(at + 1) & 0x7Fu, head = 2;
      if (size == 126 && at + 4 <= received_.size()) size = octet(at + 2) * 256u + octet(at + 3), head = 4;
      if ((octet(at) & 0x0F) == 8)
        return at + head + 2 <= received_.size() && size >= 2 ? octet(at + head) * 256 + octet(at + head + 1) : 1005;
      at += head + size;
    }
    return -1;
  }

  // Error code of the HTTP/2 GOAWAY frame; -1: there is none.
  int goAwayError() const {
    const std::string payload = frameOfType(7);
    return payload.size() < 8 ? -1 : static_cast<unsigned char>(payload[7]);
  }
  // The same of the first RST_STREAM frame.
  int resetError() const {
    const std::string payload = frameOfType(3);
    return payload.size() < 4 ? -1 : static_cast<unsigned char>(payload[3]);
  }
  // Heads of HTTP/2 answers.
  int answers() const {
    int count = 0;
    forEachFrame([&count](unsigned type, std::string_view) { count += type == 1; });
    return count;
  }

 private:
  template <class Visit>
  void forEachFrame(const Visit& visit) const {
    const auto octet = [this](std::size_t place) { return static_cast<unsigned char>(received_[place]); };
    for (std::size_t at = 0; at + 9 <= received_.size();) {
      const std::size_t size = octet(at) * 65536u + octet(at + 1) * 256u + octet(at + 2);
      visit(octet(at + 3), std::string_view(received_).substr(at + 9, size));
      at += 9 + size;
    }
  }
  std::string frameOfType(unsigned wanted) const {
    std::string found;
    forEachFrame([&](unsigned type, std::string_view payload) {
      if (type == wanted && found.empty()) found = payload;
    });
    return found;
  }

  bool receive() {
    std::array<char, 65536> buffer;
    const ssize_t count = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
    if (count <= 0) {
      closed_ = true;
      return false;
    }
    received_.append(buffer.data(), static_cast<std::size_t>(count));
    return true;
  }

  int descriptor_;
  std::string received_;
  bool closed_ = false;
};

}  // namespace qodly::conformance
