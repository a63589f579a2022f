#include "script/library/object_commands.h"

#include <array>

#include "script/library/object_functions.h"

namespace qodly::script::library {

namespace {

constexpr auto rows = std::to_array<vm::FunctionRow>({
    {"newObject", "(...propertiesAndValues: variant) : object", object::newObject,
     "A new object with properties given as name and value in turn."},
    {"newSharedObject", "(...propertiesAndValues: variant) : object", object::newSharedObject,
     "A new shared object; values are scalars and shared values."},
    {"objectClass", "(object: variant) : object", object::classOf, "The class of an object; null when it is none."},
    {"instanceOf", "(object: variant, class: variant) : boolean", object::instanceOf,
     "True when the object belongs to the class or to one derived from it."},
    {"objectCopy", "(object: variant, option?: integer, groupWith?: object|collection) : object", object::copy,
     "A deep copy; with kShared a shared one, in the group of another shared value if given."},
    {"objectEntries", "(object: variant) : collection", object::entries,
     "The properties as a collection of {key, value}."},
    {"objectKeys", "(object: variant) : collection", object::keys, "The names of the properties."},
    {"objectValues", "(object: variant) : collection", object::values, "The values of the properties."},
    {"objectIsDefined", "(object: variant, property?: string) : boolean", object::isDefined,
     "True when the object is not null, or has the property."},
    {"objectIsEmpty", "(object: variant) : boolean", object::isEmpty,
     "True when the object is null or has no property."},
    {"objectIsShared", "(value: variant) : boolean", object::isShared, "True for shared objects and collections."},
    {"objectRemove", "(object: variant, property: string)", object::remove, "Removes a property."},
    {"newCollection", "(...values: variant) : collection", object::newCollection, "A new collection of the values."},
    {"newSharedCollection", "(...values: variant) : collection", object::newSharedCollection,
     "A new shared collection; values are scalars and shared values."},
    {"OB SET", "(object: object, ...propertiesAndValues: variant)", object::set,
     "Sets properties given as name and value in turn."},
    {"OB SET NULL", "(object: object, property: string)", object::setNull, "Sets a property to null."},
    {"OB Get", "(object: object, property: string, type?: integer) : variant", object::get,
     "The value of a property, converted when a type is given."},
    {"OB Get type", "(object: object, property: string) : integer", object::typeOf,
     "The number of the type of a property."},
});

constexpr vm::FunctionRow constructor{"new", "(...propertiesAndValues: variant) : object", object::newObject,
                                      "A new object with properties given as name and value in turn."};

}  // namespace

std::span<const vm::FunctionRow> objectCommands() { return rows; }

const vm::NativeClass& objectClass() {
  static constexpr vm::NativeClass definition{
      "Object", "", {}, {}, &constructor, "Named values: the class that all others come from.", true};
  return definition;
}

}  // namespace qodly::script::library
