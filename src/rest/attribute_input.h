// Values of a request body put into an entity (rest.md 7.2): keys of related entities, uploads, base64, conversions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "orda/entity.h"
#include "rest/call.h"

namespace qodly::rest {

// Sets the attributes that the body names; system members, unknown and hidden names, links sent back unchanged and
// read-only attributes are passed over. `usedUploads` gets the ids whose content was taken.
// Error: the first value that cannot be stored; `rest` (400) for a changed primary key.
Result<> setAttributes(Call& call, orda::Entity& entity, const Object& body, std::vector<std::string>& usedUploads);

// The stamp that an entity must still have, as `__STAMP` of a body gives it: a number, or one as text; nothing when
// there is none. A number that no stamp can be gives one that no entity has. Error: `rest` (400) for anything else - to
// pass it over would be to overwrite what the client wanted to be told of.
Result<std::optional<std::uint32_t>> givenStamp(const Object& body);

}  // namespace qodly::rest
