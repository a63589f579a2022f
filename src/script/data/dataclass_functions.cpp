// 4D.DataClass (orda.md 11).
#include "script/data/data_values.h"
#include "script/data/native_classes.h"
#include "script/vm/codes.h"

namespace qodly::script::data {

namespace {

constexpr std::int64_t keepOrdered = 1;

Result<Value> all(vm::Call& call) { return checkedSelection(call.process(), selfDataClass(call).all()); }

Result<Value> fromCollection(vm::Call& call) {
  return checkedSelection(call.process(), selfDataClass(call).fromCollection(call.at(0)));
}

Result<Value> get(vm::Call& call) { return checked(call.process(), toValue(selfDataClass(call).get(call.at(0)))); }

Result<Value> getCount(vm::Call& call) {
  return Value::integer(static_cast<std::int64_t>(selfDataClass(call).getCount()));
}

Result<Value> getDataStore(vm::Call& call) { return DataProcess::of(call.process()).datastore(); }

Result<Value> getInfo(vm::Call& call) { return toScript(call.process(), selfDataClass(call).getInfo()); }

Result<Value> makeNew(vm::Call& call) {
  auto entity = selfDataClass(call).newEntity();
  if (!entity) return std::unexpected(entity.error());
  return checked(call.process(), toValue(*entity));
}

Result<Value> newSelection(vm::Call& call) {
  return toValue(selfDataClass(call).newSelection(call.integer(0) == keepOrdered));
}

Result<Value> query(vm::Call& call) {
  auto arguments = queryArguments(call);
  if (!arguments) return std::unexpected(arguments.error());
  const orda::DataClass dataClass = selfDataClass(call);
  const bool text = arguments->what.isText();
  return checkedSelection(call.process(), text ? dataClass.query(arguments->what.asText(), arguments->options)
                                               : dataClass.queryFormula(arguments->what, arguments->options));
}

constexpr vm::FunctionRow functions[] = {
    {"all", "() : 4D.EntitySelection", &all, "Every entity of the dataclass."},
    {"fromCollection", "(objects: collection) : 4D.EntitySelection", &fromCollection,
     "Creates and updates entities from a collection of objects."},
    {"get", "(primaryKey?: variant) : 4D.Entity", &get, "The entity with a key; null when there is none."},
    {"getCount", "() : integer", &getCount, "Number of entities."},
    {"getDataStore", "() : 4D.DataStoreImplementation", &getDataStore, "The datastore of the dataclass."},
    {"getInfo", "() : object", &getInfo, "Name, primary key and number of the dataclass."},
    {"new", "() : 4D.Entity", &makeNew, "A new entity, stored when it is saved."},
    {"newSelection", "(keepOrder?: integer) : 4D.EntitySelection", &newSelection,
     "An empty selection to which entities can be added."},
    {"query", "(query: variant, ...values: variant) : 4D.EntitySelection", &query,
     "The entities that satisfy a query."},
};

}  // namespace

const vm::NativeClass& dataClassClass() {
  static const vm::NativeClass definition{.name = "DataClass",
                                          .superclass = "Object",
                                          .functions = functions,
                                          .properties = {},
                                          .constructor = nullptr,
                                          .doc = "A dataclass of the model: creates, finds and queries entities."};
  return definition;
}

}  // namespace qodly::script::data
