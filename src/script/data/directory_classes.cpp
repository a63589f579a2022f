#include "script/data/directory_classes.h"

#include "script/vm/class_namespaces.h"

namespace qodly::script::data {

namespace {

// An object without state that stands for one of the classes.
template <const vm::NativeClass& (*definition)()>
class Marker final : public vm::NativeObject {
 public:
  static const vm::NativeClass& classOf() { return definition(); }
  const vm::NativeClass& nativeClass() const override { return definition(); }
  bool mayBeShared() const override { return true; }
  static Value make() { return Value::handle(Ref<Handle>(new Marker)); }  // NOLINT(cppcoreguidelines-owning-memory)
};
using QodlyNamespace = Marker<&qodlyNamespaceClass>;
using UsersClass = Marker<&usersClass>;
using UsersSingleton = Marker<&usersSingletonClass>;
using EndpointsClass = Marker<&endpointsClass>;
using EndpointsSingleton = Marker<&endpointsSingletonClass>;

// What `cs.Qodly` and `.me` give: made once a runtime, so that each is always the same object.
struct DirectoryValues {
  std::shared_ptr<DirectoryService> service;
  Value users = UsersClass::make(), me = UsersSingleton::make();
  Value endpoints = EndpointsClass::make(), endpointsMe = EndpointsSingleton::make();
};

DirectoryValues& valuesOf(const vm::Call& call) { return *call.process().runtime().service<DirectoryValues>(); }

Value valueOf(vm::Process& process, const DirectoryUser& user) {
  const Value object = process.newObject();
  object.asObject().set("email", Value::text(user.email));
  object.asObject().set("role", Value::text(user.role));
  object.asObject().set("firstname", Value::text(user.firstName));
  object.asObject().set("lastname", Value::text(user.lastName));
  return object;
}

Result<Value> getUsers(vm::Call& call) { return valuesOf(call).users; }
Result<Value> getEndpoints(vm::Call& call) { return valuesOf(call).endpoints; }
Result<Value> getUsersSingleton(vm::Call& call) { return valuesOf(call).me; }
Result<Value> getEndpointsSingleton(vm::Call& call) { return valuesOf(call).endpointsMe; }

Result<Value> currentUser(vm::Call& call) {
  const WebSession* session = sessionOf(call.process());
  const auto user = session == nullptr ? std::nullopt : session->currentUser();
  return user ? valueOf(call.process(), *user) : Value::null();
}

Result<Value> allUsers(vm::Call& call) {
  const Value list = call.process().newCollection();
  if (const auto& service = valuesOf(call).service) {
    for (const DirectoryUser& user : service->users()) list.asCollection().push(valueOf(call.process(), user));
  }
  return list;
}

Result<Value> signIn(vm::Call& call) {
  WebSession* session = sessionOf(call.process());
  DirectorySignIn result;
  if (session == nullptr) {
    result.statusText = "Only code that runs for a web session can sign a user in.";
  } else {
    result = session->signIn(call.text(0), call.text(1), call.text(2));
  }
  const Value status = call.process().newObject();
  status.asObject().set("success", Value::boolean(result.success));
  if (result.success) {
    status.asObject().set("user", valueOf(call.process(), result.user));
  } else {
    status.asObject().set("statusText", Value::text(result.statusText));
  }
  return status;
}

template <std::optional<std::string> (DirectoryService::*address)()>
Result<Value> endpoint(vm::Call& call) {
  const auto& service = valuesOf(call).service;
  const auto found = service ? ((*service).*address)() : std::nullopt;
  return found ? Value::text(*found) : Value::null();
}

constexpr vm::PropertyRow namespaceProperties[] = {
    {"Endpoints", "object", &getEndpoints, nullptr, "Addresses of the application."},
    {"Users", "object", &getUsers, nullptr, "Users of the server's directory."},
};

constexpr vm::PropertyRow usersProperties[] = {
    {"me", "object", &getUsersSingleton, nullptr, "The singleton."},
};
constexpr vm::FunctionRow usersFunctions[] = {
    {"new", "() : object", &getUsersSingleton, "Older way to get the singleton: use me."},
};

constexpr vm::FunctionRow singletonFunctions[] = {
    {"allUsers", "() : collection", &allUsers, "All users of the application, by e-mail."},
    {"currentUser", "() : object", &currentUser, "The user that has signed in; null when nobody has."},
    {"getAllUsers", "() : collection", &allUsers, "Older name of allUsers."},
    {"getCurrentUser", "() : object", &currentUser, "Older name of currentUser."},
    {"signIn", "(email: string, password: string, code?: string) : object", &signIn,
     "Signs a user in: the session gets the privileges of the user's role."},
};

constexpr vm::PropertyRow endpointsProperties[] = {
    {"me", "object", &getEndpointsSingleton, nullptr, "The singleton."},
};
constexpr vm::FunctionRow endpointsFunctions[] = {
    {"new", "() : object", &getEndpointsSingleton, "Older way to get the singleton: use me."},
};

constexpr vm::FunctionRow endpointSingletonFunctions[] = {
    {"authenticatedEndpoint", "() : string", &endpoint<&DirectoryService::authenticatedEndpoint>,
     "Address for users who sign in."},
    {"customDomainAuthenticatedEndpoint", "() : string",
     &endpoint<&DirectoryService::customDomainAuthenticatedEndpoint>, "The same on the application's own domain."},
    {"customDomainPublicEndpoint", "() : string", &endpoint<&DirectoryService::customDomainPublicEndpoint>,
     "Public address on the application's own domain."},
    {"publicEndpoint", "() : string", &endpoint<&DirectoryService::publicEndpoint>,
     "Public address; null when there is no public access."},
};

vm::NativeClass classNamed(std::string_view name, std::span<const vm::FunctionRow> functions,
                           std::span<const vm::PropertyRow> properties, std::string_view doc) {
  return {.name = name,
          .superclass = "Object",
          .functions = functions,
          .properties = properties,
          .constructor = nullptr,
          .doc = doc};
}

}  // namespace

const vm::NativeClass& qodlyNamespaceClass() {
  static const vm::NativeClass definition =
      classNamed("Qodly", {}, namespaceProperties, "What cs.Qodly holds: classes that the server brings along.");
  return definition;
}
const vm::NativeClass& usersClass() {
  static const vm::NativeClass definition =
      classNamed("UsersClass", usersFunctions, usersProperties, "cs.Qodly.Users: always used through me.");
  return definition;
}
const vm::NativeClass& usersSingletonClass() {
  static const vm::NativeClass definition =
      classNamed("Users", singletonFunctions, {}, "Users of the server's directory: cs.Qodly.Users.me.");
  return definition;
}
const vm::NativeClass& endpointsClass() {
  static const vm::NativeClass definition =
      classNamed("EndpointsClass", endpointsFunctions, endpointsProperties, "cs.Qodly.Endpoints: used through me.");
  return definition;
}
const vm::NativeClass& endpointsSingletonClass() {
  static const vm::NativeClass definition =
      classNamed("Endpoints", endpointSingletonFunctions, {}, "Addresses of the application: cs.Qodly.Endpoints.me.");
  return definition;
}

void installDirectory(vm::Runtime& runtime, std::shared_ptr<DirectoryService> service) {
  auto values = std::make_shared<DirectoryValues>();
  values->service = std::move(service);
  runtime.setService(std::move(values));
  auto namespaces = std::make_shared<vm::ClassNamespaces>();
  namespaces->values.emplace("Qodly", QodlyNamespace::make());
  runtime.setService(std::move(namespaces));
}

}  // namespace qodly::script::data
