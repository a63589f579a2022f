// Every row of the library's parts that touch the outside is well-formed.
#include <set>

#include <gtest/gtest.h>

#include "script/library/crypto_class.h"
#include "script/library/file_class.h"
#include "script/library/file_handle_class.h"
#include "script/library/folder_class.h"
#include "script/library/http_class.h"
#include "script/library/http_message_class.h"
#include "script/library/mail_attachment_class.h"
#include "script/library/mail_imap_class.h"
#include "script/library/mail_object.h"
#include "script/library/mail_pop3_class.h"
#include "script/library/mail_smtp_class.h"
#include "script/library/system_class.h"
#include "script/library/tcp_class.h"
#include "script/library/web_commands.h"
#include "script/library/zip_class.h"
#include "script/vm/signature.h"

namespace qodly::script::library {
namespace {

void check(const vm::FunctionRow& row) {
  const auto signature = vm::readSignature(row.signature);
  EXPECT_TRUE(signature) << row.name << ": " << (signature ? "" : signature.error().message());
  EXPECT_NE(row.run, nullptr) << row.name;
  EXPECT_TRUE(row.doc.ends_with('.')) << row.name;
}

void check(const vm::NativeClass& definition) {
  std::set<std::string_view> names;
  for (const vm::FunctionRow& row : definition.functions) {
    check(row);
    EXPECT_TRUE(names.insert(row.name).second) << definition.name << "." << row.name;
  }
  for (const vm::PropertyRow& row : definition.properties) {
    EXPECT_TRUE(names.insert(row.name).second) << definition.name << "." << row.name;
    EXPECT_TRUE(vm::readSignature("(value: " + std::string(row.type) + ")")) << definition.name << "." << row.name;
    EXPECT_NE(row.get, nullptr) << row.name;
    EXPECT_TRUE(row.doc.ends_with('.')) << definition.name << "." << row.name;
  }
  if (definition.constructor != nullptr) check(*definition.constructor);
  EXPECT_TRUE(definition.doc.ends_with('.')) << definition.name;
}

TEST(LibraryRows, OfTheOutsideAreWellFormed) {
  for (const vm::NativeClass* definition :
       {&fileClass(), &folderClass(), &fileHandleClass(), &cryptoKeyClass(), &httpRequestClass(), &zipArchiveClass(),
        &zipFileClass(), &zipFolderClass(), &incomingMessageClass(), &outgoingMessageClass(), &systemWorkerClass(),
        &tcpConnectionClass(), &tcpEventClass(), &mailAttachmentClass(), &smtpTransporterClass(),
        &imapTransporterClass(), &pop3TransporterClass()}) {
    check(*definition);
  }
  for (const auto rows : {fileCommands(), cryptoCommands(), httpCommands(), zipCommands(), mailCommands(),
                          mailAttachmentCommands(), systemCommands(), webCommands()}) {
    for (const vm::FunctionRow& row : rows) check(row);
  }
}

}  // namespace
}  // namespace qodly::script::library
