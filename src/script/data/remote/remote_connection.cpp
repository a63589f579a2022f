#include "script/data/remote/remote_connection.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "script/library/http_client.h"
#include "script/library/network_settings.h"
#include "script/vm/runtime.h"
#include "value/json.h"

namespace qodly::script::data {

namespace {

constexpr std::chrono::seconds answerTimeout{120};
constexpr std::size_t largestAnswer = std::size_t{256} << 20U;

// Gathers one answer; wakes the process that waits for it.
class Exchange final : public library::HttpListener {
 public:
  void head(library::HttpHead head) override {
    const std::lock_guard lock(mutex_);
    head_ = std::move(head);
  }
  void data(std::string bytes) override {
    const std::lock_guard lock(mutex_);
    if (body_.size() + bytes.size() > largestAnswer) {
      tooLarge_ = true;
    } else {
      body_ += bytes;
    }
  }
  void done(std::optional<Error> problem) override {
    {
      const std::lock_guard lock(mutex_);
      failed_ = problem.has_value();
    }
    event.set();
  }

  // Of a finished exchange; nullopt: there was no usable answer.
  std::optional<RemoteReply> reply(library::HttpHeaders& headers) {
    const std::lock_guard lock(mutex_);
    if (failed_ || tooLarge_ || head_.status == 0) return std::nullopt;
    headers = std::move(head_.headers);
    RemoteReply reply{.status = head_.status, .contentType = {}, .body = std::move(body_)};
    for (const auto& [name, value] : headers) {
      if (equalsIgnoringAsciiCase(name, "Content-Type")) reply.contentType = value;
    }
    return reply;
  }

  vm::Event event;

 private:
  std::mutex mutex_;
  library::HttpHead head_;
  std::string body_;
  bool failed_ = false, tooLarge_ = false;
};

std::string textOf(const Object& object, std::string_view name) {
  const Value value = object.get(name);
  return value.isText() ? std::string(value.asText()) : std::string();
}

bool flagOf(const Object& object, std::string_view name) {
  const Value value = object.get(name);
  return value.type() == Type::boolean && value.asBoolean();
}

const std::vector<Value>& listOf(const Object& object, std::string_view name) {
  static const std::vector<Value> none;
  const Value* value = object.find(name);
  return value != nullptr && value->isCollection() ? value->asCollection().elements() : none;
}

RemoteAttribute attributeOf(const Value& described) {
  const Object& object = described.asObject();
  return {.name = textOf(object, "name"),
          .kind = textOf(object, "kind"),
          .type = textOf(object, "type"),
          .readOnly = flagOf(object, "readOnly"),
          .dateOnly = flagOf(object, "simpleDate"),
          .catalog = described};
}

RemoteClass classOf(const Object& described) {
  RemoteClass made;
  made.name = textOf(described, "name");
  made.selectionName = textOf(described, "collectionName");
  if (const Value number = described.get("tableNumber"); number.isNumber()) made.tableNumber = number.asNumber();
  for (const Value& key : listOf(described, "key")) {
    if (key.isObject() && made.key.empty()) made.key = textOf(key.asObject(), "name");
  }
  for (const Value& attribute : listOf(described, "attributes")) {
    if (attribute.isObject()) made.attributes.push_back(attributeOf(attribute));
  }
  for (const Value& method : listOf(described, "methods")) {
    if (!method.isObject()) continue;
    const std::string applyTo = textOf(method.asObject(), "applyTo");
    auto& methods = applyTo == "entity"             ? made.entityMethods
                    : applyTo == "entityCollection" ? made.selectionMethods
                                                    : made.classMethods;
    methods.insert(textOf(method.asObject(), "name"));
  }
  return made;
}

// Which attributes give entities and selections is known once all classes are.
void link(RemoteCatalog& catalog) {
  for (RemoteClass& each : catalog.classes) {
    for (RemoteAttribute& attribute : each.attributes) {
      for (std::uint32_t i = 0; i < catalog.classes.size(); ++i) {
        const RemoteClass& other = catalog.classes[i];
        const bool selection = attribute.type == other.selectionName;
        const bool entity = attribute.type == other.name || attribute.type == other.name + "Entity";
        if (!selection && !entity) continue;
        attribute.value = selection ? RemoteAttribute::Kind::selection : RemoteAttribute::Kind::entity;
        attribute.related = i;
      }
    }
  }
}

}  // namespace

const RemoteAttribute* RemoteClass::find(std::string_view attribute) const {
  const auto found = std::ranges::find(attributes, attribute, &RemoteAttribute::name);
  return found == attributes.end() ? nullptr : &*found;
}

std::optional<std::uint32_t> RemoteCatalog::indexOf(std::string_view dataClass) const {
  const auto found = std::ranges::find(classes, dataClass, &RemoteClass::name);
  if (found == classes.end()) return std::nullopt;
  return static_cast<std::uint32_t>(found - classes.begin());
}

std::optional<Error> remoteError(const Value& answer, int status) {
  if (answer.isObject()) {
    for (const Value& error : listOf(answer.asObject(), "__ERROR")) {
      if (!error.isObject()) continue;
      const Object& told = error.asObject();
      const Value code = told.get("errCode");
      const std::string component = textOf(told, "componentSignature");
      return Error(code.isNumber() ? static_cast<int>(code.asNumber()) : status,
                   component.empty() ? std::string("rest") : component, textOf(told, "message"));
    }
  }
  if (status < 400) return std::nullopt;
  return Error(status, "rest", fmt::format("The remote datastore answers with the status {}", status));
}

Error RemoteConnection::failed() const {
  return Error(requestFailed, "dbmg", fmt::format("A remote request to host {} has failed", options_.host));
}

std::string RemoteConnection::baseUrl() const {
  std::string url = options_.host;
  if (!url.contains("://")) url = (options_.tls ? "https://" : "http://") + url;
  while (url.ends_with('/')) url.pop_back();
  if (url.ends_with("/rest")) url.resize(url.size() - 5);
  return url;
}

void RemoteConnection::keepCookies(const std::vector<std::pair<std::string, std::string>>& headers) {
  const std::lock_guard lock(mutex_);
  for (const auto& [name, value] : headers) {
    if (!equalsIgnoringAsciiCase(name, "Set-Cookie")) continue;
    const std::string_view pair = std::string_view(value).substr(0, value.find(';'));
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) continue;
    cookies_.insert_or_assign(std::string(trim(pair.substr(0, equals))), std::string(trim(pair.substr(equals + 1))));
  }
}

Result<RemoteReply> RemoteConnection::send(vm::Process& process, std::string_view method, std::string_view target,
                                           const std::string& body) {
  library::HttpSpec spec;
  spec.method = method;
  spec.url = baseUrl() + std::string(target);
  spec.timeout = answerTimeout;
  spec.redirect = false;
  spec.headers.emplace_back("Accept", "application/json");
  if (!body.empty()) {
    spec.headers.emplace_back("Content-Type", "application/json");
    spec.body = body;
  }
  if (!options_.apiKey.empty()) {
    spec.headers.emplace_back("api-key", options_.apiKey);
  } else {
    const std::lock_guard lock(mutex_);
    std::string cookies;
    for (const auto& [name, value] : cookies_) cookies += (cookies.empty() ? "" : "; ") + name + "=" + value;
    if (!cookies.empty()) spec.headers.emplace_back("Cookie", std::move(cookies));
  }
  if (const auto* network = process.runtime().service<library::NetworkSettings>()) {
    spec.authorityFile = network->authorityFile;
    spec.proxyUrl = network->proxyUrl;
  }
  const auto exchange = std::make_shared<Exchange>();
  auto transfer = library::startHttp(std::move(spec), exchange);
  if (!transfer) return std::unexpected(failed());
  auto woken = process.wait(exchange->event, std::nullopt, vm::ProcessState::waitingForInputOutput);
  if (!woken) {
    (*transfer)->cancel();
    return std::unexpected(woken.error());
  }
  library::HttpHeaders headers;
  auto reply = exchange->reply(headers);
  if (!reply) return std::unexpected(failed());
  keepCookies(headers);
  return std::move(*reply);
}

Result<Value> RemoteConnection::ask(vm::Process& process, std::string_view method, std::string_view target,
                                    const std::string& body) {
  auto reply = send(process, method, target, body);
  if (!reply) return std::unexpected(reply.error());
  auto answer = json::parse(reply->body);
  if (!answer) {
    if (reply->status < 400) return std::unexpected(failed());
    return std::unexpected(*remoteError(Value(), reply->status));
  }
  if (reply->status >= 400) return std::unexpected(*remoteError(*answer, reply->status));
  return std::move(*answer);
}

Result<std::shared_ptr<const RemoteCatalog>> RemoteConnection::catalog(vm::Process& process, bool anew) {
  if (!anew) {
    const std::lock_guard lock(mutex_);
    if (catalog_) return catalog_;
  }
  const auto answer = ask(process, "GET", "/rest/$catalog/$all");
  if (!answer) return std::unexpected(answer.error());
  if (!answer->isObject()) return std::unexpected(failed());
  const auto made = std::make_shared<RemoteCatalog>();
  for (const Value& each : listOf(answer->asObject(), "dataClasses")) {
    if (each.isObject()) made->classes.push_back(classOf(each.asObject()));
  }
  for (const Value& method : listOf(answer->asObject(), "methods")) {
    if (method.isObject()) made->methods.insert(textOf(method.asObject(), "name"));
  }
  link(*made);
  const std::lock_guard lock(mutex_);
  catalog_ = made;
  return catalog_;
}

std::shared_ptr<RemoteConnection> RemoteDatastores::find(std::string_view localId) const {
  const std::lock_guard lock(mutex_);
  const auto found = connections_.find(localId);
  return found == connections_.end() ? nullptr : found->second;
}

std::shared_ptr<RemoteConnection> RemoteDatastores::keep(std::shared_ptr<RemoteConnection> connection) {
  const std::lock_guard lock(mutex_);
  return connections_.try_emplace(connection->options().localId, connection).first->second;
}

}  // namespace qodly::script::data
