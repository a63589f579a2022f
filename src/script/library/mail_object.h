// The Email objects of scripts (classes.md 15), and the mail conversion commands (15.1).
#pragma once

#include <span>
#include <string_view>

#include "script/library/mail_entity.h"
#include "script/library/mail_message.h"
#include "script/vm/native.h"

namespace qodly::script::library {

// An Email object read completely, contents of attachments included. Error wrongSettings: what cannot be sent.
Result<MailMessage> readMail(vm::Process& process, const Value& mail);

// The Email object of a message; withBody: also bodyStructure, bodyValues and attachments.
Value mailObject(vm::Process& process, const MimeEntity& message, bool withBody = true);

// {headerCharset, bodyCharset} of an options or server object. Error wrongSettings.
Result<MailOptions> readMailOptions(vm::Process& process, const Value& options, std::string_view owner);

// mailConvertToMIME, mailConvertFromMIME.
std::span<const vm::FunctionRow> mailCommands();

}  // namespace qodly::script::library
