// A mail to be sent, complete and free of script values, and its MIME form (classes.md 15).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/calendar.h"
#include "script/library/mail_address.h"
#include "script/library/mail_encoding.h"

namespace qodly::script::library {

struct MailFile {
  std::string name, cid, type;
  bool isInline = false;
  std::string content;
};

// One node of a bodyStructure.
struct MailPart {
  std::string type, charset, disposition, location;
  std::vector<std::pair<std::string, std::string>> headers;
  std::optional<std::string> text;  // of a leaf: from bodyValues
  std::vector<MailPart> parts;
};

struct MailMessage {
  std::vector<MailAddress> from, sender, replyTo, to, cc, bcc;
  std::string subject, comments, messageId, inReplyTo;
  std::vector<std::string> references;
  std::optional<Instant> sendAt;
  std::vector<std::pair<std::string, std::string>> headers;  // extra ones
  std::optional<std::string> text, html;
  std::optional<MailPart> structure;  // wins over text and html
  std::vector<MailFile> files;
};

struct MailOptions {
  MailCharset header = MailCharset::utf8Quoted, body = MailCharset::utf8Quoted;
  bool keepsBcc = true;
};

// CR LF line ends. Date and Message-ID are generated where missing.
std::string mimeOf(const MailMessage& message, const MailOptions& options);

}  // namespace qodly::script::library
