// Messages of RFC 5322 and MIME, as bytes: taken apart and decoded. Also used for the parts of HTTP messages.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace qodly::script::library {

using MimeHeaders = std::vector<std::pair<std::string, std::string>>;

// One level: a message, or a part of a multipart one.
struct MimeEntity {
  MimeHeaders headers;            // unfolded, not decoded, in order
  std::string body;               // as transferred; "" when there are parts
  std::vector<MimeEntity> parts;  // of multipart/*

  std::string_view header(std::string_view name) const;  // the first one, "" when absent; names ignore case
};

// Never fails: what cannot be understood is body. Nested at most 50 levels, 10000 parts in all.
MimeEntity parseEntity(std::string_view message);
// The same without the headers of the outermost level, which come from elsewhere.
MimeEntity parseBody(MimeHeaders headers, std::string_view body);
// Headers up to the first empty line, which is skipped in `text`. Lines end with LF or CR LF.
MimeHeaders takeHeaders(std::string_view& text);

// "text/plain; charset=utf-8; name=\"a b\"", with the continuations and charsets of RFC 2231.
struct ParameterisedHeader {
  std::string value;                                            // lower case
  std::vector<std::pair<std::string, std::string>> parameters;  // lower-case names, decoded values

  std::string_view parameter(std::string_view name) const;  // "" when absent
};
ParameterisedHeader readParameters(std::string_view header);

// Encoded words of RFC 2047 become text; other bytes that are no UTF-8 are read as windows-1252.
std::string decodeWords(std::string_view header);

std::string decodeQuotedPrintable(std::string_view text);
// The body without its transfer encoding; nullopt when it is damaged.
std::optional<std::string> decodedBody(const MimeEntity& entity);

// Bytes of a body as text: by `charset`, or UTF-8 where it is unknown. `problem`: some of it could not be decoded.
struct DecodedText {
  std::string text;
  bool problem = false;
};
DecodedText decodeText(std::string_view bytes, std::string_view charset);

}  // namespace qodly::script::library
