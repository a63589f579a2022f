// Results of functions as answers (rest.md 15.5).
#pragma once

#include "rest/call.h"
#include "script/compile/code.h"

namespace qodly::rest {

enum class AnswerForm : std::uint8_t { json, raw };

// Writes the whole answer for the value that `code` returned.
Result<AnswerForm> answerResult(Call& call, const script::compile::Code& code, const Value& result);

// A value inside other JSON: entities and selections in their own shapes. An object or collection inside itself is
// null. Error -20019: the text passes the memory limit of the call's process.
Result<> appendResultValue(Call& call, const Value& value, std::string& out);

// An entity as it is in memory, in root shape. `writer` nullptr: all attributes.
Result<> appendEntity(Call& call, orda::Entity& entity, const EntityWriter* writer, std::string& out);

}  // namespace qodly::rest
