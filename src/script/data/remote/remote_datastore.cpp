// The remote datastore itself and its dataclasses; opening one; calls of remote functions.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "script/data/data_values.h"
#include "script/data/remote/remote_handles.h"
#include "script/vm/codes.h"
#include "script/vm/runtime.h"
#include "value/json.h"

namespace qodly::script::data {

std::unique_ptr<vm::HandleType> remoteEntityType();     // remote_entity.cpp
std::unique_ptr<vm::HandleType> remoteSelectionType();  // remote_selection.cpp

namespace {

RemoteDatastore& selfDatastore(const vm::Call& call) { return *remoteFrom<RemoteDatastore>(call.self()); }
const RemoteOwner& selfOwner(const vm::Call& call) { return remoteFrom<RemoteDataClass>(call.self())->owner; }

Value textOf(std::string_view text) { return Value::text(text); }

Value dataClassOf(const RemoteOwner& owner) {
  return remoteValue(Ref<RemoteDataClass>(new RemoteDataClass(owner)));  // NOLINT(cppcoreguidelines-owning-memory)
}

// --- Dataclasses

Result<Value> selected(Result<RemoteSelectionRef> selection) {
  if (!selection) return std::unexpected(selection.error());
  return remoteValue(*selection);
}

Result<Value> all(vm::Call& call) {
  return selected(remoteSelect(call.process(), selfOwner(call), selfOwner(call).uri()));
}

Result<Value> query(vm::Call& call) {
  auto filter = remoteFilter(call);
  if (!filter) return std::unexpected(filter.error());
  return selected(remoteSelect(call.process(), selfOwner(call), selfOwner(call).uri() + "?" + *filter));
}

Result<Value> get(vm::Call& call) {
  const std::string key = keyText(call.at(0));
  if (key.empty()) return Value::null();
  const RemoteOwner& owner = selfOwner(call);
  auto reply = owner.connection->send(call.process(), "GET", owner.uri(key));
  if (!reply) return std::unexpected(reply.error());
  auto answer = json::parse(reply->body);
  const Value told = answer ? *answer : Value();
  if (reply->status == 404) return Value::null();
  if (reply->status >= 400) return std::unexpected(*remoteError(told, reply->status));
  return remoteValue(remoteEntity(owner, told));
}

Result<Value> getCount(vm::Call& call) {
  const RemoteOwner& owner = selfOwner(call);
  auto answer = owner.connection->ask(
      call.process(), "GET",
      fmt::format("{}?$top=1&$attributes={}", owner.uri(), percentEncode(owner.definition().key)));
  if (!answer) return answer;
  const Value count = answer->isObject() ? answer->asObject().get("__COUNT") : Value();
  return Value::integer(count.isNumber() ? static_cast<std::int64_t>(count.asNumber()) : 0);
}

Result<Value> makeNew(vm::Call& call) {
  return remoteValue(RemoteEntityRef(new RemoteEntity(selfOwner(call))));  // NOLINT(cppcoreguidelines-owning-memory)
}

Result<Value> newSelection(vm::Call& call) {
  RemoteSelectionRef made(new RemoteSelection(selfOwner(call)));  // NOLINT(cppcoreguidelines-owning-memory)
  made->alterable = true;
  made->ordered = call.integer(0) == 1;
  return remoteValue(made);
}

// Creates and updates, one request for all.
Result<Value> fromCollection(vm::Call& call) {
  const RemoteOwner& owner = selfOwner(call);
  auto sent = toRemote(call.process(), call.at(0));
  if (!sent) return sent;
  RemoteSelectionRef made(new RemoteSelection(owner));  // NOLINT(cppcoreguidelines-owning-memory)
  made->ordered = true;
  if (!sent->isCollection() || sent->asCollection().size() == 0) return remoteValue(made);
  auto answer = owner.connection->ask(call.process(), "POST", owner.uri() + "?$method=update", json::text(*sent));
  if (!answer) return answer;
  const Value list = answer->isObject() ? answer->asObject().get("__ENTITIES") : Value();
  if (!list.isCollection()) return remoteValue(made);
  for (const Value& each : list.asCollection().elements()) {
    const Value status = each.isObject() ? each.asObject().get("__STATUS") : Value();
    const bool saved = status.isObject() && status.asObject().get("success").identical(Value::boolean(true));
    if (saved) made->keys.push_back(keyText(each.asObject().get("__KEY")));
  }
  return remoteValue(made);
}

Result<Value> getDataStore(vm::Call& call) {
  return remoteValue(Ref<RemoteDatastore>(new RemoteDatastore(selfOwner(call).connection)));  // NOLINT
}

Result<Value> classInfo(vm::Call& call) {
  const RemoteClass& definition = selfOwner(call).definition();
  const Value info = call.process().newObject();
  info.asObject().set("name", textOf(definition.name));
  info.asObject().set("primaryKey", textOf(definition.key));
  info.asObject().set("tableNumber", Value::real(definition.tableNumber));
  return info;
}

Result<Value> callClassFunction(vm::Call& call) {
  auto body = remoteArguments(call.process(), call.at(1));
  if (!body) return std::unexpected(body.error());
  return callRemote(call, selfOwner(call), selfOwner(call).uri() + "/" + percentEncode(call.text(0)), std::move(*body));
}

constexpr vm::FunctionRow classFunctions[] = {
    {"all", "() : 4D.EntitySelection", &all, "Every entity of the dataclass."},
    {"callFunction", "(name: string, arguments?: collection) : variant", &callClassFunction,
     "Calls a function of the remote application on the dataclass; dataclass.name(...) does the same."},
    {"fromCollection", "(objects: collection) : 4D.EntitySelection", &fromCollection,
     "Creates and updates entities from a collection of objects."},
    {"get", "(primaryKey?: variant) : 4D.Entity", &get, "The entity with a key; null when there is none."},
    {"getCount", "() : integer", &getCount, "Number of entities."},
    {"getDataStore", "() : 4D.DataStoreImplementation", &getDataStore, "The datastore of the dataclass."},
    {"getInfo", "() : object", &classInfo, "Name, primary key and number of the dataclass."},
    {"new", "() : 4D.Entity", &makeNew, "A new entity, stored when it is saved."},
    {"newSelection", "(keepOrder?: integer) : 4D.EntitySelection", &newSelection,
     "An empty selection to which entities can be added."},
    {"query", "(query: variant, ...values: variant) : 4D.EntitySelection", &query,
     "The entities that satisfy a query."},
};

class RemoteDataClassType final : public vm::HandleType {
 public:
  const vm::NativeClass& nativeClass() const override { return remoteDataClassClass(); }

  std::optional<Result<Value>> property(vm::Process& process, Handle& handle, std::string_view name) const override {
    const RemoteClass& definition = static_cast<RemoteDataClass&>(handle).owner.definition();
    if (const RemoteAttribute* attribute = definition.find(name))
      return toScript(process, detached(attribute->catalog));
    if (definition.classMethods.contains(name)) return remoteFunction(process, name);
    return std::nullopt;
  }

  std::optional<std::vector<std::string>> keys(vm::Process& /*process*/, Handle& handle) const override {
    std::vector<std::string> names;
    for (const RemoteAttribute& each : static_cast<RemoteDataClass&>(handle).owner.definition().attributes) {
      names.push_back(each.name);
    }
    return names;
  }

  bool same(const Handle& left, const Handle& right) const override {
    const RemoteOwner& one = static_cast<const RemoteDataClass&>(left).owner;
    const RemoteOwner& other = static_cast<const RemoteDataClass&>(right).owner;
    return one.connection == other.connection && one.definition().name == other.definition().name;
  }

  std::optional<Value> forOtherProcess(vm::Process& /*receiver*/, const Handle& handle) const override {
    return Value::handle(Ref<Handle>::sharing(const_cast<Handle*>(&handle)));
  }
};

// --- The datastore

Result<Value> datastoreInfo(vm::Call& call) {
  const RemoteOptions& options = selfDatastore(call).connection->options();
  const Value info = call.process().newObject(), connection = call.process().newObject();
  connection.asObject().set("hostname", textOf(options.host));
  connection.asObject().set("tls", Value::boolean(options.tls));
  connection.asObject().set("idleTimeout", Value::real(options.idleTimeout));
  connection.asObject().set("user", textOf(""));
  info.asObject().set("type", textOf("4D Server"));
  info.asObject().set("networked", Value::boolean(true));
  info.asObject().set("localID", textOf(options.localId));
  info.asObject().set("connection", connection);
  return info;
}

Result<Value> callDatastoreFunction(vm::Call& call) {
  const auto& connection = selfDatastore(call).connection;
  const auto catalog = connection->catalog(call.process());
  if (!catalog) return std::unexpected(catalog.error());
  auto body = remoteArguments(call.process(), call.at(1));
  if (!body) return std::unexpected(body.error());
  auto result =
      callRemote(call, {connection, *catalog, 0}, "/rest/$catalog/" + percentEncode(call.text(0)), std::move(*body));
  // What a login opens may be described only from now on.
  if (result) (void)connection->catalog(call.process(), true);
  return result;
}

constexpr std::string_view notRemote = "Not on a remote datastore: error -20009.";

constexpr vm::FunctionRow datastoreFunctions[] = {
    {"callFunction", "(name: string, arguments?: collection) : variant", &callDatastoreFunction,
     "Calls a function of the remote datastore; datastore.name(...) does the same."},
    {"cancelTransaction", "()", &remoteUnavailable, notRemote},
    {"encryptionStatus", "() : object", &remoteUnavailable, notRemote},
    {"flushAndLock", "() : boolean", &remoteUnavailable, notRemote},
    {"getGlobalStamp", "() : number", &remoteUnavailable, notRemote},
    {"getInfo", "() : object", &datastoreInfo, "What kind of datastore it is, and how it is connected."},
    {"isAdminProtected", "() : boolean", &remoteUnavailable, notRemote},
    {"locked", "() : boolean", &remoteUnavailable, notRemote},
    {"provideDataKey", "(key?: string|object) : object", &remoteUnavailable, notRemote},
    {"setAdminProtection", "(status: boolean)", &remoteUnavailable, notRemote},
    {"setGlobalStamp", "(newStamp: number)", &remoteUnavailable, notRemote},
    {"startTransaction", "()", &remoteUnavailable, notRemote},
    {"unlock", "() : boolean", &remoteUnavailable, notRemote},
    {"validateTransaction", "()", &remoteUnavailable, notRemote},
};

class RemoteDatastoreType final : public vm::HandleType {
 public:
  const vm::NativeClass& nativeClass() const override { return remoteDatastoreClass(); }

  std::optional<Result<Value>> property(vm::Process& process, Handle& handle, std::string_view name) const override {
    const auto& connection = static_cast<RemoteDatastore&>(handle).connection;
    if (remoteDatastoreClass().function(name) != nullptr) return std::nullopt;
    const auto catalog = connection->catalog(process);
    if (!catalog) return Result<Value>(std::unexpected(catalog.error()));
    if (const auto index = (*catalog)->indexOf(name)) return dataClassOf({connection, *catalog, *index});
    if ((*catalog)->methods.contains(name)) return remoteFunction(process, name);
    return std::nullopt;
  }

  std::optional<std::vector<std::string>> keys(vm::Process& process, Handle& handle) const override {
    std::vector<std::string> names;
    const auto catalog = static_cast<RemoteDatastore&>(handle).connection->catalog(process);
    if (!catalog) return names;
    for (const RemoteClass& each : (*catalog)->classes) names.push_back(each.name);
    return names;
  }

  bool same(const Handle& left, const Handle& right) const override {
    return static_cast<const RemoteDatastore&>(left).connection ==
           static_cast<const RemoteDatastore&>(right).connection;
  }

  std::optional<Value> forOtherProcess(vm::Process& /*receiver*/, const Handle& handle) const override {
    return Value::handle(Ref<Handle>::sharing(const_cast<Handle*>(&handle)));
  }
};

Value datastoreValue(std::shared_ptr<RemoteConnection> connection) {
  return remoteValue(Ref<RemoteDatastore>(new RemoteDatastore(std::move(connection))));  // NOLINT
}

// Error -20002: what is wrong with the connection's description.
Result<RemoteOptions> optionsOf(const vm::Call& call) {
  const Object* given = call.object(0);
  if (given == nullptr) return std::unexpected(call.wrongArgument(0, "an object with hostname"));
  RemoteOptions options;
  options.localId = call.text(1);
  if (options.localId.empty()) return std::unexpected(call.wrongArgument(1, "a local ID that is not empty"));
  if (const Value host = given->get("hostname"); host.isText()) options.host = trim(host.asText());
  if (options.host.empty()) return std::unexpected(call.wrongArgument(0, "an object whose hostname is not empty"));
  if (const Value key = given->get("api-key"); key.isText()) options.apiKey = key.asText();
  if (const Value tls = given->get("tls"); tls.type() == Type::boolean) options.tls = tls.asBoolean();
  if (const Value idle = given->get("idleTimeout"); idle.isNumber()) {
    options.idleTimeout = std::max(60.0, idle.asNumber());
  }
  return options;
}

}  // namespace

Result<Value> openDatastore(vm::Call& call) {
  auto* datastores = call.process().runtime().service<RemoteDatastores>();
  auto options = optionsOf(call);
  if (!options) return std::unexpected(options.error());
  if (datastores == nullptr)
    return std::unexpected(hostError(code::unknownName, "openDatastore: no data is open here"));
  if (auto known = datastores->find(options->localId)) return datastoreValue(std::move(known));
  auto connection = std::make_shared<RemoteConnection>(std::move(*options));
  // A side that wants a login first still describes itself.
  if (const auto catalog = connection->catalog(call.process()); !catalog) {
    if (auto running = call.process().checkpoint(); !running) return std::unexpected(running.error());
    raiseRemote(call.process(), catalog.error());
    return Value::null();
  }
  return datastoreValue(datastores->keep(std::move(connection)));
}

Value openedDatastore(vm::Process& process, std::string_view localId) {
  auto* datastores = process.runtime().service<RemoteDatastores>();
  auto known = datastores == nullptr ? nullptr : datastores->find(localId);
  return known ? datastoreValue(std::move(known)) : Value::null();
}

Result<Value> remoteFunction(vm::Process& process, std::string_view name) {
  return process.formula(fmt::format("this.callFunction(\"{}\", copyParameters)", name));
}

Result<Value> callRemote(vm::Call& call, const RemoteOwner& owner, std::string_view target, std::string body) {
  std::string address(target);
  address += address.contains('?') ? "&" : "?";
  address += "$method=entityset";
  auto reply = owner.connection->send(call.process(), "POST", address, body);
  if (!reply) return std::unexpected(reply.error());
  if (reply->status < 400 && !reply->isJson()) {
    if (reply->contentType.starts_with("image/")) return Value::picture(std::move(reply->body));
    return toScript(call.process(), Value::blob(std::move(reply->body)));
  }
  const auto answer = json::parse(reply->body);
  if (reply->status >= 400) return std::unexpected(*remoteError(answer ? *answer : Value(), reply->status));
  if (!answer || !answer->isObject()) return Value();
  const Object& object = answer->asObject();
  if (object.find("__KEY") != nullptr || object.find("__ENTITIES") != nullptr || object.find("__ISNEW") != nullptr) {
    return remoteResult(call.process(), owner, *answer);
  }
  const Value* result = object.find("result");
  return result == nullptr ? Value() : remoteResult(call.process(), owner, *result);
}

void raiseRemote(vm::Process& process, const Error& error) {
  vm::ScriptError raised;
  raised.code = error.code();
  raised.message = error.message();
  raised.component = error.component();
  process.raiseAfterStatement(std::move(raised));
}

Result<Value> remoteUnavailable(vm::Call& /*call*/) {
  return std::unexpected(hostError(code::notFunction, "A remote datastore does not offer this function"));
}

const vm::NativeClass& remoteDataClassClass() {
  static const vm::NativeClass definition{.name = "RemoteDataClass",
                                          .superclass = "DataClass",
                                          .functions = classFunctions,
                                          .properties = {},
                                          .constructor = nullptr,
                                          .doc = "A dataclass of a datastore opened with openDatastore."};
  return definition;
}

const vm::NativeClass& remoteDatastoreClass() {
  static const vm::NativeClass definition{.name = "RemoteDatastore",
                                          .superclass = "DataStoreImplementation",
                                          .functions = datastoreFunctions,
                                          .properties = {},
                                          .constructor = nullptr,
                                          .doc = "The datastore of another application, opened with openDatastore."};
  return definition;
}

void installRemote(vm::Runtime& runtime) {
  runtime.setService(std::make_shared<RemoteDatastores>());
  runtime.addHandleType(RemoteDatastore::kindName, std::make_unique<RemoteDatastoreType>());
  runtime.addHandleType(RemoteDataClass::kindName, std::make_unique<RemoteDataClassType>());
  runtime.addHandleType(RemoteEntity::kindName, remoteEntityType());
  runtime.addHandleType(RemoteSelection::kindName, remoteSelectionType());
}

}  // namespace qodly::script::data
