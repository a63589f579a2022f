// An entity as it is in memory, written like a stored one: answers of $refresh (rest.md 12.4).
#pragma once

#include <string>

#include "orda/entity.h"
#include "rest/call.h"
#include "rest/entity_json.h"

namespace qodly::rest {

// Members without braces, as EntityWriter::writeUpdated. A new entity has stamp 0 and a provisional key.
Result<> appendProvisional(Call& call, orda::Entity& entity, const EntityWriter& writer, std::string& out);
// The same without key, uri and time for an entity that was never saved: no key is made for it (O-42).
Result<> appendInMemory(Call& call, orda::Entity& entity, const EntityWriter& writer, std::string& out);

}  // namespace qodly::rest
