#include "script/library/library.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

#include "script/library/array_commands.h"
#include "script/library/blob_class.h"
#include "script/library/blob_commands.h"
#include "script/library/blob_legacy.h"
#include "script/library/class_class.h"
#include "script/library/collection_class.h"
#include "script/library/convert_commands.h"
#include "script/library/convert_system.h"
#include "script/library/crypto_class.h"
#include "script/library/date_commands.h"
#include "script/library/error_commands.h"
#include "script/library/file_class.h"
#include "script/library/file_handle_class.h"
#include "script/library/folder_class.h"
#include "script/library/function_class.h"
#include "script/library/http_class.h"
#include "script/library/http_legacy.h"
#include "script/library/http_message_class.h"
#include "script/library/json_commands.h"
#include "script/library/language_commands.h"
#include "script/library/ldap_commands.h"
#include "script/library/mail_attachment_class.h"
#include "script/library/mail_imap_class.h"
#include "script/library/mail_object.h"
#include "script/library/mail_pop3_class.h"
#include "script/library/mail_smtp_class.h"
#include "script/library/number_commands.h"
#include "script/library/object_commands.h"
#include "script/library/picture_commands.h"
#include "script/library/process_commands.h"
#include "script/library/signal_class.h"
#include "script/library/system_class.h"
#include "script/library/tcp_class.h"
#include "script/library/text_commands.h"
#include "script/library/web_commands.h"
#include "script/library/web_server_class.h"
#include "script/library/zip_class.h"

namespace qodly::script::library {

namespace {

using Commands = std::span<const vm::FunctionRow> (*)();
using Definition = const vm::NativeClass& (*)();

// What files and folders have in common with those of archives: names to ask for, without instances of their own.
const vm::NativeClass& documentClass() {
  static constexpr vm::NativeClass definition{
      "Document", "Object", {}, {}, nullptr, "A file, on disk or in an archive.", false};
  return definition;
}
const vm::NativeClass& directoryClass() {
  static constexpr vm::NativeClass definition{
      "Directory", "Object", {}, {}, nullptr, "A folder, on disk or in an archive.", false};
  return definition;
}

constexpr Commands commandTables[] = {
    arrayCommands,     blobCommands,     blobLegacyCommands, convertCommands, dateCommands,
    numberCommands,    pictureCommands,  systemInfoCommands, textCommands,    cryptoCommands,
    fileCommands,      httpCommands,     jsonCommands,       mailCommands,    mailAttachmentCommands,
    processCommands,   errorCommands,    functionCommands,   objectCommands,  systemCommands,
    zipCommands,       languageCommands, webCommands,        ldapCommands,    httpLegacyCommands,
    webServerCommands,
};

constexpr Definition classDefinitions[] = {
    blobClass,         tcpConnectionClass,  tcpEventClass,        signalClass,          classClass,
    objectClass,       collectionClass,     functionClass,        documentClass,        directoryClass,
    fileClass,         folderClass,         fileHandleClass,      zipArchiveClass,      zipFileClass,
    zipFolderClass,    cryptoKeyClass,      httpRequestClass,     incomingMessageClass, outgoingMessageClass,
    systemWorkerClass, mailAttachmentClass, smtpTransporterClass, imapTransporterClass, pop3TransporterClass,
    webServerClass,
};

// The other name and the token of each command.
const std::unordered_map<std::string_view, const CommandName*>& namesByCommand() {
  static const auto names = [] {
    std::unordered_map<std::string_view, const CommandName*> byName;
    for (const CommandName& row : qodlyScriptCommands()) byName.try_emplace(row.name, &row);
    for (const CommandName& row : fourDCommands()) byName.try_emplace(row.fourD, &row);
    return byName;
  }();
  return names;
}

[[noreturn]] void wrongRow(std::string_view message) {
  fmt::print(stderr, "qodly: {}\n", message);
  std::abort();
}

}  // namespace

std::unique_ptr<const vm::Builtins> Library::make(std::span<const vm::FunctionRow> extraCommands,
                                                  std::span<const vm::NativeClass* const> extraClasses) {
  std::unique_ptr<Library> library(new Library);
  for (const Commands table : commandTables) library->addCommands(table());
  library->addCommands(extraCommands);
  for (const Definition definition : classDefinitions) library->addClass(definition());
  for (const vm::NativeClass* definition : extraClasses) library->addClass(*definition);
  return library;
}

void Library::addSignature(const vm::FunctionRow& row, std::string_view owner) {
  if (signatures_.contains(&row)) return;
  auto signature = vm::readSignature(row.signature);
  if (!signature) wrongRow(fmt::format("{}{}: {}", owner, row.name, signature.error().message()));
  signatures_.emplace(&row, std::make_unique<const vm::Signature>(std::move(*signature)));
}

void Library::addCommands(std::span<const vm::FunctionRow> rows) {
  for (const vm::FunctionRow& row : rows) {
    addSignature(row, "");
    const auto place = static_cast<std::uint32_t>(commands_.size());
    if (!commandPlaces_.emplace(row.name, place).second) {
      wrongRow(fmt::format("two rows for the command {}", row.name));
    }
    vm::Command& command = commands_.emplace_back();
    command.row = &row;
    command.signature = signature(row);
    const auto name = namesByCommand().find(row.name);
    if (name == namesByCommand().end()) continue;
    command.fourD = name->second->fourD;
    command.number = name->second->number;
  }
}

void Library::addClass(const vm::NativeClass& definition) {
  if (!classNames_.emplace(definition.name, &definition).second) {
    wrongRow(fmt::format("two classes of the name {}", definition.name));
  }
  classes_.push_back(&definition);
  for (const vm::FunctionRow& row : definition.functions) addSignature(row, definition.name);
  if (definition.constructor != nullptr) addSignature(*definition.constructor, definition.name);
}

std::optional<std::uint32_t> Library::command(std::string_view canonical) const {
  const auto found = commandPlaces_.find(canonical);
  return found == commandPlaces_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Value> Library::constant(std::string_view canonical) const {
  const auto row = constantNamed(canonical);
  if (!row) return std::nullopt;
  if (!row->text.empty()) return Value::text(row->text);
  const bool whole = std::trunc(row->number) == row->number && std::fabs(row->number) <= INT32_MAX;
  return whole ? Value::integer(static_cast<std::int64_t>(row->number)) : Value::real(row->number);
}

bool Library::isUnavailable(std::string_view canonical) const { return isUnavailableCommand(canonical); }

const vm::NativeClass* Library::nativeClass(std::string_view name) const {
  const auto found = classNames_.find(name);
  return found == classNames_.end() ? nullptr : found->second;
}

const vm::Signature& Library::signature(const vm::FunctionRow& row) const { return *signatures_.at(&row); }

const vm::NativeClass& Library::collectionClass() const { return library::collectionClass(); }
const vm::NativeClass& Library::objectClass() const { return library::objectClass(); }
const vm::NativeClass& Library::functionClass() const { return library::functionClass(); }

const vm::NativeClass& Library::blobClass() const { return library::blobClass(); }

Value Library::boxedBlob(Value blob) const { return BlobObject::box(std::move(blob)); }

}  // namespace qodly::script::library
