// 4D.MailAttachment (classes.md 16).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "script/library/file_systems.h"
#include "script/library/mail_message.h"
#include "script/library/zip_class.h"
#include "script/vm/native.h"

namespace qodly::script::library {

const vm::NativeClass& mailAttachmentClass();
// mailNewAttachment.
std::span<const vm::FunctionRow> mailAttachmentCommands();

// Immutable. The content of a file is read when it is asked for.
class MailAttachmentObject final : public vm::NativeObject {
 public:
  static const vm::NativeClass& classOf() { return mailAttachmentClass(); }
  const vm::NativeClass& nativeClass() const override { return mailAttachmentClass(); }
  void traverse(const std::function<void(const Value&)>& visit) const override { visit(zipFile); }
  Result<std::string> content() const;
  Result<MailFile> file() const;  // with its content

  std::string name, cid, type, disposition;
  std::optional<Location> place;  // a file,
  Value zipFile;                  // or a 4D.ZipFile,
  std::string bytes;              // or these
};

// One that holds its content, as messages that were received give them.
Value mailAttachmentValue(std::string name, std::string cid, std::string type, std::string disposition,
                          std::string bytes);
// "image/png" by the extension of a file name (classes.md 16).
std::string_view mailTypeOf(std::string_view fileName);

}  // namespace qodly::script::library
