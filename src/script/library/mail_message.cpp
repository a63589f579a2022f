#include "script/library/mail_message.h"

#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>

#include "base/text.h"
#include "script/library/mail_date.h"

namespace qodly::script::library {

namespace {

constexpr std::array<std::string_view, 16> ownHeaders{"from",
                                                      "sender",
                                                      "reply-to",
                                                      "to",
                                                      "cc",
                                                      "bcc",
                                                      "subject",
                                                      "comments",
                                                      "date",
                                                      "message-id",
                                                      "in-reply-to",
                                                      "references",
                                                      "mime-version",
                                                      "content-type",
                                                      "content-transfer-encoding",
                                                      "content-disposition"};

std::string boundary() { return "----=_" + randomHex(16); }

bool isHeaderName(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) { return c > 32 && c < 127 && c != ':'; });
}

// One piece of a message: its own headers and its body, without line end behind it.
struct Piece {
  std::string headers, body;
};

Piece textPiece(std::string_view type, std::string_view text, MailCharset charset) {
  BodyText coded = bodyText(text, charset);
  return {fmt::format("Content-Type: {}; charset={}\r\nContent-Transfer-Encoding: {}\r\n", type, coded.charset,
                      coded.transferEncoding),
          std::move(coded.content)};
}

Piece multipart(std::string_view kind, const std::vector<Piece>& pieces, std::string_view parameters = {}) {
  const std::string mark = boundary();
  Piece whole{fmt::format("Content-Type: multipart/{};{} boundary=\"{}\"\r\n", kind, parameters, mark), ""};
  for (const Piece& piece : pieces) whole.body += fmt::format("--{}\r\n{}\r\n{}\r\n", mark, piece.headers, piece.body);
  whole.body += fmt::format("--{}--\r\n", mark);
  return whole;
}

std::string plainType(std::string_view type) {
  const bool usable = !type.empty() && std::ranges::all_of(type, [](char c) { return c > 32 && c < 127; });
  return usable ? std::string(type) : "application/octet-stream";
}

Piece filePiece(const MailFile& file) {
  Piece piece;
  piece.headers = fmt::format("Content-Type: {};\r\n {}\r\nContent-Transfer-Encoding: base64\r\n", plainType(file.type),
                              headerParameter("name", file.name));
  piece.headers += fmt::format("Content-Disposition: {};\r\n {}\r\n", file.isInline ? "inline" : "attachment",
                               headerParameter("filename", file.name));
  if (!file.cid.empty()) {
    std::string cid = file.cid;
    std::erase_if(cid, [](char c) { return static_cast<unsigned char>(c) <= 32 || c == '<' || c == '>'; });
    piece.headers += fmt::format("Content-ID: <{}>\r\n", cid);
  }
  piece.body = base64Lines(file.content);
  return piece;
}

// nullopt: a leaf without text, which an attachment stands for.
std::optional<Piece> structurePiece(const MailPart& part, MailCharset charset) {
  std::optional<Piece> piece;
  if (!part.parts.empty() || lowerAscii(part.type).starts_with("multipart/")) {
    std::vector<Piece> pieces;
    for (const MailPart& below : part.parts) {
      if (auto made = structurePiece(below, charset)) pieces.push_back(std::move(*made));
    }
    if (pieces.empty()) return std::nullopt;
    const std::string type = lowerAscii(part.type);
    piece = multipart(type.starts_with("multipart/") ? std::string_view(type).substr(10) : "mixed", pieces);
  } else if (part.text) {
    piece = textPiece(plainType(part.type), *part.text, charset);
  } else {
    return std::nullopt;
  }
  if (!part.disposition.empty())
    piece->headers += "Content-Disposition: " + headerText(part.disposition, charset, 21) + "\r\n";
  if (!part.location.empty()) piece->headers += "Content-Location: " + headerText(part.location, charset, 18) + "\r\n";
  for (const auto& [name, value] : part.headers) {
    const std::string lower = lowerAscii(name);
    if (!isHeaderName(name) || std::ranges::find(ownHeaders, lower) != ownHeaders.end()) continue;
    piece->headers += name + ": " + headerText(value, charset, name.size() + 2) + "\r\n";
  }
  return piece;
}

Piece contentPiece(const MailMessage& message, MailCharset charset) {
  if (message.structure) {
    if (auto piece = structurePiece(*message.structure, charset)) return std::move(*piece);
  }
  if (message.text && message.html) {
    return multipart("alternative",
                     {textPiece("text/plain", *message.text, charset), textPiece("text/html", *message.html, charset)});
  }
  if (message.html) return textPiece("text/html", *message.html, charset);
  return textPiece("text/plain", message.text.value_or(""), charset);
}

Piece wholePiece(const MailMessage& message, MailCharset charset) {
  Piece content = contentPiece(message, charset);
  std::vector<Piece> related{content}, mixed;
  for (const MailFile& file : message.files) {
    (file.isInline && !file.cid.empty() ? related : mixed).push_back(filePiece(file));
  }
  if (related.size() > 1) {
    const bool isHtml = content.headers.starts_with("Content-Type: text/html");
    content = multipart("related", related, isHtml ? " type=\"text/html\";" : " type=\"multipart/alternative\";");
  }
  if (mixed.empty()) return content;
  mixed.insert(mixed.begin(), std::move(content));
  return multipart("mixed", mixed);
}

std::string bracketed(std::string_view id) {
  id = trim(id);
  return id.starts_with('<') ? std::string(id) : "<" + std::string(id) + ">";
}

class HeaderWriter {
 public:
  explicit HeaderWriter(MailCharset charset) : charset_(charset) {}
  void text(std::string_view name, std::string_view value) {
    if (!value.empty()) out += fmt::format("{}: {}\r\n", name, headerText(value, charset_, name.size() + 2));
  }
  void addresses(std::string_view name, std::span<const MailAddress> list) {
    if (!list.empty()) out += fmt::format("{}: {}\r\n", name, addressList(list, charset_));
  }
  std::string out;

 private:
  MailCharset charset_;
};

std::string generatedId(const MailMessage& message) {
  const auto& origin = message.from.empty() ? message.sender : message.from;
  const std::string_view email = origin.empty() ? std::string_view() : std::string_view(origin.front().email);
  const std::size_t at = email.rfind('@');
  const std::string_view host = at == email.npos ? std::string_view("localhost") : email.substr(at + 1);
  return fmt::format("<{}@{}>", newUuid(), isAscii(host) ? host : std::string_view("localhost"));
}

}  // namespace

std::string mimeOf(const MailMessage& message, const MailOptions& options) {
  HeaderWriter headers(options.header);
  headers.out = "MIME-Version: 1.0\r\n";
  headers.text("Date", mailDate(message.sendAt.value_or(Instant::now())));
  headers.text("Message-ID", message.messageId.empty() ? generatedId(message) : bracketed(message.messageId));
  const std::span<const MailAddress> origin = message.sender.empty() ? message.from : message.sender;
  headers.addresses("Sender", origin.first(std::min<std::size_t>(origin.size(), 1)));
  headers.addresses("From", message.from.empty() ? message.sender : message.from);
  headers.addresses("Reply-To", message.replyTo);
  headers.addresses("To", message.to);
  headers.addresses("Cc", message.cc);
  if (options.keepsBcc) headers.addresses("Bcc", message.bcc);
  headers.text("Subject", message.subject);
  headers.text("Comments", message.comments);
  if (!message.inReplyTo.empty()) headers.text("In-Reply-To", bracketed(message.inReplyTo));
  std::string references;
  for (const std::string& id : message.references) references += (references.empty() ? "" : " ") + bracketed(id);
  headers.text("References", references);
  for (const auto& [name, value] : message.headers) {
    const std::string lower = lowerAscii(name);
    if (isHeaderName(name) && std::ranges::find(ownHeaders, lower) == ownHeaders.end()) headers.text(name, value);
  }
  const Piece piece = wholePiece(message, options.body);
  return headers.out + piece.headers + "\r\n" + piece.body;
}

}  // namespace qodly::script::library
