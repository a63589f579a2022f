#include "script/library/signal_class.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <mutex>

#include "script/vm/process.h"
#include "script/vm/shared.h"

namespace qodly::script::library {

namespace {

// Free properties and the description stand in a shared object; the state has a lock of its own.
class Signal final : public vm::NativeObject {
 public:
  explicit Signal(Value properties) : properties_(std::move(properties)) {}
  static const vm::NativeClass& classOf() { return signalClass(); }
  const vm::NativeClass& nativeClass() const override { return signalClass(); }
  bool mayBeShared() const override { return true; }
  Object* openProperties() override { return &properties_.asObject(); }

  bool signaled() const {
    const std::lock_guard guard(mutex_);
    return signaled_;
  }

  void trigger() {
    std::deque<std::shared_ptr<vm::Event>> waiting;
    {
      const std::lock_guard guard(mutex_);
      signaled_ = true;
      waiting.swap(waiting_);
    }
    for (const auto& event : waiting) event->set();
  }

  Result<bool> wait(vm::Process& process, std::optional<std::chrono::milliseconds> timeout) {
    const auto event = std::make_shared<vm::Event>();
    {
      const std::lock_guard guard(mutex_);
      if (signaled_) return true;
      waiting_.push_back(event);
    }
    const auto woken = process.wait(*event, timeout);
    const std::lock_guard guard(mutex_);
    std::erase(waiting_, event);
    if (!woken) return std::unexpected(woken.error());
    return signaled_;
  }

 private:
  const Value properties_;
  mutable std::mutex mutex_;
  bool signaled_ = false;
  std::deque<std::shared_ptr<vm::Event>> waiting_;
};

Signal& selfOf(const vm::Call& call) { return *vm::NativeObject::from<Signal>(call.self()); }

Result<Value> trigger(vm::Call& call) {
  selfOf(call).trigger();
  return Value();
}

Result<Value> wait(vm::Call& call) {
  std::optional<std::chrono::milliseconds> timeout;
  if (call.given(0)) {
    timeout = std::chrono::milliseconds(std::llround(std::clamp(call.number(0), 0.0, 1e9) * 1000));
  }
  const auto signaled = selfOf(call).wait(call.process(), timeout);
  if (!signaled) return std::unexpected(signaled.error());
  return Value::boolean(*signaled);
}

Result<Value> signaled(vm::Call& call) { return Value::boolean(selfOf(call).signaled()); }

constexpr auto functions = std::to_array<vm::FunctionRow>({
    {"trigger", "()", &trigger, "Sets the signal and wakes all that wait for it."},
    {"wait", "(seconds?: number) : boolean", &wait,
     "Waits until the signal is triggered, or that long; whether it is."},
});

constexpr auto properties = std::to_array<vm::PropertyRow>({
    {"signaled", "boolean", &signaled, nullptr, "Whether the signal was triggered."},
});

}  // namespace

const vm::NativeClass& signalClass() {
  static const vm::NativeClass definition{
      "Signal", "Object", functions, properties, nullptr, "A shared object that processes wait for.", true};
  return definition;
}

Result<Value> newSignal(vm::Call& call) {
  Value shared = vm::newSharedObject();
  shared.asObject().set("description", Value::text(call.text(0)));
  return vm::handleValue(Ref<Signal>(new Signal(std::move(shared))));
}

}  // namespace qodly::script::library
