#include "script/vm/shared.h"

#include <algorithm>
#include <chrono>

#include "script/vm/class.h"
#include "script/vm/codes.h"
#include "script/vm/group.h"
#include "script/vm/runtime.h"

namespace qodly::script::vm {

namespace {

constexpr std::chrono::seconds lockWait{60};

}  // namespace

Ref<Group> Group::of(const Container& container) {
  return Ref<Group>::sharing(static_cast<Group*>(container.group().get()));
}

Ref<Group> Group::root(Ref<Group> group) {
  while (group) {
    Ref<Group> next;
    {
      const std::lock_guard guard(group->mutex_);
      next = group->joined_;
    }
    if (!next) break;
    group = std::move(next);
  }
  return group;
}

bool Group::isJoined() const {
  const std::lock_guard guard(mutex_);
  return static_cast<bool>(joined_);
}

bool Group::heldBy(const Process& process, const Ref<Group>& group) {
  const Ref<Group> at = root(group);
  const std::lock_guard guard(at->mutex_);
  return at->owner_ == &process;
}

Result<> Group::lock(Process& process, const Ref<Group>& group) {
  const auto deadline = std::chrono::steady_clock::now() + lockWait;
  while (true) {
    const Ref<Group> at = root(group);
    std::shared_ptr<Event> freed;
    {
      const std::lock_guard guard(at->mutex_);
      if (at->joined_) continue;
      if (at->owner_ == nullptr || at->owner_ == &process) {
        at->owner_ = &process;
        ++at->depth_;
        return {};
      }
      freed = std::make_shared<Event>();
      at->waiting_.push_back(freed);
    }
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    const auto woken = left.count() > 0 ? process.wait(*freed, left) : Result<Wakeup>(Wakeup::timeout);
    if (woken && *woken == Wakeup::set) continue;
    {
      const std::lock_guard guard(at->mutex_);
      std::erase(at->waiting_, freed);
      // Somebody may have handed the turn to this waiter in the last moment: the next one gets it.
      if (freed->isSet() && at->owner_ == nullptr && !at->waiting_.empty()) {
        at->waiting_.front()->set();
        at->waiting_.pop_front();
      }
    }
    if (!woken) return std::unexpected(woken.error());
    return std::unexpected(
        hostError(code::lockTimeout, "use: the shared value is still locked by another process after 60 seconds"));
  }
}

void Group::unlock(Process& process, const Ref<Group>& group) {
  const Ref<Group> at = root(group);
  const std::lock_guard guard(at->mutex_);
  if (at->owner_ != &process || at->depth_ == 0 || --at->depth_ > 0) return;
  at->owner_ = nullptr;
  if (at->waiting_.empty()) return;
  at->waiting_.front()->set();
  at->waiting_.pop_front();
}

void Group::setConstructing(bool constructing) {
  const std::lock_guard guard(mutex_);
  constructing_ = constructing;
}

Result<> Group::join(Process& process, const Ref<Group>& container, const Ref<Group>& value) {
  const auto refused = [] {
    return std::unexpected(hostError(code::otherGroup,
                                     "the shared value belongs to the group of another shared object or collection "
                                     "and cannot be put into this one"));
  };
  while (true) {
    Ref<Group> into = root(container);
    Ref<Group> from = root(value);
    if (into == from) return {};
    if (into->isStore()) return {};
    if (from->isStore()) return refused();
    {
      const std::scoped_lock guard(into->mutex_, from->mutex_);
      if (into->joined_ || from->joined_) continue;
      // An object under construction may gather what was made before it. A container that is just being made may become
      // part of the group of what is put into it.
      if (from->members_ > 1 && !into->constructing_) {
        if (into->members_ > 1 || into->owner_ != nullptr) return refused();
        std::swap(into, from);
      }
    }
    // The content of `from` is guarded by `into` from now on; whoever holds it, must have finished.
    if (auto locked = lock(process, from); !locked) return locked;
    bool done = false;
    {
      const std::unique_lock dataGuard(from->data_);
      const std::scoped_lock guard(into->mutex_, from->mutex_);
      if (!into->joined_ && !from->joined_ && (into->owner_ == nullptr || into->owner_ == &process)) {
        const std::size_t held = from->depth_ - 1;  // what the process held before
        from->joined_ = into;
        into->members_ += from->members_;
        if (held > 0) {
          into->owner_ = &process;
          into->depth_ += held;
        }
        for (const auto& waiter : from->waiting_) waiter->set();
        from->waiting_.clear();
        done = true;
      }
    }
    if (done) return {};
    unlock(process, from);
    // The group that is joined is held by another process: wait for it.
    if (auto locked = lock(process, into); !locked) return locked;
    unlock(process, into);
  }
}

Value newSharedObject() {
  Ref<Object> object = Object::make();
  object->setGroup(Ref<Box>(new Group));
  return Value::object(std::move(object));
}

Value newSharedCollection() {
  Ref<Collection> collection = Collection::make();
  collection->setGroup(Ref<Box>(new Group));
  return Value::collection(std::move(collection));
}

const Container* containerOf(const Value& value) {
  if (value.isObject()) return &value.asObject();
  return value.isCollection() ? &value.asCollection() : nullptr;
}

bool isShared(const Value& value) {
  const Container* container = containerOf(value);
  return container != nullptr && container->group();
}

ReadGuard::ReadGuard(const Container& container) {
  if (!container.group()) return;
  while (true) {
    Ref<Group> root = Group::root(Group::of(container));
    lock_ = std::shared_lock(root->data());
    if (!root->isJoined()) {
      group_ = Ref<Box>::sharing(root.get());
      return;
    }
    lock_.unlock();
  }
}

struct WriteGuard::State {
  Process* process = nullptr;
  Ref<Group> taken;  // to be unlocked at the end; null when the process held it
  Ref<Group> root;
  std::unique_lock<std::shared_mutex> lock;
};

Result<WriteGuard> WriteGuard::take(Process& process, const Container& container, bool lockAutomatically) {
  WriteGuard guard;
  if (!container.group()) return guard;
  guard.state_ = std::make_unique<State>();
  State& state = *guard.state_;
  state.process = &process;
  const Ref<Group> group = Group::of(container);
  if (!Group::heldBy(process, group)) {
    if (!lockAutomatically) {
      return std::unexpected(hostError(code::writeOutsideUse,
                                       "a shared object or collection can only be changed between use(...) and end"));
    }
    if (auto locked = Group::lock(process, group); !locked) return std::unexpected(locked.error());
    state.taken = group;
  }
  state.root = Group::root(group);  // stays the root while the process holds the lock
  state.lock = std::unique_lock(state.root->data());
  return guard;
}

WriteGuard::WriteGuard(WriteGuard&&) noexcept = default;

WriteGuard::~WriteGuard() {
  if (!state_) return;
  if (state_->lock.owns_lock()) state_->lock.unlock();
  if (state_->taken) Group::unlock(*state_->process, state_->taken);
}

namespace {

std::unexpected<Error> notShareable() {
  return std::unexpected(
      hostError(code::notShareable, "not supported value type in a shared object or shared collection"));
}

bool handleMayBeShared(Process& process, Handle& handle) {
  if (handle.kind() == ClassValue::kindName()) return true;
  if (const auto* native = dynamic_cast<const NativeObject*>(&handle)) return native->mayBeShared();
  const HandleType* type = process.runtime().handleType(handle.kind());
  return type != nullptr && type->mayBeShared(handle);
}

Result<Value> sharedMember(Process& process, const Ref<Group>& group, const Container& member, const Value& value) {
  if (!member.group()) return notShareable();
  if (auto joined = Group::join(process, group, Group::of(member)); !joined) return std::unexpected(joined.error());
  return value;
}

}  // namespace

Value plainForContainer(Process& process, const Value& value) {
  switch (value.type()) {
    case Type::integer:
      return Value::real(static_cast<double>(value.asInteger()));
    case Type::time:
      return Value::markedTime(value.asTime());
    case Type::blob:
      return process.runtime().builtins().boxedBlob(value);
    default:
      return value;
  }
}

Result<Value> valueForContainer(Process& process, const Container& container, const Value& value) {
  if (!container.group()) return plainForContainer(process, value);
  const Ref<Group> group = Group::root(Group::of(container));
  if (group->isStore() && !value.isMissing() && value.type() != Type::handle && !isShared(value)) {
    // Only that of the application wants shared values alone; a session keeps numbers and texts, too.
    const Value whole = process.runtime().storage();
    if (static_cast<const Container*>(&whole.asObject()) == &container) return notShareable();
  }
  switch (value.type()) {
    case Type::object:
      return sharedMember(process, group, value.asObject(), value);
    case Type::collection:
      return sharedMember(process, group, value.asCollection(), value);
    case Type::picture:
      return notShareable();
    case Type::blob: {
      Value boxed = plainForContainer(process, value);
      return boxed;
    }
    case Type::handle:
      if (!handleMayBeShared(process, value.asHandle())) return notShareable();
      return value;
    default:
      return plainForContainer(process, value);
  }
}

}  // namespace qodly::script::vm
