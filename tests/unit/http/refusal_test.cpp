// Requests that are refused: malformed, ambiguous, too large, too slow.
#include <thread>

#include <gtest/gtest.h>

#include "tests/unit/http/client.h"

namespace qodly::http {
namespace {

using test::Answer;
using test::Client;
using test::TestServer;

void ok(Request&, Response& response) { response.text(200, "ok"); }

struct Case {
  const char* name;
  std::string request;
  int status;
};

class Refusal : public testing::TestWithParam<Case> {};

TEST_P(Refusal, IsAnsweredAndTheConnectionCloses) {
  ServerOptions options;
  options.live.bodyBytes = 1000;
  TestServer server(ok, options);
  Client client(server.port());
  client.send(GetParam().request);
  const Answer answer = client.answer();
  EXPECT_EQ(answer.status, GetParam().status) << answer.body;
  EXPECT_TRUE(answer.body.starts_with("{\"__ERROR\":[{\"message\":\"")) << answer.body;
  EXPECT_EQ(answer.headers.at("connection"), "close");
  client.shutdownSending();
  EXPECT_TRUE(client.closed());
}

const std::string host = "Host: a\r\n";

INSTANTIATE_TEST_SUITE_P(
    Requests, Refusal,
    testing::Values(
        Case{"BothFramings",
             "POST / HTTP/1.1\r\n" + host + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        Case{"TwoLengths", "POST / HTTP/1.1\r\n" + host + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400},
        Case{"LengthList", "POST / HTTP/1.1\r\n" + host + "Content-Length: 3, 3\r\n\r\nabc", 400},
        Case{"SignedLength", "POST / HTTP/1.1\r\n" + host + "Content-Length: +3\r\n\r\nabc", 400},
        Case{"HugeLength", "POST / HTTP/1.1\r\n" + host + "Content-Length: 99999999999999999999999\r\n\r\n", 400},
        Case{"TwoCodings",
             "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
             400},
        Case{"UnknownCoding", "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
        Case{"CodingInHttp10", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        Case{"NoHost", "GET / HTTP/1.1\r\n\r\n", 400},
        Case{"TwoHosts", "GET / HTTP/1.1\r\n" + host + host + "\r\n", 400},
        Case{"BlankBeforeColon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400},
        Case{"FoldedField", "GET / HTTP/1.1\r\n" + host + "X: a\r\n b\r\n\r\n", 400},
        Case{"BareLineFeed", "GET / HTTP/1.1\nHost: a\n\n", 400},
        Case{"LineFeedInField", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400},
        Case{"ZeroInField", "GET / HTTP/1.1\r\n" + host + "X: " + std::string(1, '\0') + "\r\n\r\n", 400},
        Case{"ZeroInPath", "GET /%00 HTTP/1.1\r\n" + host + "\r\n", 400},
        Case{"NoVersion", "GET /\r\n" + host + "\r\n", 400},
        Case{"OtherVersion", "GET / HTTP/2.0\r\n" + host + "\r\n", 505},
        Case{"NoSlash", "GET x HTTP/1.1\r\n" + host + "\r\n", 400},
        Case{"BlankInTarget", "GET /a b HTTP/1.1\r\n" + host + "\r\n", 400}, Case{"Tls", "\x16\x03\x01\x02", 400},
        Case{"OtherExpectation", "GET / HTTP/1.1\r\n" + host + "Expect: more\r\n\r\n", 417},
        Case{"LongTarget", "GET /" + std::string(17'000, 'a') + " HTTP/1.1\r\n" + host + "\r\n", 414},
        Case{"EndlessTarget", "GET /" + std::string(40'000, 'a'), 414},
        Case{"LongFields", "GET / HTTP/1.1\r\n" + host + "X: " + std::string(17'000, 'a') + "\r\n\r\n", 431},
        Case{"EndlessFields", "GET / HTTP/1.1\r\n" + host + "X: " + std::string(40'000, 'a'), 431},
        Case{"ManyFields",
             [] {
               std::string request = "GET / HTTP/1.1\r\n" + host;
               for (int i = 0; i < 100; ++i) request += "X: 1\r\n";
               return request + "\r\n";
             }(),
             431},
        Case{"LargeBody", "POST / HTTP/1.1\r\n" + host + "Content-Length: 1001\r\n\r\n", 413},
        Case{"LargeChunks",
             "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n3e8\r\n" + std::string(1000, 'a') +
                 "\r\n1\r\n",
             413},
        Case{"HugeChunk", "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", 400},
        Case{"BadChunkSize", "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nx\r\n", 400},
        Case{"BadChunkEnd", "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n1\r\nabc", 400},
        Case{"EndlessChunkSize",
             "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n1;" + std::string(300, 'x'), 400},
        Case{"LongTrailer",
             "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n0\r\nX: " + std::string(9000, 'x'),
             431}),
    [](const testing::TestParamInfo<Case>& instance) { return instance.param.name; });

TEST(Limits, LargestThatIsAllowedPasses) {
  ServerOptions options;
  options.live.bodyBytes = 1000;
  TestServer server(
      [](Request& request, Response& response) { response.text(200, std::to_string(request.body().size())); }, options);
  Client client(server.port());
  EXPECT_EQ(client.get("/" + std::string(16'000, 'a'), "X: " + std::string(16'000, 'b') + "\r\n").status, 200);
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n" + std::string(1000, 'x'));
  EXPECT_EQ(client.answer().body, "1000");
  client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n" + std::string(1000, 'x') +
              "\r\n0\r\n\r\n");
  EXPECT_EQ(client.answer().body, "1000");
}

TEST(Limits, ALargeBodyIsRefusedEvenWhileItIsSent) {
  ServerOptions options;
  options.live.bodyBytes = 1000;
  TestServer server(ok, options);
  Client client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 400000\r\n\r\n" + std::string(400'000, 'x'));
  EXPECT_EQ(client.answer().status, 413);
}

class Timeouts : public testing::Test {
 protected:
  static ServerOptions options() {
    ServerOptions options;
    options.limits.headTimeout = options.limits.bodyIdleTimeout = options.live.keepAliveTimeout =
        options.limits.sendTimeout = std::chrono::milliseconds(1000);
    return options;
  }
};

TEST_F(Timeouts, SlowHead) {
  TestServer server(ok, options());
  Client client(server.port());
  client.send("GET / HTTP/1.1\r\nHos");
  EXPECT_EQ(client.answer().status, 408);
  EXPECT_TRUE(client.closed());
}

TEST_F(Timeouts, SlowBody) {
  TestServer server(ok, options());
  Client client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_EQ(client.answer().status, 408);
  EXPECT_TRUE(client.closed());
}

TEST_F(Timeouts, IdleConnection) {
  TestServer server(ok, options());
  Client never(server.port());
  EXPECT_TRUE(never.closed());
  Client client(server.port());
  EXPECT_EQ(client.get("/").status, 200);
  EXPECT_TRUE(client.closed());
}

TEST_F(Timeouts, ClientThatTakesNothing) {
  TestServer server([](Request&, Response& response) { response.body().assign(50'000'000, 'x'); }, options());
  Client client(server.port());
  client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  for (int i = 0; i < 6000 && server.server().figures().requests == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  for (int i = 0; i < 6000 && server.server().figures().open != 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_EQ(server.server().figures().open, 0u);
}

}  // namespace
}  // namespace qodly::http
