#include "tests/conformance/rest/permission_matrix.h"

#include <cctype>
#include <filesystem>
#include <map>

#include <gtest/gtest.h>

#include "http/server.h"
#include "rest/rest_server.h"
#include "security/api_keys.h"
#include "security/session.h"
#include "security/session_privileges.h"
#include "tests/conformance/rest/roles_oracle.h"
#include "tests/conformance/support/code.h"
#include "tests/conformance/support/fixture.h"
#include "tests/conformance/support/http_client.h"

namespace qodly::conformance {

namespace {

const std::filesystem::path folder = std::filesystem::path(QODLY_SOURCE_DIR) / "tests/conformance/rest/permissions";

std::vector<Value> listOf(const Value& object, std::string_view name) {
  const Value value = object.asObject().get(name);
  return value.isCollection() ? value.asCollection().elements() : std::vector<Value>();
}

std::set<std::string> namesOf(const Value& object, std::string_view name) {
  std::set<std::string> names;
  for (const Value& one : listOf(object, name)) names.insert(lowerAscii(one.asText()));
  return names;
}

// Values that stand for one attribute each: wherever one of them turns up, that attribute was shown.
struct Mark {
  std::string_view text, attribute;
};
constexpr Mark marks[] = {
    {"vLabel", "Vault.label"}, {"vSecret", "Vault.secret"}, {"77700", "Vault.amount"},
    {"vFact", "Vault.facts"},  {"vMotto", "Vault.motto"},   {"vPapers", "Vault.papers"},
    {"iName", "Item.name"},    {"iHidden", "Item.hidden"},  {"fenceIn", "Fence.text"},
};
// A number stands alone: ids made at random may contain its digits.
bool shows(std::string_view body, std::string_view mark) {
  const auto isPart = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
  const bool isNumber = mark.front() >= '0' && mark.front() <= '9';
  for (std::size_t at = body.find(mark); at != std::string_view::npos; at = body.find(mark, at + 1)) {
    if (!isNumber || at == 0 || !isPart(body[at - 1])) return true;
  }
  return false;
}
constexpr std::string_view neverShown = "fenceOut";  // a filter of the application hides it from everybody

// Fill with what a situation is about, run against it.
class Situation {
 public:
  Situation(const Value& description, const Value& fixture)
      : description_(description),
        roles_(description.asObject().get("roles")),
        oracle_(roles_),
        fixture_(fixture),
        sessions_({.applicationName = "Matrix"}),
        access_(std::make_shared<security::AccessControl>()),
        code_(fixture_.datastore(), folder / "code"),
        keys_(openKeys()) {
    access_->setRoles(security::Roles::read(json::text(roles_)));
    rest_ = std::make_unique<rest::RestServer>(fixture_.datastore(), "Matrix", sessions_, options());
    http::Router router;
    router.add("/rest", [this](http::Request& request, http::Response& response) { rest_->handle(request, response); });
    server_ =
        std::make_unique<http::Server>(http::ServerOptions{.port = 0, .threads = 1}, http::Handler(router), &sessions_);
    if (auto started = server_->start(); !started) throw std::runtime_error(started.error().text());
    client_ = std::make_unique<Client>(server_->port());
    enter();
  }
  ~Situation() {
    server_->stop();
    std::error_code ignored;
    std::filesystem::remove_all(keyFolder_, ignored);
  }
  Situation(const Situation&) = delete;
  Situation& operator=(const Situation&) = delete;

  // What the rules say of a need: "read Vault.secret?", "read Vault +promotedCount".
  bool allows(std::string_view need) const {
    if (need.ends_with('?')) need.remove_suffix(1);
    std::set<std::string> held = held_;
    if (const std::size_t plus = need.find(" +"); plus != std::string_view::npos) {
      const std::string promoting = "ds." + std::string(need.substr(plus + 2));
      for (const Value& entry : listOf(roles_.asObject().get("permissions"), "allowed")) {
        if (textOf(entry, "applyTo") == promoting) held.merge(oracle_.closure(namesOf(entry, "promote"), {}));
      }
      need = need.substr(0, plus);
    }
    const std::size_t blank = need.find(' ');
    return administration_ || oracle_.allows(need.substr(0, blank), need.substr(blank + 1), held);
  }

  // False: the request was refused although everything is allowed, or the other way round, or something leaked.
  void check(const Value& request) {
    SCOPED_TRACE(textOf(request, "name"));
    bool mandatory = true, everything = true;
    for (const Value& need : listOf(request, "needs")) {
      const bool allowed = allows(need.asText());
      everything = everything && allowed;
      mandatory = mandatory && (allowed || need.asText().ends_with('?'));
    }
    const bool refusedByLogin = oracle_.forceLogin() && !loggedIn_ && !flagOf(request, "descriptive");
    // Whoever has to log in may call it.
    if (flagOf(request, "authentify")) mandatory = oracle_.forceLogin() || allows("execute ds.authentify");
    const bool unknownFunction = flagOf(request, "function") && !allows("describe Vault");
    run(request, mandatory && !refusedByLogin, everything && !refusedByLogin, unknownFunction);
  }

 private:
  std::unique_ptr<security::ApiKeys> openKeys() {
    keyFolder_ =
        std::filesystem::temp_directory_path() / ("qodly-matrix-" + std::to_string(::getpid()) + "-" + randomHex(6));
    std::filesystem::create_directories(keyFolder_);
    auto keys = security::ApiKeys::open(*security::Instance::open(keyFolder_));
    if (!keys) throw std::runtime_error(keys.error().text());
    return std::move(*keys);
  }

  rest::RestOptions options() {
    rest::RestOptions options;
    options.access = access_;
    options.scripts = code_.runtime();
    options.apiKeys = keys_;
    return options;
  }

  void enter() {
    const Value key = description_.asObject().get("apiKey");
    if (key.isObject()) return useKey(key);
    const auto privileges = namesOf(description_, "privileges"), roles = namesOf(description_, "sessionRoles");
    if (privileges.empty() && roles.empty() && !flagOf(description_, "login")) {
      held_ = oracle_.closure({}, {});
      return;
    }
    auto session =
        sessions_.create(std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()));
    client_->setCookie(sessions_.cookieName(), sessions_.cookieValue(*session));
    const auto granted = session->slot<security::SessionPrivileges>();
    granted->set(
        *access_->roles(),
        {.privileges = {privileges.begin(), privileges.end()}, .roles = {roles.begin(), roles.end()}, .userName = {}});
    held_ = oracle_.closure(privileges, roles);
    loggedIn_ = true;
    if (flagOf(description_, "clear")) granted->clear();
    if (flagOf(description_, "logout")) {
      EXPECT_EQ(client_->request("POST", "/rest/$catalog/__logout", {}, {}).status, 200);
      loggedIn_ = false;
    }
    if (flagOf(description_, "clear") || flagOf(description_, "logout")) held_ = oracle_.closure({}, {});
  }

  void useKey(const Value& key) {
    administration_ = flagOf(key, "administration");
    security::NewApiKey settings{.description = "matrix", .administration = administration_};
    if (const std::string role = textOf(key, "role"); !role.empty()) settings.role = role;
    auto made = keys_->create(settings);
    if (!made) throw std::runtime_error(made.error().text());
    headers_["api-key"] = made->second;
    held_ = oracle_.closure({}, {lowerAscii(settings.role)});
    loggedIn_ = true;
  }

  std::string filled(std::string text) const {
    for (const auto& [name, value] : captured_) {
      for (std::size_t at = text.find("{{" + name + "}}"); at != std::string::npos; at = text.find("{{" + name + "}}"))
        text.replace(at, name.size() + 4, value);
    }
    return text;
  }

  Answer send(const Value& step) {
    auto headers = headers_;
    if (const Value given = step.asObject().get("headers"); given.isObject()) {
      for (const auto& [name, value] : given.asObject().members()) headers[name] = value.asText();
    }
    const Value body = step.asObject().get("body");
    const std::string method = textOf(step, "method").empty() ? "GET" : textOf(step, "method");
    return client_->request(method, filled(textOf(step, "url")), headers,
                            body.isUndefined() ? textOf(step, "bodyText") : filled(json::text(body)));
  }

  void run(const Value& request, bool mandatory, bool everything, bool unknownFunction) {
    captured_.clear();
    Answer answer;
    for (const Value& step : listOf(request, "steps")) {
      answer = send(step);
      checkLeaks(answer);
      if (answer.status >= 400) break;
      if (!textOf(step, "capture").empty()) captured_["set"] = between(answer.body, "$entityset/", "\"");
      if (!textOf(step, "captureId").empty()) captured_["up"] = between(answer.body, "\"ID\":\"", "\"");
    }
    const bool inBody = flagOf(request, "batch") || flagOf(request, "events");
    const std::string seen = std::to_string(answer.status) + " " + answer.body.substr(0, 1500);
    if (unknownFunction && !(oracle_.forceLogin() && !loggedIn_)) {
      EXPECT_EQ(answer.status, 404) << "a function that is not described is unknown\n" << seen;
      return;
    }
    if (!mandatory) {
      const Value refusal = request.asObject().get("refusal");
      const bool refused = answer.status == (refusal.isNumber() && loggedOrOpen() ? refusal.asInteger() : 401);
      const bool inside =
          inBody && (answer.body.contains("\"errCode\":1557") || answer.body.contains("\"errCode\":401"));
      EXPECT_TRUE(refused || inside) << "must be refused\n" << seen;
      return;
    }
    const Value status = request.asObject().get("status");
    EXPECT_EQ(answer.status, status.isNumber() ? status.asInteger() : 200) << "must be answered\n" << seen;
    EXPECT_TRUE(answer.body.contains(textOf(request, "denied"))) << seen;
    for (const Value& shown : listOf(request, "shows")) {
      const bool told = !everything || answer.body.contains(shown.asText());
      EXPECT_TRUE(told) << "must show " << shown.asText() << "\n" << seen;
    }
    if (const std::string absent = textOf(request, "absent"); !absent.empty() && !everything) {
      EXPECT_FALSE(answer.body.contains(absent)) << "must not describe\n" << seen;
    }
  }

  bool loggedOrOpen() const { return loggedIn_ || !oracle_.forceLogin(); }

  static std::string between(const std::string& text, std::string_view before, std::string_view after) {
    const std::size_t at = text.find(before);
    if (at == std::string::npos) return {};
    const std::size_t start = at + before.size();
    return text.substr(start, text.find(after, start) - start);
  }

  // Nothing that may not be read, in whatever answer.
  void checkLeaks(const Answer& answer) {
    const bool entered = loggedOrOpen();
    for (const Mark& mark : marks) {
      if (!shows(answer.body, mark.text)) continue;
      EXPECT_TRUE(entered && allows("read " + std::string(mark.attribute)))
          << "LEAK of " << mark.attribute << " in " << answer.status << " " << answer.body.substr(0, 1500);
    }
    EXPECT_FALSE(answer.body.contains(neverShown)) << "LEAK past the filter: " << answer.body.substr(0, 1500);
  }

  Value description_, roles_;
  RolesOracle oracle_;
  Fixture fixture_;
  security::SessionTable sessions_;
  std::shared_ptr<security::AccessControl> access_;
  Code code_;
  std::filesystem::path keyFolder_;
  std::shared_ptr<security::ApiKeys> keys_;
  std::unique_ptr<rest::RestServer> rest_;
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<Client> client_;
  std::map<std::string, std::string> headers_, captured_;
  std::set<std::string> held_;
  bool loggedIn_ = false, administration_ = false;
};

class PermissionMatrix : public testing::Test {
 public:
  PermissionMatrix(Value situation, Value requests, Value fixture)
      : situation_(std::move(situation)), requests_(std::move(requests)), fixture_(std::move(fixture)) {}

  void TestBody() override {
    // Requests that change something get data of their own.
    std::unique_ptr<Situation> reading = std::make_unique<Situation>(situation_, fixture_);
    for (const Value& request : requests_.asCollection().elements()) {
      if (!flagOf(request, "changes")) {
        reading->check(request);
      } else {
        Situation(situation_, fixture_).check(request);
      }
    }
    RecordProperty("cells", static_cast<int>(requests_.asCollection().size()));
  }

 private:
  Value situation_, requests_, fixture_;
};

}  // namespace

void registerPermissionMatrix() {
  const Value fixture = readJson(folder / "fixture.json");
  const Value requests = readJson(folder / "requests.json");
  const Value situations = readJson(folder / "situations.json");
  for (const Value& situation : situations.asCollection().elements()) {
    std::string name;
    for (const char c : textOf(situation, "name")) name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
    testing::RegisterTest("permissions", name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                          [=]() -> testing::Test* { return new PermissionMatrix(situation, requests, fixture); });
  }
}

}  // namespace qodly::conformance
