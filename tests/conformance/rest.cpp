// Runs the REST cases of tests/conformance/rest: each case gets a datastore of its own with the fixture, a server on a
// real socket, and clients that keep cookies. README.md beside the cases describes their form.
#include <chrono>
#include <filesystem>
#include <thread>

#include <gtest/gtest.h>

#include "http/server.h"
#include "rest/handler_table.h"
#include "rest/rest_server.h"
#include "security/session.h"
#include "security/session_privileges.h"
#include "tests/conformance/rest/permission_matrix.h"
#include "tests/conformance/support/code.h"
#include "tests/conformance/support/fixture.h"
#include "tests/conformance/support/http_client.h"
#include "tests/conformance/support/json_match.h"

namespace qodly::conformance {

namespace {

const std::filesystem::path folder = std::filesystem::path(QODLY_SOURCE_DIR) / "tests/conformance/rest";

class RestCase {
 public:
  RestCase(const Value& fixture, const Value& options)
      : fixture_(fixture),
        sessions_({.applicationName = "Biblio", .maxSessions = maxSessions(options)}),
        access_(accessOf(options)),
        code_(codeOf(options)),
        rest_(fixture_.datastore(), "Biblio", sessions_, restOptions(options)),
        server_({.port = 0, .threads = 1}, router(), &sessions_) {
    if (auto started = server_.start(); !started) throw std::runtime_error(started.error().text());
  }
  ~RestCase() { server_.stop(); }
  RestCase(const RestCase&) = delete;
  RestCase& operator=(const RestCase&) = delete;

  void run(const Value& step) {
    if (const Value wait = step.asObject().get("waitMilliseconds"); wait.isNumber()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(wait.asInteger()));
      return;
    }
    if (const std::string name = textOf(step, "endSession"); !name.empty()) {
      for (const auto& [cookie, value] : client(name).cookies()) {
        if (auto session = sessions_.find(value, now())) sessions_.end(session);
      }
      return;
    }
    if (const Value grant = step.asObject().get("grant"); grant.isObject()) return give(grant);
    const Value request = step.asObject().get("request");
    Answer answer = send(request);
    SCOPED_TRACE(json::text(request) + "\n  -> " + std::to_string(answer.status) + " " + answer.body.substr(0, 2000));
    check(step.asObject().get("expect"), answer);
    capture(step.asObject().get("capture"), answer);
    if (const Value names = step.asObject().get("captureHeader"); names.isObject()) {
      for (const auto& [name, header] : names.asObject().members()) {
        captured_[name] = answer.header(header.asText());
        ASSERT_FALSE(captured_[name].empty()) << "no header " << header.asText();
      }
    }
  }

 private:
  static security::Instant now() {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }

  static std::vector<std::string> names(const Value& grant, std::string_view key) {
    std::vector<std::string> all;
    if (const Value list = grant.asObject().get(key); list.isCollection()) {
      for (const Value& name : list.asCollection().elements()) all.emplace_back(name.asText());
    }
    return all;
  }

  // What session.setPrivileges and clearPrivileges do.
  void give(const Value& grant) {
    Client& who = client(textOf(grant, "session"));
    const auto known = who.cookies().find(sessions_.cookieName());
    auto session = known == who.cookies().end() ? nullptr : sessions_.find(known->second, now());
    if (!session) {
      session = sessions_.create(now());
      who.setCookie(sessions_.cookieName(), sessions_.cookieValue(*session));
    }
    const auto privileges = session->slot<security::SessionPrivileges>();
    if (flagOf(grant, "clear")) privileges->clear();
    privileges->set(*access_->roles(),
                    {.privileges = names(grant, "privileges"), .roles = names(grant, "roles"), .userName = {}});
  }

  static std::size_t maxSessions(const Value& options) {
    const Value most = options.isObject() ? options.asObject().get("maxSessions") : Value();
    return most.isNumber() ? static_cast<std::size_t>(most.asInteger()) : 0;
  }

  static std::shared_ptr<security::AccessControl> accessOf(const Value& options) {
    auto access = std::make_shared<security::AccessControl>();
    const Value roles = options.isObject() ? options.asObject().get("roles") : Value();
    if (roles.isText()) access->setRoles(security::Roles::read(roles.asText()));
    if (roles.isObject()) access->setRoles(security::Roles::read(json::text(roles)));
    return access;
  }

  std::unique_ptr<Code> codeOf(const Value& options) {
    if (!options.isObject()) return nullptr;
    const std::string named = textOf(options, "code");
    if (named.empty() && !flagOf(options, "code")) return nullptr;
    return std::make_unique<Code>(fixture_.datastore(), folder / (named.empty() ? "code" : named) / "Classes");
  }

  rest::RestOptions restOptions(const Value& options) const {
    rest::RestOptions result;
    result.access = access_;
    if (code_) result.scripts = code_->runtime();
    if (!options.isObject()) return result;
    result.apiKeyRequired = flagOf(options, "apiKeyRequired");
    if (const Value handlers = options.asObject().get("handlers"); !handlers.isUndefined()) {
      const auto table = std::make_shared<const rest::HandlerTable>(
          rest::HandlerTable::read(handlers.isText() ? std::string(handlers.asText()) : json::text(handlers)));
      result.handlers = [table] { return table; };
    }
    if (options.asObject().find("getDelete") != nullptr) result.getDelete = flagOf(options, "getDelete");
    if (const std::string origin = textOf(options, "allowedOrigin"); !origin.empty()) {
      result.originAllowed = [origin](std::string_view asked, std::string_view) { return asked == origin; };
    }
    if (const Value size = options.asObject().get("maximumRequestSize"); size.isNumber()) {
      result.maximumRequestSize = static_cast<std::uint64_t>(size.asInteger());
    }
    return result;
  }

  http::Handler router() {
    http::Router router;
    router.add("/rest", [this](http::Request& request, http::Response& response) { rest_.handle(request, response); });
    return [this, router](http::Request& request, http::Response& response) {
      if (!rest_.handleCustom(request, response)) router(request, response);
    };
  }

  Client& client(const std::string& name) { return clients_.try_emplace(name, server_.port()).first->second; }

  // {{name}} replaced by what was captured.
  std::string filled(std::string_view text) const {
    std::string result(text);
    for (const auto& [name, value] : captured_) {
      const std::string mark = "{{" + name + "}}";
      for (std::size_t at = result.find(mark); at != std::string::npos; at = result.find(mark, at + value.size())) {
        result = result.substr(0, at) + value + result.substr(at + mark.size());
      }
    }
    return result;
  }

  Value filled(const Value& value) const {
    return json::parse("[" + filled(json::text(value)) + "]")->asCollection().elements()[0];
  }

  Answer send(const Value& request) {
    if (request.isText()) {
      const std::string line = filled(request.asText());
      const std::size_t blank = line.find(' ');
      return client("").request(line.substr(0, blank), line.substr(blank + 1), {}, {});
    }
    std::map<std::string, std::string> headers;
    if (const Value given = request.asObject().get("headers"); given.isObject()) {
      for (const auto& [name, value] : given.asObject().members()) headers[name] = filled(value.asText());
    }
    const std::string method = textOf(request, "method").empty() ? "GET" : textOf(request, "method");
    return client(textOf(request, "session")).request(method, filled(textOf(request, "url")), headers, body(request));
  }

  std::string body(const Value& request) const {
    const Value json = request.asObject().get("body");
    if (!json.isUndefined()) return filled(json::text(json));
    if (const std::string bytes = textOf(request, "bodyBase64"); !bytes.empty()) return fromBase64(bytes).value();
    return filled(textOf(request, "bodyText"));
  }

  void check(const Value& expect, const Answer& answer) const {
    if (!expect.isObject()) return;
    const Object& wanted = expect.asObject();
    const Value status = wanted.get("status");
    EXPECT_EQ(answer.status, status.isNumber() ? status.asInteger() : 200);
    if (const Value headers = wanted.get("headers"); headers.isObject()) {
      for (const auto& [name, value] : headers.asObject().members()) {
        EXPECT_TRUE(textMatches(value.asText(), answer.header(name)))
            << name << ": expected " << value.asText() << ", got " << answer.header(name);
      }
    }
    for (const auto& [name, subset] : {std::pair<std::string_view, bool>{"json", false}, {"subset", true}}) {
      const Value* expected = wanted.find(name);
      if (expected == nullptr) continue;
      const auto actual = json::parse("[" + answer.body + "]");
      ASSERT_TRUE(actual.has_value()) << "no JSON";
      const auto found = difference(filled(*expected), actual->asCollection().elements()[0], subset);
      EXPECT_FALSE(found.has_value()) << *found;
    }
    if (const Value hidden = wanted.get("notContains"); hidden.isCollection()) {
      for (const Value& text : hidden.asCollection().elements()) {
        EXPECT_FALSE(answer.body.contains(text.asText())) << "must not be told: " << text.asText();
      }
    }
    if (const Value* text = wanted.find("text")) {
      EXPECT_EQ(answer.body, filled(text->asText()));
    }
    if (const Value lacks = wanted.get("lacks"); lacks.isCollection()) {
      for (const Value& text : lacks.asCollection().elements()) {
        EXPECT_EQ(answer.body.find(text.asText()), std::string::npos) << text.asText() << " must not be told";
      }
    }
    if (const Value* bytes = wanted.find("base64")) {
      EXPECT_EQ(toBase64(answer.body), bytes->asText());
    }
    if (const Value* start = wanted.find("startsWithHex")) {
      EXPECT_TRUE(toHex(answer.body).starts_with(start->asText())) << toHex(answer.body.substr(0, 16));
    }
  }

  void capture(const Value& captures, const Answer& answer) {
    if (!captures.isObject()) return;
    const auto body = json::parse("[" + answer.body + "]");
    ASSERT_TRUE(body.has_value());
    for (const auto& [name, path] : captures.asObject().members()) {
      const Value found = valueAt(body->asCollection().elements()[0], path.asText());
      ASSERT_FALSE(found.isUndefined()) << "nothing to capture at " << path.asText();
      std::string text = found.isText() ? std::string(found.asText()) : json::text(found);
      // Of the URI of an entity set, the id.
      if (const std::size_t id = text.find("$entityset/"); id != std::string::npos) text = text.substr(id + 11);
      captured_[name] = text;
    }
  }

  Fixture fixture_;
  security::SessionTable sessions_;
  std::shared_ptr<security::AccessControl> access_;
  std::unique_ptr<Code> code_;
  rest::RestServer rest_;
  http::Server server_;
  std::map<std::string, Client> clients_;
  std::map<std::string, std::string> captured_;
};

class RestConformance : public testing::Test {
 public:
  RestConformance(Value fixture, Value test) : fixture_(std::move(fixture)), test_(std::move(test)) {}

  void TestBody() override {
    RestCase rest(fixture_, test_.asObject().get("options"));
    const Value steps = test_.asObject().get("steps");
    if (!steps.isCollection()) {
      rest.run(test_);
      return;
    }
    for (const Value& step : steps.asCollection().elements()) {
      rest.run(step);
      if (HasFatalFailure()) return;
    }
  }

 private:
  Value fixture_, test_;
};

// Each entry of a case file becomes a test of its own, named after it. `prefix` tells the suites of one model from
// those of another.
void registerCases(const std::filesystem::path& where, const std::string& prefix) {
  const Value fixture = readJson(where / "fixture.json");
  for (const auto& entry : std::filesystem::directory_iterator(where)) {
    if (entry.path().extension() != ".json" || entry.path().stem() == "fixture") continue;
    const std::string suite = prefix + entry.path().stem().string();
    const std::string file = entry.path().string();
    const Value cases = readJson(entry.path());
    for (const Value& test : cases.asCollection().elements()) {
      std::string name;
      for (const char c : textOf(test, "name"))
        name += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_';
      testing::RegisterTest(suite.c_str(), name.c_str(), nullptr, nullptr, file.c_str(), 1,
                            [fixture, test]() -> testing::Test* { return new RestConformance(fixture, test); });
    }
  }
}

}  // namespace

}  // namespace qodly::conformance

int main(int count, char** arguments) {
  testing::InitGoogleTest(&count, arguments);
  qodly::conformance::registerCases(qodly::conformance::folder, "");
  qodly::conformance::registerCases(qodly::conformance::folder / "ferries", "ferries_");
  qodly::conformance::registerPermissionMatrix();
  return RUN_ALL_TESTS();
}
