// HTTP/2 on the wire, without TLS: requests, bodies, streams of pieces, flow control, and clients that abuse it.
#include <algorithm>
#include <array>
#include <future>
#include <map>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <nghttp2/nghttp2.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/http/client.h"

namespace qodly::http {
namespace {

using test::TestServer;
using namespace std::string_literals;

class Http2Client {
 public:
  struct Reply {
    std::map<std::string, std::string> headers;
    std::string body;
    bool closed = false;
    std::uint32_t error = 0;
    int status() const { return headers.contains(":status") ? std::stoi(headers.at(":status")) : 0; }
  };
  using Fields = std::vector<std::pair<std::string, std::string>>;

  explicit Http2Client(std::uint16_t port) : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{60, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    EXPECT_EQ(::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(
        callbacks, [](nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t nameSize,
                      const std::uint8_t* value, std::size_t valueSize, std::uint8_t, void* user) {
          of(user).replies_[frame->hd.stream_id].headers[std::string(name, name + nameSize)] =
              std::string(value, value + valueSize);
          return 0;
        });
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
        callbacks,
        [](nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* data, std::size_t size, void* user) {
          of(user).replies_[id].body.append(data, data + size);
          return 0;
        });
    nghttp2_session_callbacks_set_on_stream_close_callback(
        callbacks, [](nghttp2_session*, std::int32_t id, std::uint32_t error, void* user) {
          of(user).replies_[id].closed = true;
          of(user).replies_[id].error = error;
          return 0;
        });
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks,
                                                         [](nghttp2_session*, const nghttp2_frame* frame, void* user) {
                                                           if (frame->hd.type == NGHTTP2_GOAWAY) {
                                                             of(user).goneAway_ = true;
                                                             of(user).goAwayError_ = frame->goaway.error_code;
                                                           }
                                                           return 0;
                                                         });
    nghttp2_session_client_new(&session_, callbacks, this);
    nghttp2_session_callbacks_del(callbacks);
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, nullptr, 0);
  }
  ~Http2Client() {
    nghttp2_session_del(session_);
    ::close(descriptor_);
  }
  Http2Client(const Http2Client&) = delete;
  Http2Client& operator=(const Http2Client&) = delete;

  std::int32_t request(const std::string& method, const std::string& path, const Fields& fields = {},
                       std::string body = {}) {
    Fields all{{":method", method}, {":scheme", "http"}, {":authority", "test"}, {":path", path}};
    all.insert(all.end(), fields.begin(), fields.end());
    const auto pairs = pairsOf(all);
    nghttp2_data_provider provider{};
    provider.read_callback = [](nghttp2_session*, std::int32_t id, std::uint8_t* into, std::size_t size,
                                std::uint32_t* flags, nghttp2_data_source*, void* user) -> ssize_t {
      std::string& left = of(user).bodies_[id];
      const std::size_t count = std::min(size, left.size());
      std::copy_n(left.data(), count, into);
      left.erase(0, count);
      if (left.empty()) *flags |= NGHTTP2_DATA_FLAG_EOF;
      return static_cast<ssize_t>(count);
    };
    const std::int32_t id = nghttp2_submit_request(session_, nullptr, pairs.data(), pairs.size(),
                                                   body.empty() ? nullptr : &provider, nullptr);
    bodies_[id] = std::move(body);
    return id;
  }

  // A request whose body comes from elsewhere.
  template <class Source>
  std::int32_t request(const std::string& method, const std::string& path, const Fields& fields, Source& source) {
    Fields all{{":method", method}, {":scheme", "http"}, {":authority", "test"}, {":path", path}};
    all.insert(all.end(), fields.begin(), fields.end());
    // Fields with a colon come first.
    std::ranges::stable_sort(all, {}, [](const auto& field) { return !field.first.starts_with(':'); });
    const nghttp2_data_provider provider = source.provider();
    return nghttp2_submit_request(session_, nullptr, pairsOf(all).data(), all.size(), &provider, nullptr);
  }
  void resume(std::int32_t id) {
    nghttp2_session_resume_data(session_, id);
    flush();
  }

  void reset(std::int32_t id) { nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL); }
  void flush() {
    const std::uint8_t* data = nullptr;
    for (ssize_t count = 0; (count = nghttp2_session_mem_send(session_, &data)) > 0;)
      write({reinterpret_cast<const char*>(data), static_cast<std::size_t>(count)});
  }
  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  // One read. False: the connection has ended.
  bool read() {
    std::array<char, 65536> buffer;
    const ssize_t count = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
    if (count <= 0) return false;
    return nghttp2_session_mem_recv(session_, reinterpret_cast<const std::uint8_t*>(buffer.data()),
                                    static_cast<std::size_t>(count)) >= 0;
  }
  // Takes what comes meanwhile. False: the server has closed the connection.
  bool isThere(std::chrono::milliseconds time) {
    pollfd ready{descriptor_, POLLIN, 0};
    return ::poll(&ready, 1, static_cast<int>(time.count())) <= 0 || read();
  }
  Reply& wait(std::int32_t id) {
    flush();
    while (!replies_[id].closed && read()) flush();
    return replies_[id];
  }
  template <class Condition>
  bool until(Condition condition) {
    flush();
    while (!condition()) {
      if (!read()) return condition();
      flush();
    }
    return true;
  }
  // The error of the GOAWAY with which the server ended the connection.
  std::uint32_t goodbye() {
    while (!goneAway_ && read()) flush();
    return goneAway_ ? goAwayError_ : 0xFFFF;
  }
  Reply& reply(std::int32_t id) { return replies_[id]; }
  nghttp2_session* native() { return session_; }

 private:
  static std::vector<nghttp2_nv> pairsOf(Fields& all) {
    std::vector<nghttp2_nv> pairs;
    for (auto& [name, value] : all) {
      pairs.push_back({reinterpret_cast<std::uint8_t*>(name.data()), reinterpret_cast<std::uint8_t*>(value.data()),
                       name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
    }
    return pairs;
  }
  static Http2Client& of(void* user) { return *static_cast<Http2Client*>(user); }
  int descriptor_;
  nghttp2_session* session_ = nullptr;
  std::map<std::int32_t, Reply> replies_;
  std::map<std::int32_t, std::string> bodies_;
  bool goneAway_ = false;
  std::uint32_t goAwayError_ = 0;
};

void echo(Request& request, Response& response) {
  response.text(200, std::string(request.methodName()) + " " + std::string(request.target()) + " " +
                         std::string(request.host()) + " " + std::string(request.body()));
  response.setHeader("X-Cookie", request.header("cookie"));
}

TEST(Http2, AnswersManyRequestsOfOneConnection) {
  TestServer server(echo);
  Http2Client client(server.port());
  std::vector<std::int32_t> ids;
  for (int i = 0; i < 90; ++i) ids.push_back(client.request("GET", "/" + std::to_string(i) + "?q"));
  for (int i = 0; i < 90; ++i) {
    const auto& reply = client.wait(ids[static_cast<std::size_t>(i)]);
    EXPECT_EQ(reply.status(), 200);
    EXPECT_EQ(reply.body, "GET /" + std::to_string(i) + "?q test ");
    EXPECT_EQ(reply.headers.at("server"), "qodly");
    EXPECT_FALSE(reply.headers.contains("connection"));
  }
  EXPECT_EQ(server.server().figures().connections, 1u);
}

TEST(Http2, TakesBodiesAndCookieCrumbs) {
  TestServer server(echo);
  Http2Client client(server.port());
  const std::string body(3'000'000, 'b');
  const auto& reply = client.wait(client.request("POST", "/p", {{"cookie", "a=1"}, {"cookie", "b=2"}}, body));
  EXPECT_EQ(reply.body, "POST /p test " + body);
  EXPECT_EQ(reply.headers.at("x-cookie"), "a=1; b=2");
  EXPECT_EQ(client.wait(client.request("POST", "/q", {}, body)).status(), 200);
  const auto& head = client.wait(client.request("HEAD", "/p"));
  EXPECT_EQ(head.status(), 200);
  EXPECT_EQ(head.body, "");
}

TEST(Http2, CompressesAndLimits) {
  ServerOptions options;
  options.live.bodyBytes = 10'000;
  TestServer server(
      [](Request& request, Response& response) {
        if (request.path() == "/throw") throw std::runtime_error("expected by the test");
        response.json() = std::string(5000, 'x');
      },
      options);
  Http2Client client(server.port());
  const auto& zipped = client.wait(client.request("GET", "/", {{"accept-encoding", "gzip"}}));
  EXPECT_EQ(zipped.headers.at("content-encoding"), "gzip");
  EXPECT_EQ(test::gunzip(zipped.body), std::string(5000, 'x'));
  EXPECT_EQ(client.wait(client.request("POST", "/", {}, std::string(20'000, 'x'))).status(), 413);
  EXPECT_EQ(client.wait(client.request("GET", "/throw")).status(), 500);
  EXPECT_EQ(client.wait(client.request("GET", "/a#b")).status(), 400);
  EXPECT_EQ(client.wait(client.request("GET", "/%00")).status(), 400);
  EXPECT_EQ(client.wait(client.request("GET", "/" + std::string(20'000, 'a'))).status(), 414);
  EXPECT_EQ(client.wait(client.request("GET", "/", {{"x", std::string(20'000, 'a')}})).status(), 431);
  Http2Client::Fields many;
  for (int i = 0; i < 120; ++i) many.emplace_back("x-" + std::to_string(i), "1");
  EXPECT_EQ(client.wait(client.request("GET", "/", many)).status(), 431);
  EXPECT_EQ(client.wait(client.request("GET", "/")).status(), 200);
}

TEST(Http2, SendsStreams) {
  std::mutex mutex;
  std::shared_ptr<StreamSender> events;
  std::atomic<int> ended{0};
  TestServer server([&](Request& request, Response& response) {
    if (request.path() == "/big") {
      const auto sender = response.stream({.queueBytes = 10'000, .heartbeat = {}});
      for (int i = 0; i < 500; ++i) sender->write(std::string(3000, 'x'));
      return sender->finish();
    }
    response.setContentType("text/event-stream");
    std::lock_guard lock(mutex);
    events = response.stream();
    events->onClose([&](PushEnd) { ++ended; });
  });
  Http2Client client(server.port());
  EXPECT_EQ(client.wait(client.request("GET", "/big")).body.size(), 1'500'000u);
  const std::int32_t id = client.request("GET", "/events");
  EXPECT_TRUE(client.until([&] { return client.reply(id).status() == 200; }));
  {
    std::lock_guard lock(mutex);
    EXPECT_EQ(events->send("data: one\n\n"), Pushed::Queued);
  }
  EXPECT_TRUE(client.until([&] { return client.reply(id).body == "data: one\n\n"; }));
  EXPECT_EQ(client.wait(client.request("GET", "/big")).body.size(), 1'500'000u);
  client.reset(id);
  client.flush();
  EXPECT_EQ(client.wait(client.request("GET", "/big")).status(), 200);
  while (ended == 0) std::this_thread::yield();
  EXPECT_FALSE(events->isOpen());
}

TEST(Http2, ARequestThatWaitsHoldsNoOther) {
  Completion<int> gate;
  TestServer server([&](Request& request, Response& response) {
    if (request.path() == "/wait") gate.wait();
    response.text(200, "done");
  });
  Http2Client client(server.port());
  const std::int32_t waiting = client.request("GET", "/wait");
  EXPECT_EQ(client.wait(client.request("GET", "/quick")).body, "done");
  EXPECT_FALSE(client.reply(waiting).closed);
  gate.set(1);
  EXPECT_EQ(client.wait(waiting).body, "done");
}

TEST(Http2, GoesOnWithoutAClientThatLeft) {
  auto gate = std::make_shared<Completion<int>>();
  TestServer server([gate](Request&, Response& response) {
    gate->wait();
    response.text(200, "done");
  });
  {
    Http2Client client(server.port());
    client.request("GET", "/");
    client.flush();
    while (server.server().figures().parked == 0) std::this_thread::yield();
  }
  while (server.server().figures().open != 0) std::this_thread::yield();
  gate->set(1);
  while (server.server().figures().running != 0) std::this_thread::yield();
}

TEST(Http2, CutsAStreamWhoseClientOpensNoWindow) {
  ServerOptions options;
  options.limits.sendTimeout = std::chrono::milliseconds(200);
  std::promise<PushEnd> ended;
  TestServer server(
      [&](Request& request, Response& response) {
        if (request.path() != "/stream") return response.text(200, "whole");
        const auto sender = response.stream({.heartbeat = {}});
        sender->onClose([&](PushEnd why) { ended.set_value(why); });
        while (sender->write(std::string(100'000, 'x'))) {
        }
      },
      options);
  Http2Client client(server.port());
  const nghttp2_settings_entry none{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 0};
  nghttp2_submit_settings(client.native(), NGHTTP2_FLAG_NONE, &none, 1);
  const auto& cut = client.wait(client.request("GET", "/stream"));
  EXPECT_EQ(cut.error, static_cast<std::uint32_t>(NGHTTP2_CANCEL));
  EXPECT_EQ(ended.get_future().get(), PushEnd::Slow);
}

// Sends what is given to it, until the stream is reset.
struct Upstream {
  std::string bytes;
  bool ends = false;
  nghttp2_data_provider provider() {
    nghttp2_data_provider made{};
    made.source.ptr = this;
    made.read_callback = [](nghttp2_session*, std::int32_t, std::uint8_t* into, std::size_t size, std::uint32_t* flags,
                            nghttp2_data_source* source, void*) -> ssize_t {
      auto& self = *static_cast<Upstream*>(source->ptr);
      const std::size_t count = std::min(size, self.bytes.size());
      std::copy_n(self.bytes.data(), count, into);
      self.bytes.erase(0, count);
      if (self.ends && self.bytes.empty()) *flags |= NGHTTP2_DATA_FLAG_EOF;
      return count == 0 && !self.ends ? ssize_t{NGHTTP2_ERR_DEFERRED} : static_cast<ssize_t>(count);
    };
    return made;
  }
};

TEST(Http2, ABodyThatDripsIsCut) {
  ServerOptions options;
  options.limits.bodyIdleTimeout = std::chrono::milliseconds(200);
  options.limits.bodyBytesPerSecond = 10'000;
  TestServer server(echo, options);
  Http2Client client(server.port());
  Upstream up;
  const std::int32_t id = client.request("POST", "/", {}, up);
  // Something comes again and again, but too little.
  std::size_t sent = 0;
  while (client.isThere(std::chrono::milliseconds(20))) {
    up.bytes = "x";
    client.resume(id);
    ASSERT_LT(++sent, 2'000u) << "the server takes it for ever";
  }
  EXPECT_EQ(client.reply(id).status(), 0);
}

// --- WebSockets (RFC 8441)

const Http2Client::Fields handshake{{":protocol", "websocket"}, {"sec-websocket-version", "13"}};

std::string maskedFrame(unsigned first, std::string_view payload) {
  std::string frame{static_cast<char>(first), static_cast<char>(0x80 | payload.size()), 0, 0, 0, 0};
  return frame.append(payload);
}

TEST(Http2, AWebSocketIsAStream) {
  std::promise<PushEnd> ended;
  TestServer server([&](Request& request, Response& response) {
    EXPECT_EQ(request.method(), Method::Get);
    EXPECT_EQ(request.hasHeader("Upgrade"), request.path() == "/socket");
    const auto socket = response.webSocket(request);
    if (!socket) return;
    socket->onMessage([weak = std::weak_ptr(socket)](std::string_view message, bool) {
      if (const auto alive = weak.lock()) alive->sendText(message);
    });
    socket->onClose([&](PushEnd why) { ended.set_value(why); });
  });
  Http2Client client(server.port());
  EXPECT_TRUE(client.until([&] {
    return nghttp2_session_get_remote_settings(client.native(), NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL) == 1;
  }));
  Upstream up{maskedFrame(0x81, "one") + maskedFrame(0x89, "p") + maskedFrame(0x81, "two")};
  const std::int32_t id = client.request("CONNECT", "/socket", handshake, up);
  EXPECT_TRUE(client.until([&] { return client.reply(id).body == "\x81\x03one\x8a\x01p\x81\x03two"; }));
  EXPECT_EQ(client.reply(id).status(), 200);
  up.bytes = maskedFrame(0x88, "\x03\xE8");
  client.resume(id);
  EXPECT_TRUE(client.wait(id).body.ends_with("\x88\x02\x03\xE8"));
  EXPECT_EQ(client.reply(id).error, 0u);
  ended.get_future().get();
  EXPECT_EQ(client.wait(client.request("GET", "/")).status(), 426) << "the connection goes on";
}

TEST(Http2, ASlowReceiverKeepsTheWindowOfItsSocketShut) {
  const auto gate = std::make_shared<Completion<int>>();
  TestServer server([gate](Request& request, Response& response) {
    const auto socket = response.webSocket(request);
    socket->onMessage([gate, weak = std::weak_ptr(socket)](std::string_view message, bool) {
      if (message == "wait") gate->wait();
      if (const auto alive = weak.lock(); alive && message == "last") alive->sendText(message);
    });
  });
  Http2Client client(server.port());
  Upstream up{maskedFrame(0x81, "wait")};
  for (int i = 0; i < 10'000; ++i) up.bytes += maskedFrame(0x82, std::string(100, 'x'));
  up.bytes += maskedFrame(0x81, "last");
  const std::int32_t id = client.request("CONNECT", "/", handshake, up);
  EXPECT_TRUE(client.until([&] { return nghttp2_session_get_stream_remote_window_size(client.native(), id) == 0; }));
  EXPECT_GT(up.bytes.size(), 500'000u);
  gate->set(1);
  EXPECT_TRUE(client.until([&] { return client.reply(id).body == "\x81\x04last"; }));
}

TEST(Http2, ASilentSocketIsAskedThenCut) {
  TestServer server([](Request& request, Response& response) {
    (void)response.webSocket(request, {.pingInterval = std::chrono::milliseconds(50), .protocol = {}});
  });
  Http2Client client(server.port());
  Upstream silent;
  const auto& reply = client.wait(client.request("CONNECT", "/", handshake, silent));
  EXPECT_EQ(reply.body, std::string("\x89\x00", 2));
  EXPECT_EQ(reply.error, static_cast<std::uint32_t>(NGHTTP2_CANCEL));
}

TEST(Http2, SocketsEndProperlyWhenTheServerStops) {
  auto server =
      std::make_unique<TestServer>([](Request& request, Response& response) { (void)response.webSocket(request); });
  Http2Client client(server->port());
  Upstream up;
  const std::int32_t id = client.request("CONNECT", "/", handshake, up);
  EXPECT_TRUE(client.until([&] { return client.reply(id).status() == 200; }));
  std::thread stopping([&] { server.reset(); });
  EXPECT_TRUE(client.until([&] { return client.reply(id).body.starts_with("\x88"); }));
  EXPECT_EQ(client.reply(id).body.substr(2, 2), "\x03\xE9");
  up.bytes = maskedFrame(0x88, "\x03\xE9");
  client.resume(id);
  EXPECT_TRUE(client.wait(id).closed);
  stopping.join();
}

TEST(Http2, SaysGoodbyeWhenTheServerStops) {
  auto server = std::make_unique<TestServer>(echo);
  Http2Client client(server->port());
  EXPECT_EQ(client.wait(client.request("GET", "/")).status(), 200);
  server.reset();
  EXPECT_EQ(client.goodbye(), 0u);
}

TEST(Http2, ResetsWithoutEndAreStopped) {
  TestServer server(echo);
  Http2Client client(server.port());
  client.wait(client.request("GET", "/"));
  for (int i = 0; i < 1000; ++i) {
    const std::int32_t id = client.request("GET", "/");
    client.flush();
    client.reset(id);
    client.flush();
  }
  EXPECT_EQ(client.goodbye(), static_cast<std::uint32_t>(NGHTTP2_ENHANCE_YOUR_CALM));
  EXPECT_GE(server.server().metrics().http2Resets, 200u);
  Http2Client other(server.port());
  EXPECT_EQ(other.wait(other.request("GET", "/")).status(), 200) << "others are answered";
}

std::string frame(unsigned type, unsigned flags, std::uint32_t stream, std::string_view payload) {
  std::string out;
  for (const int shift : {16, 8, 0}) out += static_cast<char>(payload.size() >> shift & 0xFF);
  out += static_cast<char>(type);
  out += static_cast<char>(flags);
  for (const int shift : {24, 16, 8, 0}) out += static_cast<char>(stream >> shift & 0xFF);
  return out.append(payload);
}

struct Abuse {
  std::string name, bytes;
  bool refused;  // the connection ends; else the server stays well
};

TEST(Http2, AbuseEndsTheConnectionNotTheServer) {
  constexpr unsigned data = 0, headers = 1, priority = 2, reset = 3, settings = 4, push = 5, ping = 6, windowUpdate = 8,
                     continuation = 9;
  const std::string get = "\x82\x84\x86\x41\x04test"s;  // GET / http, authority test
  std::string continuations = frame(headers, 1, 1, get);
  for (int i = 0; i < 100'000; ++i) continuations += frame(continuation, 0, 1, "");
  std::string pings, manySettings;
  for (int i = 0; i < 20'000; ++i) pings += frame(ping, 0, 0, "12345678");
  for (int i = 0; i < 20'000; ++i) manySettings += frame(settings, 0, 0, "");
  std::string emptyData = frame(headers, 4, 1, get);
  for (int i = 0; i < 20'000; ++i) emptyData += frame(data, 0, 1, "");
  std::string bomb = "\x82\x84\x86\x41\x04test\x40\x01x\x7F\xA1\x1E"s + std::string(4000, 'a');
  for (int i = 0; i < 12'000; ++i) bomb += '\xBE';
  const std::vector<Abuse> cases{
      {"continuation flood", continuations, true},
      {"ping flood", pings, true},
      {"settings flood", manySettings, true},
      {"empty data flood", emptyData, true},
      {"header bomb", frame(headers, 5, 1, bomb), false},
      {"frame too large", frame(data, 0, 1, std::string(20'000, 'x')), true},
      {"data on idle stream", frame(data, 1, 1, "x"), true},
      {"headers on stream 0", frame(headers, 5, 0, get), true},
      {"even stream", frame(headers, 5, 2, get), true},
      {"push promise of a client", frame(push, 4, 1, "\0\0\0\2"s + get), true},
      {"settings with odd length", frame(settings, 0, 0, "12345"), true},
      {"settings ack with payload", frame(settings, 1, 0, "123456"), true},
      {"ping of 7", frame(ping, 0, 0, "1234567"), true},
      {"window update of 0", frame(windowUpdate, 0, 0, "\0\0\0\0"s), true},
      {"window overflow",
       frame(windowUpdate, 0, 0, "\x7F\xFF\xFF\xFF"s) + frame(windowUpdate, 0, 0, "\x7F\xFF\xFF\xFF"s), true},
      {"continuation of nothing", frame(continuation, 4, 1, get), true},
      {"other frame inside a head", frame(headers, 1, 1, get) + frame(ping, 0, 0, "12345678"), true},
      {"bad compression", frame(headers, 5, 1, "\xFF\xFF\xFF\xFF\xFF"), true},
      {"reset of an idle stream", frame(reset, 0, 7, "\0\0\0\1"s), true},
      {"priority of itself", frame(priority, 0, 1, "\0\0\0\1\1"s), false},
      {"padding longer than the frame", frame(data, 8, 1, "\xFFx"), true},
      {"upper-case name", frame(headers, 5, 1, get + "\x40\x01X\x01y"), false},
      {"connection field",
       frame(headers, 5, 1,
             get + "\x40\x0A"
                   "connection\x05"
                   "close"),
       false},
      {"no path", frame(headers, 5, 1, "\x82\x86\x41\x04test"s), false},
      {"two methods", frame(headers, 5, 1, "\x82\x83\x84\x86\x41\x04test"s), false},
      {"pseudo field behind a field", frame(headers, 5, 1, "\x84\x86\x41\x04test\x40\x01x\x01y\x82"s), false},
      {"line break in a value",
       frame(headers, 5, 1,
             get + "\x40\x01x\x03"
                   "a\rb"),
       false},
      {"unknown frame type", frame(77, 0, 0, "anything"), false},
  };
  TestServer server(echo);
  for (const Abuse& test : cases) {
    SCOPED_TRACE(test.name);
    Http2Client client(server.port());
    client.flush();
    client.write(test.bytes);
    if (test.refused) {
      EXPECT_NE(client.goodbye(), 0u);
    }
    Http2Client other(server.port());
    EXPECT_EQ(other.wait(other.request("GET", "/")).status(), 200);
  }
}

}  // namespace
}  // namespace qodly::http
