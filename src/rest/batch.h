// $batch: several requests in one (rest.md 21.2), in one transaction unless $atomic=false.
#pragma once

#include <cstddef>

#include "rest/call.h"

namespace qodly::rest {

inline constexpr std::size_t maximumParts = 100;
inline constexpr std::size_t maximumBatchAnswer = 64ull << 20;  // bytes of all answers together

// The body is an array of {method, path, headers, body, id}. In a path, `{n.member}` stands for a member of the answer
// of part n (from 0, or the id of an earlier part); in a body, {"$ref": "n.member"} does.
Result<> answerBatch(Call& call);

}  // namespace qodly::rest
