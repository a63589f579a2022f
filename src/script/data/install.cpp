#include "script/data/install.h"

#include <fmt/format.h>

#include "script/data/data_process.h"
#include "script/data/handle_types.h"
#include "script/data/remote/remote_handles.h"
#include "script/data/script_behaviour.h"
#include "script/data/web_form.h"
#include "script/vm/program.h"

namespace qodly::script::data {

void install(vm::Runtime& runtime, orda::Datastore& datastore) {
  runtime.setService(std::make_shared<DataService>(datastore));
  runtime.addHandleType(orda::Entity::kindName, std::make_unique<EntityType>());
  runtime.addHandleType(orda::EntitySelection::kindName, std::make_unique<SelectionType>());
  runtime.addHandleType(DataClassHandle::kindName, std::make_unique<DataClassType>());
  runtime.addHandleType(DatastoreHandle::kindName, std::make_unique<DatastoreType>());
  installRemote(runtime);
  runtime.addHandleType(WebFormType::kind(), std::make_unique<WebFormType>());
  datastore.setBehaviours(
      [weak = runtime.weak_from_this()](orda::Process& process) -> std::unique_ptr<orda::Behaviour> {
        const auto alive = weak.lock();
        return alive ? behaviourFor(alive, process) : nullptr;
      });
}

namespace {

void tell(vm::Runtime& runtime, std::string_view what, const Error& error) {
  if (runtime.log) runtime.log(fmt::format("{}: {}", what, error.text()));
}

// The function of QodlyEvents, or else the first of the methods that exists.
void runApplicationEvent(const std::shared_ptr<vm::Runtime>& runtime, std::string_view function,
                         std::span<const std::string_view> methods) {
  const auto program = runtime->program();
  if (!program) return;
  const vm::Class* events = program->userClass("QodlyEvents");
  vm::Process process(runtime, std::string(function), vm::ProcessType::internal);
  if (events != nullptr && events->unit) {
    if (events->find(function) == nullptr) return;
    auto instance = process.property(program->classValue("QodlyEvents"), "me");
    const auto done = instance ? process.callFunction(*instance, function, {}) : std::move(instance);
    if (!done) tell(*runtime, fmt::format("QodlyEvents.{}", function), done.error());
    return;
  }
  for (const std::string_view method : methods) {
    const compile::Code* code = program->databaseMethod(method);
    if (code == nullptr) continue;
    const auto unit = program->unitOf(*code);
    const Value called = Value::handle(Ref<Handle>::sharing(vm::Function::user(unit, *code, nullptr).get()));
    if (const auto done = process.call(called, Value::null(), {}); !done) tell(*runtime, method, done.error());
    return;
  }
}

}  // namespace

void startApplication(const std::shared_ptr<vm::Runtime>& runtime) {
  constexpr std::string_view methods[] = {"onServerStartup", "onStartup"};
  runApplicationEvent(runtime, "onStartup", methods);
}

void stopApplication(const std::shared_ptr<vm::Runtime>& runtime) {
  constexpr std::string_view methods[] = {"onServerShutdown", "onExit"};
  runApplicationEvent(runtime, "onStop", methods);
}

}  // namespace qodly::script::data
