// Texts of mails in the four charset modes (classes.md 17).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "script/library/mail_address.h"

namespace qodly::script::library {

enum class MailCharset : std::uint8_t { utf8Quoted, utf8Base64, latin1, iso2022jp };

// "US-ASCII_UTF8_QP" and the others; nullopt when unknown.
std::optional<MailCharset> mailCharset(std::string_view name);

// The text of an unstructured header, in encoded words where it needs them, folded; `used`: characters of the line
// that are taken already ("Subject: "). Line ends in the text become blanks.
std::string headerText(std::string_view text, MailCharset charset, std::size_t used);
// "Ann <a@x.org>, b@x.org", folded.
std::string addressList(std::span<const MailAddress> addresses, MailCharset charset);
// name="value" of a header, by RFC 2231 where it is not ASCII; charset modes other than latin1 give UTF-8.
std::string headerParameter(std::string_view name, std::string_view value);

std::string quotedPrintable(std::string_view bytes);  // CR LF stays a line end
std::string base64Lines(std::string_view bytes);      // 76 characters a line
std::string withCrLf(std::string_view text);

// A text body as it is sent.
struct BodyText {
  std::string charset, transferEncoding, content;
};
BodyText bodyText(std::string_view text, MailCharset charset);

}  // namespace qodly::script::library
