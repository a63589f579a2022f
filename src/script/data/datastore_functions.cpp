// 4D.DataStoreImplementation (orda.md 10) and the commands that give it.
#include <cmath>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "script/data/data_lock.h"
#include "script/data/data_values.h"
#include "script/data/directory_classes.h"
#include "script/data/install.h"
#include "script/data/legacy_commands.h"
#include "script/data/native_classes.h"
#include "script/data/remote/remote_handles.h"
#include "script/data/web_form.h"
#include "script/data/web_session.h"
#include "script/vm/codes.h"

namespace qodly::script::data {

namespace {

constexpr std::string_view protectionProperty = "adminProtection";

Result<Value> startTransaction(vm::Call& call) {
  ordaOf(call).startTransaction();
  return Value();
}

Result<Value> validateTransaction(vm::Call& call) {
  if (auto done = ordaOf(call).validateTransaction(); !done) return std::unexpected(done.error());
  return Value();
}

Result<Value> cancelTransaction(vm::Call& call) {
  if (auto done = ordaOf(call).cancelTransaction(); !done) return std::unexpected(done.error());
  return Value();
}

Result<Value> getInfo(vm::Call& call) {
  const Value info = call.process().newObject();
  info.asObject().set("type", Value::text("4D"));
  info.asObject().set("networked", Value::boolean(false));
  info.asObject().set("localID", Value::text(""));
  return info;
}

Result<Value> setAdminProtection(vm::Call& call) {
  auto done = ordaOf(call).engine().setProperty(protectionProperty, call.boolean(0) ? "1" : "0");
  if (!done) return std::unexpected(done.error());
  return Value();
}

Result<Value> isAdminProtected(vm::Call& call) {
  return Value::boolean(ordaOf(call).engine().property(protectionProperty) == "1");
}

// No data file is encrypted yet: every dataclass that the model marks is told as not encrypted.
Result<Value> encryptionStatus(vm::Call& call) {
  const Value status = call.process().newObject(), tables = call.process().newObject();
  for (const model::DataClass& dataClass : ordaOf(call).datastore().model()->classes) {
    if (!dataClass.encryptable) continue;
    const Value table = call.process().newObject();
    table.asObject().set("name", Value::text(dataClass.name));
    table.asObject().set("num", Value::real(dataClass.tableNumber));
    table.asObject().set("isEncryptable", Value::boolean(true));
    table.asObject().set("isEncrypted", Value::boolean(false));
    tables.asObject().set(dataClass.name, table);
  }
  status.asObject().set("isEncrypted", Value::boolean(false));
  status.asObject().set("keyProvided", Value::boolean(false));
  status.asObject().set("tables", tables);
  return status;
}

Result<Value> provideDataKey(vm::Call& call) {
  if (!call.given(0)) return Value::null();
  constexpr int keyDoesNotMatch = 2003;
  orda::Status status =
      orda::Status::failed(orda::dataError(keyDoesNotMatch, "The encryption key does not match the data"));
  return toScript(call.process(), status.toValue());
}

Result<Value> getGlobalStamp(vm::Call& call) {
  return Value::real(static_cast<double>(ordaOf(call).datastore().getGlobalStamp()));
}

Result<Value> setGlobalStamp(vm::Call& call) {
  constexpr double mostExact = 9007199254740992.0;  // 2^53
  const double stamp = call.number(0, -1);
  if (!(stamp >= 0) || stamp > mostExact || stamp != std::floor(stamp)) {
    return std::unexpected(hostError(code::outOfRange, fmt::format("setGlobalStamp expects a whole number from 0 on, "
                                                                   "not {}",
                                                                   stamp)));
  }
  auto done = ordaOf(call).datastore().setGlobalStamp(static_cast<std::uint64_t>(stamp));
  if (!done) return std::unexpected(done.error());
  return Value();
}

constexpr vm::FunctionRow functions[] = {
    {"cancelTransaction", "()", &cancelTransaction, "Undoes everything since the transaction was started."},
    {"encryptionStatus", "() : object", &encryptionStatus, "Which dataclasses are encrypted."},
    {"getGlobalStamp", "() : number", &getGlobalStamp, "The current stamp of change tracking."},
    {"getInfo", "() : object", &getInfo, "What kind of datastore it is."},
    {"isAdminProtected", "() : boolean", &isAdminProtected, "Whether administrators are kept from the data."},
    {"provideDataKey", "(key?: string|object) : object", &provideDataKey, "Gives the key of encrypted data."},
    {"setAdminProtection", "(status: boolean)", &setAdminProtection, "Keeps administrators from the data."},
    {"setGlobalStamp", "(newStamp: number)", &setGlobalStamp, "Sets the stamp of change tracking."},
    {"startTransaction", "()", &startTransaction, "Opens a transaction, or one inside another."},
    {"validateTransaction", "()", &validateTransaction, "Makes the changes of the transaction last."},
};

Result<Value> ds(vm::Call& call) {
  if (call.process().runtime().service<DataService>() == nullptr) {
    return std::unexpected(hostError(code::unknownName, "ds: no data is open here"));
  }
  if (call.given(0) && !call.text(0).empty()) return openedDatastore(call.process(), call.text(0));
  return DataProcess::of(call.process()).datastore();
}

constexpr vm::FunctionRow commands[] = {
    {"ds", "(localID?: string) : 4D.DataStoreImplementation", &ds,
     "The datastore of the application, or the one that was opened under a local ID."},
    {"openDatastore", "(connectionInfo: object, localID: string) : 4D.DataStoreImplementation", &openDatastore,
     "The datastore of another application, reached over its REST interface; null when it cannot be reached."},
    {"session", "() : 4D.Session", &sessionCommand, "The web session that the code runs for; null outside."},
    {"webForm", "() : 4D.WebForm", &webFormCommand, "The page that called; null when no page did."},
    {"webEvent", "() : object", &webEventCommand, "What happened on the page that called; null when no page did."},
};

}  // namespace

const vm::NativeClass& datastoreClass() {
  static const std::vector<vm::FunctionRow> all = [] {
    std::vector<vm::FunctionRow> rows(std::begin(functions), std::end(functions));
    rows.insert(rows.end(), dataLockFunctions().begin(), dataLockFunctions().end());
    return rows;
  }();
  static const vm::NativeClass definition{.name = "DataStoreImplementation",
                                          .superclass = "Object",
                                          .functions = all,
                                          .properties = {},
                                          .constructor = nullptr,
                                          .doc = "The datastore: its dataclasses, and transactions over them."};
  return definition;
}

std::span<const vm::FunctionRow> dataCommands() {
  static const std::vector<vm::FunctionRow> all = [] {
    std::vector<vm::FunctionRow> rows(std::begin(commands), std::end(commands));
    rows.insert(rows.end(), legacyDataCommands().begin(), legacyDataCommands().end());
    return rows;
  }();
  return all;
}

std::span<const vm::NativeClass* const> dataClasses() {
  static const vm::NativeClass* const all[] = {
      &datastoreClass(),       &dataClassClass(),          &entityClass(),          &selectionClass(),
      &sessionClass(),         &remoteDatastoreClass(),    &remoteDataClassClass(), &remoteEntityClass(),
      &remoteSelectionClass(), &qodlyNamespaceClass(),     &usersClass(),           &usersSingletonClass(),
      &endpointsClass(),       &endpointsSingletonClass(), &webFormClass(),         &webFormItemClass()};
  return all;
}

}  // namespace qodly::script::data
