#include "script/library/folder_class.h"

#include <array>

#include <fmt/format.h>

#include "script/library/file_access.h"
#include "script/library/file_class.h"
#include "script/library/file_facts.h"
#include "script/library/folder_access.h"
#include "script/library/folder_constants.h"
#include "script/library/io_error.h"
#include "script/vm/process.h"

namespace qodly::script::library {

namespace {

const Location& self(const vm::Call& call) { return vm::NativeObject::from<FolderObject>(call.self())->place(); }

const Location& folderAt(const vm::Call& call, std::size_t index) { return call.native<FolderObject>(index)->place(); }

Result<Value> asFolder(Result<Location> place) {
  if (!place) return std::unexpected(place.error());
  return folderValue(std::move(*place));
}

// --- Properties

Result<Value> exists(vm::Call& call) { return Value::boolean(file::stateOf(self(call)).kind == file::Kind::folder); }
Result<Value> path(vm::Call& call) { return Value::text(self(call).path() + "/"); }
Result<Value> parent(vm::Call& call) { return self(call).isRoot() ? Value::null() : folderValue(self(call).parent()); }
Result<Value> alwaysFalse(vm::Call&) { return Value::boolean(false); }
Result<Value> alwaysTrue(vm::Call&) { return Value::boolean(true); }
Result<Value> original(vm::Call& call) { return call.self(); }

// --- Functions

Result<Value> copyTo(vm::Call& call) {
  const auto arguments = copyArguments(call);
  if (!arguments) return std::unexpected(arguments.error());
  return asFolder(folder::copy(self(call), folderAt(call, 0), arguments->name, arguments->overwrite));
}

Result<Value> create(vm::Call& call) { return Value::boolean(folder::create(self(call))); }

Result<Value> createAlias(vm::Call& call) {
  auto alias = file::link(self(call), folderAt(call, 0), call.text(1));
  if (!alias) return std::unexpected(alias.error());
  return fileValue(std::move(*alias));
}

Result<Value> remove(vm::Call& call) {
  constexpr std::int64_t withContents = 1;  // kDeleteWithContents
  auto done = call.integer(0) == withContents ? folder::removeTree(self(call)) : folder::removeEmpty(self(call));
  if (!done) return std::unexpected(done.error());
  return Value();
}

Result<Value> fileBelow(vm::Call& call) {
  auto place = self(call).resolve(call.text(0));
  return place && !call.text(0).ends_with('/') ? fileValue(std::move(*place)) : Value::null();
}

Result<Value> folderBelow(vm::Call& call) {
  auto place = self(call).resolve(call.text(0));
  return place ? folderValue(std::move(*place)) : Value::null();
}

folder::Listing listingOf(const vm::Call& call) {
  constexpr std::int64_t recursive = 1, ignoreInvisible = 8;  // kRecursive, kIgnoreInvisible
  const std::int64_t options = call.integer(0);
  return {(options & recursive) != 0, (options & ignoreInvisible) != 0};
}

Result<Value> asCollection(vm::Call& call, Result<std::vector<Location>> places, Value (*make)(Location)) {
  if (!places) return std::unexpected(places.error());
  auto list = Collection::make(call.process().heap());
  for (Location& place : *places) list->push(make(std::move(place)));
  return Value::collection(std::move(list));
}

Result<Value> files(vm::Call& call) {
  return asCollection(call, folder::files(self(call), listingOf(call)), &fileValue);
}

Result<Value> folders(vm::Call& call) {
  return asCollection(call, folder::folders(self(call), listingOf(call)), &folderValue);
}

// Error -120 when the folder is not there.
Result<> checkThere(const vm::Call& call) {
  const Location& place = self(call);
  if (file::stateOf(place).kind != file::Kind::missing) return {};
  return fail(fault::noFolder, fmt::format("The folder \"{}\" does not exist.", place.path()));
}

Result<Value> moveTo(vm::Call& call) {
  if (auto there = checkThere(call); !there) return std::unexpected(there.error());
  if (call.given(1) && call.text(1).empty()) return fail(fault::wrongPath, "The new name is empty.");
  return asFolder(file::move(self(call), folderAt(call, 0), call.text(1)));
}

Result<Value> rename(vm::Call& call) {
  if (auto there = checkThere(call); !there) return std::unexpected(there.error());
  return asFolder(file::rename(self(call), call.text(0)));
}

Result<Value> newFolder(vm::Call& call) {
  const auto systems = fileSystemsOf(call.process());
  if (!systems) return std::unexpected(systems.error());
  if (!call.at(0).isNumber()) return asFolder((*systems)->locate(call.text(0)));
  const auto path = systemFolder(call.integer(0));
  if (!path) {
    return fail(fault::wrongPath,
                fmt::format("{} is not a folder of the application: fk database folder, fk resources folder, fk logs "
                            "folder, fk web root folder or fk data folder is expected.",
                            call.integer(0)));
  }
  return asFolder((*systems)->locate(*path));
}

constexpr vm::FunctionRow constructorRow{"new", "(path: string|integer) : 4D.Folder", &newFolder,
                                         "Reference to the folder at an absolute path; the folder need not exist."};

constexpr std::array functions{
    vm::FunctionRow{"copyTo",
                    "(destinationFolder: 4D.Folder, newName?: string|integer, overwrite?: integer) : 4D.Folder",
                    &copyTo, "Copies the folder with everything in it into another and gives the copy."},
    vm::FunctionRow{"create", "() : boolean", &create, "Creates the folder and those above it."},
    vm::FunctionRow{"createAlias", "(destinationFolder: 4D.Folder, aliasName: string) : 4D.File", &createAlias,
                    "Creates a symbolic link to the folder."},
    vm::FunctionRow{"delete", "(option?: integer)", &remove,
                    "Deletes the folder when it is empty; with kDeleteWithContents everything in it, too."},
    vm::FunctionRow{"file", "(path: string) : 4D.File", &fileBelow, "The file at a path relative to this folder."},
    vm::FunctionRow{"files", "(options?: integer) : collection", &files,
                    "The files in the folder; options kRecursive and kIgnoreInvisible."},
    vm::FunctionRow{"folder", "(path: string) : 4D.Folder", &folderBelow,
                    "The folder at a path relative to this folder."},
    vm::FunctionRow{"folders", "(options?: integer) : collection", &folders,
                    "The folders in the folder; options kRecursive and kIgnoreInvisible."},
    vm::FunctionRow{"moveTo", "(destinationFolder: 4D.Folder, newName?: string) : 4D.Folder", &moveTo,
                    "Moves the folder into another and gives it at its new place."},
    vm::FunctionRow{"rename", "(newName: string) : 4D.Folder", &rename, "Renames the folder."},
};

constexpr std::array properties{
    vm::PropertyRow{"exists", "boolean", &exists, nullptr, "True when the folder exists on disk."},
    place::nameRow,
    place::extensionRow,
    place::fullNameRow,
    vm::PropertyRow{"path", "string", &path, nullptr, "Path inside the application's file systems, with final slash."},
    vm::PropertyRow{"platformPath", "string", &path, nullptr, "The same as path on this platform."},
    vm::PropertyRow{"parent", "4D.Folder", &parent, nullptr, "The containing folder; null for a file system."},
    vm::PropertyRow{"isFile", "boolean", &alwaysFalse, nullptr, "Always false."},
    vm::PropertyRow{"isFolder", "boolean", &alwaysTrue, nullptr, "Always true."},
    vm::PropertyRow{"isAlias", "boolean", &alwaysFalse, nullptr, "Always false."},
    vm::PropertyRow{"isPackage", "boolean", &alwaysFalse, nullptr, "Always false."},
    vm::PropertyRow{"hidden", "boolean", &place::hidden, nullptr, "True when the name begins with a dot."},
    vm::PropertyRow{"original", "4D.Folder", &original, nullptr, "The folder itself."},
    place::modificationDateRow,
    place::modificationTimeRow,
    place::creationDateRow,
    place::creationTimeRow,
};

constexpr vm::NativeClass definition{"Folder",   "Directory",     functions,
                                     properties, &constructorRow, "A folder of the application's file systems."};

}  // namespace

const vm::NativeClass& FolderObject::classOf() { return definition; }
const vm::NativeClass& folderClass() { return definition; }

Value folderValue(Location place) {
  return Value::handle(Ref<Handle>(new FolderObject(std::move(place))));  // NOLINT(cppcoreguidelines-owning-memory)
}

}  // namespace qodly::script::library
