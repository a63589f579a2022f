// 4D.File (classes.md 5) and the command file().
#pragma once

#include <span>

#include "script/library/file_systems.h"
#include "script/vm/native.h"

namespace qodly::script::library {

// Immutable reference to a place; safe from every thread.
class FileObject final : public vm::NativeObject {
 public:
  explicit FileObject(Location place) : place_(std::move(place)) {}
  static const vm::NativeClass& classOf();
  const vm::NativeClass& nativeClass() const override { return classOf(); }
  bool mayBeShared() const override { return true; }
  const Location& place() const { return place_; }

 private:
  Location place_;
};

Value fileValue(Location place);
const vm::NativeClass& fileClass();
std::span<const vm::FunctionRow> fileCommands();  // file, folder, Get 4D folder, TEXT TO DOCUMENT, Document to text

// The application's file systems. Error wrongPath: the process has none.
Result<FileSystems*> fileSystemsOf(vm::Process& process);

}  // namespace qodly::script::library
