// 4D.File (classes.md 5) and the command file().
#pragma once

#include <span>

#include "script/library/place_object.h"

namespace qodly::script::library {

class FileObject final : public PlaceObject {
 public:
  using PlaceObject::PlaceObject;
  static const vm::NativeClass& classOf();
  const vm::NativeClass& nativeClass() const override { return classOf(); }
};

Value fileValue(Location place);
const vm::NativeClass& fileClass();
std::span<const vm::FunctionRow> fileCommands();  // file, folder, Get 4D folder, TEXT TO DOCUMENT, Document to text

// The application's file systems. Error wrongPath: the process has none.
Result<FileSystems*> fileSystemsOf(vm::Process& process);

}  // namespace qodly::script::library
