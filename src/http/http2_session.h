// HTTP/2 (RFC 9113) on one connection, framed by nghttp2: its streams become the same requests, responses and fibers as
// those of HTTP/1.1. Pure of input and output: bytes in by receive(), bytes out by produce().
//
// Bounds: streams at once, handlers at once (those of streams that the client has reset still count), size of a head
// and of all bodies held, of the answers that the client does not take, resets and frames without use per second, what
// may wait to be sent.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/body_store.h"
#include "http/deadline_wheel.h"
#include "http/fiber.h"
#include "http/head_parser.h"
#include "http/message.h"
#include "http/websocket_peer.h"

struct nghttp2_session;
struct nghttp2_session_callbacks;

namespace qodly::http {

class Http2Session;
class Loop;

// One request and its answer. Lives as long as the session knows it or its handler runs.
class Http2Stream final : public DeadlineWheel::Entry,
                          private FiberTask,
                          private PushTarget,
                          public std::enable_shared_from_this<Http2Stream> {
 public:
  Http2Stream(Http2Session& session, std::int32_t id);
  ~Http2Stream() override;

 private:
  friend class Http2Session;

  // FiberTask
  void run() override;
  void ended() override;
  std::shared_ptr<const FileBytes> bodyFile(const Request& request) const override;
  // DeadlineWheel::Entry: a client that takes nothing, or time for a heartbeat.
  void expired() override;
  // PushTarget
  void pushReady() override;

  void addField(std::string_view name, std::string_view value);
  bool finishHead();
  void start();
  void answer();
  void beginPush();
  void endPush(PushEnd why);
  void closed();  // the session has forgotten it
  // Up to `size` bytes of the body; at its end `last` is set. -1: nothing now; -2: cannot go on.
  std::ptrdiff_t read(char* into, std::size_t size, bool& last);
  std::ptrdiff_t readPush(char* into, std::size_t size, bool& last);
  bool fill();
  void waitForMore();

  // http2_socket.cpp: a WebSocket (RFC 8441). What arrives before it is read stays in the client's window, so that a
  // slow receiver slows its client down.
  bool isConnect() const { return !protocol_.empty(); }
  void arrived(std::string_view bytes);
  void clientEnded();
  void pumpSocket();
  void deliver();
  void pumpSoon();
  void socketExpired();

  enum class Fault : std::uint8_t { None, Head, Target, Body, Room };  // what is too large, or cannot be kept
  struct Place {
    std::size_t name, nameSize, value, valueSize;
  };

  Http2Session* session_;  // nullptr once forgotten
  Loop& loop_;
  const std::int32_t id_;
  std::string head_;           // names and values, one after the other
  std::vector<Place> places_;  // of the fields in it
  std::size_t fieldBytes_ = 0;
  std::string method_, authority_, path_, cookie_;
  std::string protocol_;  // of an extended CONNECT
  BodyStore body_;
  Framing framing_;
  Request request_;
  Response response_;
  std::shared_ptr<PushSender> push_;
  std::shared_ptr<Http2Stream> self_;      // while the handler is parked
  std::shared_ptr<std::size_t> handlers_;  // the session's
  std::unique_ptr<WebSocketPeer> socket_;
  std::string input_;  // of a WebSocket, from inputRead_ on not read yet
  std::size_t inputRead_ = 0, pendingSent_ = 0;
  std::string pending_;  // of a push, taken; from pendingSent_ on not framed yet
  Pace pace_;            // of a push's client
  // Of the answer; of the body and of an answer in memory, as the session counts them.
  std::uint64_t sent_ = 0, held_ = 0, heldAnswer_ = 0;
  bool handling_ = false, answered_ = false, pushFinished_ = false, complete_ = false, clientEnded_ = false;
  Fault fault_ = Fault::None;
};

class Http2Session {
 public:
  struct Host {
    Loop& loop;
    std::string peer;
    bool tls = false;
    std::uint64_t connection = 0;
    std::function<void()> wake;  // something can be sent; called on the loop's thread
  };

  explicit Http2Session(Host host);
  ~Http2Session();
  Http2Session(const Http2Session&) = delete;
  Http2Session& operator=(const Http2Session&) = delete;

  // False: nothing more can be read; what produce() still gives should be sent.
  bool receive(std::string_view bytes);
  // Appends frames to `out` until it holds about `most` bytes or nothing is left.
  void produce(std::string& out, std::size_t most);
  // Nothing will ever be sent or received again.
  bool finished() const;
  // Lets the streams that are there finish; takes no further ones.
  void shutDown();
  void close(PushEnd why);

  std::size_t streams() const { return streams_.size(); }
  // A request has begun and is not complete: its client may be slow.
  bool isReceiving() const { return receiving_ > 0; }
  // Bytes of heads and bodies that have arrived since the last call.
  std::uint64_t takeArrived() { return std::exchange(arrived_, 0); }

 private:
  friend class Http2Stream;
  struct Callbacks;

  void beginStream(std::int32_t id);
  void answerSent(std::int32_t id);
  void endOfRequest(Http2Stream& stream);
  void forget(std::int32_t id);
  bool countReset();
  void drop(Http2Stream& stream, Http2Stream::Fault fault);
  void runReady();
  void submit(Http2Stream& stream, bool withBody);
  Http2Stream* find(std::int32_t id);
  void complain();  // the client is told to calm down, and the connection ends

  Host host_;
  nghttp2_session* session_ = nullptr;
  std::map<std::int32_t, std::shared_ptr<Http2Stream>> streams_;
  std::vector<std::int32_t> ready_;
  std::string headText_;
  std::uint64_t heldBodies_ = 0, heldAnswers_ = 0, arrived_ = 0;
  std::shared_ptr<std::size_t> handlers_ = std::make_shared<std::size_t>(0);  // that run, of reset streams too
  std::size_t receiving_ = 0, uselessFrames_ = 0;
  double resetsLeft_;
  std::chrono::steady_clock::time_point resetsAt_;
  bool inReceive_ = false, broken_ = false;
};

}  // namespace qodly::http
