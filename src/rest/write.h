// Creating and updating entities (rest.md 12.1-12.4, 12.6), and storing media directly (14.4).
#pragma once

#include "rest/call.h"

namespace qodly::rest {

// $method=update, POST, PUT, PATCH with an object or an array; $refresh.
Result<> answerUpdate(Call& call, std::uint32_t dataClass);
// $method=validate
Result<> answerValidate(Call& call, std::uint32_t dataClass);
// POST /rest/Book[7]/cover with the content as body.
Result<> answerDirectUpload(Call& call, std::uint32_t dataClass, std::uint32_t attribute);

}  // namespace qodly::rest
