// A language runtime over a small library of books (the fixture of the REST cases), with classes given as texts.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "orda/datastore.h"
#include "script/vm/process.h"
#include "script/vm/runtime.h"
#include "tests/conformance/support/fixture.h"

namespace qodly::script::data::test {

struct ClassText {
  std::string name;
  std::string text;
};

using Classes = std::vector<ClassText>;

class Library {
 public:
  explicit Library(const Classes& classes = {});
  ~Library();
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  vm::Process& process() { return *process_; }
  const std::shared_ptr<vm::Runtime>& runtime() { return runtime_; }
  orda::Datastore& datastore();
  const std::vector<std::string>& problems() const { return problems_; }
  // Other classes from now on.
  void load(const Classes& classes);
  // Runs the lines of a method; its result as JSON, or "error <code>: <text>".
  std::string run(std::string_view body);

 private:
  std::unique_ptr<conformance::Fixture> fixture_;  // ends last
  std::shared_ptr<const model::Model> model_;
  std::shared_ptr<vm::Runtime> runtime_;
  std::unique_ptr<vm::Process> process_;
  std::vector<ClassText> classes_;
  std::vector<std::string> problems_;
};

}  // namespace qodly::script::data::test
