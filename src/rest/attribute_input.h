// Values of a request body put into an entity (rest.md 7.2): keys of related entities, uploads, base64, conversions.
#pragma once

#include <string>
#include <vector>

#include "orda/entity.h"
#include "rest/call.h"

namespace qodly::rest {

// Sets the attributes that the body names; system members, unknown and hidden names, links sent back unchanged and
// read-only attributes are passed over. `usedUploads` gets the ids whose content was taken.
// Error: the first value that cannot be stored; `rest` (400) for a changed primary key.
Result<> setAttributes(Call& call, orda::Entity& entity, const Object& body, std::vector<std::string>& usedUploads);

}  // namespace qodly::rest
