// What follows from the type of a value for its members: shared by the checker, which warns, and by what an editor
// shows.
#pragma once

#include <string_view>

#include "script/check/knowledge.h"

namespace qodly::script::check {

// The built-in class whose rows such a value has; "" when it has none.
std::string_view nativeNameOf(const CheckType& object);
// The class file that adds to such a value; nullptr when there is none.
const ClassHeader* classFileOf(const Knowledge& knowledge, const CheckType& object);
// An attribute read from an entity, or from a selection (then all values of it). Unknown for calculated and aliases.
CheckType typeOfAttribute(const Knowledge& knowledge, const CheckType& object, const model::Attribute& attribute);
// A selection that a function of a selection of Employee gives is one of Employee.
CheckType inContext(CheckType result, const CheckType& receiver);
// A method's or command's result, a constant; unknown for everything else.
CheckType typeOfNamed(const Knowledge& knowledge, const syntax::Name& name);

}  // namespace qodly::script::check
