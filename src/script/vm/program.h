// The project's compiled classes and methods at one moment. A changed file makes a new Program that shares the units of
// all other files; running code keeps the one it began with (hot reload).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "script/compile/code.h"
#include "script/syntax/sources.h"
#include "script/vm/class.h"

namespace qodly::script::vm {

// Immutable and thread-safe. Class and code pointers live as long as the Program.
class Program : public std::enable_shared_from_this<Program> {
 public:
  // Classes that exist without a file: those of the data model.
  struct ModelClass {
    std::string name;     // "Invoice", "InvoiceEntity", "InvoiceSelection", "DataStore"
    std::string extends;  // "DataClass", "Entity", "EntitySelection", "DataStoreImplementation"
  };

  // Types that Compiler_* methods give process variables, by folded name; interprocess ones by "<>name".
  using VariableTypes = std::unordered_map<std::string, syntax::TypeWord>;

  static std::shared_ptr<const Program> make(std::vector<std::shared_ptr<const compile::Unit>> units,
                                             std::vector<ModelClass> model = {}, VariableTypes variables = {},
                                             std::shared_ptr<const syntax::Names> names = {});

  // variant when nothing is said.
  syntax::TypeWord variableType(const std::string& foldedName) const {
    const auto found = variables_.find(foldedName);
    return found == variables_.end() ? syntax::TypeWord::variant : found->second;
  }

  // A project method, case ignored; nullptr when there is none.
  const compile::Code* method(std::string_view name) const;
  // A method of the folder DatabaseMethods, case ignored; nullptr when there is none.
  const compile::Code* databaseMethod(std::string_view name) const;
  const Class* userClass(std::string_view name) const;  // case-sensitive
  // The unit of a body of this program, which keeps the whole program alive.
  std::shared_ptr<const compile::Unit> unitOf(const compile::Code& code) const {
    return std::shared_ptr<const compile::Unit>(shared_from_this(), code.unit);
  }
  // Names of the project laid over those of the library, for formulas from texts; nullptr when not given.
  const syntax::Names* names() const { return names_.get(); }
  // cs.name, one value a class; undefined when there is none.
  Value classValue(std::string_view name) const;
  const std::vector<std::unique_ptr<Class>>& classes() const { return classes_; }
  const std::vector<std::shared_ptr<const compile::Unit>>& units() const { return units_; }
  const std::vector<ModelClass>& model() const { return model_; }
  // Methods in the order of their names.
  std::vector<std::string_view> methodNames() const;
  // Never two alike among programs that live at the same time.
  std::uint16_t serial() const { return serial_; }
  // What is wrong with the classes as a whole: circular chains, unknown parents, duplicate members.
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  Program() = default;
  void addMethod(const compile::Unit& unit);
  void addClass(const std::shared_ptr<const compile::Unit>& unit);
  void link();
  void completeMembers(Class& definition);

  std::uint16_t serial_ = 0;
  std::vector<std::shared_ptr<const compile::Unit>> units_;
  std::vector<ModelClass> model_;
  std::unordered_map<std::string, const compile::Code*> methods_;          // by folded name
  std::unordered_map<std::string, const compile::Code*> databaseMethods_;  // likewise
  std::shared_ptr<const syntax::Names> names_;
  std::vector<std::unique_ptr<Class>> classes_;
  std::unordered_map<std::string, Class*> classesByName_;
  std::vector<std::string> problems_;
  VariableTypes variables_;
};

}  // namespace qodly::script::vm
