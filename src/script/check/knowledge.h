// What the checker knows of a project: the headers of its methods and classes, its model, and the library.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "model/model.h"
#include "script/check/check_type.h"
#include "script/compile/code.h"
#include "script/syntax/tree.h"
#include "script/vm/builtins.h"

namespace qodly::script::check {

struct Header {
  std::string name;
  syntax::FunctionKind kind = syntax::FunctionKind::method;
  syntax::Modifiers modifiers;
  std::vector<compile::ParameterInfo> parameters;
  // Arguments behind the parameters are looked at, or nothing says what the parameters are.
  bool takesMore = false;
  compile::DeclaredType result;
  bool hasResult = false;
  bool isClosed() const { return !takesMore; }
};

struct ClassHeader {
  std::string name;
  std::string extends;  // "" when it has no extends line
  bool isShared = false;
  bool isSingleton = false;
  std::map<std::string, Header, std::less<>> functions;  // getters, setters, query... excepted
  std::map<std::string, Header, std::less<>> getters;
  std::unordered_set<std::string> setters;
  std::map<std::string, compile::DeclaredType, std::less<>> properties;  // of property lines
  std::unordered_set<std::string> assigned;                              // this.x = ... somewhere in the class
  std::unordered_set<std::string> aliases;
  std::optional<Header> constructor;
};

// Fill it (add), then share it: safe to read from many threads. Keeps nothing of the trees.
class Knowledge {
 public:
  // model and builtins: must outlive this; nullptr when there is none: nothing is said about what they would tell.
  Knowledge(const model::Model* model, const vm::Builtins* builtins) : model_(model), builtins_(builtins) {}

  // A file of the project: name of the method or class.
  void add(const syntax::Tree& tree, std::string_view name);

  const model::Model* model() const { return model_; }
  const vm::Builtins* builtins() const { return builtins_; }
  const Header* method(std::string_view name) const;          // without regard to case
  const ClassHeader* userClass(std::string_view name) const;  // of a file; nullptr when there is none
  const model::DataClass* dataClass(std::string_view name) const;
  bool assignsProcess(std::string_view name) const;  // some file assigns or declares the process variable
  bool hasClass(std::string_view name) const;        // cs.name exists: file or model

  // cs.name as the type of a variable, and as a value.
  CheckType typeOfClass(std::string_view name) const;
  CheckType typeOf(const compile::DeclaredType& type) const;
  // What `this` is in the class.
  CheckType typeOfThis(std::string_view className) const;

  const vm::NativeClass* nativeClass(std::string_view name) const;
  // The function or property, looked for in the class and above it.
  const vm::FunctionRow* nativeFunction(std::string_view className, std::string_view name) const;
  const vm::PropertyRow* nativeProperty(std::string_view className, std::string_view name) const;
  CheckType typeOf(const vm::TypeSet& types) const;

  const std::unordered_map<std::string, ClassHeader>& classes() const { return classes_; }
  const std::unordered_map<std::string, Header>& methods() const { return methods_; }

 private:
  void addClass(const syntax::Tree& tree, std::string_view name);
  void notice(syntax::Block block, ClassHeader* owner);

  const model::Model* model_;
  const vm::Builtins* builtins_;
  std::unordered_map<std::string, Header> methods_;       // folded names
  std::unordered_map<std::string, ClassHeader> classes_;  // names as they are
  std::unordered_set<std::string> processNames_;          // folded
};

// The known name that was probably meant: at most two letters differ. "" when none is near.
std::string_view nearest(std::string_view written, const std::vector<std::string_view>& known);

}  // namespace qodly::script::check
