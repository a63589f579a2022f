// What the checker believes about a value: enough to know which members it has and which values it may meet.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace qodly::script::check {

struct CheckType {
  enum class Kind : std::uint8_t {
    unknown,
    null,
    boolean,
    number,  // integer or real
    text,
    date,
    time,
    picture,
    blob,
    pointer,
    collection,
    object,     // an object of which nothing is known
    datastore,  // ds
    dataClass,  // name: of the dataclass; also of the next two
    entity,
    selection,
    classValue,   // cs.name
    instance,     // of the user class `name`
    nativeClass,  // 4D.name
    native,       // of the built-in class `name`
  };
  Kind kind = Kind::unknown;
  std::string name;

  bool operator==(const CheckType&) const = default;
  bool is(Kind other) const { return kind == other; }
  bool isKnown() const { return kind != Kind::unknown; }
  bool isObject() const { return kind >= Kind::object; }
  // "a text", "an entity of Employee": as messages say it.
  std::string described() const;
};

// A variable of type `wanted` takes a value of type `given`, as far as is known. parameter: null is taken too.
bool accepts(const CheckType& wanted, const CheckType& given, bool parameter);
// What both may be: the same, or unknown; null gives way.
CheckType joined(const CheckType& a, const CheckType& b);

}  // namespace qodly::script::check
