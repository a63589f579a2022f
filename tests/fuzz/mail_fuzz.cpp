// Readers of what comes from outside the library: messages, headers, addresses, command lines, texts of files. A body
// and a header that are written must read back.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"
#include "script/library/charset.h"
#include "script/library/file_localized.h"
#include "script/library/file_text.h"
#include "script/library/http_client.h"
#include "script/library/mail_address.h"
#include "script/library/mail_date.h"
#include "script/library/mail_encoding.h"
#include "script/library/mail_entity.h"
#include "script/library/mail_imap.h"
#include "script/library/system_process.h"
#include "script/library/zip_archive.h"

namespace {

namespace library = qodly::script::library;

void check(bool holds) {
  if (!holds) std::abort();
}

void visit(const library::MimeEntity& entity) {
  static_cast<void>(library::decodedBody(entity));
  for (const auto& [name, value] : entity.headers) {
    check(qodly::isValidUtf8(library::decodeWords(value)));
    static_cast<void>(library::readParameters(value));
    static_cast<void>(library::readMailDate(value));
    for (const auto& address : library::parseAddresses(value)) check(!address.email.empty());
  }
  for (const library::MimeEntity& part : entity.parts) visit(part);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  visit(library::parseEntity(text));
  check(library::decodeQuotedPrintable(library::quotedPrintable(text)) == text);
  const std::string valid = qodly::repairUtf8(text);
  for (const auto charset : {library::MailCharset::utf8Quoted, library::MailCharset::utf8Base64}) {
    const std::string coded = library::headerText(valid, charset, 9);
    check(coded.find("\r\n") == coded.npos || coded.find("\r\n ") == coded.find("\r\n"));
    static_cast<void>(library::bodyText(valid, charset));
  }
  static_cast<void>(library::commandWords(text));
  static_cast<void>(library::zip::cleanName(text));
  static_cast<void>(library::withBreaks(valid, library::Breaks::crlf));
  check(qodly::isValidUtf8(library::Charset::utf8().decodeMarked(text)));
  static_cast<void>(library::decodeBoxName(text));
  static_cast<void>(library::decompress(std::string(text), "gzip"));
  library::LocalizedTexts texts;
  library::readXliff(text, texts);
  return 0;
}
