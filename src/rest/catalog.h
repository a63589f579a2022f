// $catalog: the model as REST shows it (rest.md 16).
#pragma once

#include "rest/call.h"

namespace qodly::rest {

// GET /rest/$catalog, /$all, /{dataClass}[,{dataClass}...]. Error: 404 / 1800 for an unknown or hidden dataclass.
Result<> answerCatalog(Call& call);

}  // namespace qodly::rest
