#include "script/vm/runtime.h"

#include "script/vm/process_list.h"
#include "script/vm/program.h"
#include "script/vm/runtime_state.h"
#include "script/vm/shared.h"

namespace qodly::script::vm {

Runtime::Runtime(const Builtins& builtins)
    : builtins_(builtins), shared_(std::make_unique<Shared>(builtins)), processes_(std::make_unique<Processes>(*this)) {
  shared_->collation = Collation::forLocale("en");
  Ref<Object> store = Object::make();
  store->setGroup(Ref<Box>(new Group(Group::Sort::store)));
  shared_->storage = Value::object(std::move(store));
}

std::shared_ptr<Runtime> Runtime::make(const Builtins& builtins) {
  return std::shared_ptr<Runtime>(new Runtime(builtins));
}

Runtime::~Runtime() { processes_->shutdown(); }

std::shared_ptr<const Program> Runtime::program() const {
  const std::lock_guard guard(shared_->mutex);
  return shared_->program;
}

void Runtime::setProgram(std::shared_ptr<const Program> program) {
  const std::lock_guard guard(shared_->mutex);
  shared_->program.swap(program);
}

void Runtime::addHandleType(const char* kind, std::unique_ptr<HandleType> type) {
  const std::lock_guard guard(shared_->mutex);
  shared_->tables.add(type->nativeClass());
  shared_->handleTypes.emplace_back(kind, std::move(type));
}

const HandleType* Runtime::handleType(const char* kind) const {
  for (const auto& [name, type] : shared_->handleTypes) {
    if (name == kind) return type.get();
  }
  return nullptr;
}

Value Runtime::storage() const { return shared_->storage; }

const Collation& Runtime::collation() const { return *shared_->collation; }

void Runtime::setCollation(std::shared_ptr<const Collation> collation) { shared_->collation = std::move(collation); }

Timer& Runtime::timer() { return shared_->timer; }

void Runtime::endSession(const std::string& sessionId) {
  std::unordered_map<std::string, SharedSingleton> ended;
  const std::lock_guard guard(shared_->mutex);
  const auto found = shared_->singletons.find(sessionId);
  if (sessionId.empty() || found == shared_->singletons.end()) return;
  ended = std::move(found->second);
  shared_->singletons.erase(found);
}

}  // namespace qodly::script::vm
