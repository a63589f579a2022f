// The marina of marina.json in a real datastore, in three states that must give the same answers: without indexes, with
// every index the file names, and with half of the data changed inside an open transaction.
#pragma once

#include <memory>
#include <string>

#include "engine/embedded/embedded_engine.h"
#include "orda/entity.h"

namespace qodly::conformance {

enum class State { sequential, indexed, transaction };

class Fixture {
 public:
  Fixture(const std::string& file, State state);
  ~Fixture();

  orda::Process& process() { return *process_; }
  orda::DataClass dataClass(std::string_view name);
  // JSON with the `$...` forms of case_file.h replaced by values, entities and selections.
  Value valueOf(const Value& json);
  orda::SelectionRef selectionOf(std::string_view dataClass, const std::vector<std::int64_t>& keys);

 private:
  std::filesystem::path folder_;
  std::unique_ptr<orda::Datastore> datastore_;
  std::unique_ptr<orda::Process> process_;
};

}  // namespace qodly::conformance
