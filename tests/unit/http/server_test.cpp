// The manners of the server on the wire: connections, pipelines, bodies, HEAD, compression, sessions' cookies.
#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "tests/unit/http/client.h"

namespace qodly::http {
namespace {

using test::Answer;
using test::Client;
using test::TestServer;

void echo(Request& request, Response& response) {
  response.text(
      200, std::string(request.methodName()) + " " + std::string(request.target()) + " " + std::string(request.body()));
}

TEST(Server, AnswersAndKeepsTheConnection) {
  TestServer server(echo);
  Client client(server.port());
  const Answer first = client.get("/a?b=c");
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.body, "GET /a?b=c ");
  EXPECT_EQ(first.headers.at("server"), "qodly");
  EXPECT_EQ(first.headers.at("x-content-type-options"), "nosniff");
  EXPECT_EQ(first.headers.at("date").size(), 29u);
  EXPECT_FALSE(first.headers.contains("connection"));
  EXPECT_EQ(client.get("/second").body, "GET /second ");
  EXPECT_EQ(server.server().figures().connections, 1u);
  EXPECT_EQ(server.server().figures().requests, 2u);
}

TEST(Server, ClosesWhenAsked) {
  TestServer server(echo);
  Client client(server.port());
  const Answer answer = client.get("/", "Connection: close\r\n");
  EXPECT_EQ(answer.headers.at("connection"), "close");
  EXPECT_TRUE(client.closed());
}

TEST(Server, Http10ClosesUnlessAskedToStay) {
  TestServer server(echo);
  Client brief(server.port());
  brief.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_EQ(brief.answer().status, 200);
  EXPECT_TRUE(brief.closed());
  Client staying(server.port());
  staying.send("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
  EXPECT_EQ(staying.answer().headers.at("connection"), "keep-alive");
  staying.send("GET /2 HTTP/1.0\r\n\r\n");
  EXPECT_EQ(staying.answer().body, "GET /2 ");
}

TEST(Server, AnswersAPipelineInOrder) {
  TestServer server(echo);
  Client client(server.port());
  std::string requests;
  for (int i = 0; i < 500; ++i) {
    requests += "POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
  }
  std::thread sender([&] { client.send(requests); });
  for (int i = 0; i < 500; ++i) ASSERT_EQ(client.answer().body, "POST /" + std::to_string(i) + " abc");
  sender.join();
}

TEST(Server, TakesRequestsByteByByte) {
  TestServer server(echo);
  Client client(server.port());
  for (const char c : std::string(
           "\r\nPOST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET /y HTTP/1.1\r\nHost: a\r\n\r\n")) {
    client.send(std::string_view(&c, 1));
  }
  EXPECT_EQ(client.answer().body, "POST /x hello");
  EXPECT_EQ(client.answer().body, "GET /y ");
}

TEST(Server, HeadHasTheHeadersOfGet) {
  TestServer server(echo);
  Client client(server.port());
  client.send("HEAD /abc HTTP/1.1\r\nHost: a\r\n\r\n");
  const Answer answer = client.answer(true);
  EXPECT_EQ(answer.headers.at("content-length"), std::to_string(std::string("HEAD /abc ").size()));
  EXPECT_EQ(client.get("/after").body, "GET /after ");
}

TEST(Server, LargeBodiesPassBothWays) {
  TestServer server([](Request& request, Response& response) { response.body() = request.body(); });
  std::string body(5'000'000, 'x');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>('a' + i % 23);
  Client client(server.port());
  std::thread sender([&] {
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body +
                "GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
  });
  const Answer answer = client.answer();
  sender.join();
  EXPECT_TRUE(answer.body == body);
  EXPECT_EQ(client.answer().status, 200);
}

TEST(Server, ChunkedBodiesAreJoined) {
  TestServer server(echo);
  Client client(server.port());
  client.send(
      "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5\r\nhello\r\n6;ext=\"v\"\r\n world\r\n0\r\nTrailer: x\r\n\r\n"
      "GET /n HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.answer().body, "POST /c hello world");
  EXPECT_EQ(client.answer().body, "GET /n ");
}

TEST(Server, SaysContinueBeforeTheBody) {
  TestServer server(echo);
  Client client(server.port());
  client.send("POST /c HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.answer().status, 100);
  client.send("ok");
  EXPECT_EQ(client.answer().body, "POST /c ok");
}

TEST(Server, CompressesWhatIsWorthIt) {
  const std::string large(5000, 'a');
  TestServer server([&](Request& request, Response& response) {
    if (request.path() == "/small") return void(response.json().append(1000, 'a'));
    response.json().append(large);
    if (request.path() == "/picture") response.setContentType("image/png");
    if (request.path() == "/tagged") response.setHeader("ETag", "\"1\"");
  });
  Client client(server.port());
  constexpr std::string_view gzip = "Accept-Encoding: br, gzip\r\n";
  const Answer compressed = client.get("/", gzip);
  EXPECT_EQ(compressed.headers.at("content-encoding"), "gzip");
  EXPECT_EQ(compressed.headers.at("vary"), "Accept-Encoding");
  EXPECT_EQ(test::gunzip(compressed.body), large);
  EXPECT_EQ(client.get("/tagged", gzip).headers.at("etag"), "W/\"1\"");

  const Answer plain = client.get("/");
  EXPECT_EQ(plain.body, large);
  EXPECT_EQ(plain.headers.at("vary"), "Accept-Encoding");
  EXPECT_FALSE(client.get("/", "Accept-Encoding: gzip;q=0\r\n").headers.contains("content-encoding"));
  EXPECT_FALSE(client.get("/small", gzip).headers.contains("content-encoding"));
  EXPECT_FALSE(client.get("/picture", gzip).headers.contains("content-encoding"));
}

TEST(Server, AnExceptionIsAnswered) {
  TestServer server([](Request& request, Response& response) {
    if (request.path() == "/throw") {
      response.setHeader("X-Half", "done");
      throw std::runtime_error("secret");
    }
    response.text(200, "fine");
  });
  Client client(server.port());
  const Answer answer = client.get("/throw");
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body.find("secret"), std::string::npos);
  EXPECT_FALSE(answer.headers.contains("x-half"));
  EXPECT_EQ(client.get("/").body, "fine");
}

TEST(Server, GivesAGuestOneCookieAndKeepsNothing) {
  security::SessionTable sessions({.applicationName = "Biblio"});
  TestServer server(
      [](Request& request, Response& response) {
        if (request.path() == "/store") (void)request.session();
        if (request.path() == "/read") (void)request.visit().known();
        response.text(200, "");
      },
      {}, &sessions);
  Client client(server.port());
  EXPECT_TRUE(client.get("/none").cookies.empty());
  const Answer first = client.get("/read");
  ASSERT_EQ(first.cookies.size(), 2u);
  EXPECT_TRUE(first.cookies[0].starts_with("4DSID_Biblio="));
  EXPECT_NE(first.cookies[0].find("; Path=/; HttpOnly; SameSite=Lax; Max-Age=3600"), std::string::npos);
  EXPECT_EQ(first.cookies[0].find("Secure"), std::string::npos);
  EXPECT_EQ(sessions.size(), 0u);

  const std::string cookie = "Cookie: x=1; " + first.cookies[0].substr(0, first.cookies[0].find(';')) + "\r\n";
  EXPECT_TRUE(client.get("/read", cookie).cookies.empty());
  EXPECT_TRUE(client.get("/store", cookie).cookies.empty());
  EXPECT_EQ(sessions.size(), 1u);
  client.get("/store", cookie);
  EXPECT_EQ(sessions.size(), 1u);
}

TEST(Server, ServesManyConnections) {
  ServerOptions options;
  options.threads = 2;
  TestServer server(echo, options);
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 300; ++i) clients.push_back(std::make_unique<Client>(server.port()));
  for (int round = 0; round < 3; ++round) {
    for (const auto& client : clients) client->send("GET /m HTTP/1.1\r\nHost: a\r\n\r\n");
    for (const auto& client : clients) ASSERT_EQ(client->answer().body, "GET /m ");
  }
  EXPECT_EQ(server.server().figures().open, 300u);
}

TEST(Server, RefusesConnectionsBeyondTheLimit) {
  ServerOptions options;
  options.limits.connections = 2;
  TestServer server(echo, options);
  Client first(server.port()), second(server.port());
  EXPECT_EQ(first.get("/").status, 200);
  EXPECT_EQ(second.get("/").status, 200);
  Client third(server.port());
  EXPECT_EQ(third.answer().status, 503);
  EXPECT_TRUE(third.closed());
}

TEST(Server, StartReportsWhatIsWrong) {
  TestServer server(echo);
  ServerOptions options;
  options.port = server.port();
  Server second(options, echo);
  const auto started = second.start();
  ASSERT_FALSE(started);
  EXPECT_NE(started.error().message().find(std::to_string(server.port())), std::string::npos);
  options.host = "localhost";
  EXPECT_FALSE(Server(options, echo).start());
  options.host = "127.0.0.1";
  options.tls.certificates = {{"/nowhere.pem", "/nowhere.pem"}};
  EXPECT_FALSE(Server(options, echo).start());
}

}  // namespace
}  // namespace qodly::http
