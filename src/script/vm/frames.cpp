// Frames and the stack of registers: calls, returns, locks that belong to a call.
#include <algorithm>
#include <cstdlib>
#include <thread>

#include "base/wait.h"
#include "script/vm/call_guard.h"
#include "script/vm/codes.h"
#include "script/vm/convert_value.h"
#include "script/vm/interpret.h"
#include "script/vm/machine.h"
#include "script/vm/process_list.h"
#include "script/vm/program.h"
#include "script/vm/properties.h"
#include "script/vm/runtime_state.h"
#include "script/vm/shared.h"
#include "script/vm/unconstructed.h"

namespace qodly::script::vm {

namespace {

constexpr std::size_t firstSegment = 1024;  // registers
constexpr std::size_t largestSegment = 1U << 16U;
constexpr std::size_t nativeSlack = 64;              // registers behind a frame that calls of natives may use
constexpr std::uintptr_t fiberStackUse = 80 * 1024;  // of the 256 KiB of a fiber, before a thread is taken

CallGuard* guardOf(Process& process) {
  if (process.type() != ProcessType::web) return nullptr;
  const auto* calls = process.findExtension<WatchedCalls>();
  return calls != nullptr ? calls->guard.get() : nullptr;
}

}  // namespace

const char* Unconstructed::kindName() {
  static constexpr const char* name = "Unconstructed";
  return name;
}

// Registers that never move. Zeroed memory is a row of undefined Values.
struct Machine::Segment {
  explicit Segment(std::size_t registers)
      : size(registers), begin(static_cast<Value*>(std::calloc(registers, sizeof(Value)))) {}
  ~Segment() { std::free(begin); }  // NOLINT(cppcoreguidelines-no-malloc): nothing boxed is left in it
  Segment(const Segment&) = delete;
  Segment& operator=(const Segment&) = delete;
  const std::size_t size;
  Value* const begin;
};

Machine::Machine(Process& process)
    : process_(process),
      frames_(std::make_unique<Frame[]>(16)),
      frameRoom_(16),
      frameLimit_(process.limits().depth == 0 ? 1'000'000 : process.limits().depth) {
  segments_.push_back(std::make_unique<Segment>(firstSegment));
  segmentEnd_ = segments_[0]->begin + firstSegment - nativeSlack;
  top_ = segments_[0]->begin;
}

Machine::~Machine() = default;

void Machine::beginTask() {
  cpu_ = {};
  process_.errors().clear();
  aborting_ = false;
  inFlight_.reset();
  thrown_.reset();
  afterStatement_.clear();
  updateWatching();
  deferred_.clear();
  if (frameCount_ == 0) {
    setListener(process_.runtime().processes().listener());
    program_ = process_.runtime().program();
    serial_ = program_ ? program_->serial() : 0;
    classValues_.clear();
  }
}

std::shared_ptr<const Program> Machine::program() {
  if (frameCount_ == 0) {
    auto current = process_.runtime().program();
    if (current != program_) {
      program_ = std::move(current);
      serial_ = program_ ? program_->serial() : 0;
      classValues_.clear();
    }
  }
  return program_;
}

bool Machine::growFrames() {
  const std::uint32_t room = std::min(frameRoom_ * 2, frameLimit_);
  auto frames = std::make_unique<Frame[]>(room);
  std::move(frames_.get(), frames_.get() + frameCount_, frames.get());
  frames_ = std::move(frames);
  frameRoom_ = room;
  return true;
}

Value* Machine::newSegment(Value* window, std::size_t used, std::size_t needed) {
  if (segment_ + 1 == segments_.size() || segments_[segment_ + 1]->size < needed + nativeSlack) {
    segments_.resize(segment_ + 1);
    const std::size_t size = std::max(std::min(segments_.back()->size * 2, largestSegment), needed + nativeSlack);
    segments_.push_back(std::make_unique<Segment>(size));
  }
  ++segment_;
  Segment& segment = *segments_[segment_];
  segmentEnd_ = segment.begin + segment.size - nativeSlack;
  for (std::size_t i = 0; i < used; ++i) segment.begin[i] = std::move(window[i]);
  return segment.begin;
}

void Machine::endSegment() {
  --segment_;
  segmentEnd_ = segments_[segment_]->begin + segments_[segment_]->size - nativeSlack;
}

bool Machine::convertArgument(const compile::Code& code, const compile::DeclaredType& type, std::uint32_t number,
                              Value& value) {
  auto done = convertToDeclared(process_, type.word, Conversion::passing, value);
  if (done) return true;
  return fail(done.error().code(),
              "argument " + std::to_string(number) + " of " + code.name + ": " + done.error().message());
}

bool Machine::passArguments(const compile::Code& code, Value* base, const Value* kept, std::uint32_t arguments) {
  std::uint32_t i = 0;
  for (const compile::ParameterInfo& parameter : code.parameters) {
    Value& slot = base[++i];
    if (i > arguments) {
      ::new (static_cast<void*>(&slot)) Value(compile::defaultOf(parameter.type.word));
      continue;
    }
    const std::uint8_t sole = soleTypes[static_cast<std::size_t>(parameter.type.word)];
    if (sole == anyType || static_cast<std::uint8_t>(slot.type()) == sole) continue;
    if (parameter.type.word == syntax::TypeWord::real && slot.type() == Type::integer) {
      slot = Value::real(static_cast<double>(slot.asInteger()));
      continue;
    }
    if (!convertArgument(code, parameter.type, i, slot)) return false;
  }
  if (kept == nullptr || code.variadicType.isVariant()) return true;
  for (++i; i <= arguments; ++i) {
    if (!convertArgument(code, code.variadicType, i, const_cast<Value&>(kept[i]))) return false;
  }
  return true;
}

bool Machine::enter(const compile::Code& code, const Class* owner, Value* window, std::uint32_t arguments,
                    Value* result, std::uint16_t flags, const Value& callee) {
  const auto refuseWith = [&](Error error) {
    for (std::uint32_t i = 0; i <= arguments; ++i) window[i] = Value();
    return fail(std::move(error));
  };
  const auto refuse = [&](int number, std::string message) {
    return refuseWith(hostError(number, std::move(message)));
  };
  if (!code.broken.empty()) return refuse(code::syntax, code.broken);
  if (frameCount_ == frameRoom_) {
    if (frameRoom_ >= frameLimit_) {
      return refuse(code::limitReached, "the call stack is full: " + std::to_string(frameCount_) +
                                            " calls within each other (" + code.name + ")");
    }
    growFrames();
  }
  if (CallGuard* guard = owner != nullptr ? guardOf(process_) : nullptr) {
    auto watched = guard->enter(*owner, code, window[0]);
    if (!watched) return refuseWith(std::move(watched.error()));
    if (*watched) flags |= watchedFrame;
  }
  const auto count = static_cast<std::uint32_t>(code.parameters.size());
  const std::size_t below = code.usesArguments ? 1 + arguments : 0;
  const std::size_t needed = below + std::max<std::size_t>(code.registers, std::max(count, arguments) + 1U);
  Frame& frame = frames_[frameCount_];
  const bool moved = window + needed > segmentEnd_;
  if (moved) window = newSegment(window, 1 + arguments, needed);
  Value* base = window;
  frame.kept = nullptr;
  if (code.usesArguments) {
    frame.kept = window;
    flags |= Frame::keeps;
    base = window + 1 + arguments;
    base[0] = std::move(window[0]);
    for (std::uint32_t i = 1; i <= std::min(count, arguments); ++i) base[i] = window[i];
  } else {
    for (std::uint32_t i = count + 1; i <= arguments; ++i) base[i] = Value();
  }
  frame.code = &code;
  frame.pc = code.words.data();
  frame.base = base;
  frame.result = result;
  frame.owner = owner;
  frame.arguments = arguments;
  frame.state = {.flags = flags, .segment = moved};
  ++frameCount_;
  std::uint32_t at = count + 1;
  if (!code.captures.empty()) {
    const Function* function = Function::from(callee);
    for (const Value& value : function->captured()) base[at++] = value;
  }
  if (!callee.isUndefined()) {
    frame.callee = callee;
    frame.state.flags |= Frame::holds;
  }
  for (const Value& value : code.initial) ::new (static_cast<void*>(&base[at++])) Value(value);
  // A frame that fails here is left as any other, so every register it releases must hold a value.
  if (!passArguments(code, base, frame.kept, arguments)) {
    for (std::uint32_t i = 0; i <= count; ++i) base[i] = Value();
    leaveFrame();
    return false;
  }
  if ((flags & Frame::locksShared) != 0 && !pushUse(frames_[frameCount_ - 1].callee, true)) {
    leaveFrame();
    return false;
  }
  if (code.modifiers.shared && owner != nullptr && owner->isShared && code.kind == compile::CodeKind::function &&
      isShared(base[0]) && !pushUse(base[0], false)) {
    leaveFrame();
    return false;
  }
  return true;
}

void Machine::leaveFrame() {
  Frame& frame = frames_[frameCount_ - 1];
  if (frame.state.uses > 0) unwindUses(0);
  if (frame.state.tries > 0) tries_.resize(tries_.size() - frame.state.tries);
  for (std::uint32_t i = 0; i < frame.code->boxedEnd; ++i) frame.base[i] = Value();
  if (frame.kept != nullptr) {
    for (std::uint32_t i = 0; i <= frame.arguments; ++i) frame.kept[i] = Value();
  }
  if ((frame.state.flags & Frame::holds) != 0) frame.callee = Value();
  if (frame.state.segment) endSegment();
  const bool watched = (frame.state.flags & watchedFrame) != 0;
  --frameCount_;
  if (watched) guardOf(process_)->leave();
}

void Machine::clearRegisters(Frame& frame, std::uint32_t from) {
  for (std::uint32_t i = from; i < frame.code->registers; ++i) frame.base[i] = Value();
}

// --- Locks

bool Machine::pushUse(const Value& value, bool constructing) {
  const Container* container = containerOf(value);
  Ref<Group> group;
  if (container != nullptr) {
    group = Group::of(*container);
  } else if (value.type() == Type::handle) {
    if (auto* native = dynamic_cast<NativeObject*>(&value.asHandle())) {
      if (Object* properties = native->openProperties()) group = Group::of(*properties);
    }
  }
  if (!group) {
    return fail(code::useOfPlain,
                "use: a shared object or collection is expected, " + describeType(value) + " was given");
  }
  if (auto locked = Group::lock(process_, group); !locked) return fail(locked.error());
  if (constructing) group->setConstructing(true);
  uses_.push_back({std::move(group), frameCount_ - 1, constructing});
  ++frames_[frameCount_ - 1].state.uses;
  return true;
}

void Machine::popUse() {
  Use& use = uses_.back();
  if (use.constructing) Group::root(use.group)->setConstructing(false);
  Group::unlock(process_, use.group);
  uses_.pop_back();
  --frames_[frameCount_ - 1].state.uses;
}

void Machine::unwindUses(std::uint32_t keep) {
  while (frames_[frameCount_ - 1].state.uses > keep) popUse();
}

// --- Calls from C++

Result<Value> Machine::run(const compile::Code& code, const Class* owner, std::span<const Value> arguments,
                           const Value& self, std::uint16_t flags, const Value& callee) {
  const auto here = std::bit_cast<std::uintptr_t>(__builtin_frame_address(0));
  const bool outermost = nativeDepth_ == 0;
  if (outermost) {
    stackStart_ = here;
    program();
    beginCpu();
  }
  if (process_.limits().nativeDepth != 0 && nativeDepth_ >= process_.limits().nativeDepth) {
    return std::unexpected(hostError(code::limitReached, "the call stack is full: " + std::to_string(nativeDepth_) +
                                                             " functions of the library call each other"));
  }
  if (!outermost) {
    if (auto done = checkNestedRun(); !done) return std::unexpected(done.error());
  }
  const bool onFiber = Waiter::current() != nullptr;
  if (!onFiber || stackStart_ - here < fiberStackUse) return runHere(code, owner, arguments, self, flags, callee);
  // The rest of the fiber's stack is kept for natives; the call goes on with a stack of its own.
  std::optional<Result<Value>> result;
  Completion<bool> done;
  const std::uintptr_t start = stackStart_;
  std::thread thread([&] {
    stackStart_ = std::bit_cast<std::uintptr_t>(__builtin_frame_address(0));
    sampleCpu();
    result = runHere(code, owner, arguments, self, flags, callee);
    sampleCpu();
    done.set(true);
  });
  done.wait();
  thread.join();
  stackStart_ = start;
  return std::move(*result);
}

Result<Value> Machine::runHere(const compile::Code& code, const Class* owner, std::span<const Value> arguments,
                               const Value& self, std::uint16_t flags, const Value& callee) {
  Value* const saved = top_;
  Value* window = top_;
  const std::size_t count = arguments.size();
  const bool moved = window + count + 1 > segmentEnd_;
  if (moved) window = newSegment(window, 0, count + 1);
  window[0] = self;
  for (std::size_t i = 0; i < count; ++i) window[1 + i] = arguments[i];
  Value result;
  ++nativeDepth_;
  const bool ended = enter(code, owner, window, static_cast<std::uint32_t>(count), &result,
                           static_cast<std::uint16_t>(flags | Frame::entry), callee) &&
                     execute();
  --nativeDepth_;
  if (nativeDepth_ == 0) endCpu();
  if (moved) endSegment();
  top_ = saved;
  if (!ended) return std::unexpected(std::move(*error_));
  if (frameCount_ == 0 && !afterStatement_.empty()) {
    ScriptError waiting = std::move(afterStatement_.front());
    afterStatement_.clear();
    updateWatching();
    const Error error(waiting.code, waiting.component, waiting.message);
    record(std::move(waiting));
    return std::unexpected(error);
  }
  return result;
}

Result<Value> Machine::callCode(const compile::Code& code, const Class* owner, const Value& self,
                                std::span<const Value> arguments, const Value& callee) {
  return run(code, owner, arguments, self, 0, callee);
}

Result<Value> Machine::callNative(const FunctionRow& row, const Signature& signature, const Value& self,
                                  std::span<const Value> arguments) {
  const std::size_t room = std::max(arguments.size(), signature.parameters.size());
  std::vector<Value> values(arguments.begin(), arguments.end());
  values.resize(room);
  const auto count = prepareArguments(process_, row.name, signature, values, arguments.size());
  if (!count) return std::unexpected(count.error());
  Call call(process_, self, std::span(values).first(*count), row.name);
  return runNative(row, call);
}

Result<Value> Machine::call(const Value& function, const Value& self, std::span<const Value> arguments) {
  const Function* callee = Function::from(function);
  if (callee == nullptr) {
    return std::unexpected(
        hostError(code::badCallback, "a function is expected, " + describeType(function) + " was given"));
  }
  if (callee->sort() == Function::Sort::native) {
    if (auto fits = checkReceiver(*this, *callee, self); !fits) return std::unexpected(fits.error());
    return callNative(*callee->row(), process_.runtime().builtins().signature(*callee->row()), self, arguments);
  }
  return callCode(*callee->code(), callee->owner(), self, arguments, function);
}

Result<Value> Machine::callFunction(const Value& receiver, std::string_view name, std::span<const Value> arguments) {
  if (const ClassValue* definition = ClassValue::from(receiver); definition != nullptr && name == "new") {
    return instantiate(*definition, arguments);
  }
  const auto callee = findFunction(*this, receiver, name);
  if (!callee) return std::unexpected(callee.error());
  if (callee->code != nullptr) return callCode(*callee->code, callee->owner, receiver, arguments);
  if (callee->native == nullptr) return call(callee->value, receiver, arguments);
  return callNative(*callee->native->function, *callee->native->signature, receiver, arguments);
}

// What code a frame was compiled with stays alive while the pointer does.
std::shared_ptr<const compile::Unit> Machine::unitOf(const Frame& frame) const {
  if (const Function* function = Function::from(frame.callee)) {
    return std::shared_ptr<const compile::Unit>(function->unit(), frame.code->unit);
  }
  return std::shared_ptr<const compile::Unit>(program_, frame.code->unit);
}

}  // namespace qodly::script::vm
