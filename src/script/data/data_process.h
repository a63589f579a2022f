// What the data layer keeps in a process of the language: its ORDA process, the handles of `ds` and of the dataclasses,
// and which classes of the program lie over them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "orda/datastore.h"
#include "orda/entity.h"
#include "script/vm/class.h"
#include "script/vm/process.h"

namespace qodly::script::vm {
class Program;
}

namespace qodly::script::data {

// The datastore as a service of the runtime.
struct DataService {
  orda::Datastore& datastore;
};

// A dataclass as a value: ds.Boat. Bound to the process that uses it, so it may cross processes.
class DataClassHandle final : public Handle {
 public:
  static constexpr char kindName[] = "dataclass";
  DataClassHandle(std::shared_ptr<const orda::Schema> schema, std::uint32_t index)
      : schema_(std::move(schema)), index_(index) {}
  const char* kind() const override { return kindName; }
  const model::DataClass& definition() const { return schema_->model->classes[index_]; }
  // As the process sees it; the dataclass of today's model when it still has it.
  orda::DataClass in(orda::Process& process) const {
    const orda::DataClass own(process, schema_, index_);
    return own.current().value_or(own);
  }
  orda::TableId table() const { return schema_->tables[index_]; }

 private:
  std::shared_ptr<const orda::Schema> schema_;
  std::uint32_t index_;
};

// The main datastore as a value: ds.
class DatastoreHandle final : public Handle {
 public:
  static constexpr char kindName[] = "datastore";
  const char* kind() const override { return kindName; }
};

enum class ModelRole : std::uint8_t { dataClass, entity, selection };

class DataProcess {
 public:
  // Made on first use; with an ORDA process of its own unless adopt() came first. The datastore must be installed.
  static DataProcess& of(vm::Process& process);
  // The process works for an ORDA process that exists already and outlives it.
  static void adopt(vm::Process& process, orda::Process& existing);

  explicit DataProcess(vm::Process& process);
  ~DataProcess();
  DataProcess(const DataProcess&) = delete;
  DataProcess& operator=(const DataProcess&) = delete;
  orda::Process& orda();
  vm::Process& process() { return process_; }
  const std::shared_ptr<const orda::Schema>& schema();

  Value datastore();
  Value dataClass(std::uint32_t index);         // of today's model
  Value dataClassNamed(std::string_view name);  // undefined when unknown

  // The code that is in force now.
  const std::shared_ptr<const vm::Program>& program();
  // The class of the program that lies over entities, selections or the dataclass; nullptr when it has no file.
  const vm::Class* classOf(std::uint32_t index, ModelRole role);
  const vm::Class* datastoreClass();
  // The function value of code of a class that was found just before, so of the program in force.
  Value function(const vm::Class& owner, const compile::Code& code);

 private:
  struct ClassesOf {
    const vm::Class* roles[3] = {nullptr, nullptr, nullptr};
  };
  void refresh();

  vm::Process& process_;
  orda::Process* orda_ = nullptr;
  std::optional<orda::Process> own_;
  std::shared_ptr<const orda::Schema> schema_;
  std::shared_ptr<const vm::Program> program_;
  std::vector<ClassesOf> classes_;
  const vm::Class* datastoreClass_ = nullptr;
  std::vector<Value> handles_;  // by class index, made when asked for
  Value datastore_;
  std::unordered_map<const compile::Code*, Value> functions_;
};

}  // namespace qodly::script::data
