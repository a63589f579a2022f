#include <condition_variable>

#include <gtest/gtest.h>
#include <zlib.h>

#include "base/text.h"
#include "library_loopback.h"
#include "script/library/http_client.h"
#include "script/library/io_error.h"

namespace qodly::script::library {
namespace {

using test::HttpMessage;
using test::httpServer;
using test::LoopbackServer;
using test::response;

class Answer final : public HttpListener {
 public:
  void head(HttpHead received) override {
    ++heads;
    head_ = std::move(received);
  }
  void data(std::string bytes) override { body += bytes; }
  void done(std::optional<Error> problem) override {
    std::lock_guard lock(mutex_);
    error = std::move(problem);
    finished_ = true;
    ready_.notify_all();
  }
  Answer& wait() {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [this] { return finished_; });
    return *this;
  }
  int status() const { return head_.status; }
  std::string header(std::string_view name) const {
    for (const auto& [key, value] : head_.headers) {
      if (equalsIgnoringAsciiCase(key, name)) return value;
    }
    return "";
  }
  int heads = 0;
  HttpHead head_;
  std::string body;
  std::optional<Error> error;

 private:
  std::mutex mutex_;
  std::condition_variable ready_;
  bool finished_ = false;
};

std::shared_ptr<Answer> ask(HttpSpec spec) {
  auto answer = std::make_shared<Answer>();
  auto transfer = startHttp(std::move(spec), answer);
  EXPECT_TRUE(transfer) << transfer.error().message();
  answer->wait();
  return answer;
}

HttpSpec get(std::string url) {
  HttpSpec spec;
  spec.url = std::move(url);
  return spec;
}

TEST(HttpUrl, IsCompleted) {
  EXPECT_EQ(*completeUrl("http://a.example/x"), "http://a.example/x");
  EXPECT_EQ(*completeUrl("a.example"), "https://a.example/");
  EXPECT_EQ(*completeUrl("a.example:8080/p?q=http://b"), "https://a.example:8080/p?q=http://b");
  EXPECT_EQ(*completeUrl("http://[::1]:80/"), "http://[::1]:80/");
  EXPECT_EQ(*completeUrl("http://h/a b?c=é"), "http://h/a%20b?c=%C3%A9");
  for (const char* wrong : {"", "ftp://h/", "file:///etc/passwd", "http://", "http://h:99999/", "gopher://x"}) {
    const auto refused = completeUrl(wrong);
    ASSERT_FALSE(refused) << wrong;
    EXPECT_EQ(refused.error().code(), fault::wrongSettings);
  }
}

TEST(HttpClient, SendsAndReceives) {
  LoopbackServer server(httpServer([](const HttpMessage& request) {
    return response("200 Fine", "X-Method: " + request.start + "\r\nX-A: 1\r\nX-A: 2\r\nContent-Type: text/plain",
                    request.header("X-Sent") + "|" + request.header("Content-Type") + "|" + request.body);
  }));
  HttpSpec spec = get(server.url("/p?q=1"));
  spec.headers = {{"X-Sent", "yes"}};
  const auto answer = ask(spec);
  EXPECT_FALSE(answer->error);
  EXPECT_EQ(answer->status(), 200);
  EXPECT_EQ(answer->head_.statusText, "Fine");
  EXPECT_EQ(answer->header("x-method"), "GET /p?q=1 HTTP/1.1");
  EXPECT_EQ(answer->body, "yes||");
  spec.method = "POST";
  spec.body = "content";
  spec.headers.emplace_back("Content-Type", "text/x");
  EXPECT_EQ(ask(spec)->body, "yes|text/x|content");
  for (const char* method : {"PUT", "PATCH", "DELETE", "PURGE"}) {
    spec.method = method;
    EXPECT_EQ(ask(spec)->header("x-method"), std::string(method) + " /p?q=1 HTTP/1.1");
  }
  spec.method = "DELETE";
  spec.body.reset();
  EXPECT_EQ(ask(spec)->body, "yes|text/x|");
}

TEST(HttpClient, HeadHasNoBody) {
  LoopbackServer server(httpServer([](const HttpMessage&) { return "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"; }));
  HttpSpec spec = get(server.url("/"));
  spec.method = "HEAD";
  const auto answer = ask(spec);
  EXPECT_FALSE(answer->error);
  EXPECT_EQ(answer->header("content-length"), "5");
}

TEST(HttpClient, ErrorStatusIsNoError) {
  LoopbackServer server(httpServer([](const HttpMessage&) { return response("404 Not Found", "", "gone"); }));
  const auto answer = ask(get(server.url("/")));
  EXPECT_FALSE(answer->error);
  EXPECT_EQ(answer->status(), 404);
  EXPECT_EQ(answer->body, "gone");
}

TEST(HttpClient, RefusesWhatCannotBeSent) {
  HttpSpec spec = get("http://127.0.0.1/");
  spec.headers = {{"A", "x\r\nB: y"}};
  EXPECT_FALSE(startHttp(spec, std::make_shared<Answer>()));
  spec.headers = {{"A b", "x"}};
  EXPECT_FALSE(startHttp(spec, std::make_shared<Answer>()));
  spec.headers.clear();
  spec.method = "GE T";
  EXPECT_FALSE(startHttp(spec, std::make_shared<Answer>()));
}

TEST(HttpClient, ReportsConnectionErrors) {
  int port = 0;
  {
    LoopbackServer closed([](test::Connection&) {});
    port = closed.port();
  }
  const auto answer = ask(get("http://127.0.0.1:" + std::to_string(port) + "/"));
  ASSERT_TRUE(answer->error);
  EXPECT_EQ(answer->heads, 0);
  LoopbackServer broken([](test::Connection& connection) {
    connection.readUntil("\r\n\r\n");
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort");
  });
  EXPECT_TRUE(ask(get(broken.url("/")))->error);
}

TEST(HttpClient, KeepsTheTimeout) {
  LoopbackServer server([](test::Connection& connection) { connection.readUntil("never"); });
  HttpSpec spec = get(server.url("/"));
  spec.timeout = std::chrono::milliseconds(50);
  const auto answer = ask(spec);
  ASSERT_TRUE(answer->error);
  EXPECT_NE(answer->error->message().find("ime"), std::string::npos);
}

TEST(HttpClient, FollowsRedirections) {
  LoopbackServer server(httpServer([](const HttpMessage& request) {
    const auto path = split(request.start, ' ')[1];
    if (path.starts_with("/loop")) {
      const auto number = *parseInteger(path.substr(5));
      return response("302 Found", "Location: /loop" + std::to_string(number + 1), "moved");
    }
    if (path == "/see") return response("303 See Other", "Location: /end", "");
    if (path == "/found") return response("302 Found", "Location: /end", "");
    if (path == "/keep") return response("307 Temporary Redirect", "Location: end", "");
    return response("200 OK", "", request.start + "|" + request.header("Content-Type") + "|" + request.body);
  }));
  const auto last = ask(get(server.url("/loop0")));
  EXPECT_EQ(last->status(), 302);
  EXPECT_EQ(last->header("location"), "/loop6");  // the sixth redirection is the answer
  EXPECT_EQ(last->body, "moved");
  EXPECT_EQ(last->heads, 1);
  EXPECT_EQ(ask(get(server.url("/found")))->body, "GET /end HTTP/1.1||");
  HttpSpec post = get(server.url("/see"));
  post.method = "POST";
  post.body = "x";
  post.headers = {{"Content-Type", "t/t"}};
  EXPECT_EQ(ask(post)->body, "GET /end HTTP/1.1||");
  post.url = server.url("/keep");
  EXPECT_EQ(ask(post)->body, "POST /end HTTP/1.1|t/t|x");
  post.url = server.url("/found");
  EXPECT_EQ(ask(post)->status(), 302);
  HttpSpec stay = get(server.url("/found"));
  stay.redirect = false;
  EXPECT_EQ(ask(stay)->status(), 302);
}

TEST(HttpClient, DropsCredentialsForAnotherHost) {
  LoopbackServer other(httpServer([](const HttpMessage& request) {
    return response("200 OK", "", request.header("Authorization") + "|" + request.header("X-Keep"));
  }));
  LoopbackServer server(
      httpServer([&](const HttpMessage&) { return response("302 Found", "Location: " + other.url("/"), ""); }));
  HttpSpec spec = get(server.url("/"));
  spec.headers = {{"Authorization", "Bearer secret"}, {"X-Keep", "k"}};
  EXPECT_EQ(ask(spec)->body, "|k");
}

TEST(HttpClient, Authenticates) {
  LoopbackServer server(httpServer([](const HttpMessage& request) {
    const std::string given = request.header("Authorization");
    if (given.starts_with("Digest ") && given.contains("username=\"u\"")) return response("200 OK", "", "digest");
    if (given == "Basic " + toBase64("u:p")) return response("200 OK", "", "basic");
    const bool wantsDigest = request.start.contains("/digest");
    return response("401 Unauthorized",
                    wantsDigest ? "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\r\n"
                                : "WWW-Authenticate: Basic realm=\"r\"\r\n",
                    "no");
  }));
  HttpSpec spec = get(server.url("/basic"));
  spec.server = HttpCredentials{"u", "p"};
  auto answer = ask(spec);
  EXPECT_EQ(answer->body, "basic");
  EXPECT_EQ(answer->heads, 1);
  spec.url = server.url("/digest");
  EXPECT_EQ(ask(spec)->body, "digest");
  spec.server->password = "wrong";
  spec.url = server.url("/basic");
  answer = ask(spec);
  EXPECT_EQ(answer->status(), 401);
  EXPECT_EQ(answer->heads, 1);
  EXPECT_EQ(answer->body, "no");
}

std::string packed(std::string text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(text.size() + 100, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(text.data());
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST(HttpClient, Decompresses) {
  LoopbackServer server(httpServer([](const HttpMessage& request) {
    return response("200 OK", "Content-Encoding: gzip",
                    request.header("Accept-Encoding") == "gzip, deflate" ? packed("plain") : "");
  }));
  HttpSpec spec = get(server.url("/"));
  EXPECT_EQ(ask(spec)->body, "plain");
  spec.decoded = false;
  const auto answer = ask(spec);
  EXPECT_EQ(answer->body, packed("plain"));
  EXPECT_EQ(*decompress(answer->body, "gzip"), "plain");
  EXPECT_EQ(*decompress("as is", ""), "as is");
  EXPECT_FALSE(decompress("not packed", "gzip"));
}

TEST(HttpClient, ChecksCertificates) {
  LoopbackServer server([](test::Connection& connection) {
    if (!connection.startTls()) return;
    httpServer([](const HttpMessage&) { return response("200 OK", "", "secure"); })(connection);
  });
  HttpSpec spec = get("https://localhost:" + std::to_string(server.port()) + "/");
  EXPECT_TRUE(ask(spec)->error);
  spec.authorityFile = test::certificateFile();
  const auto answer = ask(spec);
  EXPECT_FALSE(answer->error) << answer->error->message();
  EXPECT_EQ(answer->body, "secure");
}

TEST(HttpClient, CanBeCancelled) {
  LoopbackServer server([](test::Connection& connection) { connection.readUntil("never"); });
  auto answer = std::make_shared<Answer>();
  auto transfer = startHttp(get(server.url("/")), answer);
  ASSERT_TRUE(transfer);
  (*transfer)->cancel();
  EXPECT_EQ(ask(get(server.url("/").substr(0, 0) + "http://127.0.0.1:1/"))->heads, 0);  // the thread has gone on
}

}  // namespace
}  // namespace qodly::script::library
