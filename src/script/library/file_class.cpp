#include "script/library/file_class.h"

#include <array>

#include "script/library/blob_value.h"
#include "script/library/file_access.h"
#include "script/library/file_facts.h"
#include "script/library/file_handle_class.h"
#include "script/library/file_text.h"
#include "script/library/folder_class.h"
#include "script/library/io_error.h"
#include "script/library/status_value.h"
#include "script/vm/large_blob.h"
#include "script/vm/runtime.h"

namespace qodly::script::library {

namespace {

const Location& self(const vm::Call& call) { return vm::NativeObject::from<FileObject>(call.self())->place(); }

const Location& folderAt(const vm::Call& call, std::size_t index) { return call.native<FolderObject>(index)->place(); }

Result<Value> asFile(Result<Location> place) {
  if (!place) return std::unexpected(place.error());
  return fileValue(std::move(*place));
}

Result<Value> nothing(const Result<>& done) {
  if (!done) return std::unexpected(done.error());
  return Value();
}

// --- Properties

Result<Value> exists(vm::Call& call) { return Value::boolean(file::stateOf(self(call)).kind == file::Kind::file); }
Result<Value> path(vm::Call& call) { return Value::text(self(call).path()); }
Result<Value> parent(vm::Call& call) { return folderValue(self(call).parent()); }
Result<Value> size(vm::Call& call) {
  const file::State state = file::stateOf(self(call));
  return numberValue(state.kind == file::Kind::file ? static_cast<double>(state.size) : 0);
}
Result<Value> isFile(vm::Call&) { return Value::boolean(true); }
Result<Value> isFolder(vm::Call&) { return Value::boolean(false); }
Result<Value> isAlias(vm::Call& call) { return Value::boolean(file::stateOf(self(call)).isAlias); }
Result<Value> original(vm::Call& call) {
  auto target = file::originalOf(self(call));
  if (!target) return call.self();
  return file::stateOf(*target).kind == file::Kind::folder ? folderValue(*target) : fileValue(*target);
}
Result<Value> isWritable(vm::Call& call) { return Value::boolean(file::isWritable(self(call))); }
Result<> setHidden(vm::Call&, const Value&) { return {}; }  // names alone hide files here

// --- Functions

Result<Value> copyTo(vm::Call& call) {
  const auto arguments = copyArguments(call);
  if (!arguments) return std::unexpected(arguments.error());
  return asFile(file::copy(self(call), folderAt(call, 0), arguments->name, arguments->overwrite));
}

Result<Value> create(vm::Call& call) { return Value::boolean(file::create(self(call))); }

Result<Value> createAlias(vm::Call& call) { return asFile(file::link(self(call), folderAt(call, 0), call.text(1))); }

Result<Value> remove(vm::Call& call) { return nothing(file::remove(self(call))); }

Result<Value> getContent(vm::Call& call) {
  auto large = file::readLarge(self(call));
  if (!large) return std::unexpected(large.error());
  if (*large) return newBlobObject(std::move(*large));
  auto content = file::read(self(call));
  if (!content) return std::unexpected(content.error());
  return newBlobObject(call.process(), std::move(*content));
}

Result<Value> getText(vm::Call& call) {
  const auto reading = textReading(call, 0);
  if (!reading) return std::unexpected(reading.error());
  const auto content = file::read(self(call));
  if (!content) return std::unexpected(content.error());
  return Value::text(textOfContent(*content, reading->charset, reading->breaks));
}

Result<Value> moveTo(vm::Call& call) {
  if (call.given(1) && call.text(1).empty()) return fail(fault::wrongPath, "The new name is empty.");
  return asFile(file::move(self(call), folderAt(call, 0), call.text(1)));
}

Result<Value> rename(vm::Call& call) { return asFile(file::rename(self(call), call.text(0))); }

Result<Value> setContent(vm::Call& call) {
  if (const auto large = vm::LargeBlob::bytesOf(call.at(0))) return nothing(file::write(self(call), large->part()));
  return nothing(file::write(self(call), bytesOf(call.at(0)).value_or(std::string_view())));
}

Result<Value> setText(vm::Call& call) {
  const auto writing = textWriting(call, 1);
  if (!writing) return std::unexpected(writing.error());
  return nothing(file::write(self(call), contentOfText(std::string(call.text(0)), writing->encoding, writing->breaks)));
}

Result<Value> open(vm::Call& call) { return openHandle(call, call.self(), self(call)); }

Result<Value> newFile(vm::Call& call) {
  const auto systems = fileSystemsOf(call.process());
  if (!systems) return std::unexpected(systems.error());
  const std::string_view given = call.text(0);
  if (given.ends_with('/')) {
    return fail(fault::wrongPath, "The path of a file does not end with a slash: folder() takes such paths.");
  }
  return asFile((*systems)->locate(given));
}

constexpr vm::FunctionRow constructorRow{"new", "(path: string) : 4D.File", &newFile,
                                         "Reference to the file at an absolute path; the file need not exist."};

constexpr std::array functions{
    vm::FunctionRow{"copyTo", "(destinationFolder: 4D.Folder, newName?: string|integer, overwrite?: integer) : 4D.File",
                    &copyTo, "Copies the file into a folder and gives the copy."},
    vm::FunctionRow{"create", "() : boolean", &create, "Creates an empty file and the folders above it."},
    vm::FunctionRow{"createAlias", "(destinationFolder: 4D.Folder, aliasName: string) : 4D.File", &createAlias,
                    "Creates a symbolic link to the file."},
    vm::FunctionRow{"delete", "()", &remove, "Deletes the file; nothing happens when it does not exist."},
    vm::FunctionRow{"getContent", "() : 4D.Blob", &getContent, "The whole content as a blob."},
    vm::FunctionRow{"getText", "(charSet?: string|integer, breakMode?: integer) : string", &getText,
                    "The whole content as a text."},
    vm::FunctionRow{"moveTo", "(destinationFolder: 4D.Folder, newName?: string) : 4D.File", &moveTo,
                    "Moves the file into a folder and gives it at its new place."},
    vm::FunctionRow{"open", "(mode?: string|object) : 4D.FileHandle", &open, "Opens the file for sequential access."},
    vm::FunctionRow{"rename", "(newName: string) : 4D.File", &rename, "Renames the file within its folder."},
    vm::FunctionRow{"setContent", "(content: blob)", &setContent, "Replaces the whole content by a blob."},
    vm::FunctionRow{"setText", "(text: string, charSet?: string|integer, breakMode?: integer)", &setText,
                    "Replaces the whole content by a text."},
};

constexpr std::array properties{
    vm::PropertyRow{"exists", "boolean", &exists, nullptr, "True when the file exists on disk."},
    place::nameRow,
    place::extensionRow,
    place::fullNameRow,
    vm::PropertyRow{"path", "string", &path, nullptr, "Path inside the application's file systems."},
    vm::PropertyRow{"platformPath", "string", &path, nullptr, "The same as path on this platform."},
    vm::PropertyRow{"parent", "4D.Folder", &parent, nullptr, "The containing folder."},
    vm::PropertyRow{"size", "number", &size, nullptr, "Size in bytes; 0 when the file does not exist."},
    vm::PropertyRow{"isFile", "boolean", &isFile, nullptr, "Always true."},
    vm::PropertyRow{"isFolder", "boolean", &isFolder, nullptr, "Always false."},
    vm::PropertyRow{"isAlias", "boolean", &isAlias, nullptr, "True for a symbolic link."},
    vm::PropertyRow{"original", "4D.File|4D.Folder", &original, nullptr, "Target of a symbolic link, else the file."},
    vm::PropertyRow{"isWritable", "boolean", &isWritable, nullptr, "True when the file exists and can be written."},
    vm::PropertyRow{"hidden", "boolean", &place::hidden, &setHidden, "True when the name begins with a dot."},
    place::modificationDateRow,
    place::modificationTimeRow,
    place::creationDateRow,
    place::creationTimeRow,
};

constexpr vm::NativeClass definition{"File",     "Document",      functions,
                                     properties, &constructorRow, "A file of the application's file systems."};

}  // namespace

const vm::NativeClass& FileObject::classOf() { return definition; }
const vm::NativeClass& fileClass() { return definition; }

Value fileValue(Location place) {
  return Value::handle(Ref<Handle>(new FileObject(std::move(place))));  // NOLINT(cppcoreguidelines-owning-memory)
}

Result<FileSystems*> fileSystemsOf(vm::Process& process) {
  if (auto* systems = process.runtime().service<FileSystems>()) return systems;
  return fail(fault::wrongPath, "No application is open: there are no file systems.");
}

}  // namespace qodly::script::library
