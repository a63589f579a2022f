// What the functions of the data classes have in common: receivers, status objects, filters, query arguments.
#include "base/error_codes.h"
#include "script/data/data_values.h"
#include "script/data/native_classes.h"
#include "script/vm/codes.h"
#include "script/vm/function.h"

namespace qodly::script::data {

namespace {

constexpr std::int64_t withPrimaryKey = 1, withStamp = 2;  // kWithPrimaryKey, kWithStamp
constexpr std::size_t maximumValues = 128;

bool isPlainObject(const Value& value) { return value.isObject(); }

void addFilter(const Value& value, std::vector<std::string>& filter) {
  if (value.isText()) {
    filter.emplace_back(value.asText());
  } else if (value.isCollection()) {
    for (const Value& element : value.asCollection().elements()) {
      if (element.isText()) filter.emplace_back(element.asText());
    }
  }
}

bool flag(const Object& settings, std::string_view name, bool fallback) {
  const Value value = settings.get(name);
  return value.type() == Type::boolean ? value.asBoolean() : fallback;
}

void applySettings(const Object& settings, orda::QueryOptions& options) {
  options.parameters.parameters = detached(settings.get("parameters"));
  options.parameters.attributes = detached(settings.get("attributes"));
  options.arguments = settings.get("args");
  options.parameters.allowFormulas = flag(settings, "allowFormulas", true);
  options.queryPlan = flag(settings, "queryPlan", false);
  options.queryPath = flag(settings, "queryPath", false);
}

}  // namespace

orda::SelectionRef adopted(vm::Process& process, orda::EntitySelection& selection) {
  orda::Process& own = DataProcess::of(process).orda();
  if (&selection.dataClass().process() == &own) return orda::SelectionRef::sharing(&selection);
  auto mine = orda::EntitySelection::adopt(own, selection);
  return mine ? mine : orda::SelectionRef::sharing(&selection);
}

orda::SelectionRef selfSelection(const vm::Call& call) {
  return adopted(call.process(), *orda::EntitySelection::from(call.self()));
}

orda::DataClass selfDataClass(const vm::Call& call) {
  return static_cast<DataClassHandle&>(call.self().asHandle()).in(ordaOf(call));
}

Value operand(const vm::Call& call, std::size_t index) {
  const Value& value = call.at(index);
  if (orda::EntitySelection* selection = orda::EntitySelection::from(value)) {
    return toValue(adopted(call.process(), *selection));
  }
  return value;
}

Value statusValue(vm::Process& process, const orda::Status& status) {
  using enum orda::StatusCode;
  const bool raises =
      status.code == seriousError || status.code == seriousValidationError || status.code == wrongPermission;
  if (raises && !status.errors.empty()) {
    const Error& cause = status.errors.front();
    vm::ScriptError error;
    error.code = cause.code();
    error.message = cause.message();
    error.component = cause.component();
    process.raiseAfterStatement(std::move(error));
  }
  return toScript(process, status.toValue());
}

ProjectionArguments projectionArguments(const vm::Call& call) {
  ProjectionArguments result;
  const Value& first = call.at(0);
  if (first.isText() || first.isCollection() || first.isMissing()) {
    addFilter(first, result.filter);
    result.next = 1;
  }
  const auto options = call.integer(result.next);
  result.options.withPrimaryKey = (options & withPrimaryKey) != 0;
  result.options.withStamp = (options & withStamp) != 0;
  ++result.next;
  return result;
}

Result<QueryArguments> queryArguments(const vm::Call& call) {
  QueryArguments result;
  result.what = call.at(0);
  const bool formula = vm::Function::from(result.what) != nullptr;
  if (!result.what.isText() && !formula) {
    return std::unexpected(Error(qodly::code::queryExpected, "dbmg", "Expecting a text or formula"));
  }
  std::size_t count = call.count();
  if (count > 1 && isPlainObject(call.at(count - 1))) {
    --count;
    applySettings(*call.object(count), result.options);
  }
  if (count > maximumValues + 1) {
    return std::unexpected(hostError(code::outOfRange, "A query takes at most 128 values"));
  }
  for (std::size_t i = 1; i < count; ++i) result.options.parameters.values.push_back(detached(operand(call, i)));
  return result;
}

Result<Value> checkedSelection(vm::Process& process, Result<orda::SelectionRef> selection) {
  if (!selection) {
    (void)DataProcess::of(process).orda().takeFailure();
    return std::unexpected(selection.error());
  }
  return checked(process, toValue(*selection));
}

}  // namespace qodly::script::data
