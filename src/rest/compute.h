// $distinct and $compute: the values of attributes instead of entities (rest.md 10.10, 10.11).
#pragma once

#include "rest/call.h"
#include "rest/source.h"

namespace qodly::rest {

// Both take the attribute from the path or from $attributes. Error: 400 when it is missing, several ($distinct), or of
// a type the keyword cannot be applied to; 404 for an unknown one.
Result<> answerDistinct(Call& call, const Source& source);
Result<> answerCompute(Call& call, const Source& source);

}  // namespace qodly::rest
