// WebSockets: handshake, frames in every split, rules of RFC 6455, pushing from other threads.
#include <future>

#include <gtest/gtest.h>

#include "http/websocket_frame.h"
#include "tests/unit/http/client.h"

namespace qodly::http {
namespace {

using test::Answer;
using test::Client;
using test::TestServer;
using namespace std::string_literals;

// A frame as a client sends it.
std::string frame(unsigned first, std::string_view payload, std::string_view mask = "\x12\x34\x56\x78") {
  std::string out(1, static_cast<char>(first));
  if (payload.size() < 126) {
    out += static_cast<char>(0x80 | payload.size());
  } else if (payload.size() < 0x10000) {
    out += static_cast<char>(0xFE);
    out += static_cast<char>(payload.size() >> 8);
    out += static_cast<char>(payload.size() & 0xFF);
  } else {
    out += static_cast<char>(0xFF);
    for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(payload.size() >> shift & 0xFF);
  }
  out += mask;
  for (std::size_t i = 0; i < payload.size(); ++i) out += static_cast<char>(payload[i] ^ mask[i & 3]);
  return out;
}

std::string closeFrame(std::uint16_t code, std::string_view reason = {}) {
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
  return frame(0x88, payload.append(reason));
}

// What the reader makes of bytes that arrive in pieces of `step`: "text:hello ping: close1000:".
std::string readAll(std::string bytes, std::size_t step, std::uint64_t maximum = 1000) {
  WebSocketReader reader(maximum);
  std::string pending, seen;
  for (std::size_t at = 0; at < bytes.size();) {
    pending.append(bytes, at, step);
    at += step;
    for (;;) {
      std::size_t taken = 0;
      const auto event = reader.next({pending.data(), pending.size()}, taken);
      pending.erase(0, taken);
      using Kind = WebSocketReader::Kind;
      if (event.kind == Kind::NeedMore) break;
      if (event.kind == Kind::Failed) return seen + "failed" + std::to_string(event.code);
      if (event.kind == Kind::Text) seen += "text:";
      if (event.kind == Kind::Binary) seen += "binary:";
      if (event.kind == Kind::Ping) seen += "ping:";
      if (event.kind == Kind::Pong) seen += "pong:";
      if (event.kind == Kind::Close) seen += "close" + std::to_string(event.code) + ":";
      seen.append(event.payload).append(" ");
    }
  }
  return seen;
}

struct FrameCase {
  std::string name, bytes, expected;
};

std::vector<FrameCase> frameCases() {
  const std::string big(900, 'b');
  std::vector<FrameCase> cases{
      {"text", frame(0x81, "hello"), "text:hello "},
      {"empty text", frame(0x81, ""), "text: "},
      {"binary", frame(0x82, "\0\xFF"s), "binary:\0\xFF "s},
      {"length 125", frame(0x82, big.substr(0, 125)), "binary:" + big.substr(0, 125) + " "},
      {"length 126", frame(0x82, big.substr(0, 126)), "binary:" + big.substr(0, 126) + " "},
      {"length 127", frame(0x82, big.substr(0, 127)), "binary:" + big.substr(0, 127) + " "},
      {"two messages", frame(0x81, "a") + frame(0x81, "b"), "text:a text:b "},
      {"fragments", frame(0x01, "a") + frame(0x00, "b") + frame(0x80, "c"), "text:abc "},
      {"empty fragments", frame(0x01, "") + frame(0x00, "") + frame(0x80, ""), "text: "},
      {"ping between fragments", frame(0x01, "a") + frame(0x89, "p") + frame(0x80, "c"), "ping:p text:ac "},
      {"character cut by fragments", frame(0x01, "\xC3") + frame(0x80, "\xA4"), "text:\xC3\xA4 "},
      {"ping of 125", frame(0x89, big.substr(0, 125)), "ping:" + big.substr(0, 125) + " "},
      {"unasked pong", frame(0x8A, "x"), "pong:x "},
      {"close", frame(0x88, ""), "close1005: "},
      {"close with code", closeFrame(1000), "close1000: "},
      {"close with reason", closeFrame(3000, "bye"), "close3000:bye "},
      {"ping of 126", frame(0x89, big.substr(0, 126)), "failed1002"},
      {"fragmented ping", frame(0x09, "a"), "failed1002"},
      {"reserved bit 1", frame(0xC1, "a"), "failed1002"},
      {"reserved bit 2", frame(0xA1, "a"), "failed1002"},
      {"reserved bit 3", frame(0x91, "a"), "failed1002"},
      {"unmasked", "\x81\x01z"s, "failed1002"},
      {"continuation of nothing", frame(0x80, "a"), "failed1002"},
      {"unfinished continuation of nothing", frame(0x00, "a"), "failed1002"},
      {"text inside a message", frame(0x01, "a") + frame(0x81, "b"), "failed1002"},
      {"binary inside a message", frame(0x02, "a") + frame(0x82, "b"), "failed1002"},
      {"continuation after the end", frame(0x81, "a") + frame(0x80, "b"), "text:a failed1002"},
      {"not UTF-8", frame(0x81, "\xFF"), "failed1007"},
      {"surrogate", frame(0x81, "\xED\xA0\x80"), "failed1007"},
      {"overlong", frame(0x81, "\xC0\xAF"), "failed1007"},
      {"beyond Unicode", frame(0x81, "\xF4\x90\x80\x80"), "failed1007"},
      {"cut character", frame(0x81, "a\xC3"), "failed1007"},
      {"binary need not be UTF-8", frame(0x82, "\xFF"), "binary:\xFF "},
      {"too large", frame(0x82, std::string(1001, 'x')), "failed1009"},
      {"too large in pieces", frame(0x02, big) + frame(0x80, big), "failed1009"},
      {"largest", frame(0x82, std::string(1000, 'x')), "binary:" + std::string(1000, 'x') + " "},
      {"length not minimal 16", "\x82\xFE\x00\x05"s + "mask" + "abcde", "failed1002"},
      {"length not minimal 64", "\x82\xFF\0\0\0\0\0\0\xFF\xFF"s + "mask", "failed1002"},
      {"length negative", "\x82\xFF\x80\0\0\0\0\0\0\0"s + "mask", "failed1002"},
      {"length huge", "\x82\xFF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s + "mask", "failed1009"},
      {"close of one byte", frame(0x88, "x"), "failed1002"},
      {"close reason not UTF-8", closeFrame(1000, "\xFF"), "failed1007"},
      {"fragmented close", frame(0x08, ""), "failed1002"},
  };
  for (const unsigned opcode : {3u, 4u, 5u, 6u, 7u, 11u, 12u, 13u, 14u, 15u})
    cases.push_back({"opcode " + std::to_string(opcode), frame(0x80 | opcode, "a"), "failed1002"});
  for (const int code : {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535})
    cases.push_back({"close " + std::to_string(code), closeFrame(static_cast<std::uint16_t>(code)), "failed1002"});
  for (const int code : {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999})
    cases.push_back({"close " + std::to_string(code), closeFrame(static_cast<std::uint16_t>(code)),
                     "close" + std::to_string(code) + ": "});
  return cases;
}

TEST(WebSocketFrames, AreReadByTheRulesInEverySplit) {
  for (const FrameCase& test : frameCases()) {
    for (const std::size_t step : {1u, 2u, 3u, 7u, 100u, 100'000u})
      EXPECT_EQ(readAll(test.bytes, step), test.expected) << test.name << ", pieces of " << step;
  }
}

TEST(WebSocketFrames, EndlessEmptyFragmentsAreRefused) {
  std::string bytes = frame(0x01, "");
  for (int i = 0; i < 1000; ++i) bytes += frame(0x00, "");
  EXPECT_EQ(readAll(bytes, 1000), "failed1008");
}

TEST(WebSocketFrames, HeadsOfTheServer) {
  EXPECT_EQ(FrameHead(Opcode::Text, 5).bytes(), "\x81\x05");
  EXPECT_EQ(FrameHead(Opcode::Binary, 126).bytes(), "\x82\x7E\x00\x7E"s);
  EXPECT_EQ(FrameHead(Opcode::Binary, 65536).bytes(), "\x82\x7F\0\0\0\0\0\x01\0\0"s);
  std::string close;
  appendCloseFrame(1000, std::string(200, 'r'), close);
  EXPECT_EQ(close.size(), 2u + 125);
}

constexpr std::string_view handshake =
    "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

using Socket = std::shared_ptr<WebSocket>;

void echo(Request& request, Response& response) {
  const Socket socket = response.webSocket(request, {.messageBytes = 100'000, .protocol = {}});
  if (!socket) return;
  socket->onMessage([socket = std::weak_ptr(socket)](std::string_view message, bool isText) {
    const Socket alive = socket.lock();
    if (message == "bye") return alive->close(4000, "asked");
    if (message == "throw") throw std::runtime_error("expected by the test");
    isText ? alive->sendText(message) : alive->sendBinary(message);
  });
}

TEST(WebSocket, ShakesHandsAndEchoes) {
  TestServer server(echo);
  Client client(server.port());
  const Answer answer = client.get("/", handshake);
  EXPECT_EQ(answer.status, 101);
  EXPECT_EQ(answer.headers.at("upgrade"), "websocket");
  EXPECT_EQ(answer.headers.at("connection"), "Upgrade");
  EXPECT_EQ(answer.headers.at("sec-websocket-accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_FALSE(answer.headers.contains("transfer-encoding"));
  client.send(frame(0x81, "hello") + frame(0x89, "tick") + frame(0x82, std::string(70'000, 'x')));
  EXPECT_EQ(client.bytes(7), "\x81\x05hello");
  EXPECT_EQ(client.bytes(6), "\x8A\x04tick");
  EXPECT_EQ(client.bytes(10), "\x82\x7F\0\0\0\0\0\x01\x11\x70"s);
  EXPECT_EQ(client.bytes(70'000), std::string(70'000, 'x'));
  client.send(closeFrame(1000));
  EXPECT_EQ(client.bytes(4), "\x88\x02\x03\xE8"s);
  EXPECT_TRUE(client.closed());
}

TEST(WebSocket, RefusesWhatIsNoHandshake) {
  struct Case {
    std::string_view request;
    int status;
  };
  TestServer server(echo);
  for (const Case& test : {
           Case{"GET / HTTP/1.1\r\nHost: a\r\n\r\n", 426},
           Case{"POST / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Version: "
                "13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nContent-Length: 0\r\n\r\n",
                426},
           Case{"GET / HTTP/1.0\r\nUpgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Version: "
                "13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                426},
           Case{"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                "dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                426},
           Case{"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: upgrade\r\nSec-WebSocket-Version: "
                "13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                426},
           Case{"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Version: "
                "8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                426},
           Case{"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Version: "
                "13\r\n\r\n",
                400},
           Case{"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Version: "
                "13\r\nSec-WebSocket-Key: short\r\n\r\n",
                400},
       }) {
    Client client(server.port());
    client.send(test.request);
    EXPECT_EQ(client.answer().status, test.status) << test.request;
  }
}

TEST(WebSocket, SaysWhatAClientDidWrong) {
  TestServer server(echo);
  const auto refusal = [&](const std::string& bytes) {
    Client client(server.port());
    EXPECT_EQ(client.get("/", handshake).status, 101);
    client.send(bytes);
    const std::string answer = client.bytes(4);
    EXPECT_TRUE(client.closed());
    return answer;
  };
  EXPECT_EQ(refusal("\x81\x01z"), "\x88\x02\x03\xEA");
  EXPECT_EQ(refusal(frame(0x81, "\xFF")), "\x88\x02\x03\xEF");
  EXPECT_EQ(refusal(frame(0x82, std::string(100'001, 'x'))), "\x88\x02\x03\xF1");
  Client client(server.port());
  client.get("/", handshake);
  client.send(frame(0x81, "throw"));
  EXPECT_EQ(client.bytes(18).substr(2, 2), "\x03\xF3");
  client.send(closeFrame(1011));
  EXPECT_TRUE(client.closed());
}

TEST(WebSocket, TheServerMayCloseFirst) {
  TestServer server(echo);
  Client client(server.port());
  client.get("/", handshake);
  client.send(frame(0x81, "bye"));
  EXPECT_EQ(client.bytes(9),
            "\x88\x07\x0F\xA0"
            "asked"s);
  client.send(frame(0x81, "ignored") + closeFrame(4000));
  EXPECT_TRUE(client.closed());
}

TEST(WebSocket, IsPushedToFromAnotherThread) {
  std::promise<Socket> made;
  std::promise<std::pair<PushEnd, std::uint16_t>> ended;
  TestServer server([&](Request& request, Response& response) {
    const Socket socket = response.webSocket(request);
    socket->onClose([&ended, socket](PushEnd why) { ended.set_value({why, socket->closeCode()}); });
    made.set_value(socket);
  });
  Client client(server.port());
  client.get("/", handshake);
  const Socket socket = made.get_future().get();
  EXPECT_EQ(socket->sendText("news"), Pushed::Queued);
  EXPECT_EQ(client.bytes(6), "\x81\x04news");
  client.send(closeFrame(3001));
  EXPECT_EQ(client.bytes(4), "\x88\x02\x0B\xB9");
  EXPECT_EQ(ended.get_future().get(), (std::pair<PushEnd, std::uint16_t>{PushEnd::Client, 3001}));
  EXPECT_EQ(socket->sendText("late"), Pushed::Closed);
}

TEST(WebSocket, PingsASilentClientAndLetsItGo) {
  std::promise<PushEnd> ended;
  TestServer server([&](Request& request, Response& response) {
    response.webSocket(request, {.pingInterval = std::chrono::milliseconds(1000), .protocol = {}})
        ->onClose([&](PushEnd why) { ended.set_value(why); });
  });
  Client client(server.port());
  client.get("/", handshake);
  EXPECT_EQ(client.bytes(2), "\x89\x00"s);
  client.send(frame(0x8A, ""));
  EXPECT_EQ(client.bytes(2), "\x89\x00"s);
  EXPECT_TRUE(client.closed());
  EXPECT_EQ(ended.get_future().get(), PushEnd::Slow);
}

TEST(WebSocket, SaysGoodbyeWhenTheServerStops) {
  auto server = std::make_unique<TestServer>(echo);
  Client client(server->port());
  client.get("/", handshake);
  std::thread stopping([&] { server.reset(); });
  EXPECT_EQ(client.bytes(4).substr(2), "\x03\xE9");
  client.bytes(16);
  client.send(closeFrame(1001));
  EXPECT_TRUE(client.closed());
  stopping.join();
}

}  // namespace
}  // namespace qodly::http
