#include "script/vm/process_list.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "script/vm/codes.h"
#include "script/vm/waiting.h"

namespace qodly::script::vm {

struct Processes::Message {
  Value function;  // a formula, or the name of a method; undefined: `task`
  std::vector<Value> arguments;
  std::function<void(Process&)> task;
};

// Guarded by the list's mutex, but for `process`, which belongs to the thread that runs the worker.
struct Processes::Worker {
  std::string name;
  std::unique_ptr<Process> process;
  std::int32_t number = 0;
  std::deque<Message> box;
  Value first;  // the first message's function
  bool running = false;
  bool killed = false;
  std::deque<Message> afterEnd;  // posted to a worker that is being killed: for the next one of that name
};

Processes::Processes(Runtime& runtime) : runtime_(runtime) {}
Processes::~Processes() { shutdown(); }

std::int32_t Processes::enter(Process& process) {
  const std::lock_guard guard(mutex_);
  processes_.emplace(++last_, &process);
  return last_;
}

void Processes::leave(Process& process) {
  std::vector<std::shared_ptr<Event>> freed;
  {
    const std::lock_guard guard(mutex_);
    processes_.erase(process.number());
    for (auto at = semaphores_.begin(); at != semaphores_.end();) {
      if (at->second.owner != &process) {
        ++at;
        continue;
      }
      for (const auto& waiter : at->second.waiting) freed.push_back(waiter);
      at = semaphores_.erase(at);
    }
  }
  for (const auto& waiter : freed) waiter->set();
}

ProcessInfo Processes::describe(const Process& process) {
  ProcessInfo info;
  info.number = process.number();
  info.name = process.name();
  info.type = process.type();
  info.state = process.state();
  info.created = process.created();
  info.cpuSeconds = process.runSeconds();
  info.sessionId = process.sessionId;
  info.url = process.url;
  return info;
}

std::vector<ProcessInfo> Processes::list() const {
  const std::lock_guard guard(mutex_);
  std::vector<ProcessInfo> all;
  for (const auto& [number, process] : processes_) all.push_back(describe(*process));
  return all;
}

std::optional<ProcessInfo> Processes::info(std::int32_t number) const {
  const std::lock_guard guard(mutex_);
  const auto found = processes_.find(number);
  if (found == processes_.end()) return std::nullopt;
  return describe(*found->second);
}

std::int32_t Processes::numberOf(std::string_view nameOrId) const {
  const std::lock_guard guard(mutex_);
  for (const auto& [number, process] : processes_) {
    if (process->name() == nameOrId) return number;
  }
  std::int32_t id = 0;
  const auto [end, error] = std::from_chars(nameOrId.data(), nameOrId.data() + nameOrId.size(), id);
  if (error != std::errc() || end != nameOrId.data() + nameOrId.size()) return 0;
  return processes_.contains(id) ? id : 0;
}

std::int32_t Processes::highestNumber() const {
  const std::lock_guard guard(mutex_);
  return processes_.empty() ? 0 : processes_.rbegin()->first;
}

void Processes::delay(std::int32_t number, double ticks) {
  const std::lock_guard guard(mutex_);
  if (const auto found = processes_.find(number); found != processes_.end()) found->second->delay(ticks);
}

void Processes::stop(std::int32_t number) {
  const std::lock_guard guard(mutex_);
  if (const auto found = processes_.find(number); found != processes_.end()) found->second->stop();
}

// --- Workers

std::shared_ptr<Processes::Worker> Processes::findWorker(const ProcessName& name) {
  if (const auto* text = std::get_if<std::string>(&name)) {
    const auto found = workers_.find(*text);
    return found == workers_.end() ? nullptr : found->second;
  }
  for (const auto& [key, worker] : workers_) {
    if (worker->number == std::get<std::int32_t>(name)) return worker;
  }
  return nullptr;
}

Result<> Processes::callWorker(Process& caller, const ProcessName& name, const Value& function,
                               std::span<const Value> arguments) {
  Message message;
  auto copied = caller.copyForOtherProcess(function);
  if (!copied) return std::unexpected(copied.error());
  message.function = std::move(*copied);
  for (const Value& argument : arguments) {
    auto value = caller.copyForOtherProcess(argument);
    if (!value) return std::unexpected(value.error());
    message.arguments.push_back(std::move(*value));
  }
  std::shared_ptr<Worker> worker;
  {
    const std::lock_guard guard(mutex_);
    worker = findWorker(name);
    if (closed_) return {};
    if (worker && worker->killed) {
      // A worker that killed itself and posts to itself does nothing; others get the next one of that name.
      if (worker->number != caller.number() && std::holds_alternative<std::string>(name)) {
        worker->afterEnd.push_back(std::move(message));
      }
      return {};
    }
    if (!worker) {
      if (!std::holds_alternative<std::string>(name)) return {};
      worker = std::make_shared<Worker>();
      worker->name = std::get<std::string>(name);
      workers_.emplace(worker->name, worker);
    }
  }
  bool fresh = false;
  {
    const std::lock_guard guard(mutex_);
    fresh = !worker->process;
  }
  if (fresh) {
    auto process = std::make_unique<Process>(runtime_.shared_from_this(), worker->name, ProcessType::worker);
    std::weak_ptr<Worker> weak = worker;
    process->idleQueue_ = [this, weak](std::function<void(Process&)> task) {
      if (const auto target = weak.lock()) post(target, Message{{}, {}, std::move(task)});
    };
    const std::lock_guard guard(mutex_);
    if (!worker->process) {
      worker->number = process->number();
      worker->process = std::move(process);
      worker->process->state_.store(ProcessState::waitingForUserEvent);
    }
  }
  post(worker, std::move(message));
  return {};
}

void Processes::post(const std::shared_ptr<Worker>& worker, Message message) {
  {
    const std::lock_guard guard(mutex_);
    if (worker->killed || closed_) return;
    if (!message.task && worker->first.isUndefined()) worker->first = message.function;
    worker->box.push_back(std::move(message));
    if (worker->running) return;
    worker->running = true;
  }
  threads_.run([this, worker] { work(worker); });
}

void Processes::work(const std::shared_ptr<Worker>& worker) {
  while (true) {
    Message message;
    {
      const std::lock_guard guard(mutex_);
      if (worker->killed || worker->box.empty()) {
        worker->running = false;
        worker->process->state_.store(ProcessState::waitingForUserEvent);
        break;
      }
      message = std::move(worker->box.front());
      worker->box.pop_front();
    }
    worker->process->state_.store(ProcessState::executing);
    runMessage(*worker, message);
  }
  std::deque<Message> next;
  {
    const std::lock_guard guard(mutex_);
    if (!worker->killed) return;
    const auto listed = workers_.find(worker->name);
    if (listed != workers_.end() && listed->second == worker) workers_.erase(listed);
    next = std::move(worker->afterEnd);
  }
  std::unique_ptr<Process> process = std::move(worker->process);
  for (Message& message : next) {
    if (auto posted = callWorker(*process, worker->name, message.function, message.arguments); !posted) {
      report(*process, posted.error());
    }
  }
}

void Processes::runMessage(Worker& worker, Message& message) {
  Process& process = *worker.process;
  process.beginTask();
  if (message.task) {
    message.task(process);
    return;
  }
  const bool again = message.function.isText() && message.function.asText().empty();
  const Value function = again ? worker.first : message.function;
  const auto result = function.isText() ? process.callMethod(function.asText(), message.arguments)
                                        : process.call(function, Value::null(), message.arguments);
  if (!result) report(process, result.error());
}

void Processes::report(Process& process, const Error& error) {
  if (error.code() == code::interrupted && process.isStopping()) return;
  process.logWarning("process " + process.name() + ": " + error.text());
}

void Processes::killWorker(const ProcessName& name) {
  std::shared_ptr<Worker> worker;
  bool idle = false;
  {
    const std::lock_guard guard(mutex_);
    worker = findWorker(name);
    if (!worker) return;
    worker->box.clear();
    if (worker->killed) return;
    worker->killed = true;
    idle = !worker->running;
    worker->running = true;
  }
  if (idle) threads_.run([this, worker] { work(worker); });
}

Result<std::int32_t> Processes::start(Process& caller, const std::string& method, std::string name,
                                      std::span<const Value> arguments) {
  auto copies = std::make_shared<std::vector<Value>>();
  for (const Value& argument : arguments) {
    auto value = caller.copyForOtherProcess(argument);
    if (!value) return std::unexpected(value.error());
    copies->push_back(std::move(*value));
  }
  if (name.empty()) name = method;
  auto process = std::make_shared<Process>(runtime_.shared_from_this(), std::move(name), ProcessType::otherUser);
  const std::int32_t number = process->number();
  threads_.run([this, process, copies, method] {
    process->beginTask();
    if (const auto result = process->callMethod(method, *copies); !result) report(*process, result.error());
    copies->clear();
  });
  return number;
}

void Processes::attach(DebugListener* listener) {
  const std::lock_guard guard(mutex_);
  listener_.store(listener, std::memory_order_release);
  for (const auto& [number, process] : processes_) process->attention_->wanted.fetch_or(Attention::pause);
}

void Processes::interrupt(std::int32_t number) {
  const std::lock_guard guard(mutex_);
  const auto found = processes_.find(number);
  if (found == processes_.end()) return;
  Attention& attention = *found->second->attention_;
  attention.wanted.fetch_or(Attention::pause);
  std::shared_ptr<Parking> parking;
  {
    const std::lock_guard waiting(attention.mutex);
    parking = attention.parking;
  }
  if (parking) parking->wake();
}

void Processes::shutdown() {
  std::vector<std::shared_ptr<Worker>> workers;
  {
    const std::lock_guard guard(mutex_);
    if (closed_) return;
    closed_ = true;
    for (const auto& [name, worker] : workers_) workers.push_back(worker);
    workers_.clear();
    for (const auto& worker : workers) {
      worker->killed = true;
      worker->box.clear();
    }
    for (const auto& [number, process] : processes_) {
      if (process->type() == ProcessType::worker || process->type() == ProcessType::otherUser) process->stop();
    }
  }
  threads_.finish();
}

// --- Semaphores

Result<bool> Processes::takeSemaphore(Process& process, const std::string& name, double ticks) {
  const auto length = std::chrono::milliseconds(std::llround(std::clamp(ticks, 0.0, 1e11) * 1000 / 60));
  const auto deadline = std::chrono::steady_clock::now() + length;
  while (true) {
    const auto freed = std::make_shared<Event>();
    {
      const std::lock_guard guard(mutex_);
      Semaphore& semaphore = semaphores_[name];
      if (semaphore.owner == nullptr || semaphore.owner == &process) {
        semaphore.owner = &process;
        return true;
      }
      semaphore.waiting.push_back(freed);
    }
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    const auto woken = left.count() > 0 ? process.wait(*freed, left) : Result<Wakeup>(Wakeup::timeout);
    if (!woken || *woken == Wakeup::timeout) {
      const std::lock_guard guard(mutex_);
      if (const auto found = semaphores_.find(name); found != semaphores_.end()) {
        std::erase(found->second.waiting, freed);
      }
      if (!woken) return std::unexpected(woken.error());
      return false;
    }
  }
}

void Processes::clearSemaphore(Process& process, const std::string& name) {
  std::deque<std::shared_ptr<Event>> waiting;
  {
    const std::lock_guard guard(mutex_);
    const auto found = semaphores_.find(name);
    if (found == semaphores_.end() || found->second.owner != &process) return;
    waiting = std::move(found->second.waiting);
    semaphores_.erase(found);
  }
  for (const auto& waiter : waiting) waiter->set();
}

bool Processes::testSemaphore(const std::string& name) const {
  const std::lock_guard guard(mutex_);
  return semaphores_.contains(name);
}

}  // namespace qodly::script::vm
