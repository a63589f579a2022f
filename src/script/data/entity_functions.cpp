// 4D.Entity (orda.md 12).
#include "base/error_codes.h"
#include "script/data/data_values.h"
#include "script/data/native_classes.h"
#include "script/vm/codes.h"

namespace qodly::script::data {

namespace {

using orda::Entity;

constexpr std::int64_t autoMerge = 1, forceDrop = 2, reloadIfChanged = 1, keyAsString = 1;

Result<Value> clone(vm::Call& call) {
  auto copy = selfEntity(call).clone();
  if (!copy) return std::unexpected(copy.error());
  return toValue(*copy);
}

Result<Value> diff(vm::Call& call) {
  Entity* other = Entity::from(call.at(0));
  if (other == nullptr) return std::unexpected(call.wrongArgument(0, "an entity"));
  std::vector<std::string> names;
  if (const Collection* list = call.collection(1)) {
    for (const Value& name : list->elements()) {
      if (name.isText()) names.emplace_back(name.asText());
    }
    if (names.empty()) names.emplace_back();  // none is wanted: no attribute has this name
  }
  auto differences = selfEntity(call).diff(*other, names);
  if (!differences) return std::unexpected(differences.error());
  return checked(call.process(), std::move(*differences));
}

Result<Value> drop(vm::Call& call) {
  const bool force = (call.integer(0) & forceDrop) != 0;
  return statusValue(call.process(), selfEntity(call).drop(force ? orda::ForceDrop::yes : orda::ForceDrop::no));
}

Result<Value> save(vm::Call& call) {
  const bool merge = (call.integer(0) & autoMerge) != 0;
  return statusValue(call.process(), selfEntity(call).save(merge ? orda::AutoMerge::yes : orda::AutoMerge::no));
}

Result<Value> reload(vm::Call& call) { return statusValue(call.process(), selfEntity(call).reload()); }

Result<Value> lock(vm::Call& call) {
  const bool reloads = (call.integer(0) & reloadIfChanged) != 0;
  orda::Status status = selfEntity(call).lock(reloads ? orda::ReloadIfChanged::yes : orda::ReloadIfChanged::no);
  if (reloads && !status.wasReloaded) status.wasReloaded = false;  // told with this option, failures included
  return statusValue(call.process(), status);
}

Result<Value> unlock(vm::Call& call) {
  const bool released = selfEntity(call).unlock();
  const Value status = call.process().newObject();
  status.asObject().set("success", Value::boolean(released));
  return status;
}

Result<Value> first(vm::Call& call) { return toValue(selfEntity(call).first()); }
Result<Value> last(vm::Call& call) { return toValue(selfEntity(call).last()); }
Result<Value> next(vm::Call& call) { return toValue(selfEntity(call).next()); }
Result<Value> previous(vm::Call& call) { return toValue(selfEntity(call).previous()); }

Result<Value> fromObject(vm::Call& call) {
  const Value& filler = call.at(0);
  // An entity given instead of an object fills as its object would.
  Entity* entity = Entity::from(filler);
  auto done = selfEntity(call).fromObject(entity != nullptr ? entity->toObject() : filler);
  if (!done) return std::unexpected(done.error());
  return checked(call.process(), Value());
}

Result<Value> getDataClass(vm::Call& call) {
  const orda::DataClass& dataClass = selfEntity(call).dataClass();
  return DataProcess::of(call.process()).dataClassNamed(dataClass.name());
}

Result<Value> getKey(vm::Call& call) {
  Entity& entity = selfEntity(call);
  if ((call.integer(0) & keyAsString) != 0) {
    const Value key = entity.getKey();
    return key.isMissing() ? Value::text("") : Value::text(entity.getKeyText());
  }
  return checked(call.process(), entity.getKey());
}

Result<Value> getSelection(vm::Call& call) { return toValue(selfEntity(call).getSelection()); }
Result<Value> getStamp(vm::Call& call) { return Value::integer(selfEntity(call).getStamp()); }

Result<Value> indexOf(vm::Call& call) {
  const orda::EntitySelection* selection = nullptr;
  orda::SelectionRef kept;
  if (call.count() > 0) {
    orda::EntitySelection* given = orda::EntitySelection::from(call.at(0));
    if (given == nullptr) {
      return std::unexpected(Error(qodly::code::wrongArgument, "dbmg", "indexOf expects an entity selection"));
    }
    kept = adopted(call.process(), *given);
    selection = kept.get();
  }
  const auto place = selfEntity(call).indexOf(selection);
  if (!place) return std::unexpected(place.error());
  return Value::integer(*place);
}

Result<Value> isNew(vm::Call& call) { return Value::boolean(selfEntity(call).isNew()); }

Result<Value> toObject(vm::Call& call) {
  const ProjectionArguments arguments = projectionArguments(call);
  return checked(call.process(), selfEntity(call).toObject(arguments.filter, arguments.options));
}

Result<Value> touched(vm::Call& call) { return Value::boolean(selfEntity(call).touched()); }

Result<Value> touchedAttributes(vm::Call& call) {
  const Value names = call.process().newCollection();
  for (const std::string& name : selfEntity(call).touchedAttributes()) names.asCollection().push(Value::text(name));
  return names;
}

constexpr vm::FunctionRow functions[] = {
    {"clone", "() : 4D.Entity", &clone, "A second entity on the same record."},
    {"diff", "(entityToCompare: 4D.Entity, attributesToCompare?: collection) : collection", &diff,
     "The attributes in which two entities differ."},
    {"drop", "(mode?: integer) : object", &drop, "Deletes the record; gives a status object."},
    {"first", "() : 4D.Entity", &first, "First entity of the selection that this one was taken from."},
    {"fromObject", "(filler: variant)", &fromObject, "Fills attributes from the properties of an object."},
    {"getDataClass", "() : 4D.DataClass", &getDataClass, "The dataclass of the entity."},
    {"getKey", "(mode?: integer) : variant", &getKey, "Value of the primary key."},
    {"getSelection", "() : 4D.EntitySelection", &getSelection, "The selection that the entity was taken from."},
    {"getStamp", "() : integer", &getStamp, "How often the entity was saved."},
    {"indexOf", "(entitySelection?: 4D.EntitySelection) : integer", &indexOf,
     "Position in a selection, from 0; -1: not in it."},
    {"isNew", "() : boolean", &isNew, "Whether the entity was never saved."},
    {"last", "() : 4D.Entity", &last, "Last entity of the selection that this one was taken from."},
    {"lock", "(mode?: integer) : object", &lock, "Locks the record for this process; gives a status object."},
    {"next", "() : 4D.Entity", &next, "The entity behind this one in its selection."},
    {"previous", "() : 4D.Entity", &previous, "The entity before this one in its selection."},
    {"reload", "() : object", &reload, "Reads all attributes again; gives a status object."},
    {"save", "(mode?: integer) : object", &save, "Stores the changes; gives a status object."},
    {"toObject", "(filter?: string|collection|integer, options?: integer) : object", &toObject,
     "A plain object with the attributes of the entity."},
    {"touched", "() : boolean", &touched, "Whether an attribute was assigned since the entity was loaded or saved."},
    {"touchedAttributes", "() : collection", &touchedAttributes, "Names of the attributes that were assigned."},
    {"unlock", "() : object", &unlock, "Gives the lock of the record back."},
};

}  // namespace

const vm::NativeClass& entityClass() {
  static const vm::NativeClass definition{.name = "Entity",
                                          .superclass = "Object",
                                          .functions = functions,
                                          .properties = {},
                                          .constructor = nullptr,
                                          .doc = "One record of a dataclass, with its unsaved changes."};
  return definition;
}

}  // namespace qodly::script::data
