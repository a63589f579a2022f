// Entity sets as resources (rest.md 11): finding or recreating one, logic operators and $clean, storing, releasing.
#pragma once

#include <string>

#include "rest/call.h"
#include "rest/source.h"

namespace qodly::rest {

struct FoundSet {
  orda::RecordSet members;
};

// The set of the URL, for the class of the URL. An expired one is made again when the request says how.
// Error: 404 / 1802.
Result<FoundSet> findEntitySet(Call& call, std::uint32_t dataClass);

// $logicOperator with $otherCollection, then $clean, on the members of the source. INTERSECT is answered elsewhere.
Result<> combineEntitySets(Call& call, Source& source);

// $logicOperator=INTERSECT: answers true or false. The operator's name is compared without regard to case.
bool asksForIntersection(const Call& call);
Result<> answerIntersection(Call& call, std::uint32_t dataClass);

// What defines the members of the source that the request reads; nullptr when it is not a query.
std::shared_ptr<const SetOrigin> originOf(Call& call);

// Stores the members for the session; returns the URI of the set.
Result<std::string> storeEntitySet(Call& call, std::uint32_t dataClass, const orda::RecordSet& members,
                                   std::shared_ptr<const SetOrigin> origin = nullptr);

// $method=release.
Result<> releaseEntitySet(Call& call, std::uint32_t dataClass);

}  // namespace qodly::rest
