// Which attributes hold pictures and blobs, and how a calculated one names its content (rest.md 14).
#pragma once

#include <cstdint>

#include "model/model.h"
#include "value/value.h"

namespace qodly::rest {

// A picture or blob: stored, or calculated.
bool isMedia(const model::Attribute& attribute);
// Of a calculated content: changes with it.
std::uint32_t mediaVersion(const Value& value);

}  // namespace qodly::rest
