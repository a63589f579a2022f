// The ways of a response to stay open: stream() and webSocket().
#include <fmt/format.h>
#include <openssl/evp.h>

#include "http/ascii.h"
#include "http/message.h"

namespace qodly::http {

namespace {

bool hasToken(std::string_view list, std::string_view token) {
  bool found = false;
  forEachElement(list, [&](std::string_view element) { found = found || sameToken(element, token); });
  return found;
}

// base64 of 16 bytes: 22 characters and "==".
bool isHandshakeKey(std::string_view key) {
  if (key.size() != 24 || !key.ends_with("==")) return false;
  for (const char c : key.substr(0, 22)) {
    const bool letter = ascii::lower(c) >= 'a' && ascii::lower(c) <= 'z';
    if (!letter && !(c >= '0' && c <= '9') && c != '+' && c != '/') return false;
  }
  return true;
}

// RFC 6455 4.2.2
std::string acceptOf(std::string_view key) {
  std::string text(key);
  text.append("258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int length = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha1(), nullptr);
  std::array<unsigned char, 64> encoded;
  const int count = EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(length));
  return std::string(encoded.begin(), encoded.begin() + count);
}

}  // namespace

std::shared_ptr<StreamSender> Response::stream(StreamOptions options) {
  auto sender = std::make_shared<StreamSender>(std::move(options));
  body();
  body_.clear();
  push_ = sender;
  if (target_ != nullptr) sender->attach(*target_);
  return sender;
}

std::shared_ptr<WebSocket> Response::webSocket(const Request& request, WebSocketOptions options) {
  const bool upgrade = request.version() == Version::Http11 && hasToken(request.header("Connection"), "upgrade");
  const bool wanted = request.method() == Method::Get && (upgrade || request.isExtendedConnect()) &&
                      hasToken(request.header("Upgrade"), "websocket");
  if (!wanted) {
    error(426, "This address is for WebSocket connections (RFC 6455, RFC 8441)", "http");
    setHeader("Upgrade", "websocket");
    return nullptr;
  }
  if (request.header("Sec-WebSocket-Version") != "13") {
    error(426, "The version of WebSocket must be 13", "http");
    setHeader("Upgrade", "websocket");
    setHeader("Sec-WebSocket-Version", "13");
    return nullptr;
  }
  const std::string_view key = request.header("Sec-WebSocket-Key");
  if (upgrade && !isHandshakeKey(key)) {
    error(400, "Sec-WebSocket-Key must be the base64 form of 16 bytes", "http");
    return nullptr;
  }
  if (!request.body().empty()) {
    error(400, "A WebSocket handshake has no body", "http");
    return nullptr;
  }
  json(upgrade ? 101 : 200);
  contentType_.clear();
  if (upgrade) {
    setHeader("Upgrade", "websocket");
    setHeader("Sec-WebSocket-Accept", acceptOf(key));
  }
  if (!options.protocol.empty()) setHeader("Sec-WebSocket-Protocol", options.protocol);
  auto sender = std::make_shared<WebSocket>(std::move(options));
  push_ = sender;
  isWebSocket_ = true;
  if (target_ != nullptr) sender->attach(*target_);
  return sender;
}

void Response::addTiming(std::string_view timing, std::chrono::microseconds duration) {
  if (!timings_.empty()) timings_ += ", ";
  fmt::format_to(std::back_inserter(timings_), "{};dur={:.3f}", timing, static_cast<double>(duration.count()) / 1000.0);
}

}  // namespace qodly::http
