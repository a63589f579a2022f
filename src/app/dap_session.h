// One client of the Debug Adapter Protocol (1.6x): an editor that debugs an application. What it speaks over is not
// known here.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "script/debug/debugger.h"
#include "value/value.h"

namespace qodly::app {

// Sends messages to the client; shared by the session and the jobs it gives to processes. Thread-safe.
class DapChannel {
 public:
  using Send = std::function<void(std::string json)>;  // thread-safe, does not wait
  explicit DapChannel(Send send) : send_(std::move(send)) {}
  void close();  // nothing is sent any more

  void event(std::string_view name, Value body = Value());
  // `category`: "console", "stdout", "stderr"; a line end is added.
  void output(std::string_view category, std::string_view text);
  void succeed(const Value& request, Value body = Value());
  void fail(const Value& request, std::string_view message);
  // What was asked of a process that runs by now: editors ask while the user steps on, nobody need be told.
  void failNotStopped(const Value& request);

  // Between file names of the application and paths of the client.
  void setRoot(std::filesystem::path root);
  std::string pathOf(std::string_view file) const;
  std::string fileOf(std::string_view path) const;
  // The protocol's Source: of a file, or of a text that has none.
  Value source(std::string_view file, std::string_view name, std::string_view text);
  std::optional<std::string> sourceText(std::int64_t reference) const;

 private:
  void answer(const Value& request, bool success, std::string_view message, Value body);
  void send(Value message);

  Send send_;
  mutable std::mutex mutex_;
  std::int64_t last_ = 0;
  std::filesystem::path root_;
  std::filesystem::path canonicalRoot_;
  std::vector<std::string> texts_;  // sources without a file
};

// The application that a client debugs: what `launch` and `attach` mean where the session runs.
class DapHost {
 public:
  struct Target {
    script::vm::Runtime& runtime;
    std::filesystem::path root;  // that the files' names count from
  };
  virtual ~DapHost() = default;
  virtual Result<Target> launch(const Value& arguments, const std::shared_ptr<DapChannel>& channel);
  virtual Result<Target> attach(const Value& arguments);
  // All breakpoints are set: what was launched may run.
  virtual void start(bool stopOnEntry) { (void)stopOnEntry; }
  virtual bool isLaunched() const { return false; }
  virtual void terminate() {}  // what was launched
};

// One thread calls it; answers may come from threads of the application.
class DapSession {
 public:
  // host must outlive it.
  DapSession(DapHost& host, DapChannel::Send send);
  // The client is gone: what it debugged runs on.
  ~DapSession();
  DapSession(const DapSession&) = delete;
  DapSession& operator=(const DapSession&) = delete;

  void receive(std::string_view json);
  bool hasEnded() const { return ended_; }
  bool isAttached() const { return debugger_ != nullptr; }
  const std::shared_ptr<DapChannel>& channel() const { return channel_; }
  static bool isSecret(std::string_view given, std::string_view wanted);  // compares in constant time

 private:
  class Listener;
  using Handler = void (DapSession::*)(const Value& request, const Value& arguments);
  static const std::unordered_map<std::string_view, Handler>& requests();

  void initialize(const Value& request, const Value& arguments);
  void launch(const Value& request, const Value& arguments);
  void attach(const Value& request, const Value& arguments);
  void configurationDone(const Value& request, const Value& arguments);
  void disconnect(const Value& request, const Value& arguments);
  void terminate(const Value& request, const Value& arguments);
  void terminateThreads(const Value& request, const Value& arguments);
  void cancel(const Value& request, const Value& arguments);
  void setBreakpoints(const Value& request, const Value& arguments);
  void setFunctionBreakpoints(const Value& request, const Value& arguments);
  void setExceptionBreakpoints(const Value& request, const Value& arguments);
  void breakpointLocations(const Value& request, const Value& arguments);
  void threads(const Value& request, const Value& arguments);
  void proceed(const Value& request, const Value& arguments);
  void next(const Value& request, const Value& arguments);
  void stepIn(const Value& request, const Value& arguments);
  void stepOut(const Value& request, const Value& arguments);
  void pause(const Value& request, const Value& arguments);
  void stackTrace(const Value& request, const Value& arguments);
  void scopes(const Value& request, const Value& arguments);
  void variables(const Value& request, const Value& arguments);
  void setVariable(const Value& request, const Value& arguments);
  void evaluate(const Value& request, const Value& arguments);
  void setExpression(const Value& request, const Value& arguments);
  void completions(const Value& request, const Value& arguments);
  void exceptionInfo(const Value& request, const Value& arguments);
  void loadedSources(const Value& request, const Value& arguments);
  void source(const Value& request, const Value& arguments);

  bool begin(const Value& request, const Result<DapHost::Target>& target, bool debugged);
  void step(const Value& request, const Value& arguments, script::debug::StepKind kind);
  void evaluateAlone(const Value& request, std::string_view expression);
  // Runs `job` on the thread of the stopped process; its answer is sent from there. Answers with an error when the
  // process has gone on.
  using Job = std::function<Result<Value>(script::debug::Stop&)>;
  void ask(const Value& request, const std::shared_ptr<script::debug::Stop>& stop, Job job);

  DapHost& host_;
  std::shared_ptr<DapChannel> channel_;
  std::shared_ptr<Listener> listener_;
  script::debug::Debugger* debugger_ = nullptr;
  script::vm::Runtime* runtime_ = nullptr;
  bool initialized_ = false;
  bool stopOnEntry_ = false;
  bool linesFrom1_ = true;
  bool started_ = false;
  bool ended_ = false;
};

}  // namespace qodly::app
