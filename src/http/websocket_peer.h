// The server's side of one WebSocket (RFC 6455), apart from what carries its bytes: a connection of HTTP/1.1 or a
// stream of HTTP/2. Used by the thread of the connection.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "http/push.h"
#include "http/websocket_frame.h"

namespace qodly::http {

class WebSocketPeer {
 public:
  static constexpr std::chrono::milliseconds closeTimeout{5'000};  // for the client's answer to a Close frame

  explicit WebSocketPeer(std::shared_ptr<WebSocket> sender)
      : sender_(std::move(sender)), reader_(sender_->options().messageBytes) {}

  enum class Step : std::uint8_t { Waiting, Again, Message };
  // Takes one event of what has arrived; `taken` is how many bytes of the front it used. What it is answered with is
  // appended to `out`. Waiting: more bytes are needed. Message: delivery() must be run.
  Step next(std::span<char> arrived, std::size_t& taken, std::string& out);
  // Brings the message to its receiver; to be run on a fiber, then delivered() on the connection's thread.
  std::function<void()> delivery();
  void delivered() { delivering_ = false; }
  bool isDelivering() const { return delivering_; }

  // The owner's Close frame has been taken out of the sender's queue.
  void sentClose() { closeSent_ = true; }
  // The client has ended its direction.
  void vanished();
  bool isClosing() const { return closeSent_; }
  bool isOver() const { return closeSent_ && closeReceived_; }
  // It broke the rules: what it still sends is not looked at.
  bool isBroken() const { return broken_; }
  PushEnd why() const { return why_; }

  // Nothing has come for the interval: false when the client is taken for gone, else a Ping is appended to `out`.
  bool ping(std::string& out);
  void heard() { pinged_ = false; }
  std::chrono::milliseconds patience() const { return closeSent_ ? closeTimeout : sender_->options().pingInterval; }

 private:
  const std::shared_ptr<WebSocket> sender_;
  WebSocketReader reader_;
  std::string message_;
  bool isText_ = false;
  bool delivering_ = false, closeSent_ = false, closeReceived_ = false, pinged_ = false, broken_ = false;
  PushEnd why_ = PushEnd::Client;
};

}  // namespace qodly::http
