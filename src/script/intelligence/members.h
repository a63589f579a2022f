// The members a value of a known type has: functions and properties of classes, attributes of the model, rows of the
// library. Completion, hover and navigation ask this one table.
#pragma once

#include <string_view>
#include <vector>

#include "script/check/knowledge.h"

namespace qodly::script::intelligence {

using check::CheckType;
using check::Knowledge;

// Points into the knowledge it was made from.
struct MemberFact {
  enum class Kind : std::uint8_t {
    function,  // of a class file: `header`
    getter,    // likewise
    property,  // property line: `declared`
    alias,
    assigned,        // this.x = ... somewhere in the class
    attribute,       // `attribute`
    dataClass,       // of ds: `dataClass`
    nativeFunction,  // `row`
    nativeProperty,  // `propertyRow`
    classWord,       // new, me, name... of a class; `header` or `row` of its constructor
  };
  Kind kind = Kind::property;
  std::string_view owner;  // class file, dataclass or built-in class
  std::string_view name;
  const check::Header* header = nullptr;
  const compile::DeclaredType* declared = nullptr;
  const model::Attribute* attribute = nullptr;
  const model::DataClass* dataClass = nullptr;
  const vm::FunctionRow* row = nullptr;
  const vm::PropertyRow* propertyRow = nullptr;

  bool isFunction() const { return kind == Kind::function || kind == Kind::nativeFunction; }
};

// Nearest first: what hides comes before what it hides.
std::vector<MemberFact> membersOf(const Knowledge& knowledge, const CheckType& object);
// The value of the member; of a function: what a call gives.
CheckType typeOf(const Knowledge& knowledge, const CheckType& object, const MemberFact& fact);

}  // namespace qodly::script::intelligence
