// Calls: methods, functions of values, classes, commands; and how they end.
#include <new>
#include <stdexcept>

#include <fmt/format.h>

#include "script/syntax/names.h"
#include "script/vm/codes.h"
#include "script/vm/interpret.h"
#include "script/vm/pointer.h"
#include "script/vm/program.h"
#include "script/vm/properties.h"
#include "script/vm/runtime_state.h"
#include "script/vm/shared.h"
#include "script/vm/unconstructed.h"

namespace qodly::script::vm {

namespace {

void remember(const compile::Word& cache, std::uint16_t serial, const void* pointer, bool native, bool direct = false) {
  const std::uint64_t bits = std::uint64_t{serial} << 48 | (std::bit_cast<std::uintptr_t>(pointer) & cachedPointer) |
                             static_cast<std::uint64_t>(native) | static_cast<std::uint64_t>(direct) << 1;
  std::atomic_ref(cache.bits).store(bits, std::memory_order_relaxed);
}

template <class T>
const T* remembered(const compile::Word& cache, std::uint16_t serial, bool native) {
  const std::uint64_t bits = std::atomic_ref(cache.bits).load(std::memory_order_relaxed);
  if (bits >> 48 != serial || (bits & 1) != static_cast<std::uint64_t>(native)) return nullptr;
  return std::bit_cast<const T*>(static_cast<std::uintptr_t>(bits & cachedPointer));
}

// Of a text or blob that nobody else holds: a native function has just made it. Containers are counted by the heap.
std::size_t newBytes(const Value& boxed) {
  constexpr std::size_t box = 96;
  if (boxed.isText()) return owners(boxed) == 1 ? box + boxed.asText().size() : 0;
  if (boxed.type() != Type::blob && boxed.type() != Type::picture) return 0;
  return owners(boxed) == 1 ? box + boxed.asBlob().bytes.size() : 0;
}

void clear(Value* window, std::uint32_t count) {
  for (std::uint32_t i = 0; i <= count; ++i) window[i] = Value();
}

}  // namespace

Result<Value> runNative(const FunctionRow& row, Call& call) {
  const auto tooLarge = [&] {
    return std::unexpected(
        hostError(code::limitReached, std::string(row.name) + ": there is not enough memory for the result"));
  };
  try {
    return row.run(call);
  } catch (const std::bad_alloc&) {
    return tooLarge();
  } catch (const std::length_error&) {
    return tooLarge();
  }
}

Result<> checkReceiver(Machine& machine, const Function& native, const Value& self) {
  if (native.nativeOwner() == nullptr) return {};
  const NativeTable* table = self.isMissing() ? nullptr : nativeTableOf(machine, self);
  const NativeMember* member = table != nullptr ? table->find(native.row()->name) : nullptr;
  if (member != nullptr && member->function == native.row()) return {};
  return std::unexpected(hostError(code::wrongType, std::string(native.row()->name) + " is a function of " +
                                                        std::string(native.nativeOwner()->name) +
                                                        ": it cannot be called on " + describeType(self)));
}

bool Interpreter::finish(Machine& m, Value result) {
  if (frame(m).state.deferred && !m.endDeferred()) {
    m.clearRegisters(frame(m), temporaries(m));
    m.leaveFrame();
    return false;
  }
  const Frame& ending = frame(m);
  const std::uint16_t flags = ending.state.flags;
  Value* const target = ending.result;
  if ((flags & Frame::superPending) != 0) {
    const std::string name = ending.code->name;
    m.leaveFrame();
    return m.fail(code::superMissing, name + ": the parent's constructor was not called: super(...) is missing");
  }
  if ((flags & Frame::constructs) != 0) {
    result = ending.callee;
    const auto* link = static_cast<const ClassValue*>(result.asObject().classLink().get());
    const auto size = static_cast<std::uint32_t>(std::min<std::size_t>(result.asObject().size(), 32));
    if (link->user()->instanceSize.load(std::memory_order_relaxed) < size) {
      link->user()->instanceSize.store(size, std::memory_order_relaxed);
    }
  }
  m.leaveFrame();
  if ((flags & Frame::superCall) != 0) {
    Frame& caller = frame(m);
    caller.base[0] = caller.callee;
    caller.state.flags &= static_cast<std::uint16_t>(~Frame::superPending);
    *target = Value();
  } else if ((flags & Frame::discard) == 0) {
    *target = std::move(result);
  }
  return true;
}

// --- Methods

namespace {

// A name of one word in 4D code may be meant as a command that the server does not have.
Error unknownMethod(const Builtins& builtins, const compile::Code& caller, const std::string& name) {
  return caller.unit->surface == syntax::Surface::fourD && builtins.isUnavailable(name)
             ? hostError(code::notOnServer, fmt::format("Command not available on the server: {}.", name))
             : hostError(code::unknownName, "there is no method " + name);
}

}  // namespace

Step Interpreter::callMethod(Machine& m, Value* r, Word w, const Word& cache) {
  const Program* program = m.program_.get();
  const std::uint16_t serial = m.serial_;
  const auto* callee = remembered<compile::Code>(cache, serial, false);
  if (callee == nullptr) {
    const std::string& name = code(m).names[w.c()];
    callee = program != nullptr ? program->method(name) : nullptr;
    if (callee == nullptr) {
      clear(r + w.a(), w.b());
      m.fail(unknownMethod(m.process_.runtime().builtins(), code(m), name));
      return Step::failed;
    }
    const bool direct = callee->broken.empty() && !callee->usesArguments && callee->captures.empty() &&
                        !callee->modifiers.shared && callee->parameters.size() == w.b() &&
                        code(m).kind != compile::CodeKind::formula;
    remember(cache, serial, callee, false, direct);
  }
  Value* window = r + w.a();
  // Methods called in a formula have its receiver (query.md 12); others have none, whatever was left in the window.
  *window = code(m).kind == compile::CodeKind::formula ? Value(*r) : Value::null();
  return m.enter(*callee, nullptr, window, w.b(), window, 0, Value()) ? Step::frame : Step::failed;
}

Step Interpreter::getWord(Machine& m, Value* r, Word w, const Word& /*cache*/) {
  const std::string& name = code(m).names[static_cast<std::size_t>(w.bx())];
  const compile::Code* callee = m.program_ ? m.program_->method(name) : nullptr;
  Value* window = r + w.a();
  if (callee != nullptr) {
    *window = Value::null();
    return m.enter(*callee, nullptr, window, 0, window, 0, Value()) ? Step::frame : Step::failed;
  }
  *window = code(m).unit->surface == syntax::Surface::fourD ? m.variable(syntax::foldName(name)) : Value();
  return Step::next;
}

Step Interpreter::forwardMethod(Machine& m, Value* r, Word w) {
  const std::string& name = code(m).names[static_cast<std::size_t>(w.bx())];
  const compile::Code* callee = m.program_ ? m.program_->method(name) : nullptr;
  if (callee == nullptr) {
    m.fail(unknownMethod(m.process_.runtime().builtins(), code(m), name));
    return Step::failed;
  }
  const std::vector<Value> arguments = m.passedArguments();
  Value* window = r + w.a();
  if (window + arguments.size() + 1 > m.segmentEnd_) {
    auto result = m.callCode(*callee, nullptr, r[0], arguments);
    if (!result) {
      m.fail(result.error());
      return Step::failed;
    }
    *window = std::move(*result);
    return Step::next;
  }
  window[0] = r[0];
  for (std::size_t i = 0; i < arguments.size(); ++i) window[1 + i] = arguments[i];
  return m.enter(*callee, nullptr, window, static_cast<std::uint32_t>(arguments.size()), window, 0, Value())
             ? Step::frame
             : Step::failed;
}

// --- Functions of values

Step Interpreter::callFunction(Machine& m, Value* r, Word w, const Word& cache) {
  return callNamed(m, r + w.a(), w.b(), code(m).names[w.c()], &cache);
}

Step Interpreter::callElement(Machine& m, Value* r, Word w) {
  const Value name = r[w.c()];
  Value* window = r + w.a();
  if (name.isText()) return callNamed(m, window, w.b(), name.asText(), nullptr);
  auto found = findElement(m, window[0], name);
  if (!found) {
    clear(window, w.b());
    m.fail(found.error());
    return Step::failed;
  }
  return callHeld(m, window, w.b(), found->value);
}

Step Interpreter::callNamed(Machine& m, Value* window, std::uint32_t count, std::string_view name, const Word* cache) {
  const Value& receiver = window[0];
  // The common cases: a function of a user class, a function of a collection.
  if (cache != nullptr && receiver.isObject()) {
    const Object& object = receiver.asObject();
    const auto* link = static_cast<const ClassValue*>(object.classLink().get());
    if (link != nullptr && link->user() != nullptr && !object.group() && object.find(name) == nullptr) {
      const Class& definition = *link->user();
      const auto* member = remembered<Class::Member>(*cache, definition.serial, false);
      if (member == nullptr || member->holder != &definition) {
        member = definition.find(name);
        if (member != nullptr && member->function != nullptr) {
          remember(*cache, definition.serial, member, false);
        } else {
          member = nullptr;
        }
      }
      if (member != nullptr) {
        return m.enter(*member->function, member->owner, window, count, window, 0, Value()) ? Step::frame
                                                                                            : Step::failed;
      }
    }
  }
  if (cache != nullptr && receiver.isCollection()) {
    const NativeTable& table = m.process_.runtime().shared().tables.collection();
    const std::uint16_t serial = m.serial_;
    const auto* member = remembered<NativeMember>(*cache, serial, true);
    if (member == nullptr || member->table != &table) {
      member = table.find(name);
      if (member != nullptr && member->function != nullptr) {
        remember(*cache, serial, member, true);
      } else {
        member = nullptr;
      }
    }
    if (member != nullptr) {
      const Ref<Collection> self = receiver.collectionRef();
      const std::size_t room = self->elements().capacity();
      const bool done = callNative(m, *member->function, *member->signature, window, count, false);
      if (self->elements().capacity() > room) m.charge((self->elements().capacity() - room) * sizeof(Value));
      return done ? Step::next : Step::failed;
    }
  }
  if (const ClassValue* definition = ClassValue::from(receiver); definition != nullptr && name == "new") {
    return instantiate(m, window, count, *definition);
  }
  auto callee = findFunction(m, receiver, name);
  if (!callee) {
    clear(window, count);
    m.fail(callee.error());
    return Step::failed;
  }
  if (callee->code != nullptr) {
    return m.enter(*callee->code, callee->owner, window, count, window, 0, Value()) ? Step::frame : Step::failed;
  }
  if (callee->native != nullptr) {
    const NativeMember& member = *callee->native;
    return callNative(m, *member.function, *member.signature, window, count, false) ? Step::next : Step::failed;
  }
  if (Function::from(callee->value) == nullptr) {
    const std::string given = describeType(callee->value);
    clear(window, count);
    m.fail(code::notFunction, std::string(name) + " is no function: " + given);
    return Step::failed;
  }
  return callHeld(m, window, count, callee->value);
}

Step Interpreter::callHeld(Machine& m, Value* window, std::uint32_t count, const Value& function) {
  const Function* callee = Function::from(function);
  if (callee == nullptr) {
    const std::string given = describeType(function);
    clear(window, count);
    m.fail(code::notFunction, "a function is expected, " + given + " was called");
    return Step::failed;
  }
  if (callee->sort() == Function::Sort::native) {
    if (auto fits = checkReceiver(m, *callee, window[0]); !fits) {
      clear(window, count);
      m.fail(fits.error());
      return Step::failed;
    }
    const Signature& signature = m.process_.runtime().builtins().signature(*callee->row());
    return callNative(m, *callee->row(), signature, window, count, false) ? Step::next : Step::failed;
  }
  return m.enter(*callee->code(), callee->owner(), window, count, window, 0, function) ? Step::frame : Step::failed;
}

Step Interpreter::callValue(Machine& m, Value* window, std::uint32_t count) {
  const Value function = std::move(window[0]);
  window[0] = Value::null();
  return callHeld(m, window, count, function);
}

// --- Classes

Step Interpreter::instantiate(Machine& m, Value* window, std::uint32_t count, const ClassValue& definition) {
  const Value held = window[0];  // keeps the class
  if (definition.user() == nullptr || definition.user()->singleton != SingletonScope::none) {
    const std::vector<Value> arguments(window + 1, window + 1 + count);
    auto made = m.instantiate(definition, arguments);
    clear(window, count);
    if (!made) {
      m.fail(made.error());
      return Step::failed;
    }
    *window = std::move(*made);
    return Step::next;
  }
  Value* const top = m.top_;
  m.top_ = std::max(top, window + count + 1);
  auto instance = m.makeInstance(definition);
  m.top_ = top;
  if (!instance) {
    clear(window, count);
    m.fail(instance.error());
    return Step::failed;
  }
  const Machine::Construction plan = m.construction(definition);
  if (plan.code == nullptr) {
    Machine::endConstruction(*instance);
    clear(window, count);
    *window = std::move(*instance);
    return Step::next;
  }
  window[0] = (plan.flags & Frame::superPending) != 0 ? Machine::unconstructed() : *instance;
  return m.enter(*plan.code, plan.owner, window, count, window, plan.flags, std::move(*instance)) ? Step::frame
                                                                                                  : Step::failed;
}

Step Interpreter::callSuper(Machine& m, Value* r, Word w) {
  Frame& running = frame(m);
  Value* window = r + w.a();
  const bool constructor = running.code->kind == compile::CodeKind::constructor;
  if (!constructor || running.owner == nullptr || !running.callee.isObject()) {
    clear(window, w.b());
    m.fail(code::superMisuse, "super(...) can only be called in a constructor");
    return Step::failed;
  }
  const Class* parent = running.owner->parent;
  while (parent != nullptr && parent->constructor == nullptr) parent = parent->parent;
  if (parent == nullptr) {  // nothing to construct
    clear(window, w.b());
    return Step::next;
  }
  if ((running.state.flags & Frame::superPending) == 0) {
    clear(window, w.b());
    m.fail(code::superMisuse, "the parent's constructor was already called");
    return Step::failed;
  }
  const Value instance = running.callee;
  bool deeper = false;
  for (const Class* at = parent->parent; at != nullptr; at = at->parent) deeper = deeper || at->constructor != nullptr;
  window[0] = deeper ? Machine::unconstructed() : instance;
  const auto flags = static_cast<std::uint16_t>(Frame::superCall | (deeper ? Frame::superPending : 0));
  return m.enter(*parent->constructor, parent, window, w.b(), window, flags, instance) ? Step::frame : Step::failed;
}

Step Interpreter::callSuperFunction(Machine& m, Value* r, Word w) {
  Value* window = r + w.a();
  const std::string& name = code(m).names[w.c()];
  const Class* owner = frame(m).owner;
  if (owner == nullptr) {
    clear(window, w.b());
    m.fail(code::superMisuse, "super can only be used in functions of a class");
    return Step::failed;
  }
  const Class::Member* member = owner->parent != nullptr ? owner->parent->find(name) : nullptr;
  if (member != nullptr && member->function != nullptr) {
    return m.enter(*member->function, member->owner, window, w.b(), window, 0, Value()) ? Step::frame : Step::failed;
  }
  // A class of the data model: the functions of its built-in parent.
  const NativeTable* table = nativeTableOf(m, window[0]);
  const NativeMember* row = table != nullptr ? table->find(name) : nullptr;
  if (row != nullptr && row->function != nullptr) {
    return callNative(m, *row->function, *row->signature, window, w.b(), false) ? Step::next : Step::failed;
  }
  clear(window, w.b());
  m.fail(code::notFunction, "the parent class of " + owner->name + " has no function " + name);
  return Step::failed;
}

bool Interpreter::loadClass(Machine& m, Value* r, Word w, bool native, const Word& cache) {
  const std::string& name = code(m).names[static_cast<std::size_t>(w.bx())];
  if (native) {
    r[w.a()] = findClass(m, true, name);
    return true;
  }
  const Program* program = m.program_.get();
  if (program == nullptr) {
    r[w.a()] = findClass(m, false, name);
    return true;
  }
  const auto* known = remembered<Class>(cache, program->serial(), false);
  if (known == nullptr) {
    known = program->userClass(name);
    if (known == nullptr) {
      r[w.a()] = findClass(m, false, name);
      return true;
    }
    remember(cache, program->serial(), known, false);
  }
  if (m.classValues_.size() < program->classes().size()) m.classValues_.resize(program->classes().size());
  Value& value = m.classValues_[known->index];
  if (value.isUndefined()) value = handleValue(ClassValue::user(m.program_, *known));
  r[w.a()] = Value(value);
  return true;
}

// --- Functions of the library

bool Interpreter::callCommand(Machine& m, Value* r, Word w, bool keepArguments) {
  const Command& command = m.process_.runtime().builtins().commands()[w.c()];
  return callNative(m, *command.row, command.signature, r + w.a(), w.b(), keepArguments);
}

bool Interpreter::callNative(Machine& m, const FunctionRow& row, const Signature& signature, Value* window,
                             std::uint32_t count, bool keepArguments) {
  const std::size_t room = std::max<std::size_t>(count, signature.parameters.size());
  m.top_ = std::max(m.top_, window + 1 + room);
  const std::span<Value> values(window + 1, room);
  const auto prepared = prepareArguments(m.process_, row.name, signature, values, count);
  if (!prepared) {
    for (std::size_t i = 0; i <= room; ++i) window[i] = Value();
    return m.fail(prepared.error());
  }
  Call call(m.process_, std::move(window[0]), values.first(*prepared), row.name);
  Result<Value> result = runNative(row, call);
  const std::size_t kept = keepArguments && result ? count : 0;
  for (std::size_t i = kept; i < *prepared; ++i) {
    if (isBoxed(values[i])) values[i] = Value();
  }
  if (!result) {
    window[0] = Value();
    return m.fail(std::move(result.error()));
  }
  window[0] = std::move(*result);
  if (isBoxed(window[0])) m.charge(newBytes(window[0]));
  return true;
}

bool Interpreter::newFormula(Machine& m, Value* r, Word w) {
  const compile::Code& child = *code(m).children[static_cast<std::size_t>(w.bx())];
  std::vector<Value> captured;
  captured.reserve(child.captures.size());
  for (const compile::Capture& capture : child.captures) {
    const Value& value = r[capture.from];
    const Cell* cell = capture.inCell ? Cell::from(value) : nullptr;
    captured.push_back(cell != nullptr ? cell->value : value);
  }
  Frame& running = frame(m);
  std::shared_ptr<const compile::Unit> unit = m.unitOf(running);
  r[w.a()] = handleValue(
      Function::formula(std::shared_ptr<const compile::Unit>(unit, child.unit), child, std::move(captured)));
  return true;
}

// --- Errors

bool Interpreter::tryEnd(Machine& m, bool& failed) {
  Frame& running = frame(m);
  if (running.state.tries == 0) return true;
  const Machine::Try entry = m.tries_.back();
  failed = m.takeDeferredOfTry(entry) && !entry.expression;
  m.waits_ = false;
  m.tries_.pop_back();
  --running.state.tries;
  return true;
}

bool Interpreter::raise(Machine& m, const compile::RaisedError& error) { return m.fail(error.code, error.message); }

}  // namespace qodly::script::vm
