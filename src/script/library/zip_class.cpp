#include "script/library/zip_class.h"

#include <array>

#include <fmt/format.h>

#include "script/library/blob_value.h"
#include "script/library/file_access.h"
#include "script/library/file_class.h"
#include "script/library/file_facts.h"
#include "script/library/folder_access.h"
#include "script/library/folder_class.h"
#include "script/library/io_error.h"
#include "script/library/status_value.h"
#include "script/vm/process.h"

namespace qodly::script::library {

namespace {

using zip::Entry;
using zip::Reader;

class ZipArchiveObject final : public vm::NativeObject {
 public:
  explicit ZipArchiveObject(std::shared_ptr<Reader> archive) : reader(std::move(archive)) {}
  static const vm::NativeClass& classOf() { return zipArchiveClass(); }
  const vm::NativeClass& nativeClass() const override { return zipArchiveClass(); }
  const std::shared_ptr<Reader> reader;
};

// Both classes of elements share their rows.
const ZipElement& self(const vm::Call& call) { return static_cast<const ZipElement&>(call.self().asHandle()); }

// --- Properties of both

Result<Value> always(vm::Call&) { return Value::boolean(true); }
Result<Value> never(vm::Call&) { return Value::boolean(false); }
Result<Value> name(vm::Call& call) { return Value::text(file::partsOf(self(call).fullName()).name); }
Result<Value> extension(vm::Call& call) { return Value::text(file::partsOf(self(call).fullName()).extension); }
Result<Value> fullName(vm::Call& call) { return Value::text(self(call).fullName()); }
Result<Value> hidden(vm::Call& call) { return Value::boolean(self(call).isHidden()); }
Result<Value> original(vm::Call& call) { return call.self(); }
Result<Value> modificationDate(vm::Call& call) { return dateOf(self(call).entry.modifiedMs); }
Result<Value> modificationTime(vm::Call& call) { return timeOfDay(self(call).entry.modifiedMs); }
Result<Value> path(vm::Call& call) {
  const Entry& entry = self(call).entry;
  return Value::text("/" + entry.path + (entry.isFolder && !entry.path.empty() ? "/" : ""));
}
Result<Value> parent(vm::Call& call) {
  const std::string_view own = self(call).entry.path;
  if (own.empty()) return Value::null();
  const std::size_t slash = own.rfind('/');
  const Entry* above = self(call).reader->find(slash == own.npos ? std::string_view() : own.substr(0, slash));
  return above == nullptr ? Value::null() : zipValue(self(call).reader, *above);
}

// --- ZipFile

Result<Value> size(vm::Call& call) { return numberValue(static_cast<double>(self(call).entry.size)); }

Result<Value> getContent(vm::Call& call) {
  auto content = self(call).reader->read(self(call).entry);
  if (!content) return std::unexpected(content.error());
  return newBlobObject(call.process(), std::move(*content));
}

Result<Value> getText(vm::Call& call) {
  const auto reading = textReading(call, 0);
  if (!reading) return std::unexpected(reading.error());
  const auto content = self(call).reader->read(self(call).entry);
  if (!content) return std::unexpected(content.error());
  return Value::text(textOfContent(*content, reading->charset, reading->breaks));
}

const Location& folderAt(const vm::Call& call, std::size_t index) { return call.native<FolderObject>(index)->place(); }

Result<Value> copyFile(vm::Call& call) {
  const auto arguments = copyArguments(call);
  if (!arguments) return std::unexpected(arguments.error());
  const std::string own = self(call).fullName();
  auto place =
      file::destination(folderAt(call, 0), arguments->name.empty() ? own : arguments->name, arguments->overwrite);
  if (!place) return std::unexpected(place.error());
  if (auto done = self(call).reader->extract(self(call).entry, *place); !done) return std::unexpected(done.error());
  return fileValue(std::move(*place));
}

// --- ZipFolder

// Everything below `entry` into `to`, which exists. Names that cannot be files here are refused.
Result<> extractBelow(const Reader& reader, const Entry& entry, const Location& to, bool overwrite) {
  for (const Entry* folder : reader.below(entry.path, true, false, false)) {
    const std::string name = folder->path.substr(folder->path.rfind('/') + 1);
    auto place = file::destination(to, name, true);
    if (!place) return std::unexpected(place.error());
    if (auto made = folder::ensure(*place); !made) return made;
    if (auto done = extractBelow(reader, *folder, *place, overwrite); !done) return done;
  }
  for (const Entry* file : reader.below(entry.path, false, false, false)) {
    const std::string name = file->path.substr(file->path.rfind('/') + 1);
    auto place = file::destination(to, name, overwrite);
    if (!place) return std::unexpected(place.error());
    if (auto done = reader.extract(*file, *place); !done) return done;
  }
  return {};
}

// The root without a new name puts its contents into the folder itself, because it has no name of its own.
Result<Value> copyFolder(vm::Call& call) {
  const auto arguments = copyArguments(call);
  if (!arguments) return std::unexpected(arguments.error());
  const std::string own = self(call).fullName();
  const std::string_view wanted = arguments->name.empty() ? std::string_view(own) : arguments->name;
  Location place = folderAt(call, 0);
  if (!wanted.empty()) {
    auto named = file::destination(place, wanted, arguments->overwrite);
    if (!named) return std::unexpected(named.error());
    place = std::move(*named);
    if (auto made = folder::ensure(place); !made) return std::unexpected(made.error());
  } else if (file::stateOf(place).kind != file::Kind::folder) {
    return fail(fault::noFolder, fmt::format("The destination folder \"{}\" does not exist.", place.path()));
  }
  auto done = extractBelow(*self(call).reader, self(call).entry, place, arguments->overwrite);
  if (!done) return std::unexpected(done.error());
  return folderValue(std::move(place));
}

// A relative path from this folder; null when there is no such element of that kind.
Result<Value> elementBelow(vm::Call& call, bool wantsFolder) {
  const auto clean = zip::cleanName(call.text(0));
  if (!clean || clean->empty()) return Value::null();
  const std::string& own = self(call).entry.path;
  const Entry* found = self(call).reader->find(own.empty() ? *clean : own + "/" + *clean);
  if (found == nullptr || found->isFolder != wantsFolder) return Value::null();
  return zipValue(self(call).reader, *found);
}
Result<Value> fileBelow(vm::Call& call) { return elementBelow(call, false); }
Result<Value> folderBelow(vm::Call& call) { return elementBelow(call, true); }

Result<Value> elements(vm::Call& call, bool folders) {
  constexpr std::int64_t recursive = 1, ignoreInvisible = 8;  // kRecursive, kIgnoreInvisible
  const std::int64_t options = call.integer(0);
  auto list = Collection::make(call.process().heap());
  for (const Entry* entry : self(call).reader->below(self(call).entry.path, folders, (options & recursive) != 0,
                                                     (options & ignoreInvisible) != 0)) {
    list->push(zipValue(self(call).reader, *entry));
  }
  return Value::collection(std::move(list));
}
Result<Value> files(vm::Call& call) { return elements(call, false); }
Result<Value> folders(vm::Call& call) { return elements(call, true); }

Result<Value> root(vm::Call& call) {
  const auto& reader = vm::NativeObject::from<ZipArchiveObject>(call.self())->reader;
  return zipValue(reader, *reader->find(""));
}

constexpr std::array fileFunctions{
    vm::FunctionRow{"copyTo", "(destinationFolder: 4D.Folder, newName?: string|integer, overwrite?: integer) : 4D.File",
                    &copyFile, "Extracts the file into a folder."},
    vm::FunctionRow{"getContent", "() : 4D.Blob", &getContent, "The whole content as a blob."},
    vm::FunctionRow{"getText", "(charSet?: string|integer, breakMode?: integer) : string", &getText,
                    "The whole content as a text."},
};

constexpr std::array fileProperties{
    vm::PropertyRow{"exists", "boolean", &always, nullptr, "Always true."},
    vm::PropertyRow{"name", "string", &name, nullptr, "Name without extension."},
    vm::PropertyRow{"extension", "string", &extension, nullptr, "Extension with its dot, or empty."},
    vm::PropertyRow{"fullName", "string", &fullName, nullptr, "Name with extension."},
    vm::PropertyRow{"path", "string", &path, nullptr, "Path inside the archive."},
    vm::PropertyRow{"parent", "4D.ZipFolder", &parent, nullptr, "The containing folder."},
    vm::PropertyRow{"size", "number", &size, nullptr, "Size in bytes when extracted."},
    vm::PropertyRow{"isFile", "boolean", &always, nullptr, "Always true."},
    vm::PropertyRow{"isFolder", "boolean", &never, nullptr, "Always false."},
    vm::PropertyRow{"isAlias", "boolean", &never, nullptr, "Always false."},
    vm::PropertyRow{"isWritable", "boolean", &never, nullptr, "Always false."},
    vm::PropertyRow{"hidden", "boolean", &hidden, nullptr, "True when the name begins with a dot."},
    vm::PropertyRow{"original", "4D.ZipFile", &original, nullptr, "The file itself."},
    vm::PropertyRow{"modificationDate", "date", &modificationDate, nullptr, "Day of the last modification."},
    vm::PropertyRow{"modificationTime", "time", &modificationTime, nullptr, "Time of the last modification."},
};

constexpr std::array folderFunctions{
    vm::FunctionRow{"copyTo",
                    "(destinationFolder: 4D.Folder, newName?: string|integer, overwrite?: integer) : 4D.Folder",
                    &copyFolder, "Extracts the folder with everything in it."},
    vm::FunctionRow{"file", "(path: string) : 4D.ZipFile", &fileBelow, "The file at a path relative to this folder."},
    vm::FunctionRow{"files", "(options?: integer) : collection", &files, "The files in the folder."},
    vm::FunctionRow{"folder", "(path: string) : 4D.ZipFolder", &folderBelow,
                    "The folder at a path relative to this folder."},
    vm::FunctionRow{"folders", "(options?: integer) : collection", &folders, "The folders in the folder."},
};

constexpr std::array folderProperties{
    vm::PropertyRow{"exists", "boolean", &always, nullptr, "Always true."},
    vm::PropertyRow{"name", "string", &name, nullptr, "Name without extension."},
    vm::PropertyRow{"extension", "string", &extension, nullptr, "Extension with its dot, or empty."},
    vm::PropertyRow{"fullName", "string", &fullName, nullptr, "Name with extension."},
    vm::PropertyRow{"path", "string", &path, nullptr, "Path inside the archive."},
    vm::PropertyRow{"parent", "4D.ZipFolder", &parent, nullptr, "The containing folder; null for the root."},
    vm::PropertyRow{"isFile", "boolean", &never, nullptr, "Always false."},
    vm::PropertyRow{"isFolder", "boolean", &always, nullptr, "Always true."},
    vm::PropertyRow{"isAlias", "boolean", &never, nullptr, "Always false."},
    vm::PropertyRow{"isPackage", "boolean", &never, nullptr, "Always false."},
    vm::PropertyRow{"hidden", "boolean", &hidden, nullptr, "True when the name begins with a dot."},
    vm::PropertyRow{"original", "4D.ZipFolder", &original, nullptr, "The folder itself."},
    vm::PropertyRow{"modificationDate", "date", &modificationDate, nullptr, "Day of the last modification."},
    vm::PropertyRow{"modificationTime", "time", &modificationTime, nullptr, "Time of the last modification."},
};

constexpr std::array archiveProperties{
    vm::PropertyRow{"root", "4D.ZipFolder", &root, nullptr, "The folder that holds everything in the archive."},
};

constexpr vm::NativeClass fileDefinition{"ZipFile",      "Document", fileFunctions,
                                         fileProperties, nullptr,    "A file in a ZIP archive."};
constexpr vm::NativeClass folderDefinition{"ZipFolder",      "Directory", folderFunctions,
                                           folderProperties, nullptr,     "A folder in a ZIP archive."};
constexpr vm::NativeClass archiveDefinition{"ZipArchive",      "Object", {},
                                            archiveProperties, nullptr,  "An open ZIP archive."};

}  // namespace

const vm::NativeClass& zipFileClass() { return fileDefinition; }
const vm::NativeClass& zipFolderClass() { return folderDefinition; }
const vm::NativeClass& zipArchiveClass() { return archiveDefinition; }

Value zipValue(std::shared_ptr<Reader> reader, const Entry& entry) {
  if (entry.isFolder) {
    // NOLINTNEXTLINE(cppcoreguidelines-owning-memory)
    return Value::handle(Ref<Handle>(new ZipFolderObject(std::move(reader), entry)));
  }
  // NOLINTNEXTLINE(cppcoreguidelines-owning-memory)
  return Value::handle(Ref<Handle>(new ZipFileObject(std::move(reader), entry)));
}

Value zipArchiveValue(std::shared_ptr<Reader> reader) {
  // NOLINTNEXTLINE(cppcoreguidelines-owning-memory)
  return Value::handle(Ref<Handle>(new ZipArchiveObject(std::move(reader))));
}

}  // namespace qodly::script::library
