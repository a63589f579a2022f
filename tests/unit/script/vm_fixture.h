// A small application in memory for tests of the machine.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "script/vm/process_list.h"
#include "script/vm/program.h"

namespace qodly::script::vm::test {

const Builtins& builtins();

class Application {
 public:
  Application();
  ~Application();
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;

  // Adds or replaces a source and makes it known. QodlyScript unless the name ends with ".4dm".
  void method(std::string name, std::string_view text);
  void classFile(std::string name, std::string_view text);

  Runtime& runtime() { return *runtime_; }
  Process& process() { return *process_; }
  void newProcess(Limits limits = {});

  // Runs the text as a method and gives its result as JSON; an error as "error <code>"; undefined as "undefined".
  std::string run(std::string_view text);
  std::string run4D(std::string_view text);
  std::string call(std::string_view method, std::vector<Value> arguments = {});
  // The result of an expression.
  std::string eval(std::string_view expression) { return run("return " + std::string(expression)); }

 private:
  struct Source {
    std::string name;
    bool isClass = false;
    bool fourD = false;
    std::string text;
    std::shared_ptr<const compile::Unit> unit;
  };
  void add(std::string name, bool isClass, std::string_view text);
  void rebuild();

  std::vector<Source> sources_;
  std::shared_ptr<Runtime> runtime_;
  std::unique_ptr<Process> process_;
};

std::string show(const Result<Value>& result);

}  // namespace qodly::script::vm::test
