// Runs the hostile requests of tests/conformance/hostile: bytes in, the expected refusal out. README.md beside the
// cases describes their form. The server under attack answers REST (with the fixture of the REST cases, open to
// everybody), files, an echo, a WebSocket and a stream; after each case it must still answer somebody else.
#include <filesystem>

#include <gtest/gtest.h>
#include <poll.h>

#include "http/server.h"
#include "http/static_files.h"
#include "rest/rest_server.h"
#include "security/session.h"
#include "tests/conformance/support/fixture.h"
#include "tests/conformance/support/hostile_client.h"

namespace qodly::conformance {

namespace {

namespace fs = std::filesystem;

const fs::path cases = fs::path(QODLY_SOURCE_DIR) / "tests/conformance/hostile";
const fs::path restFixture = fs::path(QODLY_SOURCE_DIR) / "tests/conformance/rest/fixture.json";

// What must never be sent to anybody: it lies beside the folder of files.
constexpr std::string_view secret = "TOP-SECRET-7391";

class Target {
 public:
  Target()
      : folder_(fs::temp_directory_path() / ("qodly_hostile_" + std::to_string(::getpid()))),
        fixture_(readJson(restFixture)),
        sessions_({.applicationName = "Biblio"}),
        rest_(fixture_.datastore(), "Biblio", sessions_) {
    fs::create_directories(folder_ / "web/sub");
    write(folder_ / "secret.txt", secret);
    write(folder_ / "web/.hidden", secret);
    write(folder_ / "web/index.html", "<html>home</html>");
    write(folder_ / "web/sub/file.txt", std::string(1000, 'f'));
    write(folder_ / "web/sub/index.html", "<html>sub</html>");
    fs::create_symlink(folder_ / "secret.txt", folder_ / "web/link.txt");
    server_ = std::make_unique<http::Server>(options(), router(), &sessions_);
    if (auto started = server_->start(); !started) throw std::runtime_error(started.error().text());
  }
  ~Target() {
    server_->stop();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;

  std::uint16_t port() const { return server_->port(); }

 private:
  static void write(const fs::path& file, std::string_view content) {
    std::ofstream(file, std::ios::binary) << content;
  }

  static http::ServerOptions options() {
    http::ServerOptions options;
    options.port = 0;
    options.threads = 1;
    options.live.bodyBytes = 100'000;
    options.live.keepAliveTimeout = std::chrono::milliseconds(1500);
    options.limits.headTimeout = std::chrono::milliseconds(1000);
    options.limits.bodyIdleTimeout = std::chrono::milliseconds(1000);
    options.limits.sendTimeout = std::chrono::milliseconds(2000);
    return options;
  }

  http::Handler router() {
    http::Router router;
    router.add("/rest", [this](http::Request& request, http::Response& response) { rest_.handle(request, response); });
    router.add("/echo", [](http::Request& request, http::Response& response) {
      response.text(200, std::string(request.methodName()) + " " + std::string(request.target()) + "\n" +
                             std::string(request.body()));
    });
    router.add("/header", [](http::Request& request, http::Response& response) {
      std::string value;
      for (const std::string_view part : request.segments()) value = part;
      response.text(200, response.setHeader("X-Value", value) ? "set" : "refused");
    });
    router.add("/socket", [](http::Request& request, http::Response& response) {
      const auto socket = response.webSocket(request, {.messageBytes = 10'000, .protocol = {}});
      if (!socket) return;
      socket->onMessage([weak = std::weak_ptr(socket)](std::string_view message, bool) {
        if (const auto alive = weak.lock()) alive->sendText(message);
      });
    });
    router.add("/stream", [](http::Request&, http::Response& response) {
      const auto stream = response.stream();
      for (int i = 0; i < 10; ++i) stream->write("piece\n");
      stream->finish();
    });
    router.add("/", http::StaticFiles({.root = folder_ / "web", .refused = {}}),
               {http::Method::Get, http::Method::Head});
    return router;
  }

  fs::path folder_;
  Fixture fixture_;
  security::SessionTable sessions_;
  rest::RestServer rest_;
  std::unique_ptr<http::Server> server_;
};

class HostileCase : public testing::Test {
 public:
  HostileCase(std::shared_ptr<Target> target, Value test) : target_(std::move(target)), test_(std::move(test)) {}

  void TestBody() override {
    const Value expect = test_.asObject().get("expect");
    HostileClient client(target_->port());
    for (const std::string& piece : piecesOf(test_.asObject().get("send"))) client.send(piece);
    if (flagOf(test_, "endSending")) client.endSending();
    client.receiveAll(flagOf(expect, "silent") ? HostileClient::brief : HostileClient::patience);
    SCOPED_TRACE("received: " + shown(client.received()));
    check(expect, client);
    EXPECT_EQ(client.received().find(secret), std::string::npos) << "the secret was sent";
    HostileClient other(target_->port());
    other.send("GET /echo/after HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    other.receiveAll(HostileClient::patience);
    EXPECT_EQ(other.statuses(), std::vector<int>{200}) << "the server does not answer others any more";
  }

 private:
  static std::string shown(std::string_view text) {
    std::string out;
    for (const char c : text.substr(0, 600)) {
      const auto octet = static_cast<unsigned char>(c);
      if (octet == '\n' || (octet >= 0x20 && octet < 0x7F))
        out += c;
      else
        out += "\\x" + toHex(std::string_view(&c, 1));
    }
    return out;
  }

  static std::vector<int> numbersOf(const Value& value) {
    std::vector<int> numbers;
    if (value.isNumber()) numbers.push_back(static_cast<int>(value.asNumber()));
    if (value.isCollection()) {
      for (const Value& each : value.asCollection().elements()) numbers.push_back(static_cast<int>(each.asNumber()));
    }
    return numbers;
  }

  void check(const Value& expect, const HostileClient& client) const {
    const Object& wanted = expect.asObject();
    if (const Value* answers = wanted.find("answers")) {
      EXPECT_EQ(client.statuses(), numbersOf(*answers));
    }
    if (const Value* status = wanted.find("status")) {
      const std::vector<int> allowed = numbersOf(*status);
      const std::vector<int> got = client.statuses();
      ASSERT_FALSE(got.empty()) << "no answer";
      EXPECT_NE(std::ranges::find(allowed, got.front()), allowed.end()) << got.front();
    }
    if (flagOf(expect, "closed")) {
      EXPECT_TRUE(client.closed());
    }
    if (flagOf(expect, "open")) {
      EXPECT_FALSE(client.closed());
    }
    if (flagOf(expect, "silent")) {
      EXPECT_EQ(client.received(), "");
    }
    if (const Value* absent = wanted.find("absent")) {
      for (const Value& text : absent->asCollection().elements())
        EXPECT_EQ(client.received().find(text.asText()), std::string::npos) << text.asText();
    }
    if (const Value* present = wanted.find("present")) {
      for (const Value& text : present->asCollection().elements())
        EXPECT_NE(client.received().find(bytesOf(text.asText())), std::string::npos) << text.asText();
    }
    if (const Value* code = wanted.find("closeCode")) {
      EXPECT_EQ(client.webSocketCloseCode(), static_cast<int>(code->asNumber()));
    }
    if (const Value* codes = wanted.find("goAway")) {
      const std::vector<int> allowed = numbersOf(*codes);
      EXPECT_NE(std::ranges::find(allowed, client.goAwayError()), allowed.end()) << client.goAwayError();
    }
    if (const Value* code = wanted.find("reset")) {
      EXPECT_EQ(client.resetError(), static_cast<int>(code->asNumber()));
      EXPECT_EQ(client.answers(), 0);
    }
    if (const Value* answers = wanted.find("http2Answers")) {
      EXPECT_EQ(client.answers(), static_cast<int>(answers->asNumber()));
    }
  }

  std::shared_ptr<Target> target_;
  Value test_;
};

void registerCases() {
  const auto target = std::make_shared<Target>();
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(cases)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  for (const fs::path& path : files) {
    const std::string suite = "hostile_" + path.stem().string();
    const Value list = readJson(path);
    for (const Value& test : list.asCollection().elements()) {
      std::string name;
      for (const char c : textOf(test, "name"))
        name += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_';
      testing::RegisterTest(suite.c_str(), name.c_str(), nullptr, nullptr, path.c_str(), 1,
                            [target, test]() -> testing::Test* { return new HostileCase(target, test); });
    }
  }
}

}  // namespace

}  // namespace qodly::conformance

int main(int count, char** arguments) {
  testing::InitGoogleTest(&count, arguments);
  qodly::conformance::registerCases();
  return RUN_ALL_TESTS();
}
