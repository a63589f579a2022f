// The language of one application: its compiled code, its shared values and its processes.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <typeindex>
#include <unordered_map>
#include <vector>

#include "base/collation.h"
#include "script/vm/builtins.h"
#include "script/vm/handle_type.h"
#include "script/vm/process.h"

namespace qodly::script::vm {

class Timer;    // timer.h
class Program;  // program.h: the project's compiled classes and methods at one moment

// Texts of the application's own errors by their name in its translation files; "" when there is none. A service.
class ErrorTexts {
 public:
  virtual ~ErrorTexts() = default;
  virtual std::string text(Process& process, std::string_view name) const = 0;
};

// Thread-safe. Lives as long as any of its processes.
class Runtime : public std::enable_shared_from_this<Runtime> {
 public:
  static std::shared_ptr<Runtime> make(const Builtins& builtins);
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  const Builtins& builtins() const { return builtins_; }

  // The code that calls beginning now will run; calls that run keep the one they began with (hot reload).
  std::shared_ptr<const Program> program() const;
  void setProgram(std::shared_ptr<const Program> program);

  // Registers how handles of a kind behave; `type` lives as long as the runtime. Before any process runs.
  void addHandleType(const char* kind, std::unique_ptr<HandleType> type);
  const HandleType* handleType(const char* kind) const;  // nullptr when unknown

  // Objects of upper layers (datastore, file systems, log, sessions): set at start, then read.
  template <class T>
  void setService(std::shared_ptr<T> service) {
    services_[std::type_index(typeid(T))] = std::move(service);
  }
  template <class T>
  T* service() const {
    const auto found = services_.find(std::type_index(typeid(T)));
    return found == services_.end() ? nullptr : static_cast<T*>(found->second.get());
  }
  // Names that commands of upper layers answer without arguments, as `ds` and `session` do, are ordinary commands of
  // the library; they find what they need through service().

  Value storage() const;  // the application's shared object (language.md 18)

  // How texts compare: the data language of the model; "en" until it is set (before any process runs).
  const Collation& collation() const;
  void setCollation(std::shared_ptr<const Collation> collation);

  class Timer& timer();

  // The session is over: its singletons are given up.
  void endSession(const std::string& sessionId);

  // Before the runtime is given up while workers may live: processes().shutdown().

  // As callChain shows it.
  std::string applicationName;

  // Where warnings and uncaught errors go. Default: nowhere.
  std::function<void(std::string_view message)> log;

  // What the machine keeps for all processes: runtime_state.h.
  struct Shared;
  Shared& shared() { return *shared_; }

  // Processes, workers, semaphores: process_list.h.
  class Processes& processes() {
    return *processes_;
  }

 private:
  explicit Runtime(const Builtins& builtins);
  const Builtins& builtins_;
  std::unordered_map<std::type_index, std::shared_ptr<void>> services_;
  std::unique_ptr<Shared> shared_;
  std::unique_ptr<class Processes> processes_;
};

}  // namespace qodly::script::vm
