// 4D.EntitySelection: elements, copies, queries and sorts (orda.md 13).
#include <cmath>
#include <vector>

#include "script/data/data_values.h"
#include "script/data/native_classes.h"
#include "script/vm/codes.h"
#include "script/vm/function.h"

namespace qodly::script::data {

namespace {

using orda::EntitySelection;

constexpr std::int64_t sharedCopy = 8, stopOnFirstError = 1, descending = 1;

// A position is cut, not rounded (orda.md 13.2).
Result<Value> at(vm::Call& call) {
  return toValue(selfSelection(call)->at(static_cast<std::int64_t>(std::trunc(call.number(0)))));
}
Result<Value> first(vm::Call& call) { return toValue(selfSelection(call)->first()); }
Result<Value> last(vm::Call& call) { return toValue(selfSelection(call)->last()); }
Result<Value> clean(vm::Call& call) { return toValue(selfSelection(call)->clean()); }
Result<Value> copy(vm::Call& call) { return toValue(selfSelection(call)->copy((call.integer(0) & sharedCopy) != 0)); }
Result<Value> isAlterable(vm::Call& call) { return Value::boolean(selfSelection(call)->isAlterable()); }
Result<Value> isOrdered(vm::Call& call) { return Value::boolean(selfSelection(call)->isOrdered()); }

Result<Value> slice(vm::Call& call) {
  std::optional<std::int64_t> end;
  if (call.given(1)) end = call.integer(1);
  return toValue(selfSelection(call)->slice(call.integer(0), end));
}

Result<Value> getDataClass(vm::Call& call) {
  return DataProcess::of(call.process()).dataClassNamed(selfSelection(call)->dataClass().name());
}

Result<Value> drop(vm::Call& call) {
  const bool stop = (call.integer(0) & stopOnFirstError) != 0;
  return checked(call.process(),
                 toValue(selfSelection(call)->drop(stop ? orda::StopOnFirstError::yes : orda::StopOnFirstError::no)));
}

Result<Value> query(vm::Call& call) {
  auto arguments = queryArguments(call);
  if (!arguments) return std::unexpected(arguments.error());
  const auto selection = selfSelection(call);
  const bool text = arguments->what.isText();
  return checkedSelection(call.process(), text ? selection->query(arguments->what.asText(), arguments->options)
                                               : selection->queryFormula(arguments->what, arguments->options));
}

Result<Value> orderBy(vm::Call& call) {
  return checkedSelection(call.process(), selfSelection(call)->orderBy(call.at(0)));
}

Result<Value> orderByFormula(vm::Call& call) {
  const Value& formula = call.at(0);
  if (!formula.isText() && vm::Function::from(formula) == nullptr)
    return std::unexpected(call.wrongArgument(0, "a text or a formula"));
  const bool direct = call.object(1) != nullptr;
  const Object* settings = direct ? call.object(1) : call.object(2);
  const bool down = !direct && call.integer(1) == descending;
  return checkedSelection(call.process(), selfSelection(call)->orderByFormula(
                                              formula, down, settings != nullptr ? settings->get("args") : Value()));
}

Result<Value> toCollection(vm::Call& call) {
  const ProjectionArguments arguments = projectionArguments(call);
  std::optional<std::int64_t> howMany;
  if (call.given(arguments.next + 1)) howMany = call.integer(arguments.next + 1);
  return checked(call.process(), selfSelection(call)->toCollection(arguments.filter, arguments.options,
                                                                   call.integer(arguments.next), howMany));
}

Result<Value> getLength(vm::Call& call) {
  return Value::integer(static_cast<std::int64_t>(selfSelection(call)->length()));
}
Result<Value> getQueryPlan(vm::Call& call) { return toScript(call.process(), selfSelection(call)->queryPlan()); }
Result<Value> getQueryPath(vm::Call& call) { return toScript(call.process(), selfSelection(call)->queryPath()); }

constexpr vm::FunctionRow functions[] = {
    {"at", "(index: number) : 4D.Entity", &at, "The entity at a position; negative ones count from the end."},
    {"clean", "() : 4D.EntitySelection", &clean, "The selection without the entities that were dropped."},
    {"copy", "(option?: integer) : 4D.EntitySelection", &copy, "A copy that can be altered, or a shareable one."},
    {"drop", "(mode?: integer) : 4D.EntitySelection", &drop,
     "Deletes every entity; gives those that could not be deleted."},
    {"first", "() : 4D.Entity", &first, "The first entity, null when the selection is empty."},
    {"getDataClass", "() : 4D.DataClass", &getDataClass, "The dataclass of the selection."},
    {"isAlterable", "() : boolean", &isAlterable, "Whether add() may change the selection."},
    {"isOrdered", "() : boolean", &isOrdered, "Whether the entities have an order of their own."},
    {"last", "() : 4D.Entity", &last, "The last entity, null when the selection is empty."},
    {"orderBy", "(paths: string|collection) : 4D.EntitySelection", &orderBy, "The selection sorted by attributes."},
    {"orderByFormula", "(formula: variant, sortOrder?: integer|object, settings?: object) : 4D.EntitySelection",
     &orderByFormula, "The selection sorted by the results of a formula."},
    {"query", "(query: variant, ...values: variant) : 4D.EntitySelection", &query,
     "The entities of the selection that satisfy a query."},
    {"slice", "(startFrom: integer, end?: integer) : 4D.EntitySelection", &slice, "A part of the selection."},
    {"toCollection",
     "(filter?: string|collection|integer, options?: integer, begin?: integer, howMany?: integer) : collection",
     &toCollection, "One plain object an entity."},
};

constexpr vm::PropertyRow properties[] = {
    {"length", "integer", &getLength, nullptr, "Number of entities, dropped ones included."},
    {"queryPath", "object", &getQueryPath, nullptr, "How the query was executed, when that was asked for."},
    {"queryPlan", "object", &getQueryPlan, nullptr, "How the query was planned, when that was asked for."},
};

std::vector<vm::FunctionRow> allFunctions() {
  std::vector<vm::FunctionRow> all(std::begin(functions), std::end(functions));
  for (const auto part : {selectionSetFunctions(), selectionValueFunctions()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace

const vm::NativeClass& selectionClass() {
  static const std::vector<vm::FunctionRow> all = allFunctions();
  static const vm::NativeClass definition{.name = "EntitySelection",
                                          .superclass = "Object",
                                          .functions = all,
                                          .properties = properties,
                                          .constructor = nullptr,
                                          .doc = "A set or list of entities of one dataclass."};
  return definition;
}

}  // namespace qodly::script::data
