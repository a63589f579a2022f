// 4D.Folder (classes.md 6).
#pragma once

#include "script/library/place_object.h"

namespace qodly::script::library {

class FolderObject final : public PlaceObject {
 public:
  using PlaceObject::PlaceObject;
  static const vm::NativeClass& classOf();
  const vm::NativeClass& nativeClass() const override { return classOf(); }
};

Value folderValue(Location place);
const vm::NativeClass& folderClass();

}  // namespace qodly::script::library
