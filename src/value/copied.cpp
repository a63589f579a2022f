#include "value/copied.h"

#include "value/packed.h"

namespace qodly {

namespace {

Value copyOf(const Value& value, std::size_t depth) {
  if (!value.isObject() && !value.isCollection()) return value;
  if (depth == 0) return Value::null();
  if (value.isObject()) {
    auto copy = Object::make();
    for (const Object::Member& member : value.asObject().members()) {
      copy->set(member.name, copyOf(member.value, depth - 1));
    }
    return Value::object(std::move(copy));
  }
  auto copy = Collection::make();
  for (const Value& element : value.asCollection().elements()) copy->push(copyOf(element, depth - 1));
  return Value::collection(std::move(copy));
}

}  // namespace

Value copied(const Value& value) { return copyOf(value, maximumPackedDepth); }

}  // namespace qodly
