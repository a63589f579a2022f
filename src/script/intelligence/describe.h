// Signatures and documentation as an editor shows them.
#pragma once

#include <string>
#include <string_view>

#include "script/intelligence/body_types.h"
#include "script/intelligence/members.h"
#include "script/intelligence/workspace.h"

namespace qodly::script::intelligence {

// "number", "cs.Invoice", "selection of Employee"; "variant" when nothing is known.
std::string typeName(const CheckType& type);
// "rate : real" and the like, as a declaration says it.
std::string typeName(const syntax::TypeRef& declared, const CheckType& type);

// "function discount(rate : real) -> real"; title is what stands before the parentheses.
std::string signatureOf(std::string_view title, const check::Header& header);
std::string signatureOf(const Knowledge& knowledge, const CheckType& object, const MemberFact& fact);
std::string_view documentationOf(const MemberFact& fact);  // of library rows and attributes; "" otherwise

// The comment right above a function of the file, without its marks.
std::string commentAbove(const syntax::Tree& tree, const syntax::Function& function);

}  // namespace qodly::script::intelligence
