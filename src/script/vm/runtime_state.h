// What all processes of a runtime share, behind Runtime. Internal to the language.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "script/vm/machine.h"
#include "script/vm/native_tables.h"
#include "script/vm/runtime.h"
#include "script/vm/timer.h"

namespace qodly::script::vm {

// One singleton of the application or of a session; made by the first process that asks, the others wait.
struct SharedSingleton {
  Value instance;
  Process* maker = nullptr;
  std::vector<std::shared_ptr<Event>> waiting;
};

struct Runtime::Shared {
  explicit Shared(const Builtins& builtins) : tables(builtins) {}

  mutable std::mutex mutex;  // guards what has no guard of its own
  std::shared_ptr<const Program> program;
  std::vector<std::pair<const char*, std::unique_ptr<HandleType>>> handleTypes;  // few: searched in order
  std::shared_ptr<const Collation> collation;
  Value storage;
  std::unordered_map<std::string, Value> interprocess;
  std::string globalErrorMethod;
  std::atomic<bool> assertions{true};
  // By scope: "" the application, else the session's id; then by class.
  std::map<std::string, std::unordered_map<std::string, SharedSingleton>> singletons;
  NativeTables tables;
  Timer timer;
};

}  // namespace qodly::script::vm
