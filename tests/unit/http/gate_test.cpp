// What happens around handlers: CORS, TRACE, proxies, request ids, limits, redirect, logs, figures.
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <unistd.h>

#include "http/rate_limiter.h"
#include "tests/unit/http/client.h"

namespace qodly::http {
namespace {

using test::Answer;
using test::Client;
using test::TestServer;

void tell(Request& request, Response& response) {
  response.text(200, std::string(request.remoteAddress()) + (request.tls() ? " https " : " http ") +
                         std::string(request.host()) + " " + std::string(request.id()));
}

ServerOptions with(const std::function<void(LiveSettings&)>& change) {
  ServerOptions options;
  change(options.live);
  return options;
}

struct CorsCase {
  std::string_view host, methods, origin, method;
  bool allowed, credentials;
};

class Cors : public testing::TestWithParam<CorsCase> {};

TEST_P(Cors, MatchesHostsAndMethods) {
  const CorsCase& test = GetParam();
  TestServer server(tell, with([&](LiveSettings& live) {
                      live.corsEnabled = true;
                      EXPECT_TRUE(live.cors.add(test.host, test.methods));
                    }));
  Client client(server.port());
  std::string sent(test.method);
  sent.append(" / HTTP/1.1\r\nHost: own.example\r\nContent-Length: 0\r\nOrigin: ")
      .append(test.origin)
      .append("\r\n\r\n");
  client.send(sent);
  const Answer answer = client.answer();
  EXPECT_EQ(answer.status, test.allowed ? 200 : 403);
  EXPECT_EQ(answer.headers.contains("access-control-allow-origin"), test.allowed);
  EXPECT_EQ(answer.headers.contains("access-control-allow-credentials"), test.credentials);
  if (test.allowed) {
    EXPECT_EQ(answer.headers.at("access-control-allow-origin"), test.origin);
    EXPECT_EQ(answer.headers.at("vary"), "Origin");
  }
}

INSTANTIATE_TEST_SUITE_P(
    Rules, Cors,
    testing::Values(CorsCase{"*", "", "https://a.example", "GET", true, false},
                    CorsCase{"*", "", "null", "GET", true, false},
                    CorsCase{"a.example", "", "null", "GET", false, false},
                    CorsCase{"a.example", "", "https://a.example", "GET", true, true},
                    CorsCase{"a.example", "", "http://A.Example:81", "GET", true, true},
                    CorsCase{"a.example", "get;POST", "http://a.example", "POST", true, true},
                    CorsCase{"a.example", " get ; head ", "http://a.example", "POST", false, false},
                    CorsCase{"a.example", "", "http://b.a.example", "GET", false, false},
                    CorsCase{"*.a.example", "", "http://b.a.example", "GET", true, true},
                    CorsCase{"*.a.example", "", "http://a.example", "GET", false, false},
                    CorsCase{"*.a.example", "", "http://evila.example", "GET", false, false},
                    CorsCase{"http://*.a.example", "", "https://b.a.example", "GET", false, false},
                    CorsCase{"http://*.a.example", "", "http://b.a.example", "GET", true, true},
                    CorsCase{"10.0.*", "", "http://10.0.3.4", "GET", true, true},
                    CorsCase{"10.0.*", "", "http://10.1.3.4", "GET", false, false},
                    CorsCase{"10.0.*:8443", "", "http://10.0.3.4:8443", "GET", true, true},
                    CorsCase{"10.0.*:8443", "", "http://10.0.3.4", "GET", false, false},
                    CorsCase{"10.0.0.7", "", "http://10.0.0.7:99", "GET", true, true},
                    CorsCase{"http://10.0.0.7:8443", "", "http://10.0.0.7:8443", "GET", true, true},
                    CorsCase{"https://a.example:443", "", "https://a.example", "GET", true, true},
                    CorsCase{"a.example", "", "http://a.example.evil", "GET", false, false},
                    CorsCase{"a.example", "", "http://a.example@evil", "GET", false, false}));

TEST(Gate, CorsRefusesWhatIsNoRule) {
  CorsRules rules;
  for (const std::string_view host : {"", "ftp://a", "a b", "a*b", "**", "a:b", "a/b", "http://"})
    EXPECT_FALSE(rules.add(host, "")) << host;
  EXPECT_FALSE(rules.add("a", "get;fetch"));
  EXPECT_TRUE(rules.empty());
}

TEST(Gate, AnswersPreflight) {
  TestServer server(tell, with([](LiveSettings& live) {
                      live.corsEnabled = true;
                      EXPECT_TRUE(live.cors.add("a.example", "get;put"));
                    }));
  Client client(server.port());
  client.send(
      "OPTIONS /x HTTP/1.1\r\nHost: own\r\nOrigin: http://a.example\r\nAccess-Control-Request-Method: PUT\r\n"
      "Access-Control-Request-Headers: x-one, x-two\r\n\r\n");
  Answer answer = client.answer();
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(answer.headers.at("access-control-allow-methods"), "GET, PUT");
  EXPECT_EQ(answer.headers.at("access-control-allow-headers"), "x-one, x-two");
  EXPECT_EQ(answer.headers.at("access-control-max-age"), "600");
  EXPECT_EQ(answer.headers.at("access-control-allow-origin"), "http://a.example");
  EXPECT_TRUE(answer.cookies.empty());
  client.send(
      "OPTIONS /x HTTP/1.1\r\nHost: own\r\nOrigin: http://a.example\r\nAccess-Control-Request-Method: DELETE\r\n\r\n");
  EXPECT_EQ(client.answer().status, 403);
}

TEST(Gate, CorsLeavesTheOwnOriginAlone) {
  TestServer server(tell, with([](LiveSettings& live) { live.corsEnabled = true; }));
  Client client(server.port());
  EXPECT_EQ(client.get("/", "Origin: http://test\r\n").status, 200);
  EXPECT_EQ(client.get("/", "Origin: http://test:80\r\n").status, 200);
  EXPECT_EQ(client.get("/", "Origin: https://test\r\n").status, 403);
  EXPECT_EQ(client.get("/", "Origin: http://test:81\r\n").status, 403);
}

TEST(Gate, TraceIsOffUnlessAskedFor) {
  TestServer off(tell);
  Client refused(off.port());
  refused.send("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(refused.answer().status, 405);
  TestServer on(tell, with([](LiveSettings& live) { live.trace = true; }));
  Client client(on.port());
  client.send("TRACE /x?y HTTP/1.1\r\nHost: a\r\nX-Own: b\r\nCookie: secret\r\n\r\n");
  const Answer answer = client.answer();
  EXPECT_EQ(answer.headers.at("content-type"), "message/http");
  EXPECT_EQ(answer.body, "TRACE /x?y HTTP/1.1\r\nHost: a\r\nX-Own: b\r\n\r\n");
}

struct ProxyCase {
  std::string_view trusted, fields, expected;
};

class Proxies : public testing::TestWithParam<ProxyCase> {};

TEST_P(Proxies, SayWhoTheClientIs) {
  TestServer server(tell, with([&](LiveSettings& live) { EXPECT_TRUE(live.trustedProxies.add(GetParam().trusted)); }));
  Client client(server.port());
  EXPECT_EQ(client.get("/", GetParam().fields).body, GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Fields, Proxies,
    testing::Values(
        ProxyCase{"10.0.0.0/8", "X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\n", "127.0.0.1 http test "},
        ProxyCase{"127.0.0.1", "", "127.0.0.1 http test "},
        ProxyCase{"127.0.0.1",
                  "X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: a.example\r\n",
                  "1.2.3.4 https a.example "},
        ProxyCase{"127.0.0.0/8", "X-Forwarded-For: 6.6.6.6, 1.2.3.4\r\n", "1.2.3.4 http test "},
        ProxyCase{"127.0.0.1", "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 1.2.3.4, 127.0.0.1\r\n",
                  "1.2.3.4 http test "},
        ProxyCase{"127.0.0.1", "X-Forwarded-For: 1.2.3.4:5555\r\n", "1.2.3.4 http test "},
        ProxyCase{"127.0.0.1", "X-Forwarded-For: [2001:db8::1]:80\r\n", "2001:db8::1 http test "},
        ProxyCase{"127.0.0.1", "X-Forwarded-For: nonsense\r\n", "127.0.0.1 http test "},
        ProxyCase{"127.0.0.1", "Forwarded: for=1.2.3.4;proto=https;host=b.example\r\n", "1.2.3.4 https b.example "},
        ProxyCase{"127.0.0.1", "Forwarded: for=\"[2001:db8::7]:99\", for=127.0.0.1\r\n", "2001:db8::7 http test "},
        ProxyCase{"127.0.0.1", "X-Forwarded-Host: a/../b\r\n", "127.0.0.1 http test "}));

TEST(Gate, CookiesAreSecureWhenTheClientCameByHttps) {
  security::SessionTable sessions({.applicationName = "Shop"});
  ServerOptions options;
  EXPECT_TRUE(options.live.trustedProxies.add("127.0.0.1"));
  TestServer server([](Request& request, Response& response) { response.text(request.session() ? 200 : 500, ""); },
                    options, &sessions);
  Client client(server.port());
  EXPECT_NE(client.get("/", "X-Forwarded-Proto: https\r\n").cookies.at(0).find("Secure"), std::string::npos);
  EXPECT_EQ(client.get("/").cookies.at(0).find("Secure"), std::string::npos);
}

TEST(Gate, RequestIds) {
  TestServer plain(tell);
  Client client(plain.port());
  EXPECT_EQ(client.get("/", "X-Request-Id: abc-1.2_3\r\n").headers.at("x-request-id"), "abc-1.2_3");
  EXPECT_FALSE(client.get("/").headers.contains("x-request-id"));
  EXPECT_FALSE(client.get("/", "X-Request-Id: a b\r\n").headers.contains("x-request-id"));
  TestServer making(tell, with([](LiveSettings& live) { live.requestIds = true; }));
  Client other(making.port());
  const Answer first = other.get("/");
  const Answer second = other.get("/", "X-Request-Id: \xC3\xA4\r\n");
  EXPECT_GE(first.headers.at("x-request-id").size(), 18u);
  EXPECT_NE(first.headers.at("x-request-id"), second.headers.at("x-request-id"));
  EXPECT_TRUE(first.body.ends_with(first.headers.at("x-request-id")));
}

TEST(Gate, RatePerAddress) {
  TestServer server(tell, with([](LiveSettings& live) { live.ratePerAddress = {0.001, 3}; }));
  Client client(server.port());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.get("/").status, 200);
  const Answer answer = client.get("/");
  EXPECT_EQ(answer.status, 429);
  EXPECT_GT(std::stoi(answer.headers.at("retry-after")), 900);
  EXPECT_EQ(server.server().metrics().limited, 1u);
}

TEST(Gate, RateBucketsFillAgain) {
  RateLimiter limiter;
  const RateLimit limit{2, 2};
  const RateLimiter::Clock::time_point start{std::chrono::hours(1)};
  EXPECT_EQ(limiter.take(1, limit, start), 0u);
  EXPECT_EQ(limiter.take(1, limit, start), 0u);
  EXPECT_EQ(limiter.take(1, limit, start), 1u);
  EXPECT_EQ(limiter.take(2, limit, start), 0u);
  EXPECT_EQ(limiter.take(1, limit, start + std::chrono::milliseconds(500)), 0u);
  EXPECT_EQ(limiter.take(1, limit, start + std::chrono::milliseconds(500)), 1u);
  for (std::uint64_t client = 0; client < 1'000'000; ++client) limiter.take(client, limit, start);
}

TEST(Gate, ConnectionsPerAddress) {
  TestServer server(tell, with([](LiveSettings& live) { live.connectionsPerAddress = 2; }));
  Client first(server.port());
  auto second = std::make_unique<Client>(server.port());
  EXPECT_EQ(first.get("/").status, 200);
  EXPECT_EQ(second->get("/").status, 200);
  Client third(server.port());
  EXPECT_EQ(third.get("/").status, 0);
}

TEST(Gate, KeepAliveLimits) {
  TestServer few(tell, with([](LiveSettings& live) { live.keepAliveMaxRequests = 2; }));
  Client client(few.port());
  EXPECT_FALSE(client.get("/").headers.contains("connection"));
  EXPECT_EQ(client.get("/").headers.at("connection"), "close");
  EXPECT_TRUE(client.closed());
  TestServer none(tell, with([](LiveSettings& live) { live.keepAlive = false; }));
  Client brief(none.port());
  EXPECT_EQ(brief.get("/").headers.at("connection"), "close");
}

TEST(Gate, RedirectsToHttps) {
  TestServer server(tell, with([](LiveSettings& live) {
                      live.redirectToHttps = true;
                      live.httpsPort = 8443;
                    }));
  Client client(server.port());
  const Answer answer = client.get("/a?b=c");
  EXPECT_EQ(answer.status, 308);
  EXPECT_EQ(answer.headers.at("location"), "https://test:8443/a?b=c");
  EXPECT_EQ(client.get("/healthz").status, 200);
}

TEST(Gate, ServerTiming) {
  TestServer server(
      [](Request&, Response& response) {
        response.addTiming("db", std::chrono::microseconds(1500));
        response.text(200, "x");
      },
      with([](LiveSettings& live) { live.serverTiming = true; }));
  Client client(server.port());
  EXPECT_TRUE(client.get("/").headers.at("server-timing").starts_with("db;dur=1.500, total;dur="));
}

TEST(Gate, SettingsTakeEffectWhileTheServerRuns) {
  TestServer server(tell);
  LiveSettings live;
  live.requestIds = true;
  server.server().apply(live);
  // The settings are posted before the connection is made, so the connection finds them.
  Client client(server.port());
  EXPECT_TRUE(client.get("/").headers.contains("x-request-id"));
}

TEST(Gate, FiguresAreWritten) {
  TestServer server(
      [](Request& request, Response& response) { response.text(request.path() == "/no" ? 404 : 200, ""); },
      with([](LiveSettings& live) { live.metrics = true; }));
  Client client(server.port());
  client.get("/");
  client.get("/no");
  client.send("nonsense\r\n\r\n");
  client.answer();
  const MetricsSum sum = server.server().metrics();
  EXPECT_EQ(sum.statuses[1], 1u);
  EXPECT_EQ(sum.statuses[3], 2u);
  EXPECT_EQ(sum.refused, 1u);
  std::string text;
  sum.write(text);
  EXPECT_NE(text.find("qodly_http_responses_total{class=\"2xx\"} 1\n"), std::string::npos);
  EXPECT_NE(text.find("qodly_http_request_duration_seconds_count 2\n"), std::string::npos);
}

class Logs : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // What the log holds after one request.
  std::string logged(AccessLogOptions options) {
    options.file = folder_ / "logweb.txt";
    auto log = std::make_shared<AccessLog>(options);
    EXPECT_TRUE(log->open());
    {
      TestServer server([](Request&, Response& response) { response.text(201, "12345"); });
      server.server().apply(LiveSettings(), log);
      Client client(server.port());
      client.send(
          "GET /a%20b?c=$d HTTP/1.1\r\nHost: h:1\r\nReferer: r\"x\r\nUser-Agent: agent one\r\nX-Request-Id: "
          "id7\r\n\r\n");
      EXPECT_EQ(client.answer().status, 201);
    }
    log->flush();
    std::ifstream file(options.file, std::ios::binary);
    return std::string{std::istreambuf_iterator<char>(file), {}};
  }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("qodly_logs_" + std::to_string(::getpid()));
};

TEST_F(Logs, CommonAndCombined) {
  const std::string common = logged({.format = LogFormat::Clf, .fields = {}});
  EXPECT_TRUE(common.starts_with("127.0.0.1 - - [")) << common;
  EXPECT_TRUE(common.ends_with("] \"GET /a%20b?c=$d HTTP/1.1\" 201 5\r\n")) << common;
  std::filesystem::remove(folder_ / "logweb.txt");
  const std::string combined = logged({.format = LogFormat::Dlf, .fields = {}, .zone = true});
  EXPECT_TRUE(combined.ends_with(" +0000] \"GET /a%20b?c=$d HTTP/1.1\" 201 5 \"r\\x22x\" \"agent one\"\r\n"))
      << combined;
}

TEST_F(Logs, ChosenFields) {
  const std::string elf =
      logged({.format = LogFormat::Elf, .fields = {"METHOD", "STATUS", "CS(USER_AGENT)", "URL", "CS_URI_STEM"}});
  EXPECT_EQ(elf, "#Version: 1.0\r\n#Fields: METHOD STATUS CS(USER_AGENT) CS_URI_STEM\r\nGET 201 agent_one /a%20b\r\n");
  std::filesystem::remove(folder_ / "logweb.txt");
  EXPECT_TRUE(logged({.format = LogFormat::Wlf, .fields = {"PATH_ARGS", "URL"}}).ends_with("\r\nd /a%20b?c=$d\r\n"));
  EXPECT_EQ(AccessLogOptions::fieldName("BYTES-SENT"), "BYTES_SENT");
  EXPECT_EQ(AccessLogOptions::fieldName("cs(User-Agent)"), "CS(USER_AGENT)");
  EXPECT_EQ(AccessLogOptions::fieldName("NONSENSE"), "");
}

TEST_F(Logs, Json) {
  const std::string line = logged({.format = LogFormat::Json, .fields = {}});
  EXPECT_NE(line.find(R"("requestId":"id7","address":"127.0.0.1","method":"GET","target":"/a%20b?c=$d")"),
            std::string::npos)
      << line;
  EXPECT_NE(line.find(R"("status":201,"bytesSent":5,"bytesReceived":0,"milliseconds":)"), std::string::npos);
  EXPECT_TRUE(line.ends_with(",\"referer\":\"r\\\"x\",\"userAgent\":\"agent one\"}\n")) << line;
}

TEST_F(Logs, ArePutAwayBySize) {
  LogRotation rotation;
  rotation.kind = LogRotation::Kind::Size;
  rotation.bytes = 100;
  rotation.keep = 2;
  LogFile log(folder_ / "a.txt", folder_ / "old", rotation, "head\n");
  ASSERT_TRUE(log.open());
  std::string line(121, 'x');
  line.back() = '\n';
  for (int i = 0; i < 5; ++i) {
    log.append(line);
    log.flush();
  }
  std::size_t archives = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / "old")) {
    EXPECT_EQ(entry.file_size(), 126u);
    ++archives;
  }
  EXPECT_EQ(archives, 2u);
}

TEST(LogRotations, NextMoments) {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  const std::time_t monday = 1'700'438'400;  // 2023-11-20 00:00
  const auto next = [&](LogRotation rotation, std::time_t after) {
    return rotation.nextAfter(monday + after) - monday;
  };
  using Kind = LogRotation::Kind;
  EXPECT_EQ(next({.kind = Kind::None}, 0), -monday);
  EXPECT_EQ(next({.kind = Kind::Hours, .every = 6}, 3600), 6 * 3600);
  EXPECT_EQ(next({.kind = Kind::Hours, .every = 6, .hour = 1}, 3600), 7 * 3600);
  EXPECT_EQ(next({.kind = Kind::Hours, .every = 24, .hour = 3}, 4 * 3600), 27 * 3600);
  EXPECT_EQ(next({.kind = Kind::Days, .hour = 3}, 3600), 3 * 3600);
  EXPECT_EQ(next({.kind = Kind::Days, .hour = 3}, 3 * 3600), 27 * 3600);
  EXPECT_EQ(next({.kind = Kind::Weeks, .hour = 2, .weekdays = 0b0010000}, 0), 3 * 86'400 + 2 * 3600);
  EXPECT_EQ(next({.kind = Kind::Months, .monthDay = 1}, 0), 11 * 86'400);
}

TEST(Addresses, AreReadAndCompared) {
  const auto address = [](std::string_view text) { return *IpAddress::parse(text); };
  EXPECT_EQ(address("10.0.0.7"), address("::ffff:10.0.0.7"));
  EXPECT_EQ(address("[::1]").text(), "::1");
  EXPECT_TRUE(address("127.5.0.1").isLoopback());
  EXPECT_FALSE(address("128.0.0.1").isLoopback());
  EXPECT_EQ(address("2001:db8:1:2:3::4").client(), address("2001:db8:1:2:ffff::").client());
  for (const std::string_view wrong : {"", "10.0.0", "10.0.0.256", "::g", "a", "10.0.0.1:80", " 10.0.0.1"})
    EXPECT_FALSE(IpAddress::parse(wrong)) << wrong;
  AddressList list;
  EXPECT_TRUE(list.add("10.16.0.0/12"));
  EXPECT_TRUE(list.add("fd00::/8"));
  for (const std::string_view wrong : {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "fd00::/129", "host"})
    EXPECT_FALSE(list.add(wrong)) << wrong;
  EXPECT_TRUE(list.contains(address("10.31.255.255")));
  EXPECT_FALSE(list.contains(address("10.32.0.0")));
  EXPECT_TRUE(list.contains(address("fdff::1")));
  EXPECT_FALSE(list.contains(address("fe00::1")));
}

}  // namespace
}  // namespace qodly::http
