#include "http/websocket_peer.h"

#include <exception>

#include <spdlog/spdlog.h>

namespace qodly::http {

WebSocketPeer::Step WebSocketPeer::next(std::span<char> arrived, std::size_t& taken, std::string& out) {
  taken = 0;
  const WebSocketReader::Event event = reader_.next(arrived, taken);
  switch (event.kind) {
    case WebSocketReader::Kind::NeedMore:
      return Step::Waiting;
    case WebSocketReader::Kind::Text:
    case WebSocketReader::Kind::Binary:
      if (closeSent_) return Step::Again;
      message_.assign(event.payload);
      isText_ = event.kind == WebSocketReader::Kind::Text;
      delivering_ = true;
      return Step::Message;
    case WebSocketReader::Kind::Ping:
      if (!closeSent_) out.append(FrameHead(Opcode::Pong, event.payload.size()).bytes()).append(event.payload);
      return Step::Again;
    case WebSocketReader::Kind::Pong:
      return Step::Again;
    case WebSocketReader::Kind::Close:
      sender_->setCloseCode(event.code);
      closeReceived_ = true;
      if (!std::exchange(closeSent_, true)) {
        appendCloseFrame(event.code, {}, out);
      } else {
        why_ = PushEnd::Finished;
      }
      return Step::Again;
    case WebSocketReader::Kind::Failed:
      if (!std::exchange(closeSent_, true)) appendCloseFrame(event.code, {}, out);
      closeReceived_ = broken_ = true;
      why_ = PushEnd::Protocol;
      return Step::Again;
  }
  return Step::Waiting;
}

std::function<void()> WebSocketPeer::delivery() {
  return [sender = sender_, message = std::move(message_), isText = isText_] {
    try {
      sender->deliver(message, isText);
    } catch (const std::exception& exception) {
      spdlog::error("A message of a WebSocket: {}", exception.what());
      sender->close(1011, "internal error");
    }
  };
}

void WebSocketPeer::vanished() {
  if (isOver()) return;
  closeSent_ = closeReceived_ = true;
  why_ = PushEnd::Client;
}

bool WebSocketPeer::ping(std::string& out) {
  if (closeSent_ || pinged_) {
    why_ = closeSent_ ? PushEnd::Finished : PushEnd::Slow;
    return false;
  }
  pinged_ = true;
  out.append(FrameHead(Opcode::Ping, 0).bytes());
  return true;
}

}  // namespace qodly::http
