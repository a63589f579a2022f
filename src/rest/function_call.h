// Functions of the application called through REST (rest.md 15, 17): of the datastore, dataclasses, selections,
// entities and singletons.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "rest/call.h"

namespace qodly::rest {

// nullopt: the URL names no function that may be called, so its segments are attributes.
std::optional<Result<>> answerDataFunction(Call& call, std::uint32_t dataClass);
// $catalog/{function}; nullopt for GET when there is no such function (then it may be a dataclass).
std::optional<Result<>> answerDatastoreFunction(Call& call);
// Calls an exposed function of the datastore with the rights of the request. nullopt: there is none of that name.
// Errors: noPermission, what the code did not catch.
std::optional<Result<Value>> callDatastoreFunction(Call& call, std::string_view name, std::span<const Value> arguments);
// $singleton/{Class}/{function}
Result<> answerSingletonFunction(Call& call);

}  // namespace qodly::rest
