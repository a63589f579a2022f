// Instructions on values that are rarer than numbers: operators, properties, elements, literals, variables.
#include <cmath>
#include <typeinfo>

#include "script/syntax/names.h"
#include "script/vm/codes.h"
#include "script/vm/convert_value.h"
#include "script/vm/interpret.h"
#include "script/vm/pointer.h"
#include "script/vm/program.h"
#include "script/vm/properties.h"
#include "script/vm/quick_type.h"
#include "script/vm/shared.h"

namespace qodly::script::vm {

using compile::Opcode;
using syntax::BinaryOperator;
using syntax::TypeWord;

namespace {

bool isOrder(BinaryOperator op) { return op >= BinaryOperator::less && op <= BinaryOperator::greaterOrEqual; }

}  // namespace

bool Interpreter::binary(Machine& m, BinaryOperator op, Value* r, Word w) {
  Value& left = r[w.b()];
  Value& right = r[w.c()];
  if (op == BinaryOperator::add && left.isText() && right.isText()) {
    // A temporary, and the target itself, grow in place.
    const std::size_t size = left.asText().size() + right.asText().size();
    m.charge(size);
    if (size > (std::size_t{1} << 20U)) {
      if (auto charged = m.checkMemory(size); !charged) return m.fail(charged.error());
    }
    if (w.a() == w.b() || w.b() >= temporaries(m)) {
      if (&left == &right) {
        const Value same = right;
        Value::appendText(left, same.asText());
      } else {
        Value::appendText(left, right.asText());
      }
      used(m, r, w.c());
      if (w.a() != w.b()) r[w.a()] = std::move(left);
      return true;
    }
  }
  auto result = applyOperator(m.process_, op, left, right);
  if (!result) return m.fail(result.error());
  used(m, r, w.b());
  used(m, r, w.c());
  r[w.a()] = std::move(*result);
  return true;
}

bool Interpreter::binaryNumber(Machine& m, BinaryOperator op, Value* r, Word w) {
  auto result = applyOperator(m.process_, op, r[w.b()], Value::real(w.signedC()));
  if (!result) return m.fail(result.error());
  used(m, r, w.b());
  r[w.a()] = std::move(*result);
  return true;
}

bool Interpreter::compare(Machine& m, BinaryOperator op, Value* r, std::uint16_t a, const Value& right,
                          std::uint16_t rightTemporary, bool& result) {
  if (isOrder(op)) {
    const auto ordered = orderByLanguage(m.process_, op, r[a], right);
    if (!ordered) return m.fail(ordered.error());
    result = *ordered;
  } else {
    result = equalByLanguage(m.process_, r[a], right);
  }
  used(m, r, a);
  if (rightTemporary != 0) used(m, r, rightTemporary);
  return true;
}

bool Interpreter::condition(Machine& m, Value* r, std::uint16_t a, bool& result) {
  const Value& value = r[a];
  if (value.type() == Type::boolean) {
    result = value.asBoolean();
    return true;
  }
  if (value.isMissing()) {
    result = false;
    return true;
  }
  return m.fail(code::wrongType, "Boolean expected, " + describeType(value) + " was given");
}

bool Interpreter::convert(Machine& m, Value* r, Word w, TypeWord type) {
  Value value = take(m, r, w.b());
  if (auto done = convertToDeclared(m.process_, type, Conversion::assignment, value); !done) {
    return m.fail(done.error());
  }
  r[w.a()] = std::move(value);
  return true;
}

bool Interpreter::appendText(Machine& m, Value* r, Word w) {
  Value& target = r[w.a()];
  const Value& suffix = r[w.b()];
  if (target.isText() && suffix.isText()) {
    const std::size_t size = suffix.asText().size();
    m.charge(size);
    if (target.asText().size() > (std::size_t{1} << 20U)) {
      if (auto charged = m.checkMemory(size); !charged) return m.fail(charged.error());
    }
    if (&target == &suffix) {
      const Value same = suffix;
      Value::appendText(target, same.asText());
    } else {
      Value::appendText(target, suffix.asText());
    }
  } else if (suffix.isUndefined()) {
    target = Value::text("");
  } else {
    auto sum = applyOperator(m.process_, BinaryOperator::add, target, suffix);
    if (!sum) return m.fail(sum.error());
    if (auto done = convertToDeclared(m.process_, TypeWord::text, Conversion::assignment, *sum); !done) {
      return m.fail(done.error());
    }
    target = std::move(*sum);
  }
  used(m, r, w.b());
  return true;
}

// --- Properties and elements

namespace {

// What a plain object or collection stores of a value.
Value stored(Process& process, Value&& value) {
  switch (value.type()) {
    case Type::integer:
    case Type::time:
    case Type::blob:
      return plainForContainer(process, value);
    default:
      return std::move(value);
  }
}

}  // namespace

namespace {

// Whether it is a QuickType. The classes met last are known without a cast.
bool isQuick(const HandleType& type) {
  thread_local const std::type_info* quick = nullptr;
  thread_local const std::type_info* plain = nullptr;
  const std::type_info& kind = typeid(type);
  if (&kind == quick) return true;
  if (&kind == plain) return false;
  const bool found = dynamic_cast<const QuickType*>(&type) != nullptr;
  (found ? quick : plain) = &kind;
  return found;
}

}  // namespace

Step Interpreter::deliver(Machine& m, Value* r, Word w, Result<Found> found) {
  if (!found) {
    m.fail(found.error());
    return Step::failed;
  }
  if (found->getter == nullptr) {
    used(m, r, w.b());
    r[w.a()] = std::move(found->value);
    return Step::next;
  }
  Value* window = r + code(m).registers;
  window[0] = take(m, r, w.b());
  return m.enter(*found->getter, found->owner, window, 0, &r[w.a()], 0, Value()) ? Step::frame : Step::failed;
}

Step Interpreter::getMember(Machine& m, Value* r, Word w, const Word& /*cache*/) {
  if (r[w.b()].type() == Type::handle) {
    const Handle& handle = r[w.b()].asHandle();
    const HandleType* type = m.process_.runtime().handleType(handle.kind());
    Value value;
    if (type != nullptr && isQuick(*type) &&
        static_cast<const QuickType*>(type)->quickly(handle, code(m).names[w.c()], value)) {
      used(m, r, w.b());
      r[w.a()] = std::move(value);
      return Step::next;
    }
  }
  return deliver(m, r, w, findMember(m, r[w.b()], code(m).names[w.c()]));
}

Step Interpreter::setMember(Machine& m, Value* r, Word w, const Word& /*cache*/) {
  const std::string& name = code(m).names[w.c()];
  if (r[w.a()].isObject() && !r[w.b()].isUndefined()) {
    // A new property of a plain object.
    Object& object = r[w.a()].asObject();
    const auto* link = static_cast<const ClassValue*>(object.classLink().get());
    if (!object.group() && (link == nullptr || link->user() == nullptr || !link->user()->hasAccessors)) {
      m.charge(sizeof(Object::Member));
      Value value = vm::stored(m.process_, take(m, r, w.b()));
      object.set(name, std::move(value));
      used(m, r, w.a());
      return Step::next;
    }
  }
  const auto stored = storeMember(m, r[w.a()], name, r[w.b()]);
  if (!stored) {
    m.fail(stored.error());
    return Step::failed;
  }
  if (stored->setter == nullptr) {
    used(m, r, w.a());
    used(m, r, w.b());
    return Step::next;
  }
  Value value = take(m, r, w.b());
  if (value.isUndefined()) {  // the getter tells the type whose empty value the setter gets (language.md 9.3)
    auto old = readProperty(m, r[w.a()], name);
    if (!old) {
      m.fail(old.error());
      return Step::failed;
    }
    if (old->isText()) value = Value::text("");
    if (old->isNumber()) value = Value::real(0);
    if (old->type() == Type::boolean) value = Value::boolean(false);
    if (old->type() == Type::date) value = Value::date(Date::none());
    if (old->type() == Type::time) value = Value::time({});
    if (value.isUndefined()) value = Value::null();
  }
  Value* window = r + code(m).registers;
  window[0] = take(m, r, w.a());
  window[1] = std::move(value);
  return m.enter(*stored->setter, stored->owner, window, 1, window, Frame::discard, Value()) ? Step::frame
                                                                                             : Step::failed;
}

Step Interpreter::getSuperMember(Machine& m, Value* r, Word w) {
  const Class* parent = frame(m).owner != nullptr ? frame(m).owner->parent : nullptr;
  const std::string& name = code(m).names[w.c()];
  const Class::Member* member = parent != nullptr ? parent->find(name) : nullptr;
  if (member == nullptr) {
    used(m, r, w.b());
    r[w.a()] = Value();
    return Step::next;
  }
  if (member->getter == nullptr) {
    r[w.a()] = member->function != nullptr ? functionValue(m.program(), *member->function, member->owner) : Value();
    return Step::next;
  }
  Value* window = r + code(m).registers;
  window[0] = r[w.b()];
  return m.enter(*member->getter, member->owner, window, 0, &r[w.a()], 0, Value()) ? Step::frame : Step::failed;
}

namespace {

// Plain containers of literals in shared classes become shared ones.
Result<Value> sharedCopy(Process& process, const Value& value, int depth) {
  if (depth > 200) return std::unexpected(hostError(code::limitReached, "the value is nested too deeply"));
  if (value.isObject() && !value.asObject().group()) {
    const Value made = newSharedObject();
    for (const Object::Member& member : value.asObject().members()) {
      auto copied = sharedCopy(process, member.value, depth + 1);
      if (!copied) return copied;
      auto wanted = valueForContainer(process, made.asObject(), *copied);
      if (!wanted) return wanted;
      made.asObject().set(member.name, std::move(*wanted));
    }
    return made;
  }
  if (value.isCollection() && !value.asCollection().group()) {
    const Value made = newSharedCollection();
    for (const Value& element : value.asCollection().elements()) {
      auto copied = sharedCopy(process, element, depth + 1);
      if (!copied) return copied;
      auto wanted = valueForContainer(process, made.asCollection(), *copied);
      if (!wanted) return wanted;
      made.asCollection().push(std::move(*wanted));
    }
    return made;
  }
  return value;
}

}  // namespace

bool Interpreter::initialiseProperty(Machine& m, Value* r, Word w) {
  Object& object = r[w.a()].asObject();
  Value value = take(m, r, w.b());
  if (object.group()) {
    auto copied = sharedCopy(m.process_, value, 0);
    if (!copied) return m.fail(copied.error());
    value = std::move(*copied);
  }
  auto wanted = valueForContainer(m.process_, object, value);
  if (!wanted) return m.fail(wanted.error());
  if (!wanted->isUndefined()) object.set(code(m).names[w.c()], std::move(*wanted));
  return true;
}

Step Interpreter::getElement(Machine& m, Value* r, Word w, const Value& index) {
  return deliver(m, r, w, findElement(m, r[w.b()], index));
}

Step Interpreter::setElement(Machine& m, Value* r, Word w) {
  const auto stored = storeElement(m, r[w.a()], r[w.b()], r[w.c()]);
  if (!stored) {
    m.fail(stored.error());
    return Step::failed;
  }
  if (stored->setter == nullptr) {
    used(m, r, w.a());
    used(m, r, w.b());
    used(m, r, w.c());
    return Step::next;
  }
  used(m, r, w.b());
  Value* window = r + code(m).registers;
  Value value = take(m, r, w.c());
  window[0] = take(m, r, w.a());
  window[1] = std::move(value);
  return m.enter(*stored->setter, stored->owner, window, 1, window, Frame::discard, Value()) ? Step::frame
                                                                                             : Step::failed;
}

bool Interpreter::getCharacter(Machine& m, Value* r, Word w) {
  auto character = characterAt(r[w.b()], r[w.c()]);
  if (!character) return m.fail(character.error());
  used(m, r, w.b());
  used(m, r, w.c());
  r[w.a()] = std::move(*character);
  return true;
}

bool Interpreter::setCharacter(Machine& m, Value* r, Word w) {
  if (auto done = vm::setCharacter(r[w.a()], r[w.b()], r[w.c()]); !done) return m.fail(done.error());
  used(m, r, w.b());
  used(m, r, w.c());
  return true;
}

bool Interpreter::getBrace(Machine& m, Value* r, Word w) {
  auto element = braceElement(m, r[w.b()], r[w.c()]);
  if (!element) return m.fail(element.error());
  used(m, r, w.b());
  used(m, r, w.c());
  r[w.a()] = std::move(*element);
  return true;
}

bool Interpreter::setBrace(Machine& m, Value* r, Word w) {
  if (auto done = setBraceElement(m, r[w.a()], r[w.b()], r[w.c()]); !done) return m.fail(done.error());
  used(m, r, w.b());
  used(m, r, w.c());
  return true;
}

bool Interpreter::assignArray(Machine& m, Value* r, Word w) {
  Value value = take(m, r, w.b());
  const auto selected = assignToArray(r[w.a()], value);
  if (!selected) return m.fail(selected.error());
  if (!*selected) r[w.a()] = std::move(value);
  return true;
}

// --- Literals

namespace {

void fill(Process& process, Object& object, const std::vector<std::string>& names, Value* values) {
  object.reserve(object.size() + names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    Value value = stored(process, std::move(values[i]));
    if (!value.isUndefined()) object.set(names[i], std::move(value));
  }
}

void fill(Process& process, Collection& collection, Value* values, std::size_t count) {
  collection.elements().reserve(collection.size() + count);
  for (std::size_t i = 0; i < count; ++i) {
    Value value = stored(process, std::move(values[i]));
    collection.push(value.isUndefined() ? Value::null() : std::move(value));
  }
}

}  // namespace

bool Interpreter::newObject(Machine& m, Value* r, Word w) {
  Ref<Object> object = Object::make(m.process_.heap());
  if (w.b() > 0) fill(m.process_, *object, code(m).shapes[w.c()], r + w.a() + 1);
  r[w.a()] = Value::object(std::move(object));
  return true;
}

bool Interpreter::extendObject(Machine& m, Value* r, Word w) {
  fill(m.process_, r[w.a()].asObject(), code(m).shapes[w.c()], r + w.a() + 1);
  return true;
}

bool Interpreter::newCollection(Machine& m, Value* r, Word w) {
  Ref<Collection> collection = Collection::make(m.process_.heap());
  fill(m.process_, *collection, r + w.a() + 1, w.b());
  r[w.a()] = Value::collection(std::move(collection));
  return true;
}

bool Interpreter::extendCollection(Machine& m, Value* r, Word w) {
  fill(m.process_, r[w.a()].asCollection(), r + w.a() + 1, w.b());
  return true;
}

// --- Variables outside the registers

bool Interpreter::getVariable(Machine& m, Value* r, Word w, bool interprocess) {
  const std::string& name = code(m).names[static_cast<std::size_t>(w.bx())];
  r[w.a()] = m.variable(interprocess ? "<>" + syntax::foldName(name) : syntax::foldName(name));
  return true;
}

bool Interpreter::setVariable(Machine& m, Value* r, Word w, bool interprocess) {
  const std::string& name = code(m).names[static_cast<std::size_t>(w.bx())];
  auto done = m.setVariable(interprocess ? "<>" + syntax::foldName(name) : syntax::foldName(name), take(m, r, w.a()));
  return done || m.fail(done.error());
}

bool Interpreter::setCell(Machine& m, Value* r, Word w) {
  Cell& cell = static_cast<Cell&>(r[w.a()].asHandle());
  Value value = take(m, r, w.b());
  const auto selected = assignToArray(cell.value, value);
  if (!selected) return m.fail(selected.error());
  if (*selected) return true;
  if (auto done = convertToDeclared(m.process_, cell.type(), Conversion::assignment, value); !done) {
    return m.fail(done.error());
  }
  cell.value = std::move(value);
  return true;
}

namespace {

// The register of argument `number`, kept ones included; nullptr outside the arguments passed.
Value* argumentSlot(const Frame& frame, const Value& number) {
  if (!number.isNumber()) return nullptr;
  const double wanted = std::trunc(number.asNumber());
  if (!(wanted >= 1 && wanted <= frame.arguments)) return nullptr;
  const auto index = static_cast<std::uint32_t>(wanted);
  if (index <= frame.code->parameters.size()) return &frame.base[index];
  return frame.kept != nullptr ? &frame.kept[index] : nullptr;
}

}  // namespace

bool Interpreter::getParameter(Machine& m, Value* r, Word w) {
  const Value* slot = argumentSlot(frame(m), r[w.b()]);
  Value value = slot != nullptr ? *slot : Value();
  if (const Cell* cell = Cell::from(value)) value = Value(cell->value);
  used(m, r, w.b());
  r[w.a()] = std::move(value);
  return true;
}

bool Interpreter::setParameter(Machine& m, Value* r, Word w) {
  Value* slot = argumentSlot(frame(m), r[w.a()]);
  if (slot == nullptr) {
    return m.fail(code::indexOutOfRange,
                  "there is no argument of that number: " + std::to_string(frame(m).arguments) + " were passed");
  }
  Value value = take(m, r, w.b());
  used(m, r, w.a());
  const auto index = static_cast<std::size_t>(slot - frame(m).base);
  if (slot >= frame(m).base && index >= 1 && index <= code(m).parameters.size()) {
    const TypeWord type = code(m).parameters[index - 1].type.word;
    if (auto done = convertToDeclared(m.process_, type, Conversion::assignment, value); !done) {
      return m.fail(done.error());
    }
  }
  if (Cell* cell = Cell::from(*slot)) {
    cell->value = std::move(value);
  } else {
    *slot = std::move(value);
  }
  return true;
}

bool Interpreter::copyParameters(Machine& m, Value* r, Word w) {
  double from = r[w.b()].isNumber() ? std::trunc(r[w.b()].asNumber()) : 1;
  if (!(from >= 1)) from = 1;
  Ref<Collection> copies = Collection::make(m.process_.heap());
  for (double i = from; i <= frame(m).arguments; ++i) {
    const Value* slot = argumentSlot(frame(m), Value::real(i));
    Value value = slot != nullptr ? *slot : Value();
    if (const Cell* cell = Cell::from(value)) value = Value(cell->value);
    value = stored(m.process_, std::move(value));
    copies->push(value.isUndefined() ? Value::null() : std::move(value));
  }
  used(m, r, w.b());
  r[w.a()] = Value::collection(std::move(copies));
  return true;
}

bool Interpreter::declaredType(Value* r, Word w) {
  const Value& value = r[w.b()];
  const bool own = value.type() == Type::handle && handleTypeCode(value) != 38;
  r[w.a()] = Value::integer(own ? handleTypeCode(value) : 12);
  return true;
}

bool Interpreter::point(Machine& m, Value* r, Word w) {
  const auto name = [&] { return std::string_view(code(m).names[static_cast<std::size_t>(w.bx())]); };
  switch (w.op()) {
    case Opcode::pointCell:
      r[w.a()] = Pointer::toCell(r[w.b()]);
      return true;
    case Opcode::pointProcess:
      r[w.a()] = Pointer::toVariable(Pointer::Sort::process, name());
      return true;
    case Opcode::pointInterprocess:
      r[w.a()] = Pointer::toVariable(Pointer::Sort::interprocess, name());
      return true;
    case Opcode::pointBrace: {
      const auto index = r[w.c()].isNumber() ? toInteger32(r[w.c()].asNumber()) : Result<std::int32_t>(0);
      if (!index) return m.fail(index.error());
      Value array = take(m, r, w.b());
      used(m, r, w.c());
      r[w.a()] = Pointer::toElement(array, *index);
      return true;
    }
    default: {
      Value table = take(m, r, w.b());
      if (Pointer::from(table) == nullptr) table = Pointer::toTable(table);
      r[w.a()] = std::move(table);
      return true;
    }
  }
}

bool Interpreter::getPointed(Machine& m, Value* r, Word w) {
  auto value = m.pointed(r[w.b()]);
  if (!value) return m.fail(value.error());
  used(m, r, w.b());
  r[w.a()] = std::move(*value);
  return true;
}

bool Interpreter::setPointed(Machine& m, Value* r, Word w) {
  const Value pointer = take(m, r, w.a());
  auto done = m.setPointed(pointer, take(m, r, w.b()));
  return done || m.fail(done.error());
}

}  // namespace qodly::script::vm
