// Names of the entity events as code writes them (orda.md 20).
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "model/model.h"

namespace qodly::script::data {

inline constexpr std::array<std::string_view, 7> eventNames = {"touched",      "validateSave", "saving",   "afterSave",
                                                               "validateDrop", "dropping",     "afterDrop"};

inline std::string_view eventName(model::EntityEvent event) { return eventNames[static_cast<std::size_t>(event)]; }

inline std::optional<model::EntityEvent> eventNamed(std::string_view name) {
  for (std::size_t i = 0; i < eventNames.size(); ++i) {
    if (eventNames[i] == name) return static_cast<model::EntityEvent>(i);
  }
  return std::nullopt;
}

// afterSave and afterDrop exist at entity level only.
inline bool hasAttributeLevel(model::EntityEvent event) {
  return event != model::EntityEvent::afterSave && event != model::EntityEvent::afterDrop;
}

}  // namespace qodly::script::data
