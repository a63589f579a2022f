#include "script/library/mail_attachment_class.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "script/library/blob_value.h"
#include "script/library/file_access.h"
#include "script/library/file_class.h"
#include "script/library/io_error.h"
#include "script/vm/process.h"

namespace qodly::script::library {

namespace {

struct TypeRow {
  std::string_view extension, type;
};
constexpr std::array types{
    TypeRow{".jpg", "image/jpeg"},
    TypeRow{".jpeg", "image/jpeg"},
    TypeRow{".png", "image/png"},
    TypeRow{".gif", "image/gif"},
    TypeRow{".pdf", "application/pdf"},
    TypeRow{".doc", "application/msword"},
    TypeRow{".xls", "application/vnd.ms-excel"},
    TypeRow{".ppt", "application/vnd.ms-powerpoint"},
    TypeRow{".zip", "application/zip"},
    TypeRow{".gz", "application/gzip"},
    TypeRow{".json", "application/json"},
    TypeRow{".js", "application/javascript"},
    TypeRow{".ps", "application/postscript"},
    TypeRow{".xml", "application/xml"},
    TypeRow{".htm", "text/html"},
    TypeRow{".html", "text/html"},
    TypeRow{".mp3", "audio/mpeg"},
};

const MailAttachmentObject& self(const vm::Call& call) {
  return *vm::NativeObject::from<MailAttachmentObject>(call.self());
}

Result<Value> name(vm::Call& call) { return Value::text(std::string_view(self(call).name)); }
Result<Value> cid(vm::Call& call) {
  return self(call).cid.empty() ? Value() : Value::text(std::string_view(self(call).cid));
}
Result<Value> type(vm::Call& call) { return Value::text(std::string_view(self(call).type)); }
Result<Value> disposition(vm::Call& call) { return Value::text(std::string_view(self(call).disposition)); }
Result<Value> path(vm::Call& call) { return self(call).place ? Value::text(self(call).place->path()) : Value(); }

Result<Value> getContent(vm::Call& call) {
  auto content = self(call).content();
  if (!content) return std::unexpected(content.error());
  return newBlobObject(call.process(), std::move(*content));
}

Result<> setFile(MailAttachmentObject& attachment, Location place) {
  if (file::stateOf(place).kind != file::Kind::file) {
    return fail(fault::noFile, fmt::format("The file \"{}\" of the attachment does not exist.", place.path()));
  }
  attachment.name = place.name();
  attachment.place = std::move(place);
  return {};
}

// A simple name is looked for beside the project's files.
Result<> setPath(vm::Process& process, MailAttachmentObject& attachment, std::string_view given) {
  const auto systems = fileSystemsOf(process);
  if (!systems) return std::unexpected(systems.error());
  auto place = (*systems)->locate(given.contains('/') ? std::string(given) : "/PROJECT/" + std::string(given));
  if (!place) return std::unexpected(place.error());
  return setFile(attachment, std::move(*place));
}

Result<> setSource(vm::Call& call, MailAttachmentObject& attachment) {
  const Value& source = call.at(0);
  if (const auto* file = call.native<FileObject>(0)) return setFile(attachment, file->place());
  if (const auto* packed = call.native<ZipFileObject>(0)) {
    attachment.name = packed->fullName();
    attachment.zipFile = source;
    return {};
  }
  if (const auto bytes = bytesOf(source)) {
    attachment.name = newUuid();
    attachment.bytes = *bytes;
    return {};
  }
  return setPath(call.process(), attachment, call.text(0));
}

Result<Value> newAttachment(vm::Call& call) {
  Ref<Handle> handle(new MailAttachmentObject);  // NOLINT(cppcoreguidelines-owning-memory)
  auto& attachment = static_cast<MailAttachmentObject&>(*handle);
  if (auto set = setSource(call, attachment); !set) return std::unexpected(set.error());
  const bool isNamed = !call.text(1).empty();
  if (isNamed) attachment.name = call.text(1);
  attachment.cid = trim(call.text(2));
  attachment.type = call.text(3).empty() ? mailTypeOf(attachment.name) : call.text(3);
  attachment.disposition = attachment.cid.empty() ? "attachment" : "inline";
  if (!call.text(4).empty()) attachment.disposition = call.text(4) == "inline" ? "inline" : "attachment";
  return Value::handle(std::move(handle));
}

constexpr std::string_view signature =
    "(source: 4D.File|4D.ZipFile|blob|string, name?: string, cid?: string, type?: string, disposition?: string) : "
    "4D.MailAttachment";

constexpr vm::FunctionRow constructorRow{"new", signature, &newAttachment, "Makes an attachment of a mail."};

constexpr std::array functions{
    vm::FunctionRow{"getContent", "() : 4D.Blob", &getContent, "The content of the attachment."},
};

constexpr std::array properties{
    vm::PropertyRow{"name", "string", &name, nullptr, "Name shown to the recipient."},
    vm::PropertyRow{"cid", "string", &cid, nullptr, "Identifier that HTML bodies refer to, if any."},
    vm::PropertyRow{"type", "string", &type, nullptr, "Content type."},
    vm::PropertyRow{"disposition", "string", &disposition, nullptr, "\"inline\" or \"attachment\"."},
    vm::PropertyRow{"path", "string", &path, nullptr, "Path of the file, if it is one."},
    vm::PropertyRow{"platformPath", "string", &path, nullptr, "The same as path on this platform."},
};

constexpr vm::NativeClass definition{"MailAttachment", "Object",        functions,
                                     properties,       &constructorRow, "An attachment of a mail."};

constexpr std::array commandRows{
    vm::FunctionRow{"mailNewAttachment", signature, &newAttachment, "Makes an attachment of a mail."},
};

}  // namespace

const vm::NativeClass& mailAttachmentClass() { return definition; }
std::span<const vm::FunctionRow> mailAttachmentCommands() { return commandRows; }

Result<std::string> MailAttachmentObject::content() const {
  if (place) return file::read(*place);
  if (const auto* packed = vm::NativeObject::from<ZipFileObject>(zipFile)) return packed->reader->read(packed->entry);
  return bytes;
}

Result<MailFile> MailAttachmentObject::file() const {
  auto read = content();
  if (!read) return std::unexpected(read.error());
  return MailFile{name, cid, type, disposition == "inline", std::move(*read)};
}

Value mailAttachmentValue(std::string name, std::string cid, std::string type, std::string disposition,
                          std::string bytes) {
  Ref<Handle> handle(new MailAttachmentObject);  // NOLINT(cppcoreguidelines-owning-memory)
  auto& attachment = static_cast<MailAttachmentObject&>(*handle);
  attachment.name = std::move(name);
  attachment.cid = std::move(cid);
  attachment.type = std::move(type);
  attachment.disposition = std::move(disposition);
  attachment.bytes = std::move(bytes);
  return Value::handle(std::move(handle));
}

std::string_view mailTypeOf(std::string_view fileName) {
  const std::string extension = lowerAscii(file::partsOf(fileName).extension);
  const auto* row = std::ranges::find(types, extension, &TypeRow::extension);
  return row == types.end() ? std::string_view("application/octet-stream") : row->type;
}

}  // namespace qodly::script::library
