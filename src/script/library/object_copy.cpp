#include "script/library/object_copy.h"

#include <unordered_map>
#include <vector>

#include "script/vm/codes.h"
#include "script/vm/handle_type.h"
#include "script/vm/runtime.h"
#include "script/vm/shared.h"

namespace qodly::script::library {

namespace {

constexpr std::size_t stepsBetweenChecks = 4096;

class Copier {
 public:
  Copier(vm::Process& process, CopyKind kind) : process_(process), kind_(kind) {}

  // group: the copy joins its group; nullptr: none.
  Result<Value> copy(const Value& value, const Container* group) {
    auto copied = begin(value);
    if (!copied) return copied;
    // Before anything else is in its group: a group of many could not join another one.
    if (group != nullptr && vm::containerOf(*copied) != nullptr) {
      copied = vm::valueForContainer(process_, *group, *copied);
      if (!copied) return copied;
    }
    // Each container is filled after it was made, so that those which refer to it find it.
    for (std::size_t next = 0; next < open_.size(); ++next) {
      if (next % stepsBetweenChecks == stepsBetweenChecks - 1) {
        if (auto allowed = process_.checkpoint(); !allowed) return std::unexpected(allowed.error());
      }
      const Pending pending = open_[next];
      if (auto filled = pending.from.isObject() ? fillObject(pending) : fillCollection(pending); !filled) {
        return std::unexpected(filled.error());
      }
    }
    return copied;
  }

 private:
  struct Pending {
    Value from, to;
  };

  // The copy of a scalar or handle, or an empty container that is filled later.
  Result<Value> begin(const Value& value) {
    if (value.type() == Type::handle) return copyOfHandle(value);
    if (!value.isObject() && !value.isCollection()) return value;
    const Container* source = vm::containerOf(value);
    if (const auto known = copies_.find(source); known != copies_.end()) return known->second;
    Value copied = emptyLike(value);
    if (value.isObject()) {
      copied.asObject().setClassLink(value.asObject().classLink());
    }
    copies_.emplace(source, copied);
    open_.push_back({value, copied});
    return copied;
  }

  Value emptyLike(const Value& value) const {
    if (kind_ == CopyKind::shared) return value.isObject() ? vm::newSharedObject() : vm::newSharedCollection();
    return value.isObject() ? process_.newObject() : process_.newCollection();
  }

  Result<Value> copyOfHandle(const Value& value) {
    const vm::HandleType* type = process_.runtime().handleType(value.asHandle().kind());
    if (type == nullptr) return value;
    return type->copyOf(process_, value.asHandle(), kind_ == CopyKind::shared);
  }

  // What is copied as it is, by far the most.
  bool isPlainScalar(const Value& value) const { return kind_ == CopyKind::plain && value.type() < Type::object; }

  // The copy as a member of `target`: joined to its group when both are shared.
  Result<Value> member(const Value& target, const Value& value) {
    auto copied = begin(value);
    if (!copied || kind_ == CopyKind::plain) return copied;
    return vm::valueForContainer(process_, *vm::containerOf(target), *copied);
  }

  Result<> fillObject(const Pending& pending) {
    const Object& source = pending.from.asObject();
    std::vector<Object::Member> held;
    const bool guarded = source.group().get() != nullptr;
    if (guarded) {
      const vm::ReadGuard guard(source);
      held = source.members();
    }
    const std::vector<Object::Member>& members = guarded ? held : source.members();
    Object& target = pending.to.asObject();
    target.reserve(members.size());
    for (const Object::Member& item : members) {
      if (isPlainScalar(item.value)) {
        target.set(item.name, item.value);
        continue;
      }
      auto value = member(pending.to, item.value);
      if (!value) return std::unexpected(value.error());
      target.set(item.name, std::move(*value));
    }
    return {};
  }

  Result<> fillCollection(const Pending& pending) {
    const Collection& source = pending.from.asCollection();
    std::vector<Value> held;
    const bool guarded = source.group().get() != nullptr;
    if (guarded) {
      const vm::ReadGuard guard(source);
      held = source.elements();
    }
    const std::vector<Value>& elements = guarded ? held : source.elements();
    if (auto charged = process_.charge(elements.size() * sizeof(Value)); !charged) return charged;
    Collection& target = pending.to.asCollection();
    target.elements().reserve(elements.size());
    for (const Value& element : elements) {
      if (isPlainScalar(element)) {
        target.push(element);
        continue;
      }
      auto value = member(pending.to, element);
      if (!value) return std::unexpected(value.error());
      target.push(std::move(*value));
    }
    return {};
  }

  vm::Process& process_;
  CopyKind kind_;
  std::unordered_map<const Container*, Value> copies_;
  std::vector<Pending> open_;
};

}  // namespace

Result<Value> deepCopy(vm::Process& process, const Value& value, CopyKind kind, const Value& groupWith) {
  const bool joins = kind == CopyKind::shared && !groupWith.isMissing();
  if (joins && !vm::isShared(groupWith)) {
    return std::unexpected(
        hostError(code::useOfPlain, "A copy can only join the group of a shared object or collection"));
  }
  return Copier(process, kind).copy(value, joins ? vm::containerOf(groupWith) : nullptr);
}

}  // namespace qodly::script::library
