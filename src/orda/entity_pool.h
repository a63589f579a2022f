// States of entities that have ended, kept for the next ones of the same thread: going through a selection makes and
// ends one entity after the other, and their buffers need not be made anew each time. Internal to orda/.
#pragma once

#include <memory>

#include "orda/entity_state.h"

namespace qodly::orda {

// Without record, number and values, as a new one.
std::unique_ptr<Entity::State> takeState(const DataClass& owner);
// What it holds of others is released now.
void keepState(std::unique_ptr<Entity::State> state) noexcept;

}  // namespace qodly::orda
