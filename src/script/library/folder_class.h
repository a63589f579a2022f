// 4D.Folder (classes.md 6).
#pragma once

#include "script/library/file_systems.h"
#include "script/vm/native.h"

namespace qodly::script::library {

// Immutable reference to a place; safe from every thread.
class FolderObject final : public vm::NativeObject {
 public:
  explicit FolderObject(Location place) : place_(std::move(place)) {}
  static const vm::NativeClass& classOf();
  const vm::NativeClass& nativeClass() const override { return classOf(); }
  bool mayBeShared() const override { return true; }
  const Location& place() const { return place_; }

 private:
  Location place_;
};

Value folderValue(Location place);
const vm::NativeClass& folderClass();

}  // namespace qodly::script::library
