// Loops (language.md 11).
#include <cmath>
#include <limits>

#include "script/vm/codes.h"
#include "script/vm/interpret.h"
#include "script/vm/program.h"
#include "script/vm/properties.h"
#include "script/vm/shared.h"

namespace qodly::script::vm {

namespace {

std::optional<double> numberOf(const Value& value) {
  if (value.isNumber()) return value.asNumber();
  if (value.type() == Type::time) return static_cast<double>(value.asTime().ms) / 1000;
  return std::nullopt;
}

}  // namespace

bool Interpreter::forPrepare(Machine& m, Value* r, Word w, bool integer) {
  const auto limit = numberOf(r[w.a()]);
  const auto step = numberOf(r[w.a() + 1]);
  if (!limit || !step) {
    // An undefined bound: no pass.
    if ((r[w.a()].isUndefined() || limit) && (r[w.a() + 1].isUndefined() || step)) {
      r[w.a()] = integer ? Value::integer(std::numeric_limits<std::int64_t>::min()) : Value::real(std::nan(""));
      r[w.a() + 1] = integer ? Value::integer(1) : Value::real(1);
      return true;
    }
    return m.fail(code::wrongType, "for: the bounds and the step must be numbers, " + describeType(r[w.a()]) + " and " +
                                       describeType(r[w.a() + 1]) + " were given");
  }
  if (*step == 0) return m.fail(code::invalidStep, "for: the step must not be 0");
  if (!integer) {
    r[w.a()] = Value::real(*limit);
    r[w.a() + 1] = Value::real(*step);
    return true;
  }
  double whole = std::round(*step);
  if (whole == 0) whole = *step > 0 ? 1 : -1;
  const double bound = whole > 0 ? std::floor(*limit) : std::ceil(*limit);
  r[w.a()] = Value::integer(static_cast<std::int64_t>(std::clamp(bound, -1e15, 1e15)));
  r[w.a() + 1] = Value::integer(static_cast<std::int64_t>(std::clamp(whole, -1e15, 1e15)));
  return true;
}

namespace {

// forEach over an object: the names of its properties.
Result<Value> namesOf(Machine& machine, const Value& source) {
  Ref<Collection> names = Collection::make(machine.process().heap());
  if (source.isObject()) {
    const ReadGuard guard(source.asObject());
    for (const Object::Member& member : source.asObject().members()) names->push(Value::text(member.name));
    return Value::collection(std::move(names));
  }
  Handle& handle = source.asHandle();
  const HandleType* type = machine.process().runtime().handleType(handle.kind());
  if (type != nullptr) {
    if (const auto keys = type->keys(machine.process(), handle)) {
      for (const std::string& key : *keys) names->push(Value::text(key));
      return Value::collection(std::move(names));
    }
  } else if (auto* native = dynamic_cast<NativeObject*>(&handle)) {
    if (const Object* properties = native->openProperties()) {
      const ReadGuard guard(*properties);
      for (const Object::Member& member : properties->members()) names->push(Value::text(member.name));
    }
    return Value::collection(std::move(names));
  } else if (handle.kind() == ClassStoreValue::kindName()) {
    if (const auto program = machine.program()) {
      for (const auto& definition : program->classes()) names->push(Value::text(definition->name));
    }
    return Value::collection(std::move(names));
  }
  return std::unexpected(hostError(code::wrongType, "forEach: " + describeType(source) + " cannot be iterated"));
}

}  // namespace

bool Interpreter::forEachPrepare(Machine& m, Value* r, Word w, bool& any) {
  Value& source = r[w.a()];
  Value& begin = r[w.a() + 1];
  Value& end = r[w.a() + 2];
  any = false;
  if (source.isMissing()) {
    source = begin = end = Value();
    return true;
  }
  std::int64_t size = 0;
  bool bounded = true;
  if (source.isCollection()) {
    const ReadGuard guard(source.asCollection());
    size = static_cast<std::int64_t>(source.asCollection().size());
  } else if (source.isObject() || source.type() == Type::handle) {
    std::optional<std::int64_t> length;
    if (source.type() == Type::handle) {
      if (const HandleType* type = m.process_.runtime().handleType(source.asHandle().kind())) {
        length = type->length(m.process_, source.asHandle());
      }
    }
    if (length) {
      size = *length;
    } else {
      auto names = namesOf(m, source);
      if (!names) return m.fail(names.error());
      source = std::move(*names);
      size = static_cast<std::int64_t>(source.asCollection().size());
      bounded = false;
    }
  } else {
    return m.fail(code::wrongType, "forEach: " + describeType(source) + " cannot be iterated");
  }
  std::int64_t first = 0;
  std::int64_t last = size;
  if (bounded && w.b() != 0) {
    for (const Value* bound : {&begin, &end}) {
      if (bound->isMissing()) continue;
      const auto number = numberOf(*bound);
      if (!number) {
        return m.fail(code::wrongType,
                      "forEach: begin and end must be numbers, " + describeType(*bound) + " was given");
      }
      const auto whole = static_cast<std::int64_t>(std::clamp(std::trunc(*number), -1e15, 1e15));
      if (bound == &begin) {
        first = whole < 0 ? std::max<std::int64_t>(whole + size, 0) : whole;
      } else {
        last = std::min(whole < 0 ? whole + size : whole, size);
      }
    }
  }
  begin = Value::integer(first);
  end = Value::integer(last);
  any = first < last;
  if (!any) source = begin = end = Value();
  return true;
}

bool Interpreter::forEachNext(Machine& m, Value* r, Word w, bool& any) {
  const Value& source = r[w.a()];
  std::int64_t index = r[w.a() + 1].asInteger();
  const std::int64_t end = r[w.a() + 2].asInteger();
  any = false;
  const HandleType* type = nullptr;
  for (; index < end && !any; ++index) {
    if (source.isCollection()) {
      const Collection& collection = source.asCollection();
      const ReadGuard guard(collection);
      if (static_cast<std::size_t>(index) >= collection.size()) {
        index = end - 1;  // nothing behind it either
        continue;
      }
      r[w.b()] = collection.elements()[static_cast<std::size_t>(index)];
      any = true;
      continue;
    }
    if (type == nullptr) type = m.process_.runtime().handleType(source.asHandle().kind());
    auto item = type->item(m.process_, source.asHandle(), index);
    if (!item) return m.fail(item.error());
    if (!*item) continue;
    r[w.b()] = std::move(**item);
    any = true;
  }
  r[w.a() + 1] = Value::integer(index);
  return true;
}

}  // namespace qodly::script::vm
