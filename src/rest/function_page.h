// What a function did to the entity that a page called it on (rest.md 15.9): told beside the result as `__THIS`.
#pragma once

#include <optional>
#include <string>

#include "orda/entity.h"
#include "rest/call.h"
#include "rest/function_result.h"

namespace qodly::rest {

// Compares the entity before and after the function.
class EntityEffects {
 public:
  // The state that the page knows. Error: a value that could not be read.
  Result<> begin(Call& call, orda::EntityRef entity);
  // After the function: adds `__THIS` to the answer when something differs.
  Result<> finish(Call& call, AnswerForm form);

 private:
  Result<Value> shown(Call& call) const;
  orda::EntityRef entity_;
  Value before_;
};

// A member beside those of the answer: at the top level of the JSON, else in the header X-Page-Effects.
void addToAnswer(Call& call, AnswerForm form, std::string_view member);

}  // namespace qodly::rest
