// The short way to the value of an attribute: storage attributes with scalar values that are read as they were loaded.
#pragma once

#include "orda/entity.h"

namespace qodly::orda {

// True: `value` is what Entity::read would give. False says nothing. The attribute's index is that of the entity's
// own model.
bool readPlain(const Entity& entity, std::uint32_t attribute, Value& value);

}  // namespace qodly::orda
