// The processes of one application, and what they have between each other: workers, background processes, semaphores
// (language.md 20, commands.md 15).
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <variant>
#include <vector>

#include "script/vm/runtime.h"

namespace qodly::script::vm {

using ProcessName = std::variant<std::int32_t, std::string>;  // as callWorker takes it

struct ProcessInfo {
  std::int32_t number = 0;
  std::string name;
  ProcessType type = ProcessType::none;
  ProcessState state = ProcessState::executing;
  Instant created;
  double cpuSeconds = 0;
  std::string sessionId;
  std::string url;
};

// Threads that run workers and background processes; those without work end after a while. Thread-safe.
class TaskThreads {
 public:
  explicit TaskThreads(std::size_t most) : most_(most) {}
  ~TaskThreads();
  void run(std::function<void()> task);
  void finish();  // no new tasks; returns when all have ended

 private:
  void work();
  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;
  std::map<std::thread::id, std::thread> threads_;
  std::vector<std::thread> ended_;
  std::size_t idle_ = 0;
  bool finishing_ = false;
};

// Thread-safe.
class Processes {
 public:
  explicit Processes(Runtime& runtime);
  ~Processes();
  Processes(const Processes&) = delete;
  Processes& operator=(const Processes&) = delete;

  std::vector<ProcessInfo> list() const;  // by number
  std::optional<ProcessInfo> info(std::int32_t number) const;
  std::int32_t numberOf(std::string_view nameOrId) const;  // 0 when there is none
  std::int32_t highestNumber() const;
  void delay(std::int32_t number, double ticks);
  void stop(std::int32_t number);

  // Posts a call to a worker. A new name makes the worker; an unknown number, or that of another process, is ignored.
  // function: a formula, or the name of a method ("": the first one again).
  Result<> callWorker(Process& caller, const ProcessName& worker, const Value& function,
                      std::span<const Value> arguments);
  // No effect when unknown.
  void killWorker(const ProcessName& worker);
  // Starts a process of its own that runs the method; its number. An empty name takes the method's.
  Result<std::int32_t> start(Process& caller, const std::string& method, std::string name,
                             std::span<const Value> arguments);

  // Semaphores: true when the process has it now.
  Result<bool> takeSemaphore(Process& process, const std::string& name, double ticks);
  void clearSemaphore(Process& process, const std::string& name);
  bool testSemaphore(const std::string& name) const;

  // A debugger for all processes, present and future; nullptr: no more. It must outlive its attachment, and the calls
  // of it that run. Processes that run take notice at their next jump back or call.
  void attach(DebugListener* listener);
  // Asks the process to come to the listener's atAttention soon, out of a wait too. No effect when unknown.
  void interrupt(std::int32_t number);
  DebugListener* listener() const { return listener_.load(std::memory_order_acquire); }

  // Stops every worker and background process and waits for their end. Before the runtime is given up.
  void shutdown();

 private:
  friend class Process;
  struct Worker;
  struct Message;
  struct Semaphore {
    Process* owner = nullptr;
    std::deque<std::shared_ptr<Event>> waiting;
  };
  std::int32_t enter(Process& process);
  void leave(Process& process);
  std::shared_ptr<Worker> findWorker(const ProcessName& name);  // with mutex_ held
  void post(const std::shared_ptr<Worker>& worker, Message message);
  void work(const std::shared_ptr<Worker>& worker);
  void runMessage(Worker& worker, Message& message);
  void report(Process& process, const Error& error);
  static ProcessInfo describe(const Process& process);

  Runtime& runtime_;
  mutable std::mutex mutex_;
  std::map<std::int32_t, Process*> processes_;
  std::int32_t last_ = 0;
  std::map<std::string, std::shared_ptr<Worker>> workers_;
  std::map<std::string, Semaphore> semaphores_;
  bool closed_ = false;
  std::atomic<DebugListener*> listener_{nullptr};
  TaskThreads threads_{256};
};

}  // namespace qodly::script::vm
