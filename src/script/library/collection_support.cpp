#include "script/library/collection_support.h"

#include <algorithm>
#include <cmath>

#include "script/vm/codes.h"
#include "script/vm/group.h"
#include "script/vm/runtime.h"

namespace qodly::script::library {

namespace {

constexpr std::size_t chargedSize = 4096;  // smaller results are counted by the machine alone

}  // namespace

Elements::Elements(const Collection& collection, bool copied) : span_(collection.elements()) {
  if (!collection.group() && !copied) return;
  const vm::ReadGuard guard(collection);
  copy_ = collection.elements();
  span_ = copy_;
}

const Collation& collationOf(const vm::Call& call) { return call.process().runtime().collation(); }

std::size_t sizeOf(const Collection& collection) {
  if (!collection.group()) return collection.size();
  const vm::ReadGuard guard(collection);
  return collection.size();
}

Value elementAt(const Collection& collection, std::size_t index) {
  const auto read = [&] { return index < collection.size() ? collection.elements()[index] : Value(); };
  if (!collection.group()) return read();
  const vm::ReadGuard guard(collection);
  return read();
}

Result<Value> elementFor(vm::Process& process, const Collection& collection, const Value& value) {
  if (value.isUndefined()) return Value::null();
  if (!collection.group() || (!value.isObject() && !value.isCollection())) {
    return vm::valueForContainer(process, collection, value);
  }
  // Under the lock that the functions take for themselves: what is locked never joins the group of a value.
  const Ref<vm::Group> group = vm::Group::of(collection);
  if (auto locked = vm::Group::lock(process, group); !locked) return std::unexpected(locked.error());
  auto element = vm::valueForContainer(process, collection, value);
  vm::Group::unlock(process, group);
  return element;
}

Result<Value> plainResult(vm::Process& process, std::vector<Value> elements) {
  if (elements.size() > chargedSize) {
    if (auto charged = process.charge(elements.size() * sizeof(Value)); !charged) {
      return std::unexpected(charged.error());
    }
  }
  Value result = process.newCollection();
  result.asCollection().elements() = std::move(elements);
  return result;
}

Result<Value> likeReceiver(const vm::Call& call, std::vector<Value> elements) {
  const Collection& source = receiver(call);
  if (!source.group()) return plainResult(call.process(), std::move(elements));
  Value result = vm::newSharedCollection();
  result.asCollection().elements() = std::move(elements);
  return vm::valueForContainer(call.process(), source, result);
}

std::int64_t positionGiven(const vm::Call& call, std::size_t argument, std::int64_t fallback) {
  constexpr double limit = 4e18;
  if (!call.at(argument).isNumber()) return fallback;
  const double number = call.at(argument).asNumber();
  if (std::isnan(number)) return 0;
  return static_cast<std::int64_t>(std::trunc(std::clamp(number, -limit, limit)));
}

std::size_t insertionPosition(std::int64_t given, std::size_t size) {
  const auto length = static_cast<std::int64_t>(size);
  if (given < 0) given += length;
  return static_cast<std::size_t>(std::clamp<std::int64_t>(given, 0, length));
}

std::size_t searchPosition(std::int64_t given, std::size_t size) {
  if (given < 0) given = std::max<std::int64_t>(given + static_cast<std::int64_t>(size), 0);
  return static_cast<std::size_t>(given);
}

bool MachineMembers::computes(const Value& owner) const {
  return owner.isObject() && (owner.asObject().classLink() || owner.asObject().group());
}

Value MachineMembers::member(const Value& owner, std::string_view name) {
  if (error) return {};
  auto value = process_.property(owner, name);
  if (value) return std::move(*value);
  error = value.error();
  return {};
}

Result<std::vector<const Value*>> PathValues::at(std::string_view path) {
  auto parsed = PropertyPath::parse(path, &source_);
  if (!parsed) return std::unexpected(parsed.error());
  return read(*parsed);
}

Result<std::vector<const Value*>> PathValues::at(std::vector<std::string> levels) {
  return read(PropertyPath(std::move(levels), &source_));
}

Result<std::vector<const Value*>> PathValues::read(const PropertyPath& path) {
  std::vector<const Value*> found;
  found.reserve(elements_.size());
  for (const Value& element : elements_) {
    Value scratch;
    const Value* value = path.find(element, scratch);
    if (value == &scratch) value = &computed_.emplace_back(std::move(scratch));
    found.push_back(value);
    if (source_.error) return std::unexpected(*source_.error);
  }
  return found;
}

bool mayCompute(std::span<const Value> elements) {
  return std::ranges::any_of(elements, [](const Value& element) {
    if (element.type() == Type::handle) return true;
    return element.isObject() && (element.asObject().classLink() || element.asObject().group());
  });
}

}  // namespace qodly::script::library
