#include "orda/entity_events.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "value/value_text.h"

namespace qodly::orda {

namespace {

using model::EntityEvent;
using model::EventSet;
using State = Entity::State;

// A function that returned an error object or raised an error (orda.md 20.4).
struct Stop {
  Error error;
  Value description;
  bool serious = false;
};

std::optional<Stop> stopOf(const Result<Value>& result) {
  if (!result) return Stop{.error = result.error(), .description = {}, .serious = true};
  if (!result->isObject()) return std::nullopt;
  const Object& object = result->asObject();
  const Value errorCode = object.get("errCode"), message = object.get("message");
  if (errorCode.isMissing() && message.isMissing()) return std::nullopt;
  const int number = errorCode.isNumber() ? static_cast<int>(errorCode.asNumber()) : -1;
  const auto isTrue = [&](std::string_view name) {
    const Value flag = object.get(name);
    return flag.type() == Type::boolean && flag.asBoolean();
  };
  return Stop{.error = Error(number, "DBEV", message.isText() ? std::string(message.asText()) : valueText(message)),
              .description = object.get("extraDescription"),
              .serious = isTrue("seriousError") || isTrue("fatalError")};
}

StatusCode codeOf(EntityEvent event, const Stop& stop) {
  if (event == EntityEvent::saving || event == EntityEvent::dropping) return StatusCode::seriousError;
  return stop.serious ? StatusCode::seriousValidationError : StatusCode::validationFailed;
}

Status statusOf(EntityEvent event, Stop stop) {
  Status status = Status::of(codeOf(event, stop));
  const Error& cause = stop.error;
  status.errors.push_back(cause.component() == "DBEV" ? cause : Error(cause.code(), "DBEV", cause.message()));
  status.descriptions.push_back(std::move(stop.description));
  return status;
}

// Marks a flag of the entity while its afterSave or afterDrop runs.
class Inside {
 public:
  explicit Inside(bool& flag) : flag_(flag), before_(flag) { flag = true; }
  ~Inside() { flag_ = before_; }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;

 private:
  bool& flag_;
  bool before_;
};

}  // namespace

void raiseTouched(Entity& entity, std::uint32_t attribute) {
  State& state = State::of(entity);
  const model::DataClass& definition = state.definition();
  if (!definition.anyEvents.has(EntityEvent::touched)) return;
  if (std::ranges::find(state.touching, attribute) != state.touching.end()) return;
  Behaviour* behaviour = state.process().behaviour();
  if (behaviour == nullptr) return;
  const EntityRef kept = EntityRef::sharing(&entity);
  const auto schema = state.dataClass.schemaRef();  // the definition stays while code runs
  state.touching.push_back(attribute);
  const auto run = [&](std::uint32_t level) {
    const auto result =
        behaviour->event(entity, {.event = EntityEvent::touched, .attribute = level, .attributeName = attribute});
    if (!result) behaviour->report(result.error());
    return result.has_value();
  };
  const bool entityLevel = definition.events.has(EntityEvent::touched);
  const bool attributeLevel = definition.attributes[attribute].events.has(EntityEvent::touched);
  if ((!attributeLevel || run(attribute)) && entityLevel) (void)run(model::noIndex);
  std::erase(state.touching, attribute);
}

bool hasSaveEvents(const model::DataClass& dataClass) {
  const EventSet& events = dataClass.anyEvents;
  return events.has(EntityEvent::validateSave) || events.has(EntityEvent::saving) || events.has(EntityEvent::afterSave);
}

bool hasDropEvents(const model::DataClass& dataClass) {
  const EventSet& events = dataClass.anyEvents;
  return events.has(EntityEvent::validateDrop) || events.has(EntityEvent::dropping) ||
         events.has(EntityEvent::afterDrop);
}

// Attributes whose functions run, in model order: of a save those that are touched.
std::vector<std::uint32_t> ActionEvents::attributesOf(EntityEvent event) const {
  std::vector<std::uint32_t> found;
  const auto& attributes = state_.definition().attributes;
  for (std::uint32_t i = 0; i < attributes.size(); ++i) {
    if (!attributes[i].events.has(event)) continue;
    const bool touched = std::ranges::find(state_.touched, i) != state_.touched.end();
    if (action_ == Action::drop || touched) found.push_back(i);
  }
  return found;
}

std::optional<Status> ActionEvents::run(EntityEvent event, bool attributesToo) {
  const model::DataClass& definition = state_.definition();
  if (!definition.anyEvents.has(event)) return std::nullopt;
  Behaviour* behaviour = state_.process().behaviour();
  if (behaviour == nullptr) return std::nullopt;
  const EntityRef kept = EntityRef::sharing(&entity_);
  const auto schema = state_.dataClass.schemaRef();
  const bool entityLevel = definition.events.has(event);
  const bool main = event == EntityEvent::saving || event == EntityEvent::dropping;
  if (attributesToo) {
    for (const std::uint32_t attribute : attributesOf(event)) {
      auto result = behaviour->event(entity_, {.event = event, .attribute = attribute, .attributeName = attribute});
      if (auto stop = stopOf(result)) return statusOf(event, std::move(*stop));
      if (main) passed_.push_back(definition.attributes[attribute].name);
    }
  }
  if (!entityLevel) return std::nullopt;
  auto result = behaviour->event(entity_, {.event = event});
  if (auto stop = stopOf(result)) return statusOf(event, std::move(*stop));
  return std::nullopt;
}

std::optional<Status> ActionEvents::before(bool nothingTouched) {
  if (action_ == Action::save && nothingTouched) return run(EntityEvent::saving, false);
  const bool save = action_ == Action::save;
  if (auto stop = run(save ? EntityEvent::validateSave : EntityEvent::validateDrop, true)) return stop;
  if (auto stop = run(save ? EntityEvent::saving : EntityEvent::dropping, true)) return stop;
  if (save) {
    whole_ = entity_.touchedAttributes();
    return std::nullopt;
  }
  for (const model::Attribute& attribute : state_.definition().attributes) {
    const bool listed =
        (attribute.isStorage() && !attribute.shadowed) || attribute.kind == model::AttributeKind::relatedEntity;
    if (listed) whole_.push_back(attribute.name);
  }
  return std::nullopt;
}

void ActionEvents::after(const Status& status) {
  const EntityEvent event = action_ == Action::save ? EntityEvent::afterSave : EntityEvent::afterDrop;
  if (!state_.definition().events.has(event)) return;
  Behaviour* behaviour = state_.process().behaviour();
  if (behaviour == nullptr) return;
  const EntityRef kept = EntityRef::sharing(&entity_);
  const Inside inside(action_ == Action::save ? state_.afterSaving : state_.afterDropping);
  const auto& names = status.success() ? whole_ : passed_;
  const auto result = behaviour->event(entity_, {.event = event, .names = &names, .status = &status});
  if (!result) behaviour->report(result.error());
}

}  // namespace qodly::orda
