// ETag, If-None-Match and If-Match on entities and pages of entities.
//
// The tag of an entity begins with its stamp, which is what If-Match compares; the rest tells representations apart.
// A page of a dataclass is told apart by how often anything that it may show was written, so that an unchanged one is
// answered without a query.
#pragma once

#include <cstdint>

#include "orda/entity.h"
#include "rest/call.h"

namespace qodly::rest {

// Sets the tag of the entity that the body shows; an answer that the client has already becomes 304.
void tagEntity(Call& call, std::uint32_t stamp);
// After a write: the stamp alone, good for the If-Match of the next one.
void tagWritten(Call& call, std::uint32_t stamp);

// A page that counters can tell apart: sets its tag. True: the client has it already, the answer is complete.
bool answeredFromPageTag(Call& call, std::uint32_t dataClass);
// The other pages, once they are written.
void tagBody(Call& call);

// Error: 412 when If-Match does not name the entity as it is, or If-None-Match: * meets one that exists. `entity`:
// nullptr for one that is created.
Result<> checkPreconditions(const Call& call, orda::Entity* entity);
bool hasPreconditions(const Call& call);

}  // namespace qodly::rest
