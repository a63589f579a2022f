// Requests and responses without a server: paths, headers, validators, ranges; the reader with any split of the bytes.
#include "http/message.h"

#include <gtest/gtest.h>

#include "http/clock.h"
#include "http/message_reader.h"
#include "http/mime.h"
#include "http/server.h"
#include "http/target.h"

namespace qodly::http {
namespace {

void read(Request& request, std::string_view text) {
  const auto done = request.read(text);
  ASSERT_TRUE(done) << done.error().text();
}

std::vector<std::string> segmentsOf(std::string_view target) {
  Request request;
  const std::string text = "GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n\r\n";
  EXPECT_TRUE(request.read(text)) << target;
  const auto segments = request.segments();
  return {segments.begin(), segments.end()};
}

TEST(Request, TakesTheTargetApart) {
  Request request;
  read(request, "POST /rest//Bo%6Fk(%22a%2Fb%22)/?$filter=\"x>%201\"&a=%zz HTTP/1.1\r\nHost: a\r\n\r\nbody");
  EXPECT_EQ(request.method(), Method::Post);
  EXPECT_EQ(request.rawPath(), "/rest//Bo%6Fk(%22a%2Fb%22)/");
  EXPECT_EQ(request.path(), "/rest/Book(\"a/b\")/");
  EXPECT_EQ(request.query(), "$filter=\"x>%201\"&a=%zz");
  EXPECT_EQ(request.body(), "body");
  const auto segments = request.segments();
  ASSERT_EQ(segments.size(), 2u);
  EXPECT_EQ(segments[0], "rest");
  EXPECT_EQ(segments[1], "Book(\"a/b\")");
}

TEST(Request, Segments) {
  using List = std::vector<std::string>;
  EXPECT_EQ(segmentsOf("/"), List());
  EXPECT_EQ(segmentsOf("/a"), List({"a"}));
  EXPECT_EQ(segmentsOf("//a///b/"), List({"a", "b"}));
  EXPECT_EQ(segmentsOf("/a%20b/%41%"), List({"a b", "A%"}));
  EXPECT_EQ(segmentsOf("/%4/%g1/50%"), List({"%4", "%g1", "50%"}));
  EXPECT_EQ(segmentsOf("http://host:80/x/y?z"), List({"x", "y"}));
  EXPECT_EQ(segmentsOf("http://host"), List());
  EXPECT_EQ(segmentsOf("/\xC3\xA9"), List({"\xC3\xA9"}));
}

// RFC 9112 3.2.2: the address in absolute form says which host is meant, whatever Host says.
TEST(Request, HostOfAnAddressInAbsoluteForm) {
  Request request;
  read(request, "GET http://b.example:81/x?y HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(request.host(), "b.example:81");
  EXPECT_EQ(request.path(), "/x");
  EXPECT_EQ(request.query(), "y");
  read(request, "GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(request.host(), "a");
  EXPECT_FALSE(request.read("GET http://user@b/x HTTP/1.1\r\nHost: a\r\n\r\n"));
}

TEST(Request, HeadersIgnoreCase) {
  Request request;
  read(request, "GET / HTTP/1.1\r\nhOsT: a\r\nX-One: \t first \t\r\nx-one: second\r\nEmpty:\r\n\r\n");
  EXPECT_EQ(request.header("HOST"), "a");
  EXPECT_EQ(request.header("X-ONE"), "first");
  EXPECT_EQ(request.header("absent"), "");
  EXPECT_TRUE(request.hasHeader("empty"));
  EXPECT_EQ(request.headers().size(), 4u);
}

TEST(Request, ReadSaysWhatIsWrong) {
  Request request;
  EXPECT_FALSE(request.read(""));
  EXPECT_FALSE(request.read("GET / HTTP/1.1\r\nHost: a\r\n"));
  EXPECT_FALSE(request.read("GET / HTTP/1.1\r\n\r\n"));
}

TEST(Coding, Accepted) {
  struct Row {
    std::string_view accepted;
    Coding best, withoutBrotli;
  };
  for (const Row& row :
       {Row{"gzip", Coding::Gzip, Coding::Gzip}, Row{"br", Coding::Brotli, Coding::Identity},
        Row{"gzip, deflate, br, zstd", Coding::Brotli, Coding::Gzip},
        Row{"br;q=1.0, GZIP;q=0.5", Coding::Brotli, Coding::Gzip},
        Row{"br;q=0.4, gzip;q=0.5", Coding::Gzip, Coding::Gzip},
        Row{"br;q=0.400, gzip;q=0.4", Coding::Brotli, Coding::Gzip}, Row{"*", Coding::Brotli, Coding::Gzip},
        Row{"*, br;q=0", Coding::Gzip, Coding::Gzip}, Row{"*, gzip;q=0", Coding::Brotli, Coding::Identity},
        Row{"*;q=0", Coding::Identity, Coding::Identity}, Row{"gzip; q=0.000", Coding::Identity, Coding::Identity},
        Row{"gzip;q=0.001", Coding::Gzip, Coding::Gzip},
        Row{"gzip;q=0.5, identity;q=0.9", Coding::Identity, Coding::Identity},
        Row{"gzip;q=0.9, identity;q=0.5", Coding::Gzip, Coding::Gzip},
        Row{"identity", Coding::Identity, Coding::Identity}, Row{"", Coding::Identity, Coding::Identity},
        Row{"gzipped", Coding::Identity, Coding::Identity}}) {
    EXPECT_EQ(preferredCoding(row.accepted, true), row.best) << row.accepted;
    EXPECT_EQ(preferredCoding(row.accepted, false), row.withoutBrotli) << row.accepted;
  }
}

TEST(Response, HeadersAreReplacedAndChecked) {
  Response response;
  EXPECT_TRUE(response.setHeader("X-A", "1"));
  EXPECT_TRUE(response.setHeader("X-B", "2"));
  EXPECT_TRUE(response.setHeader("x-a", "3"));
  EXPECT_EQ(response.header("X-A"), "3");
  EXPECT_EQ(response.header("x-b"), "2");
  EXPECT_FALSE(response.setHeader("X-A", "a\r\nSet-Cookie: b"));
  EXPECT_FALSE(response.setHeader("X A", "a"));
  EXPECT_FALSE(response.setHeader("", "a"));
  EXPECT_EQ(response.header("X-A"), "3");
  response.setHeader("content-type", "text/css");
  EXPECT_EQ(response.contentType(), "text/css");
  response.setHeader("Content-Length", "7");
  EXPECT_EQ(response.header("Content-Length"), "");
}

TEST(Response, ErrorIsJsonWhateverTheText) {
  Response response;
  response.body() = "half";
  response.error(404, "no \"x\" at \xFF");
  EXPECT_EQ(response.status(), 404);
  EXPECT_EQ(
      response.bodyView(),
      "{\"__ERROR\":[{\"message\":\"no \\\"x\\\" at \xEF\xBF\xBD\",\"componentSignature\":\"rest\",\"errCode\":404}]}");
}

bool notModified(std::string_view condition, std::string_view method = "GET") {
  Request request;
  const std::string text =
      std::string(method) + " / HTTP/1.1\r\nHost: a\r\nIf-None-Match: " + std::string(condition) + "\r\n\r\n";
  EXPECT_TRUE(request.read(text));
  Response response;
  const bool result = response.notModified(request, "\"12\"");
  EXPECT_EQ(response.status(), result ? 304 : 200);
  EXPECT_EQ(response.header("ETag"), "\"12\"");
  return result;
}

TEST(Response, Validators) {
  EXPECT_TRUE(notModified("\"12\""));
  EXPECT_TRUE(notModified("\"1\", W/\"12\""));
  EXPECT_TRUE(notModified("*"));
  EXPECT_FALSE(notModified("\"1\""));
  EXPECT_FALSE(notModified("12"));
  EXPECT_FALSE(notModified("\"12\"", "POST"));
}

struct Ranged {
  int status;
  std::string body, contentRange;
};

Ranged range(std::string_view value, std::string_view more = {}) {
  Request request;
  const std::string text =
      "GET / HTTP/1.1\r\nHost: a\r\nRange: " + std::string(value) + "\r\n" + std::string(more) + "\r\n";
  EXPECT_TRUE(request.read(text));
  Response response;
  response.body() = "0123456789";
  response.setHeader("ETag", "\"v\"");
  response.applyRange(request);
  return {response.status(), response.status() == 416 ? "" : std::string(response.bodyView()),
          std::string(response.header("Content-Range"))};
}

TEST(Response, Ranges) {
  EXPECT_EQ(range("bytes=2-4").body, "234");
  EXPECT_EQ(range("bytes=2-4").contentRange, "bytes 2-4/10");
  EXPECT_EQ(range("bytes=2-4").status, 206);
  EXPECT_EQ(range("bytes=8-").body, "89");
  EXPECT_EQ(range("bytes=8-99").body, "89");
  EXPECT_EQ(range("bytes=-3").body, "789");
  EXPECT_EQ(range("bytes=-99").body, "0123456789");
  EXPECT_EQ(range("bytes=-99").status, 206);
  EXPECT_EQ(range("bytes=10-").status, 416);
  EXPECT_EQ(range("bytes=10-").contentRange, "bytes */10");
  EXPECT_EQ(range("bytes=-0").status, 416);
  for (const auto* ignored : {"bytes=4-2", "bytes=a-b", "bytes=1-2,4-5", "items=0-1", "bytes=-", "bytes=1"}) {
    EXPECT_EQ(range(ignored).status, 200) << ignored;
    EXPECT_EQ(range(ignored).body, "0123456789") << ignored;
  }
  EXPECT_EQ(range("bytes=0-0", "If-Range: \"v\"\r\n").status, 206);
  EXPECT_EQ(range("bytes=0-0", "If-Range: \"w\"\r\n").status, 200);
}

TEST(Reader, AnySplitGivesTheSameRequests) {
  const std::string input =
      "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"
      "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody"
      "POST /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n"
      "GET /4 HTTP/1.1\r\nHost: a\r\nX: " +
      std::string(15'000, 'x') +
      "\r\n\r\n"
      "POST /5 HTTP/1.1\r\nHost: a\r\nContent-Length: 20000\r\n\r\n" +
      std::string(20'000, 'y');
  const std::vector<std::pair<std::string, std::size_t>> expected{
      {"/1", 0}, {"/2", 4}, {"/3", 5}, {"/4", 0}, {"/5", 20'000}};
  for (const std::size_t step : {1u, 2u, 3u, 7u, 61u, 1000u, 9000u, 16384u, 100000u}) {
    MessageReader reader(16'384, 16'384, 1'000'000);
    Request request;
    std::size_t at = 0, found = 0;
    while (found < expected.size()) {
      const auto state = reader.advance(request);
      ASSERT_NE(state, MessageReader::State::Refused) << reader.refusal().reason << " step " << step;
      if (state == MessageReader::State::Ready) {
        EXPECT_EQ(request.target(), expected[found].first) << step;
        EXPECT_EQ(request.header("Host"), "a");
        EXPECT_EQ(request.body().size(), expected[found].second) << step;
        ++found;
        reader.next();
        continue;
      }
      ASSERT_LT(at, input.size()) << step;
      const auto room = reader.input().room(1);
      const std::size_t count = std::min({step, room.size(), input.size() - at});
      std::copy_n(input.data() + at, count, room.data());
      reader.input().received(count);
      at += count;
    }
    EXPECT_EQ(at, input.size());
  }
}

std::string routed(const Router& router, std::string_view method, std::string_view target, Response& response) {
  Request request;
  const std::string text = std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n\r\n";
  EXPECT_TRUE(request.read(text));
  response.clear();
  router(request, response);
  return std::string(response.bodyView());
}

TEST(Router, LongestPrefixOfWholeSegments) {
  Router router;
  const auto say = [](std::string text) { return [text](Request&, Response& response) { response.text(200, text); }; };
  router.add("/rest", say("rest"));
  router.add("/", say("root"));
  router.add("/rest/$info", say("info"), {Method::Get, Method::Options});
  Response response;
  EXPECT_EQ(routed(router, "GET", "/rest", response), "rest");
  EXPECT_EQ(routed(router, "GET", "/rest/Book?x", response), "rest");
  EXPECT_EQ(routed(router, "GET", "//r%65st//Book", response), "rest");
  EXPECT_EQ(routed(router, "GET", "/restore", response), "root");
  EXPECT_EQ(routed(router, "GET", "/rest/%24info/x", response), "info");
  EXPECT_EQ(routed(router, "OPTIONS", "/rest/$info", response), "info");
  routed(router, "POST", "/rest/$info", response);
  EXPECT_EQ(response.status(), 405);
  EXPECT_EQ(response.header("Allow"), "GET, OPTIONS");
  routed(router, "OPTIONS", "/x", response);
  EXPECT_EQ(response.status(), 204);
  EXPECT_EQ(response.header("Allow"), "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
  routed(router, "TRACE", "/x", response);
  EXPECT_EQ(response.status(), 405);
  routed(router, "BREW", "/x", response);
  EXPECT_EQ(response.status(), 501);
  routed(router, "OPTIONS", "*", response);
  EXPECT_EQ(response.status(), 204);
  routed(Router(), "GET", "/x", response);
  EXPECT_EQ(response.status(), 404);
}

TEST(Clock, HttpDates) {
  std::string text;
  appendHttpDate(784'111'777, text);
  EXPECT_EQ(text, "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(parseHttpDate(text), 784'111'777);
  EXPECT_FALSE(parseHttpDate("Sun, 31 Feb 1994 08:49:37 GMT"));
  EXPECT_FALSE(parseHttpDate("yesterday"));
}

TEST(Mime, ByExtension) {
  EXPECT_EQ(contentTypeOf("a.HTML"), "text/html; charset=UTF-8");
  EXPECT_EQ(contentTypeOf("a.b/c.woff2"), "font/woff2");
  EXPECT_EQ(contentTypeOf("noextension"), "application/octet-stream");
  EXPECT_EQ(contentTypeOf("a."), "application/octet-stream");
  EXPECT_EQ(contentTypeOf("a.unknownextension"), "application/octet-stream");
}

}  // namespace
}  // namespace qodly::http
