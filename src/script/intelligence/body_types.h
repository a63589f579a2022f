// The variables of one body and the types of its expressions, as an editor shows them. More generous than the checker:
// a property's declared type is believed.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "script/check/knowledge.h"
#include "script/intelligence/members.h"
#include "script/syntax/tree.h"

namespace qodly::script::intelligence {

struct LocalVariable {
  std::string name;
  bool dollar = false;  // .4qs: written `$name`
  bool isParameter = false;
  bool declared = false;
  syntax::TypeRef declaredType;
  CheckType type;
  std::vector<const syntax::Expression*> given;  // what is assigned to it
  std::vector<const syntax::Expression*> items;  // what forEach takes it from
};

// Tree and knowledge must outlive it. Walks the body recursively: call it inside onDeepStack.
class BodyTypes {
 public:
  // className: of the class that the body stands in; "" for methods. function: nullptr for an expression alone.
  BodyTypes(const Knowledge& knowledge, std::string_view className, const syntax::Function* function);

  CheckType typeOf(const syntax::Expression& node) const;
  const std::map<std::string, LocalVariable>& variables() const { return variables_; }
  const LocalVariable* find(const syntax::Name& name) const;
  // The member that the node names; nullopt when nothing is known of its object.
  std::optional<MemberFact> factOf(const syntax::Member& node) const;

 private:
  struct Reader;
  void collect(const syntax::Function& function);
  void collect(const syntax::Statement& node);
  void collect(const syntax::Expression& node);
  void declare(const syntax::Parameter& parameter, bool isParameter);
  void assign(const syntax::Expression* target, const syntax::Expression* value, bool isItem);
  void infer();
  LocalVariable& local(std::string_view name, bool dollar);
  CheckType typeOfName(const syntax::Name& name) const;
  CheckType typeOfCall(const syntax::Call& node) const;
  CheckType typeOfBinary(const syntax::Binary& node) const;
  CheckType typeOfMember(const syntax::Member& node) const;

  const Knowledge& knowledge_;
  std::string className_;
  CheckType self_;
  std::map<std::string, LocalVariable> variables_;
  bool settled_ = false;
  mutable std::unordered_map<const syntax::Expression*, CheckType> types_;
};

}  // namespace qodly::script::intelligence
