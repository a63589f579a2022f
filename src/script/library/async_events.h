// The asynchronous callback model (classes.md 9), common to HTTPRequest, SystemWorker and TCPConnection: what happens
// on background threads is queued for the process that made the object, and handled there while it waits or is idle.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>

#include "base/error.h"
#include "script/vm/native.h"
#include "script/vm/process.h"

namespace qodly::script::library {

class AsyncObject;

// One for each process that made such objects. post() may be called from any thread, all else by the process.
class EventQueue : public std::enable_shared_from_this<EventQueue> {
 public:
  using Handler = std::function<Result<>(vm::Process& process, AsyncObject& object)>;

  explicit EventQueue(vm::Process& process) : process_(&process) {}
  static std::shared_ptr<EventQueue> of(vm::Process& process);

  // `handler` is run by the process for the object with that number, unless the object is gone by then. It must hold no
  // Values.
  void post(std::uint64_t object, Handler handler);

  // Handles what has been posted. Error: the process was stopped.
  Result<> deliver(vm::Process& process);
  // Handles events until `done` holds or the time is over.
  Result<> waitUntil(vm::Process& process, const std::function<bool()>& done,
                     std::optional<std::chrono::milliseconds> timeout);

  std::uint64_t add(AsyncObject& object);
  void remove(std::uint64_t object);
  // A kept object lives until it is let go or the process ends (classes.md 9: an operation with callbacks).
  void keep(std::uint64_t object);
  void letGo(std::uint64_t object);
  // The process has ended: kept objects are released, later events ignored.
  void close();

 private:
  struct Posted {
    std::uint64_t object;
    Handler handler;
  };
  std::mutex mutex_;
  std::deque<Posted> posted_;
  std::shared_ptr<vm::Event> waiting_;
  vm::Process* process_;      // nullptr once it has ended
  bool willDeliver_ = false;  // a task of the idle process is on its way
  // Of the process alone:
  std::uint64_t last_ = 0;
  std::unordered_map<std::uint64_t, AsyncObject*> objects_;
  std::unordered_map<std::uint64_t, Ref<Handle>> kept_;
};

// Base of the three classes: options with callbacks, and where its events come in.
class AsyncObject : public vm::NativeObject {
 public:
  AsyncObject(vm::Process& process, Value options);
  ~AsyncObject() override;
  void traverse(const std::function<void(const Value&)>& visit) const override { visit(options_); }

  const Value& options() const { return options_; }
  const std::shared_ptr<EventQueue>& queue() const { return queue_; }
  std::uint64_t number() const { return number_; }

  // Calls the callback of that name, when the options have one, with `this` = the options, the object, and `event`. An
  // error of the callback is reported as an uncaught one; an error here means that the process was stopped.
  Result<> callBack(vm::Process& process, std::string_view name, const Value& event);
  // Whether the options have any of these callbacks. Error -20026 when one is no function.
  Result<bool> hasCallbacks(vm::Process& process, std::span<const std::string_view> names);
  void keep() { queue_->keep(number_); }  // alive until its operation has ended

 private:
  std::shared_ptr<EventQueue> queue_;
  Value options_;
  std::uint64_t number_;
};

// Seconds as scripts give them; nullopt: no limit. Negative counts as 0.
std::optional<std::chrono::milliseconds> secondsToWait(std::optional<double> seconds);

}  // namespace qodly::script::library
