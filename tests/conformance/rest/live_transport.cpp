// Live updates over their transports: a WebSocket and server-sent events on a real socket. What is told is the matter
// of live.json.
#include <gtest/gtest.h>

#include "http/server.h"
#include "rest/rest_server.h"
#include "security/session.h"
#include "tests/conformance/support/fixture.h"
#include "tests/conformance/support/http_client.h"

namespace qodly::conformance {

namespace {

// A connection that stays open, read as it comes.
class OpenConnection {
 public:
  explicit OpenConnection(std::uint16_t port) : socket_(port) {}

  void send(std::string_view bytes) { socket_.send(bytes); }
  // Everything up to and including `mark`.
  std::string upTo(std::string_view mark) {
    std::size_t at = 0;
    while ((at = read_.find(mark)) == std::string::npos) {
      if (!more()) return std::exchange(read_, {});
    }
    std::string part = read_.substr(0, at + mark.size());
    read_.erase(0, part.size());
    return part;
  }
  std::string bytes(std::size_t count) {
    while (read_.size() < count && more()) {
    }
    std::string part = read_.substr(0, count);
    read_.erase(0, part.size());
    return part;
  }
  // The payload of one frame of the server (unmasked, at most 64 KiB).
  std::string frame() {
    const std::string head = bytes(2);
    if (head.size() < 2) return {};
    std::size_t length = static_cast<unsigned char>(head[1]);
    if (length == 126) {
      const std::string extended = bytes(2);
      length = static_cast<unsigned char>(extended[0]) * 256U + static_cast<unsigned char>(extended[1]);
    }
    return bytes(length);
  }
  // A masked text frame, as clients send it.
  void text(std::string_view payload) {
    std::string frame = "\x81";
    if (payload.size() < 126) {
      frame += static_cast<char>(0x80U | payload.size());
    } else {
      frame += static_cast<char>(0x80U | 126U);
      frame += static_cast<char>(payload.size() >> 8U);
      frame += static_cast<char>(payload.size() & 0xFFU);
    }
    frame.append(4, '\0');  // a mask that changes nothing
    frame += payload;
    send(frame);
  }

 private:
  bool more() {
    const std::string part = socket_.some();
    read_ += part;
    return !part.empty();
  }
  Socket socket_;
  std::string read_;
};

class LiveTransport : public testing::Test {
 protected:
  LiveTransport()
      : fixture_(readJson(std::filesystem::path(QODLY_SOURCE_DIR) / "tests/conformance/rest/fixture.json")),
        sessions_({.applicationName = "Biblio"}),
        rest_(fixture_.datastore(), "Biblio", sessions_),
        server_({.port = 0, .threads = 1}, router(), &sessions_) {
    if (auto started = server_.start(); !started) throw std::runtime_error(started.error().text());
  }
  ~LiveTransport() override { server_.stop(); }

  http::Handler router() {
    http::Router router;
    router.add("/rest", [this](http::Request& request, http::Response& response) { rest_.handle(request, response); });
    return router;
  }

  void save(std::string_view body) {
    EXPECT_EQ(Client(server_.port()).request("POST", "/rest/Book?$method=update", {}, std::string(body)).status, 200);
  }

  static std::string handshake(std::string_view more = {}) {
    return "GET /rest/$changes HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
           std::string(more) + "\r\n";
  }

  Fixture fixture_;
  security::SessionTable sessions_;
  rest::RestServer rest_;
  http::Server server_;
};

TEST_F(LiveTransport, WebSocketTellsWhatIsSaved) {
  OpenConnection page(server_.port());
  page.send(handshake());
  EXPECT_TRUE(page.upTo("\r\n\r\n").starts_with("HTTP/1.1 101 "));
  page.text(R"({"subscribe":1,"dataclass":"Book","key":7,"attributes":["pages"]})");
  EXPECT_TRUE(page.frame().contains(R"("pages":312)"));
  save(R"({"__KEY":"7","pages":313})");
  EXPECT_TRUE(page.frame().contains(R"("type":"update","key":"7","stamp":2)"));
  page.text("nonsense");
  EXPECT_TRUE(page.frame().contains("__ERROR"));
  page.text(R"({"unsubscribe":1})");
  page.text(R"({"subscribe":2,"dataclass":"Nothing"})");
  EXPECT_TRUE(page.frame().contains(R"("errCode":1800)"));
}

TEST_F(LiveTransport, WebSocketOfAnotherSiteIsRefused) {
  Client visitor(server_.port());
  visitor.request("GET", "/rest/$info", {}, {});
  std::string cookies = "Cookie: ";
  for (const auto& [name, value] : visitor.cookies()) cookies += name + "=" + value + "; ";
  OpenConnection page(server_.port());
  page.send(handshake("Origin: http://evil.test\r\n" + cookies + "\r\n"));
  EXPECT_TRUE(page.upTo("\r\n").starts_with("HTTP/1.1 403 "));
}

TEST_F(LiveTransport, WebSocketEndsWithTheSession) {
  OpenConnection page(server_.port());
  page.send(handshake());
  page.upTo("\r\n\r\n");
  page.text(R"({"subscribe":1,"dataclass":"Book","key":7,"attributes":["pages"]})");
  page.frame();
  for (const auto& session : sessions_.all()) sessions_.end(session);
  EXPECT_EQ(page.frame(), R"({"end":"session"})");
  EXPECT_EQ(page.frame().substr(0, 2), "\x03\xE8");  // closed, 1000
}

TEST_F(LiveTransport, EventsComeAsAStream) {
  Client browser(server_.port());
  browser.request("GET", "/rest/$info", {}, {});
  std::string cookies;
  for (const auto& [name, value] : browser.cookies()) cookies += name + "=" + value + "; ";
  const auto listen = [&](OpenConnection& stream, std::string_view more) {
    stream.send("GET /rest/$changes?$client=tab HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nCookie: " +
                cookies + "\r\n" + std::string(more) + "\r\n");
  };
  OpenConnection stream(server_.port());
  listen(stream, "");
  EXPECT_TRUE(stream.upTo("\r\n\r\n").contains("text/event-stream"));
  EXPECT_TRUE(stream.upTo("\n\n").ends_with(":\n\n"));  // so that proxies let the head through
  const auto said = browser.request("POST", "/rest/$changes?$client=tab", {},
                                    R"([{"subscribe":1,"dataclass":"Book","key":7,"attributes":["pages"]}])");
  EXPECT_EQ(said.body, R"({"ok":true})");
  const std::string first = stream.upTo("\n\n");
  EXPECT_TRUE(first.contains("id: ") || first.contains("id:")) << first;
  EXPECT_TRUE(first.contains(R"("pages":312)")) << first;
  save(R"({"__KEY":"7","pages":313})");
  EXPECT_TRUE(stream.upTo("\n\n").contains(R"("stamp":2)"));
}

TEST_F(LiveTransport, StopsWhileClientsListen) {
  OpenConnection page(server_.port());
  page.send(handshake());
  page.upTo("\r\n\r\n");
  page.text(R"({"subscribe":1,"dataclass":"Book","filter":"pages>1","attributes":["pages"]})");
  save(R"({"__KEY":"7","pages":313})");
  EXPECT_TRUE(page.frame().contains("update"));
}

}  // namespace

}  // namespace qodly::conformance
