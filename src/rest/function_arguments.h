// Arguments of a function call, from JSON to values of the language (rest.md 15.4, 15.9).
#pragma once

#include <vector>

#include "orda/entity.h"
#include "rest/call.h"
#include "script/compile/code.h"

namespace qodly::rest {

struct FunctionInput {
  std::vector<Value> arguments;
  // What a page holds of the entity that the function is called on; undefined when it sent none.
  Value self;
};

// The input of the request as JSON: body of a POST, $params of a GET; nothing is looked up yet.
// Error: 400, with the position of what is wrong.
Result<FunctionInput> functionInput(Call& call);

// Entities and selections in the place of their markers, and what the declared types ask for.
// Errors, status 400: 1002, 1003, 1005, 1006; those of the attributes of an entity.
Result<> resolveArguments(Call& call, const script::compile::Code& code, std::vector<Value>& arguments);

// An entity argument object: loaded or new, with the attributes that it names. Nothing is saved.
Result<orda::EntityRef> entityArgument(Call& call, const Object& object);
// The same for an entity that is known already.
Result<> applyEntityArgument(Call& call, orda::Entity& entity, const Object& object);

}  // namespace qodly::rest
