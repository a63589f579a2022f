// The commands about files (commands.md 14 and 24.1); declared in file_class.h.
#include <array>

#include <fmt/format.h>

#include "script/library/file_access.h"
#include "script/library/file_class.h"
#include "script/library/file_facts.h"
#include "script/library/file_localized.h"
#include "script/library/folder_class.h"
#include "script/library/folder_constants.h"
#include "script/library/format_regional.h"
#include "script/library/io_error.h"
#include "script/library/picture_commands.h"
#include "script/vm/process.h"
#include "script/vm/runtime.h"
#include "value/picture.h"

namespace qodly::script::library {

namespace {

Result<Value> makeFile(vm::Call& call) { return fileClass().constructor->run(call); }

Result<Value> makeFolder(vm::Call& call) { return folderClass().constructor->run(call); }

Result<Value> get4dFolder(vm::Call& call) {
  const auto path = systemFolder(call.integer(0, 4));
  if (!path) return fail(fault::wrongPath, fmt::format("{} is not a folder of the application.", call.integer(0)));
  return Value::text(std::string(*path) + "/");
}

Result<Location> placeAt(vm::Call& call, std::size_t index) {
  const auto systems = fileSystemsOf(call.process());
  if (!systems) return std::unexpected(systems.error());
  return (*systems)->locate(call.text(index));
}

// Both set the system variable OK as well.
Result<Value> textToDocument(vm::Call& call) {
  call.process().okVariable = false;
  const auto place = placeAt(call, 0);
  if (!place) return std::unexpected(place.error());
  const auto writing = textWriting(call, 2);
  if (!writing) return std::unexpected(writing.error());
  auto done = file::write(*place, contentOfText(std::string(call.text(1)), writing->encoding, writing->breaks));
  if (!done) return std::unexpected(done.error());
  call.process().okVariable = true;
  return Value();
}

Result<Value> samePath(vm::Call& call) { return Value::text(std::string(call.text(0))); }

Result<Value> documentToText(vm::Call& call) {
  call.process().okVariable = false;
  const auto place = placeAt(call, 0);
  if (!place) return std::unexpected(place.error());
  const auto reading = textReading(call, 1);
  if (!reading) return std::unexpected(reading.error());
  const auto content = file::read(*place);
  if (!content) return std::unexpected(content.error());
  call.process().okVariable = true;
  return Value::text(textOfContent(*content, reading->charset, reading->breaks));
}

// 1: a file, 0: a folder, -43: neither.
Result<Value> testPathName(vm::Call& call) {
  constexpr std::int64_t none = -43;
  const auto place = placeAt(call, 0);
  const file::State state = place ? file::stateOf(*place) : file::State{};
  return Value::integer(state.kind == file::Kind::file ? 1 : state.kind == file::Kind::folder ? 0 : none);
}

// Sets the system variable OK as well.
Result<Value> readPictureFile(vm::Call& call) {
  call.process().okVariable = false;
  const auto place = placeAt(call, 0);
  if (!place) return std::unexpected(place.error());
  auto content = file::read(*place);
  if (!content) return std::unexpected(content.error());
  if (auto charged = call.process().charge(content->size()); !charged) return std::unexpected(charged.error());
  Value picture = isPicture(*content) ? makePicture(std::move(*content), place->name()) : Value::null();
  call.process().okVariable = !picture.isNull();
  call.setOut(1, std::move(picture));
  return Value();
}

// In the language of the server's locale, else in English.
Result<Value> getLocalizedString(vm::Call& call) {
  vm::Process& process = call.process();
  process.okVariable = false;
  const auto systems = fileSystemsOf(process);
  if (!systems) return Value::text("");
  const auto* regional = process.runtime().service<Regional>();
  auto& files = process.extension<LocalizedFiles>();
  const std::string name(call.text(0));
  auto text = files.find(**systems, regional != nullptr ? std::string_view(regional->locale) : "en", name);
  if (!text) text = files.find(**systems, "en", name);
  process.okVariable = text.has_value();
  return Value::text(text.value_or(""));
}

constexpr std::array rows{
    vm::FunctionRow{"file", "(path: string, *?) : 4D.File", &makeFile,
                    "Reference to the file at an absolute path such as /RESOURCES/a.txt."},
    vm::FunctionRow{"folder", "(path: string|integer, *?) : 4D.Folder", &makeFolder,
                    "Reference to the folder at an absolute path such as /DATA/in, or of a folder constant."},
    vm::FunctionRow{"Get 4D folder", "(folder?: integer, *?) : string", &get4dFolder,
                    "Path of one of the application's folders, with final slash."},
    vm::FunctionRow{"TEXT TO DOCUMENT", "(path: string, text: string, charSet?: string|integer, breakMode?: integer)",
                    &textToDocument, "Replaces the content of a file by a text."},
    vm::FunctionRow{"Document to text", "(path: string, charSet?: string|integer, breakMode?: integer) : string",
                    &documentToText, "The content of a file as a text."},
    vm::FunctionRow{"Test path name", "(path: string) : integer", &testPathName,
                    "1 when the path leads to a file, 0 when to a folder, -43 when to nothing."},
    vm::FunctionRow{"Convert path system to POSIX", "(path: string, *?) : string", &samePath,
                    "The path itself: paths of the system are POSIX paths."},
    vm::FunctionRow{"Convert path POSIX to system", "(path: string, *?) : string", &samePath,
                    "The path itself: paths of the system are POSIX paths."},
    vm::FunctionRow{"READ PICTURE FILE", "(path: string, out picture: picture, *?)", &readPictureFile,
                    "Reads a picture from a file."},
    vm::FunctionRow{"Get localized string", "(name: string) : string", &getLocalizedString,
                    "A text of the application's XLIFF files in the server's language."},
    vm::FunctionRow{"Localized string", "(name: string) : string", &getLocalizedString,
                    "A text of the application's XLIFF files in the server's language."},
};

}  // namespace

std::span<const vm::FunctionRow> fileCommands() { return rows; }

}  // namespace qodly::script::library
