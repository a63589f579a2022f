// Answers that go on after the handler has returned: a stream (chunked in HTTP/1.1; server-sent events, bodies made
// piece by piece) and a WebSocket (RFC 6455). A handler turns its response into one (Response::stream,
// Response::webSocket) and keeps the sender. An idle one costs its connection and about 300 bytes, no fiber, no buffer,
// no thread.
//
// Everything here is thread-safe: any thread or fiber may send, close and destroy. Callbacks run on a fiber of the
// connection's thread, one at a time for each sender, and may wait.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/wait.h"

namespace qodly::http {

enum class Pushed : std::uint8_t {
  Queued,  // will be sent, in order
  Full,    // nothing was queued: the client is slower than the sender (or the piece is larger than the whole queue)
  Closed,  // nothing was queued: the sender is closed or finished
};

// Why a sender ended.
enum class PushEnd : std::uint8_t {
  Finished,  // by its owner: everything was sent
  Aborted,   // by its owner: the connection was cut
  Client,    // the client closed or vanished
  Slow,      // the client took nothing for Limits::sendTimeout, or answered no ping
  Stopped,   // the server stops
  Protocol,  // the client broke the rules of WebSocket
};

// Whoever sends what is queued. The server's; implemented by connections.
class PushTarget {
 public:
  virtual ~PushTarget() = default;
  // Any thread, with the sender's lock held: must not call the sender.
  virtual void pushReady() = 0;
};

// What both kinds have in common: a bounded queue of bytes and its end.
class PushSender {
 public:
  explicit PushSender(std::size_t queueBytes) : queueBytes_(queueBytes) {}
  virtual ~PushSender() = default;
  PushSender(const PushSender&) = delete;
  PushSender& operator=(const PushSender&) = delete;

  // False from the moment it was finished, aborted or the client was gone.
  bool isOpen() const;
  // Bytes waiting to be taken by the connection.
  std::size_t queued() const;
  // Cuts the connection; what is queued is dropped.
  void abort();
  // Called once, when the sender has ended; at once (on the calling thread) when it has ended already. Replaces an
  // earlier callback. The callback may hold the last reference to the sender.
  void onClose(std::function<void(PushEnd)> callback);

  // For the server.
  struct Taken {
    bool any = false, finished = false, aborted = false;
  };
  void attach(PushTarget& target);
  void detach();
  // Appends what is queued to `out`, as one chunk of HTTP/1.1 when `chunked`; at most about `most` bytes.
  Taken take(std::string& out, bool chunked, std::size_t most = SIZE_MAX);
  // Marks the end and returns the callback to run, if there is one. Later calls return nothing.
  virtual std::function<void()> end(PushEnd why);
  // The server stops: like finish(), with what the kind says to its client.
  virtual void finishForStop() = 0;

 protected:
  Pushed append(std::string_view head, std::string_view bytes, bool wait);
  // Queues `last` whatever the bound, then nothing more.
  void finishWith(std::string_view last);

 private:
  void wake();  // with the lock held

  mutable std::mutex mutex_;
  std::string queue_;
  const std::size_t queueBytes_;
  PushTarget* target_ = nullptr;
  std::function<void(PushEnd)> onClose_;
  std::vector<std::shared_ptr<Completion<bool>>> waiting_;  // for room
  bool wakePending_ = false, finished_ = false, aborted_ = false, ended_ = false;
  PushEnd why_ = PushEnd::Finished;
};

struct StreamOptions {
  std::size_t queueBytes = 256 * 1024;
  // Sent when nothing else was for that long, so that proxies keep the connection and a vanished client is noticed;
  // ":\n\n" for server-sent events. Empty: never.
  std::string heartbeat;
  std::chrono::milliseconds heartbeatInterval{25'000};
  // A client that takes less while more is there for it is slow, once it has been waited for half a minute in all.
  std::uint64_t leastBytesPerSecond = 0;
};

// How fast a client takes what is there for it. Used by the thread of its connection.
class Pace {
 public:
  using Clock = std::chrono::steady_clock;

  // Something waits to be taken from now on, unless it did before.
  void waits() {
    if (since_ == Clock::time_point()) since_ = Clock::now();
  }
  void took(std::uint64_t bytes) {
    taken_ += bytes;
    if (since_ != Clock::time_point()) waited_ += Clock::now() - std::exchange(since_, {});
  }
  bool isBelow(std::uint64_t bytesPerSecond) const {
    const auto seconds = static_cast<std::uint64_t>(waited_ / std::chrono::seconds(1));
    return waited_ >= patience && taken_ < seconds * bytesPerSecond;
  }

 private:
  static constexpr std::chrono::seconds patience{30};
  Clock::time_point since_;
  Clock::duration waited_{0};
  std::uint64_t taken_ = 0;
};

// The body of an answer, sent while it is made.
class StreamSender final : public PushSender {
 public:
  explicit StreamSender(StreamOptions options) : PushSender(options.queueBytes), options_(std::move(options)) {}

  // All of the bytes or none.
  Pushed send(std::string_view bytes) { return append({}, bytes, false); }
  // For bodies of any size: waits for room (base/wait.h) as often as needed. False: the sender is closed.
  bool write(std::string_view bytes);
  // The body is complete.
  void finish() { finishWith({}); }

  const StreamOptions& options() const { return options_; }
  void finishForStop() override { finish(); }

 private:
  const StreamOptions options_;
};

// One event of a text/event-stream. Empty names are left out; line breaks inside `data` make several data lines; in the
// other two they are dropped.
std::string serverSentEvent(std::string_view data, std::string_view event = {}, std::string_view id = {});

struct WebSocketOptions {
  std::size_t queueBytes = 256 * 1024;
  std::size_t messageBytes = 1024 * 1024;          // of the client, its fragments joined: 1009
  std::chrono::milliseconds pingInterval{30'000};  // of silence; then as long again for the answer
  std::string protocol;  // Sec-WebSocket-Protocol chosen among what the client offers; "": none
};

class WebSocket final : public PushSender {
 public:
  explicit WebSocket(WebSocketOptions options) : PushSender(options.queueBytes), options_(std::move(options)) {}

  // A text must be UTF-8.
  Pushed sendText(std::string_view text);
  Pushed sendBinary(std::string_view bytes);
  // Says goodbye with a close code (RFC 6455 7.4) and a reason of at most 123 bytes; what is queued is sent before.
  void close(std::uint16_t code = 1000, std::string_view reason = {});

  // The next message is read when the callback has returned: a slow one slows its client down. Set it before the
  // handler returns.
  void onMessage(std::function<void(std::string_view message, bool isText)> callback);
  // What the client's Close frame said: 1005 for none, 1006 when the connection ended without one.
  std::uint16_t closeCode() const;

  // For the server.
  const WebSocketOptions& options() const { return options_; }
  void deliver(std::string_view message, bool isText);
  void setCloseCode(std::uint16_t code);
  std::function<void()> end(PushEnd why) override;
  void finishForStop() override { close(1001, "The server stops"); }

 private:
  const WebSocketOptions options_;
  mutable std::mutex callbackMutex_;
  std::shared_ptr<std::function<void(std::string_view, bool)>> onMessage_;
  std::uint16_t closeCode_ = 1006;
};

}  // namespace qodly::http
