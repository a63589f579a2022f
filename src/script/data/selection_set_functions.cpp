// 4D.EntitySelection: set functions (orda.md 13.4, 13.5, 13.11, 13.13).
#include "base/error_codes.h"
#include "script/data/data_values.h"
#include "script/data/native_classes.h"
#include "script/vm/codes.h"

namespace qodly::script::data {

namespace {

using orda::EntitySelection;

Result<Value> add(vm::Call& call) {
  const auto selection = selfSelection(call);
  if (auto done = selection->add(operand(call, 0)); !done) return std::unexpected(done.error());
  return toValue(selection);
}

Result<Value> intersect(vm::Call& call) {
  return checkedSelection(call.process(), selfSelection(call)->intersect(operand(call, 0)));
}
Result<Value> unite(vm::Call& call) {
  return checkedSelection(call.process(), selfSelection(call)->unite(operand(call, 0)));
}
Result<Value> subtract(vm::Call& call) {
  return checkedSelection(call.process(), selfSelection(call)->subtract(operand(call, 0)));
}

Result<Value> contains(vm::Call& call) {
  if (!call.given(0)) return Value::boolean(false);
  const orda::Entity* entity = orda::Entity::from(call.at(0));
  if (entity == nullptr) return std::unexpected(call.wrongArgument(0, "an entity"));
  const auto selection = selfSelection(call);
  const auto own = selection->dataClass().current(), other = entity->dataClass().current();
  if (!own || !other || own->index() != other->index()) {
    return std::unexpected(
        Error(qodly::code::incompatibleDataClass, "dbmg", "The entity selection comes from an incompatible dataclass"));
  }
  return Value::boolean(selection->contains(*entity));
}

Result<Value> selected(vm::Call& call) {
  EntitySelection* other = EntitySelection::from(call.at(0));
  if (other == nullptr) return std::unexpected(call.wrongArgument(0, "an entity selection"));
  auto ranges = selfSelection(call)->selected(*adopted(call.process(), *other));
  if (!ranges) return std::unexpected(ranges.error());
  return checked(call.process(), std::move(*ranges));
}

constexpr vm::FunctionRow functions[] = {
    {"add", "(entity: variant) : 4D.EntitySelection", &add,
     "Adds an entity or the entities of a selection to this selection."},
    {"and", "(other: variant) : 4D.EntitySelection", &intersect, "The entities that are in both."},
    {"contains", "(entity: variant) : boolean", &contains, "Whether the entity is in the selection."},
    {"minus", "(other: variant) : 4D.EntitySelection", &subtract,
     "The entities of this selection that are not in the other."},
    {"or", "(other: variant) : 4D.EntitySelection", &unite, "The entities that are in one of them or in both."},
    {"selected", "(selectedEntities: 4D.EntitySelection) : object", &selected,
     "Positions of the other selection's entities in this one, as ranges."},
};

}  // namespace

std::span<const vm::FunctionRow> selectionSetFunctions() { return functions; }

}  // namespace qodly::script::data
