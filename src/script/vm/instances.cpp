// Instances of user classes and singletons (language.md 14.3, 14.9).
#include "script/vm/codes.h"
#include "script/vm/machine.h"
#include "script/vm/program.h"
#include "script/vm/runtime_state.h"
#include "script/vm/shared.h"
#include "script/vm/unconstructed.h"

namespace qodly::script::vm {

namespace {

// The nearest class of the chain that has a constructor; nullptr when none has.
const Class* constructorOwner(const Class* from) {
  while (from != nullptr && from->constructor == nullptr) from = from->parent;
  return from;
}

std::string singletonKey(const Class& definition) {
  return definition.name + "#" + std::to_string(std::bit_cast<std::uintptr_t>(definition.unit.get()));
}

}  // namespace

Result<Value> Machine::makeInstance(const ClassValue& definition) {
  const Class& user = *definition.user();
  if (!user.broken.empty()) return std::unexpected(hostError(code::badClass, user.broken));
  Ref<Object> object = user.isShared ? Object::make() : Object::make(process_.heap());
  if (user.isShared) {
    // Until the end of its constructor it may gather shared values of any group.
    Ref<Group> group(new Group);
    group->setConstructing(true);
    object->setGroup(Ref<Box>::sharing(group.get()));
  }
  object->reserve(user.instanceSize.load(std::memory_order_relaxed));
  object->setClassLink(Ref<Handle>::sharing(const_cast<ClassValue*>(&definition)));
  Value instance = Value::object(std::move(object));
  std::vector<const Class*> chain;
  for (const Class* at = &user; at != nullptr; at = at->parent) {
    if (at->initialiser != nullptr) chain.push_back(at);
  }
  for (auto at = chain.rbegin(); at != chain.rend(); ++at) {
    const auto done = callCode(*(*at)->initialiser, *at, instance, {});
    if (!done) return std::unexpected(done.error());
  }
  return instance;
}

Machine::Construction Machine::construction(const ClassValue& definition) const {
  Construction plan;
  plan.owner = constructorOwner(definition.user());
  if (plan.owner == nullptr) return plan;
  plan.code = plan.owner->constructor;
  plan.flags = Frame::constructs;
  if (definition.user()->isShared) plan.flags |= Frame::locksShared;
  if (constructorOwner(plan.owner->parent) != nullptr) plan.flags |= Frame::superPending;
  return plan;
}

void Machine::endConstruction(const Value& instance) {
  if (const Ref<Group> group = Group::of(instance.asObject())) Group::root(group)->setConstructing(false);
}

Value Machine::unconstructed() {
  static const Value marker = Value::handle(Ref<Handle>(new Unconstructed));
  return marker;
}

Result<Value> Machine::newInstance(const ClassValue& definition, std::span<const Value> arguments) {
  auto instance = makeInstance(definition);
  if (!instance) return instance;
  const Construction plan = construction(definition);
  if (plan.code == nullptr) {
    endConstruction(*instance);
    return instance;
  }
  const bool pending = (plan.flags & Frame::superPending) != 0;
  return run(*plan.code, plan.owner, arguments, pending ? unconstructed() : *instance, plan.flags, *instance);
}

Result<Value> Machine::instantiate(const ClassValue& definition, std::span<const Value> arguments) {
  if (const NativeClass* native = definition.native()) {
    if (native->constructor == nullptr) {
      return std::unexpected(hostError(code::notFunction, "4D." + std::string(native->name) + " has no function new"));
    }
    return callNative(*native->constructor, process_.runtime().builtins().signature(*native->constructor),
                      Value::handle(Ref<Handle>::sharing(const_cast<ClassValue*>(&definition))), arguments);
  }
  if (definition.user()->singleton != SingletonScope::none) return singleton(definition, arguments);
  return newInstance(definition, arguments);
}

Result<Value> Machine::singleton(const ClassValue& definition, std::span<const Value> arguments) {
  switch (definition.user()->singleton) {
    case SingletonScope::none:
      return Value();
    case SingletonScope::application:
      return sharedSingleton(definition, {}, arguments);
    case SingletonScope::session:
      if (!process_.sessionId.empty()) return sharedSingleton(definition, process_.sessionId, arguments);
      break;
    case SingletonScope::process:
      break;
  }
  const std::string key = singletonKey(*definition.user());
  if (const auto known = singletons_.find(key); known != singletons_.end()) return known->second;
  auto made = newInstance(definition, arguments);
  if (made) singletons_.emplace(key, *made);
  return made;
}

Result<Value> Machine::sharedSingleton(const ClassValue& definition, const std::string& scope,
                                       std::span<const Value> arguments) {
  Runtime::Shared& shared = process_.runtime().shared();
  const std::string key = singletonKey(*definition.user());
  while (true) {
    std::shared_ptr<Event> made;
    {
      const std::lock_guard guard(shared.mutex);
      SharedSingleton& entry = shared.singletons[scope][key];
      if (!entry.instance.isUndefined()) return entry.instance;
      if (entry.maker == &process_) {
        return std::unexpected(hostError(
            code::recursion, "the constructor of the singleton " + definition.user()->name + " asks for itself"));
      }
      if (entry.maker == nullptr) {
        entry.maker = &process_;
        break;
      }
      made = std::make_shared<Event>();
      entry.waiting.push_back(made);
    }
    if (auto woken = process_.wait(*made, std::nullopt); !woken) return std::unexpected(woken.error());
  }
  auto instance = newInstance(definition, arguments);
  std::vector<std::shared_ptr<Event>> waiting;
  {
    const std::lock_guard guard(shared.mutex);
    SharedSingleton& entry = shared.singletons[scope][key];
    if (instance) entry.instance = *instance;
    entry.maker = nullptr;
    waiting.swap(entry.waiting);
  }
  for (const auto& event : waiting) event->set();
  return instance;
}

}  // namespace qodly::script::vm
