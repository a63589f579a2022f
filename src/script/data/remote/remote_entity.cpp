// Entities of a remote datastore: attributes and functions.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "script/data/data_values.h"
#include "script/data/native_classes.h"
#include "script/data/remote/remote_handles.h"
#include "script/vm/codes.h"
#include "script/vm/native.h"
#include "value/json.h"

namespace qodly::script::data {

namespace {

constexpr std::int64_t reloadIfChanged = 1, keyAsString = 1, withPrimaryKey = 1, withStamp = 2;
constexpr int wrongPermission = 1, stampChanged = 2, seriousError = 4, seriousValidationError = 8;

RemoteEntity& self(const vm::Call& call) { return *remoteFrom<RemoteEntity>(call.self()); }

Value statusObject(vm::Process& process, bool success, int status = 0, std::string_view text = {}) {
  const Value object = process.newObject();
  object.asObject().set("success", Value::boolean(success));
  if (success) return object;
  object.asObject().set("status", Value::real(status));
  object.asObject().set("statusText", Value::text(text));
  return object;
}

// The status object of an answer; serious ones also raise their error (orda.md 15.4).
Value statusOf(vm::Process& process, const Value& answer, int httpStatus) {
  const Value* told = answer.isObject() ? answer.asObject().find("__STATUS") : nullptr;
  const auto error = remoteError(answer, httpStatus);
  const bool success = told != nullptr && told->isObject()
                           ? told->asObject().get("success").identical(Value::boolean(true))
                           : !error.has_value();
  if (success) return statusObject(process, true);
  const Value sent = told != nullptr && told->isObject() ? told->asObject().get("status") : Value();
  const int status = sent.isNumber() ? static_cast<int>(sent.asNumber()) : seriousError;
  const Value object = told != nullptr && told->isObject()
                           ? toScript(process, detached(*told))
                           : statusObject(process, false, status, error ? error->message() : "Serious error");
  const bool raises = status == seriousError || status == seriousValidationError || status == wrongPermission;
  if (error && raises) raiseRemote(process, *error);
  return object;
}

Result<Value> exchange(vm::Call& call, std::string_view method, const std::string& target, const std::string& body,
                       int& status) {
  auto reply = self(call).owner.connection->send(call.process(), method, target, body);
  if (!reply) return std::unexpected(reply.error());
  status = reply->status;
  auto answer = json::parse(reply->body);
  return answer ? std::move(*answer) : Value();
}

Result<Value> save(vm::Call& call) {
  RemoteEntity& entity = self(call);
  if (!entity.isNew() && entity.assigned.empty()) return statusObject(call.process(), true);
  auto body = Object::make();
  if (!entity.isNew()) {
    body->set("__KEY", Value::text(std::string_view(entity.key)));
    body->set("__STAMP", Value::real(entity.stamp));
  }
  for (const auto& [name, value] : entity.assigned) {
    if (const auto* other = remoteFrom<RemoteEntity>(value)) {
      auto reference = Object::make();
      reference->set("__KEY", Value::text(std::string_view(other->key)));
      body->set(name, Value::object(std::move(reference)));
      continue;
    }
    auto sent = toRemote(call.process(), value);
    if (!sent) return sent;
    body->set(name, std::move(*sent));
  }
  int status = 0;
  const auto answer = exchange(call, "POST", entity.owner.uri() + "?$method=update",
                               json::text(Value::object(std::move(body))), status);
  if (!answer) return answer;
  Value result = statusOf(call.process(), *answer, status);
  if (result.asObject().get("success").identical(Value::boolean(true))) entity.load(*answer);
  return result;
}

Result<Value> drop(vm::Call& call) {
  RemoteEntity& entity = self(call);
  if (entity.isNew()) return statusObject(call.process(), false, 5, "Entity does not exist anymore");
  int status = 0;
  const auto answer = exchange(call, "POST", entity.owner.uri(entity.key) + "?$method=delete", "", status);
  if (!answer) return answer;
  if (status == 404) return statusObject(call.process(), false, 5, "Entity does not exist anymore");
  return statusOf(call.process(), *answer, status);
}

// False: it does not exist any more.
Result<bool> readAgain(vm::Call& call, Value& answer) {
  int status = 0;
  auto read = exchange(call, "GET", self(call).owner.uri(self(call).key), "", status);
  if (!read) return std::unexpected(read.error());
  if (status == 404) return false;
  if (status >= 400) return std::unexpected(*remoteError(*read, status));
  answer = std::move(*read);
  return true;
}

Result<Value> reload(vm::Call& call) {
  if (self(call).isNew()) return statusObject(call.process(), false, 5, "Entity does not exist anymore");
  Value answer;
  const auto found = readAgain(call, answer);
  if (!found) return std::unexpected(found.error());
  if (!*found) return statusObject(call.process(), false, 5, "Entity does not exist anymore");
  self(call).load(answer);
  return statusObject(call.process(), true);
}

Result<Value> changeLock(vm::Call& call, bool lock) {
  RemoteEntity& entity = self(call);
  if (entity.isNew()) return statusObject(call.process(), false, 5, "Entity does not exist anymore");
  int status = 0;
  const auto target = fmt::format("{}?$lock={}", entity.owner.uri(entity.key), lock);
  const auto answer = exchange(call, "POST", target, "", status);
  if (!answer) return answer;
  return statusOf(call.process(), *answer, status);
}

Result<Value> unlock(vm::Call& call) { return changeLock(call, false); }

// Locks; an entity whose stamp has changed meanwhile is refused, or read again.
Result<Value> lock(vm::Call& call) {
  auto locked = changeLock(call, true);
  if (!locked || !locked->asObject().get("success").identical(Value::boolean(true))) return locked;
  Value answer;
  const auto found = readAgain(call, answer);
  if (!found) return std::unexpected(found.error());
  RemoteEntity current(self(call).owner);
  current.load(answer);
  if (!*found || current.stamp == self(call).stamp) return locked;
  if ((call.integer(0) & reloadIfChanged) != 0) {
    self(call).load(answer);
    const Value status = statusObject(call.process(), true);
    status.asObject().set("wasReloaded", Value::boolean(true));
    return status;
  }
  if (auto released = changeLock(call, false); !released) return released;
  return statusObject(call.process(), false, stampChanged, "Stamp has changed");
}

Result<Value> getKey(vm::Call& call) {
  const RemoteEntity& entity = self(call);
  const RemoteAttribute* key = entity.owner.definition().find(entity.owner.definition().key);
  if ((call.integer(0) & keyAsString) != 0 || key == nullptr) return Value::text(std::string_view(entity.key));
  return remoteAttributeValue(call.process(), self(call), *key);
}

Result<Value> getStamp(vm::Call& call) { return Value::integer(static_cast<std::int64_t>(self(call).stamp)); }
Result<Value> isNew(vm::Call& call) { return Value::boolean(self(call).isNew()); }
Result<Value> touched(vm::Call& call) { return Value::boolean(!self(call).assigned.empty()); }
Result<Value> getSelection(vm::Call& call) { return remoteValue(self(call).selection); }

Result<Value> getDataClass(vm::Call& call) {
  return remoteValue(Ref<RemoteDataClass>(new RemoteDataClass(self(call).owner)));  // NOLINT
}

Result<Value> touchedAttributes(vm::Call& call) {
  const Value names = call.process().newCollection();
  for (const auto& [name, value] : self(call).assigned) names.asCollection().push(Value::text(std::string_view(name)));
  return names;
}

Result<Value> clone(vm::Call& call) {
  const RemoteEntity& entity = self(call);
  RemoteEntityRef copy(new RemoteEntity(entity.owner));  // NOLINT(cppcoreguidelines-owning-memory)
  copy->key = entity.key;
  copy->stamp = entity.stamp;
  copy->loaded = entity.loaded;
  copy->assigned = entity.assigned;
  return remoteValue(copy);
}

// --- Objects

// Names the filter asks for, without paths; empty: all.
std::vector<std::string> filterOf(const Value& given) {
  std::vector<std::string> names;
  const auto add = [&](std::string_view text) {
    for (const std::string_view name : split(text, ',')) {
      if (!trim(name).empty() && trim(name) != "*") names.emplace_back(trim(name));
    }
  };
  if (given.isText()) add(given.asText());
  if (given.isCollection()) {
    for (const Value& each : given.asCollection().elements()) {
      if (each.isText()) add(each.asText());
    }
  }
  return names;
}

Result<Value> objectOf(vm::Process& process, RemoteEntity& entity, const std::vector<std::string>& names,
                       std::int64_t options) {
  const Value object = process.newObject();
  if ((options & withPrimaryKey) != 0) object.asObject().set("__KEY", Value::text(std::string_view(entity.key)));
  if ((options & withStamp) != 0) object.asObject().set("__STAMP", Value::real(entity.stamp));
  for (const RemoteAttribute& attribute : entity.owner.definition().attributes) {
    if (!names.empty() && std::ranges::find(names, attribute.name) == names.end()) continue;
    if (attribute.value == RemoteAttribute::Kind::selection) continue;
    auto value = remoteAttributeValue(process, entity, attribute);
    if (!value) return value;
    if (const auto* related = remoteFrom<RemoteEntity>(*value)) {
      const Value reference = process.newObject();
      reference.asObject().set("__KEY", Value::text(std::string_view(related->key)));
      *value = reference;
    }
    object.asObject().set(attribute.name, toScript(process, std::move(*value)));
  }
  return object;
}

Result<Value> toObject(vm::Call& call) {
  const bool filtered = call.at(0).isText() || call.at(0).isCollection() || call.at(0).isMissing();
  return objectOf(call.process(), self(call), filterOf(filtered ? call.at(0) : Value()),
                  call.integer(filtered ? 1 : 0));
}

Result<> assign(RemoteEntity& entity, const RemoteAttribute& attribute, const Value& value) {
  if (attribute.readOnly || attribute.value == RemoteAttribute::Kind::selection) {
    return std::unexpected(
        hostError(code::readOnly, fmt::format("{}.{} is read-only", entity.owner.definition().name, attribute.name)));
  }
  const auto known = std::ranges::find(entity.assigned, attribute.name, &std::pair<std::string, Value>::first);
  if (known != entity.assigned.end()) {
    known->second = value;
  } else {
    entity.assigned.emplace_back(attribute.name, value);
  }
  return {};
}

Result<Value> fromObject(vm::Call& call) {
  if (!call.at(0).isObject()) return Value();
  for (const Object::Member& member : call.at(0).asObject().members()) {
    const RemoteAttribute* attribute = self(call).owner.definition().find(member.name);
    if (attribute == nullptr || attribute->readOnly || attribute->value == RemoteAttribute::Kind::selection) continue;
    if (auto done = assign(self(call), *attribute, member.value); !done) return std::unexpected(done.error());
  }
  return Value();
}

Result<Value> diff(vm::Call& call) {
  auto* other = remoteFrom<RemoteEntity>(call.at(0));
  if (other == nullptr) return std::unexpected(call.wrongArgument(0, "an entity of the remote datastore"));
  const std::vector<std::string> names = filterOf(call.at(1));
  const Value differences = call.process().newCollection();
  for (const RemoteAttribute& attribute : self(call).owner.definition().attributes) {
    if (attribute.value != RemoteAttribute::Kind::scalar) continue;
    if (!names.empty() && std::ranges::find(names, attribute.name) == names.end()) continue;
    auto own = remoteAttributeValue(call.process(), self(call), attribute);
    auto theirs = remoteAttributeValue(call.process(), *other, attribute);
    if (!own || !theirs) return own ? theirs : own;
    if (own->identical(*theirs)) continue;
    const Value difference = call.process().newObject();
    difference.asObject().set("attributeName", Value::text(std::string_view(attribute.name)));
    difference.asObject().set("value", toScript(call.process(), *own));
    difference.asObject().set("otherValue", toScript(call.process(), *theirs));
    differences.asCollection().push(difference);
  }
  return differences;
}

// --- In its selection

Result<Value> neighbour(vm::Call& call, std::int64_t place, std::int64_t step) {
  if (!self(call).selection) return Value::null();
  RemoteSelection& selection = *self(call).selection;
  for (; place >= 0 && place < selection.length(); place += step) {
    auto entity = remoteAt(call.process(), selection, place, true);
    if (!entity) return std::unexpected(entity.error());
    if (*entity) return remoteValue(*entity);
  }
  return Value::null();
}

Result<Value> first(vm::Call& call) { return neighbour(call, 0, 1); }
Result<Value> last(vm::Call& call) {
  return neighbour(call, self(call).selection ? self(call).selection->length() - 1 : 0, -1);
}
Result<Value> next(vm::Call& call) { return neighbour(call, self(call).position + 1, 1); }
Result<Value> previous(vm::Call& call) { return neighbour(call, self(call).position - 1, -1); }

Result<Value> indexOf(vm::Call& call) {
  auto* given = remoteFrom<RemoteSelection>(call.at(0));
  if (given == nullptr) return Value::integer(self(call).selection ? self(call).position : -1);
  for (std::int64_t i = 0; i < given->length(); ++i) {
    auto entity = remoteAt(call.process(), *given, i, true);
    if (!entity) return std::unexpected(entity.error());
    if (*entity && (*entity)->key == self(call).key) return Value::integer(i);
  }
  return Value::integer(-1);
}

Result<Value> callFunction(vm::Call& call) {
  auto body = remoteArguments(call.process(), call.at(1));
  if (!body) return std::unexpected(body.error());
  const RemoteEntity& entity = self(call);
  // The function sees the entity as it is here: what was assigned goes along.
  if (entity.assigned.empty() && !entity.isNew()) {
    return callRemote(call, entity.owner, entity.owner.uri(entity.key) + "/" + percentEncode(call.text(0)),
                      std::move(*body));
  }
  auto sent = toRemote(call.process(), call.self());
  if (!sent) return sent;
  const std::string target = entity.isNew() ? entity.owner.uri() + "/$new/" : entity.owner.uri(entity.key) + "/";
  auto wrapped = Object::make();
  auto arguments = json::parse(*body);
  wrapped->set("__this", std::move(*sent));
  wrapped->set("params", arguments ? std::move(*arguments) : Value::null());
  return callRemote(call, entity.owner, target + percentEncode(call.text(0)),
                    json::text(Value::object(std::move(wrapped))));
}

constexpr vm::FunctionRow ownFunctions[] = {
    {"callFunction", "(name: string, arguments?: collection) : variant", &callFunction,
     "Calls a function of the remote application on the entity; entity.name(...) does the same."},
};

// What stands for the functions of a local entity.
constexpr NativeBody bodies[] = {
    {"clone", &clone},
    {"diff", &diff},
    {"drop", &drop},
    {"first", &first},
    {"fromObject", &fromObject},
    {"getDataClass", &getDataClass},
    {"getKey", &getKey},
    {"getSelection", &getSelection},
    {"getStamp", &getStamp},
    {"indexOf", &indexOf},
    {"isNew", &isNew},
    {"last", &last},
    {"lock", &lock},
    {"next", &next},
    {"previous", &previous},
    {"reload", &reload},
    {"save", &save},
    {"toObject", &toObject},
    {"touched", &touched},
    {"touchedAttributes", &touchedAttributes},
    {"unlock", &unlock},
};

class RemoteEntityType final : public vm::HandleType {
 public:
  const vm::NativeClass& nativeClass() const override { return remoteEntityClass(); }

  std::optional<Result<Value>> property(vm::Process& process, Handle& handle, std::string_view name) const override {
    auto& entity = static_cast<RemoteEntity&>(handle);
    const RemoteClass& definition = entity.owner.definition();
    if (const RemoteAttribute* attribute = definition.find(name))
      return remoteAttributeValue(process, entity, *attribute);
    if (definition.entityMethods.contains(name)) return remoteFunction(process, name);
    return std::nullopt;
  }

  std::optional<Result<>> setProperty(vm::Process& /*process*/, Handle& handle, std::string_view name,
                                      const Value& value) const override {
    auto& entity = static_cast<RemoteEntity&>(handle);
    const RemoteAttribute* attribute = entity.owner.definition().find(name);
    return attribute == nullptr ? Result<>{} : assign(entity, *attribute, value);  // unknown ones are ignored
  }

  std::optional<std::vector<std::string>> keys(vm::Process& /*process*/, Handle& handle) const override {
    std::vector<std::string> names;
    for (const RemoteAttribute& each : static_cast<RemoteEntity&>(handle).owner.definition().attributes) {
      names.push_back(each.name);
    }
    return names;
  }

  Result<Value> toPlain(vm::Process& process, Handle& handle) const override {
    return objectOf(process, static_cast<RemoteEntity&>(handle), {}, 0);
  }

  bool same(const Handle& left, const Handle& right) const override {
    const auto& one = static_cast<const RemoteEntity&>(left);
    const auto& other = static_cast<const RemoteEntity&>(right);
    return !one.key.empty() && one.key == other.key && one.owner.connection == other.owner.connection &&
           one.owner.definition().name == other.owner.definition().name;
  }

  Result<Value> copyOf(vm::Process& /*process*/, Handle& /*handle*/, bool /*shared*/) const override {
    return Value::null();
  }
};

}  // namespace

const vm::NativeClass& remoteEntityClass() {
  static const std::vector<vm::FunctionRow> functions = withBodies(entityClass().functions, bodies, ownFunctions);
  static const vm::NativeClass definition{.name = "RemoteEntity",
                                          .superclass = "Entity",
                                          .functions = functions,
                                          .properties = {},
                                          .constructor = nullptr,
                                          .doc = "An entity of a datastore opened with openDatastore."};
  return definition;
}

std::unique_ptr<vm::HandleType> remoteEntityType() { return std::make_unique<RemoteEntityType>(); }

}  // namespace qodly::script::data
