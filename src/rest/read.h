// GET on data: one entity, or a selection in whatever form the parameters ask for (rest.md 9, 10).
#pragma once

#include "rest/call.h"

namespace qodly::rest {

// `dataClass`: class index of the URL's dataclass. Error: what the answer is to be.
Result<> answerRead(Call& call, std::uint32_t dataClass);

}  // namespace qodly::rest
