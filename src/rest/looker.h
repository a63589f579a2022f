// $format=looker: rows with a schema, for the Looker connector (rest.md 20).
#pragma once

#include "rest/call.h"
#include "rest/source.h"

namespace qodly::rest {

// Columns: the attributes in catalog order, or those named, related values as `author.name`; relations, pictures and
// blobs are left out. Error: 404 for an unknown name.
Result<> answerLooker(Call& call, const Source& source);

}  // namespace qodly::rest
