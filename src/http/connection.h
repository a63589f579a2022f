// One client. Callbacks of the thread drive it through reading, running, sending; only while a request is under way
// does it hold buffers (an Exchange) and, while its handler runs, a fiber. An idle connection is this object alone.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "http/deadline_wheel.h"
#include "http/fiber.h"
#include "http/http2_session.h"
#include "http/message_reader.h"
#include "http/server.h"
#include "http/transport.h"
#include "http/websocket_peer.h"

namespace qodly::http {

class Loop;

// What requests under way need; pooled by the thread.
struct Exchange {
  explicit Exchange(const Limits& limits) : reader(limits.headBytes, limits.targetBytes, 0, limits.bodyFolder) {}

  MessageReader reader;
  Request request;
  Response response;
  std::string out;  // answers and heads not sent yet
  std::size_t outSent = 0;
  std::string_view body;  // of the last answer, sent behind `out` without a copy
  std::uint64_t fileSent = 0;
  bool sendsFile = false;

  bool hasOutput() const { return outSent < out.size() || !body.empty() || sendsFile; }
};

// Used by its thread only.
class Connection final : public DeadlineWheel::Entry,
                         private FiberTask,
                         private PushTarget,
                         public std::enable_shared_from_this<Connection> {
 public:
  using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

  Connection(Loop& loop, Socket socket, std::string remoteAddress, bool tls);
  ~Connection() override;

  void start();
  // The server stops: connections close behind the answer they are at; what waits for a request is closed after
  // `grace`.
  void stop(std::chrono::milliseconds grace);
  void close();

  std::size_t index = 0;             // the loop's: place in its list
  std::uint64_t countedAddress = 0;  // the loop's: among the connections of one address; 0: not counted

 private:
  friend class Loop;
  enum class State : std::uint8_t {
    Handshake,
    Reading,
    Running,
    Sending,
    Streaming,
    WebSocket,
    Http2,
    Lingering,
    Closed
  };
  enum class Deadline : std::uint8_t { None, KeepAlive, Head, Body };

  // FiberTask: the handler of the request.
  void run() override;
  void ended() override;
  std::shared_ptr<const FileBytes> bodyFile(const Request& request) const override;
  // DeadlineWheel::Entry
  void expired() override;
  // PushTarget
  void pushReady() override;

  void pump();
  // Each takes one step of its state; false: waiting for something.
  bool shakeHands();
  bool read();
  bool receive();
  bool send();
  bool linger();

  void runRequest();
  void finishRequest();
  void refuse(int status, std::string_view reason);
  void queueBody();
  void outputSent();
  void clearOutput();
  bool sendOutput();  // true: everything is sent

  // connection_push.cpp: answers that stay open.
  void beginPush();
  void endPush(PushEnd why);
  void handlerEnded();
  bool stream();
  void streamIsIdle();
  void watchClient();
  bool keepsUp() const;
  bool endStream();
  void streamExpired();
  bool webSocket();
  bool takeFrames();
  void deliver();
  bool endWebSocket();
  void webSocketExpired();

  // connection_http2.cpp
  bool looksLikeHttp2() const;
  void beginHttp2();
  bool http2();
  bool readHttp2();
  void setHttp2Deadline();
  void http2Expired();
  void sendAheadOfParking();
  void setReadDeadline(bool inHead);
  void awaitBody();
  bool bodyIsTooSlow();
  std::chrono::milliseconds bodyTick() const;
  std::uint64_t bodyBytes() const;
  bool waitFor(Transport::Outcome outcome);
  void acquireExchange();
  void releaseExchange();

  Loop& loop_;
  Socket socket_;
  Transport transport_;
  std::unique_ptr<Exchange> exchange_;
  std::shared_ptr<Connection> self_;  // while the handler is parked
  std::shared_ptr<PushSender> push_;  // of the answer that stays open
  std::unique_ptr<WebSocketPeer> webSocket_;
  std::unique_ptr<Http2Session> http2_;
  // While the handshake lasts: the certificates that it chooses among.
  std::shared_ptr<const TlsContext> tls_;
  Pace pace_;  // of a stream's client
  std::string remoteAddress_;
  std::uint64_t number_ = 0;                      // for the logs
  std::uint64_t bodyArrived_ = 0, bodySeen_ = 0;  // of the body being received: bytes now and a tick ago
  std::uint32_t lingered_ = 0;
  std::uint32_t served_ = 0;                      // requests
  std::uint16_t bodyTicks_ = 0, quietTicks_ = 0;  // times that its deadline was looked at; without a byte
  State state_;
  Deadline deadline_ = Deadline::None;
  bool readable_ = false;    // a read may find something at once
  bool closing_ = false;     // closes when everything is sent
  bool refused_ = false;     // unread bytes of a refused request may follow
  bool handling_ = false;    // the handler has not returned
  bool answered_ = false;    // everything is sent though the handler has not returned
  bool chunked_ = false;     // the stream's framing
  bool watching_ = true;     // a stream's client may still be seen to leave
  bool http2Wakes_ = false;  // a look at what HTTP/2 can send is on its way
  bool waitsToRead_ = false, waitsToWrite_ = false;
  PushEnd end_ = PushEnd::Client;  // why a push ends when the connection is closed
};

}  // namespace qodly::http
