#include "orda/calculated.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "orda/attribute_paths.h"
#include "orda/read_watch.h"

namespace qodly::orda {

namespace {

// Marks the attribute as being calculated, for as long as its function runs.
class Calculating {
 public:
  Calculating(Entity::State& state, std::uint32_t attribute) : state_(state) { state.calculating.push_back(attribute); }
  ~Calculating() { state_.calculating.pop_back(); }
  Calculating(const Calculating&) = delete;
  Calculating& operator=(const Calculating&) = delete;

 private:
  Entity::State& state_;
};

std::unexpected<Error> withoutCode(const Entity::State& state, std::uint32_t attribute) {
  return std::unexpected(dataError(code::dataUnavailable,
                                   fmt::format("{}.{} cannot be calculated: no code of the application is loaded",
                                               state.dataClass.name(), state.definition().attributes[attribute].name)));
}

// Comparing tells of a value as reading does.
Result<> demandRead(const Process& process, const Schema& schema, std::uint32_t dataClass, std::uint32_t attribute) {
  if (process.allows(schema, dataClass, attribute, Right::read)) return {};
  const model::DataClass& definition = schema.model->classes[dataClass];
  return std::unexpected(noPermission(actionName(Right::read), definition.name, definition.attributes[attribute].name));
}

}  // namespace

Result<Value> readCalculated(Entity& entity, std::uint32_t attribute) {
  Entity::State& state = Entity::State::of(entity);
  Behaviour* behaviour = state.process().behaviour();
  if (behaviour == nullptr) return withoutCode(state, attribute);
  if (std::ranges::find(state.calculating, attribute) != state.calculating.end()) {
    return std::unexpected(dataError(
        code::recursiveCalculation,
        fmt::format("The calculated attribute {}.{} needs itself: its function reads it again, directly or through "
                    "other attributes",
                    state.dataClass.name(), state.definition().attributes[attribute].name)));
  }
  const EntityRef kept = EntityRef::sharing(&entity);
  const Calculating mark(state, attribute);
  const ReadNotes notes(state.engine(), state.dataClass.schema(), {state.dataClass.index(), attribute});
  return behaviour->get(entity, attribute);
}

Result<> writeCalculated(Entity& entity, std::uint32_t attribute, const Value& value) {
  Entity::State& state = Entity::State::of(entity);
  Behaviour* behaviour = state.process().behaviour();
  if (behaviour == nullptr) return withoutCode(state, attribute);
  const EntityRef kept = EntityRef::sharing(&entity);
  return behaviour->set(entity, attribute, value);
}

Result<std::optional<query::Substitute>> ProcessCalculations::query(std::uint32_t dataClass, std::uint32_t attribute,
                                                                    query::Operator op, const Value& value) {
  if (auto allowed = demandRead(process_, *schema_, dataClass, attribute); !allowed) {
    return std::unexpected(allowed.error());
  }
  Behaviour* behaviour = process_.behaviour();
  if (behaviour == nullptr) return std::nullopt;
  const ReadNotes notes(process_.engine(), *schema_, {dataClass, attribute});
  return behaviour->query(DataClass(process_, schema_, dataClass), attribute, op, value);
}

Result<std::optional<std::string>> ProcessCalculations::orderBy(std::uint32_t dataClass, std::uint32_t attribute,
                                                                bool descending) {
  if (auto allowed = demandRead(process_, *schema_, dataClass, attribute); !allowed) {
    return std::unexpected(allowed.error());
  }
  Behaviour* behaviour = process_.behaviour();
  if (behaviour == nullptr) return std::nullopt;
  const ReadNotes notes(process_.engine(), *schema_, {dataClass, attribute});
  return behaviour->orderBy(DataClass(process_, schema_, dataClass), attribute, descending);
}

Value valueBeyond(const Value& value, std::span<const query::ObjectStep> steps) {
  if (steps.empty()) return value;
  if (value.type() != Type::handle) return valueInside(value, steps);
  std::string path;
  for (const query::ObjectStep& step : steps) {
    if (!path.empty()) path += '.';
    path += step.name;
  }
  return walk(value, path);
}

}  // namespace qodly::orda
