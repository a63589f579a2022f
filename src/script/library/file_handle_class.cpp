#include "script/library/file_handle_class.h"

#include <algorithm>
#include <array>

#include "script/library/blob_value.h"
#include "script/library/file_stream.h"
#include "script/library/io_error.h"
#include "script/library/option_reader.h"
#include "script/library/status_value.h"
#include "script/vm/large_blob.h"

namespace qodly::script::library {

namespace {

constexpr std::array<std::string_view, 3> modes{"read", "write", "append"};

class FileHandleObject final : public vm::NativeObject {
 public:
  FileHandleObject(Value openFile, std::unique_ptr<FileStream> content)
      : file(std::move(openFile)), stream(std::move(content)) {}
  static const vm::NativeClass& classOf() { return fileHandleClass(); }
  const vm::NativeClass& nativeClass() const override { return fileHandleClass(); }
  void traverse(const std::function<void(const Value&)>& visit) const override { visit(file); }

  const Value file;
  const std::unique_ptr<FileStream> stream;
};

FileStream& self(const vm::Call& call) { return *vm::NativeObject::from<FileHandleObject>(call.self())->stream; }

Result<Value> nothing(const Result<>& done) {
  if (!done) return std::unexpected(done.error());
  return Value();
}

Result<Value> asText(Result<std::string> text) {
  if (!text) return std::unexpected(text.error());
  return Value::text(std::move(*text));
}

// --- Properties

Result<Value> breakModeRead(vm::Call& call) { return Value::text(nameOf(self(call).options().breaksRead)); }
Result<Value> breakModeWrite(vm::Call& call) { return Value::text(nameOf(self(call).options().breaksWrite)); }
Result<Value> charset(vm::Call& call) { return Value::text(std::string_view(self(call).options().charset.name())); }
Result<Value> mode(vm::Call& call) { return Value::text(modes[static_cast<std::size_t>(self(call).options().mode)]); }
Result<Value> fileOf(vm::Call& call) { return vm::NativeObject::from<FileHandleObject>(call.self())->file; }
Result<Value> eof(vm::Call& call) { return Value::boolean(self(call).atEnd()); }
Result<Value> offset(vm::Call& call) { return numberValue(self(call).offset()); }
Result<> setOffset(vm::Call& call, const Value& value) {
  self(call).setOffset(value.isNumber() ? value.asNumber() : 0);
  return {};
}

// --- Functions

Result<Value> getSize(vm::Call& call) { return numberValue(static_cast<double>(self(call).size())); }
Result<Value> setSize(vm::Call& call) { return nothing(self(call).setSize(call.number(0))); }

Result<Value> readBlob(vm::Call& call) {
  auto bytes = self(call).readBytes(call.number(0));
  if (!bytes) return std::unexpected(bytes.error());
  return newBlobObject(call.process(), std::move(*bytes));
}
Result<Value> readLine(vm::Call& call) { return asText(self(call).readLine()); }
Result<Value> readText(vm::Call& call) { return asText(self(call).readText(call.text(0))); }
Result<Value> writeBlob(vm::Call& call) {
  if (const auto large = vm::LargeBlob::bytesOf(call.at(0))) return nothing(self(call).writeFile(large->part()));
  return nothing(self(call).writeBytes(bytesOf(call.at(0)).value_or(std::string_view())));
}
Result<Value> writeLine(vm::Call& call) { return nothing(self(call).writeLine(call.text(0))); }
Result<Value> writeText(vm::Call& call) { return nothing(self(call).writeText(call.text(0))); }

constexpr std::array functions{
    vm::FunctionRow{"getSize", "() : number", &getSize, "The current size of the file in bytes."},
    vm::FunctionRow{"setSize", "(size: number)", &setSize, "Cuts the file or fills it up with zero bytes."},
    vm::FunctionRow{"readBlob", "(bytes: number) : 4D.Blob", &readBlob, "Reads bytes from the offset."},
    vm::FunctionRow{"readLine", "() : string", &readLine, "Reads up to the end of the line, which is skipped."},
    vm::FunctionRow{"readText", "(stopChar?: string) : string", &readText,
                    "Reads up to a text, which is skipped, or up to the end."},
    vm::FunctionRow{"writeBlob", "(blob: blob)", &writeBlob, "Writes bytes at the offset."},
    vm::FunctionRow{"writeLine", "(lineOfText: string)", &writeLine, "Writes a text and a line end at the offset."},
    vm::FunctionRow{"writeText", "(textToWrite: string)", &writeText, "Writes a text at the offset."},
};

constexpr std::array properties{
    vm::PropertyRow{"breakModeRead", "string", &breakModeRead, nullptr, "What line ends become when read."},
    vm::PropertyRow{"breakModeWrite", "string", &breakModeWrite, nullptr, "What line ends become when written."},
    vm::PropertyRow{"charset", "string", &charset, nullptr, "Character set of the texts."},
    vm::PropertyRow{"mode", "string", &mode, nullptr, "\"read\", \"write\" or \"append\"."},
    vm::PropertyRow{"file", "4D.File", &fileOf, nullptr, "The file."},
    vm::PropertyRow{"eof", "boolean", &eof, nullptr, "True when the offset has reached the end."},
    vm::PropertyRow{"offset", "number", &offset, &setOffset,
                    "Current position: in bytes, or in characters after a text was read."},
};

constexpr vm::NativeClass definition{"FileHandle", "Object", functions,
                                     properties,   nullptr,  "An open file, read or written part by part."};

Breaks breaksOption(OptionReader& options, std::string_view name) {
  const Value given = options.value(name);
  if (given.isUndefined()) return Breaks::native;
  std::optional<Breaks> breaks;
  if (given.isText()) breaks = breaksNamed(given.asText());
  if (given.isNumber()) breaks = breaksNumbered(static_cast<std::int64_t>(given.asNumber()));
  if (breaks && *breaks != Breaks::unchanged) return *breaks;
  options.refuse(name, "\"native\", \"crlf\", \"cr\", \"lf\" or their number 1 to 4");
  return Breaks::native;
}

}  // namespace

const vm::NativeClass& fileHandleClass() { return definition; }

Result<Value> openHandle(vm::Call& call, const Value& file, const Location& place) {
  OptionReader options(call.process(), call.at(0).isText() ? Value() : call.at(0), "File.open");
  FileStream::Options wanted;
  const std::string chosen = call.at(0).isText() ? std::string(call.text(0)) : options.text("mode").value_or("read");
  const auto* known = std::ranges::find(modes, chosen);
  if (known == modes.end()) options.refuse("mode", "\"read\", \"write\" or \"append\"");
  const std::string charsetName = options.text("charset").value_or("UTF-8");
  const auto breaksRead = breaksOption(options, "breakModeRead");
  const auto breaksWrite = breaksOption(options, "breakModeWrite");
  if (auto valid = options.problem(); !valid) return std::unexpected(valid.error());
  auto encoding = Charset::named(charsetName);
  if (!encoding) return std::unexpected(encoding.error());
  wanted.mode = static_cast<StreamMode>(known - modes.begin());
  wanted.charset = std::move(*encoding);
  wanted.breaksRead = breaksRead;
  wanted.breaksWrite = breaksWrite;
  auto stream = FileStream::open(place, std::move(wanted));
  if (!stream) return std::unexpected(stream.error());
  // NOLINTNEXTLINE(cppcoreguidelines-owning-memory)
  return Value::handle(Ref<Handle>(new FileHandleObject(file, std::move(*stream))));
}

}  // namespace qodly::script::library
