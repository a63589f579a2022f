#include "script/library/async_events.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "script/library/io_error.h"
#include "script/vm/function.h"

namespace qodly::script::library {

namespace {

// Held by the process: closes the queue when the process ends.
struct ProcessQueue {
  explicit ProcessQueue(vm::Process& process) : queue(std::make_shared<EventQueue>(process)) {}
  ProcessQueue(const ProcessQueue&) = delete;
  ProcessQueue& operator=(const ProcessQueue&) = delete;
  ~ProcessQueue() { queue->close(); }
  std::shared_ptr<EventQueue> queue;
};

bool isFunction(const Value& value) { return vm::Function::from(value) != nullptr; }

}  // namespace

std::shared_ptr<EventQueue> EventQueue::of(vm::Process& process) {
  return process.extension<ProcessQueue>(process).queue;
}

void EventQueue::post(std::uint64_t object, Handler handler) {
  std::shared_ptr<vm::Event> waiting;
  {
    std::lock_guard lock(mutex_);
    if (process_ == nullptr) return;
    posted_.push_back({object, std::move(handler)});
    waiting = std::exchange(waiting_, nullptr);
    // Under the lock, so that the process cannot end meanwhile.
    if (!waiting && !std::exchange(willDeliver_, true)) {
      process_->runWhenIdle([queue = weak_from_this()](vm::Process& process) {
        if (const auto own = queue.lock()) static_cast<void>(own->deliver(process));
      });
    }
  }
  if (waiting) waiting->set();
}

Result<> EventQueue::deliver(vm::Process& process) {
  while (true) {
    Posted next;
    {
      std::lock_guard lock(mutex_);
      willDeliver_ = false;
      if (posted_.empty()) return {};
      next = std::move(posted_.front());
      posted_.pop_front();
    }
    const auto found = objects_.find(next.object);
    if (found == objects_.end()) continue;
    const auto held = Ref<Handle>::sharing(found->second);  // a callback may drop the last reference
    if (auto done = next.handler(process, *found->second); !done) return done;
  }
}

Result<> EventQueue::waitUntil(vm::Process& process, const std::function<bool()>& done,
                               std::optional<std::chrono::milliseconds> timeout) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = timeout ? std::optional(Clock::now() + *timeout) : std::nullopt;
  while (true) {
    if (auto delivered = deliver(process); !delivered) return delivered;
    if (done()) return {};
    std::optional<std::chrono::milliseconds> left;
    if (deadline) {
      left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - Clock::now());
      if (left->count() <= 0) return {};
    }
    auto event = std::make_shared<vm::Event>();
    {
      std::lock_guard lock(mutex_);
      if (!posted_.empty()) continue;
      waiting_ = event;
    }
    const auto woken = process.wait(*event, left, vm::ProcessState::waitingForInputOutput);
    {
      std::lock_guard lock(mutex_);
      if (waiting_ == event) waiting_ = nullptr;
    }
    if (!woken) return std::unexpected(woken.error());
  }
}

std::uint64_t EventQueue::add(AsyncObject& object) {
  objects_.emplace(++last_, &object);
  return last_;
}

void EventQueue::remove(std::uint64_t object) { objects_.erase(object); }

void EventQueue::keep(std::uint64_t object) {
  const auto found = objects_.find(object);
  if (found != objects_.end() && process_ != nullptr) kept_.try_emplace(object, Ref<Handle>::sharing(found->second));
}

void EventQueue::letGo(std::uint64_t object) {
  const auto node = kept_.extract(object);  // released once the table is in order again
}

void EventQueue::close() {
  std::deque<Posted> dropped;
  {
    std::lock_guard lock(mutex_);
    process_ = nullptr;
    dropped.swap(posted_);
  }
  const auto kept = std::exchange(kept_, {});
}

AsyncObject::AsyncObject(vm::Process& process, Value options)
    : queue_(EventQueue::of(process)), options_(std::move(options)), number_(queue_->add(*this)) {}

AsyncObject::~AsyncObject() { queue_->remove(number_); }

Result<> AsyncObject::callBack(vm::Process& process, std::string_view name, const Value& event) {
  if (options_.isMissing()) return {};
  const auto function = process.property(options_, name);
  if (!function || !isFunction(*function)) return {};
  const std::array<Value, 2> arguments{Value::handle(Ref<Handle>::sharing(this)), event};
  if (const auto result = process.call(*function, options_, arguments); !result) {
    process.logWarning(
        fmt::format("The callback {} of {} failed: {}", name, nativeClass().name, result.error().message()));
  }
  return process.checkpoint();
}

Result<bool> AsyncObject::hasCallbacks(vm::Process& process, std::span<const std::string_view> names) {
  bool any = false;
  if (options_.isMissing()) return any;
  for (const std::string_view name : names) {
    const auto function = process.property(options_, name);
    if (!function) return std::unexpected(function.error());
    if (!function->isMissing() && !isFunction(*function)) {
      return fail(fault::wrongSettings,
                  fmt::format("4D.{}: the option \"{}\" must be a function.", nativeClass().name, name));
    }
    any = any || isFunction(*function);
  }
  return any;
}

std::optional<std::chrono::milliseconds> secondsToWait(std::optional<double> seconds) {
  if (!seconds) return std::nullopt;
  constexpr double longest = 1e9;
  return std::chrono::milliseconds(static_cast<std::int64_t>(std::clamp(*seconds, 0.0, longest) * 1000));
}

}  // namespace qodly::script::library
