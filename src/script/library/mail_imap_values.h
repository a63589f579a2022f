// What the functions of 4D.IMAPTransporter take and give, between script values and the client's terms.
#pragma once

#include <optional>
#include <string>

#include "script/library/mail_imap.h"
#include "script/vm/native.h"
#include "script/vm/process.h"

namespace qodly::script::library::imap {

// "$seen" or "seen" as the server writes it (\Seen), custom names as they are; nullopt: not a flag name.
std::optional<std::string> flagNamed(std::string_view keyword);
std::string keywordOf(std::string_view flag);  // the way back: "$seen"
// The flags whose property is true, joined by blanks. Error wrongSettings: a name that cannot be a flag.
Result<std::string> flagsOf(vm::Process& process, const Value& keywords);

// A set of unique ids: a collection of them, one id, or kIMAPAll. nullopt for an empty collection. Error wrongSettings.
Result<std::optional<std::string>> idSet(const vm::Call& call, std::size_t index);

// "20-Nov-2026 14:05:06 +0100" as ISO 8601 UTC.
std::string receivedAt(std::string_view internalDate);
// Email object with id, receivedAt, size and keywords.
Value mailObjectOf(vm::Process& process, const ImapMail& mail, bool withBody);
Value boxObject(vm::Process& process, std::string_view name, const ImapBoxStatus& status);

}  // namespace qodly::script::library::imap
