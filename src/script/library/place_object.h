// What 4D.File and 4D.Folder have in common (classes.md 5, 6).
#pragma once

#include "script/library/file_systems.h"
#include "script/vm/native.h"

namespace qodly::script::library {

// Immutable reference to a place; safe from every thread.
class PlaceObject : public vm::NativeObject {
 public:
  explicit PlaceObject(Location place) : place_(std::move(place)) {}
  bool mayBeShared() const override { return true; }
  const Location& place() const { return place_; }

 private:
  Location place_;
};

// Getters of both classes: the receiver is a PlaceObject.
namespace place {
Result<Value> name(vm::Call& call);
Result<Value> extension(vm::Call& call);
Result<Value> fullName(vm::Call& call);
Result<Value> hidden(vm::Call& call);
Result<Value> modificationDate(vm::Call& call);
Result<Value> modificationTime(vm::Call& call);
Result<Value> creationDate(vm::Call& call);
Result<Value> creationTime(vm::Call& call);

inline constexpr vm::PropertyRow nameRow{"name", "string", &name, nullptr, "Name without extension."};
inline constexpr vm::PropertyRow extensionRow{"extension", "string", &extension, nullptr,
                                              "Extension with its dot, or empty."};
inline constexpr vm::PropertyRow fullNameRow{"fullName", "string", &fullName, nullptr, "Name with extension."};
inline constexpr vm::PropertyRow modificationDateRow{"modificationDate", "date", &modificationDate, nullptr,
                                                     "Day of the last modification."};
inline constexpr vm::PropertyRow modificationTimeRow{"modificationTime", "time", &modificationTime, nullptr,
                                                     "Time of the last modification."};
inline constexpr vm::PropertyRow creationDateRow{"creationDate", "date", &creationDate, nullptr, "Day of creation."};
inline constexpr vm::PropertyRow creationTimeRow{"creationTime", "time", &creationTime, nullptr, "Time of creation."};
}  // namespace place

}  // namespace qodly::script::library
