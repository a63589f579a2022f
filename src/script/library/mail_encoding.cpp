#include "script/library/mail_encoding.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "script/library/charset.h"
#include "script/library/file_text.h"

namespace qodly::script::library {

namespace {

constexpr std::size_t lineLength = 76;
constexpr std::size_t longestLine = 998;
constexpr std::size_t longestWord = 75;

struct Row {
  std::string_view name;
  MailCharset charset;
};
constexpr std::array rows{
    Row{"US-ASCII_UTF8_QP", MailCharset::utf8Quoted},
    Row{"US-ASCII_UTF8_B64", MailCharset::utf8Base64},
    Row{"ISO-8859-1", MailCharset::latin1},
    Row{"US-ASCII_ISO-2022-JP_UTF8_QP", MailCharset::iso2022jp},
};

bool isPlain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 32 && c < 127; }) && !text.contains("=?");
}

void appendHex(char c, std::string& out) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  out += '=';
  out += digits[byte >> 4];
  out += digits[byte & 15];
}

std::string qWord(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    const bool plain =
        (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '.';
    if (c == ' ') {
      out += '_';
    } else if (plain) {
      out += c;
    } else {
      appendHex(c, out);
    }
  }
  return out;
}

// The set that the words of a header are written in.
Charset wordCharset(std::string_view text, MailCharset mode) {
  const std::string_view name = mode == MailCharset::latin1      ? "ISO-8859-1"
                                : mode == MailCharset::iso2022jp ? "ISO-2022-JP"
                                                                 : "UTF-8";
  auto charset = Charset::named(name);
  return charset && charset->canEncode(text) ? std::move(*charset) : Charset::utf8();
}

std::size_t characterLength(std::string_view text) {
  std::size_t length = 1;
  while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) ++length;
  return length;
}

// Encoded words of at most 75 characters, no character cut in two.
std::string encodedWords(std::string_view text, MailCharset mode, std::size_t used) {
  const Charset charset = wordCharset(text, mode);
  const bool base64 = mode == MailCharset::utf8Base64;
  const std::string start = "=?" + charset.name() + (base64 ? "?B?" : "?Q?");
  std::string out, piece, word;
  const auto written = [&](std::string_view characters) {
    const std::string bytes = charset.encode(characters);
    return start + (base64 ? toBase64(bytes) : qWord(bytes)) + "?=";
  };
  while (!text.empty()) {
    const std::string_view character = text.substr(0, characterLength(text));
    text.remove_prefix(character.size());
    std::string longer = written(piece + std::string(character));
    const std::size_t room =
        out.empty() ? std::min(longestWord, lineLength - std::min(used, lineLength / 2)) : longestWord;
    if (longer.size() > room && !piece.empty()) {
      out += word + "\r\n ";
      piece = character;
      word = written(piece);
    } else {
      piece += character;
      word = std::move(longer);
    }
  }
  return out + word;
}

// Breaks at blanks so that lines stay short where they can.
std::string folded(std::string_view text, std::size_t used) {
  std::string out;
  while (used + text.size() > lineLength) {
    const std::size_t room = used < lineLength ? lineLength - used : 1;
    std::size_t blank = text.rfind(' ', room);
    if (blank == text.npos || blank == 0) blank = text.find(' ', 1);
    if (blank == text.npos) break;
    out += text.substr(0, blank);
    out += "\r\n ";
    text.remove_prefix(blank + 1);
    used = 1;
  }
  return out += text;
}

std::string oneLine(std::string_view text) {
  std::string line = withBreaks(std::string(text), Breaks::lf);
  std::ranges::replace(line, '\n', ' ');
  std::erase_if(line, [](char c) { return static_cast<unsigned char>(c) < 32 && c != '\t'; });
  std::ranges::replace(line, '\t', ' ');
  return line;
}

bool linesAreShort(std::string_view text) {
  for (const std::string_view line : split(text, '\n')) {
    if (line.size() > longestLine) return false;
  }
  return true;
}

}  // namespace

std::optional<MailCharset> mailCharset(std::string_view name) {
  const auto* row =
      std::ranges::find_if(rows, [&](const Row& known) { return equalsIgnoringAsciiCase(known.name, name); });
  if (row == rows.end()) return std::nullopt;
  return row->charset;
}

std::string headerText(std::string_view text, MailCharset charset, std::size_t used) {
  const std::string line = oneLine(text);
  return isPlain(line) ? folded(line, used) : encodedWords(line, charset, used);
}

std::string addressList(std::span<const MailAddress> addresses, MailCharset charset) {
  std::string out;
  for (const MailAddress& address : addresses) {
    if (!out.empty()) out += ",\r\n ";
    const std::string name = oneLine(address.name);
    const std::string email = oneLine(address.email);
    if (name.empty()) {
      out += email;
      continue;
    }
    if (!isPlain(name)) {
      out += encodedWords(name, charset, 10);
    } else if (name.find_first_of("()<>[]:;@\\,.\"") == name.npos) {
      out += name;
    } else {
      out += '"';
      for (const char c : name) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
      }
      out += '"';
    }
    out += " <" + email + ">";
  }
  return out;
}

std::string headerParameter(std::string_view name, std::string_view value) {
  const std::string line = oneLine(value);
  if (!isPlain(line)) return std::string(name) + "*=UTF-8''" + percentEncode(line);
  std::string out = std::string(name) + "=\"";
  for (const char c : line) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string quotedPrintable(std::string_view bytes) {
  std::string out;
  std::size_t column = 0;
  const auto put = [&](std::string_view piece) {
    if (column + piece.size() > lineLength - 1) {
      out += "=\r\n";
      column = 0;
    }
    out += piece;
    column += piece.size();
  };
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const char c = bytes[at];
    if (bytes.substr(at).starts_with("\r\n")) {
      out += "\r\n";
      column = 0;
      ++at;
      continue;
    }
    const bool atEnd = at + 1 == bytes.size() || bytes.substr(at + 1).starts_with("\r\n");
    const bool plain = (c > 32 && c < 127 && c != '=') || ((c == ' ' || c == '\t') && !atEnd);
    if (plain) {
      put({&c, 1});
    } else {
      std::string coded;
      appendHex(c, coded);
      put(coded);
    }
  }
  return out;
}

std::string base64Lines(std::string_view bytes) {
  const std::string whole = toBase64(bytes);
  std::string out;
  out.reserve(whole.size() + whole.size() / 30);
  for (std::size_t at = 0; at < whole.size(); at += lineLength) {
    if (at > 0) out += "\r\n";
    out += std::string_view(whole).substr(at, lineLength);
  }
  return out;
}

std::string withCrLf(std::string_view text) { return withBreaks(std::string(text), Breaks::crlf); }

BodyText bodyText(std::string_view text, MailCharset charset) {
  const std::string lines = withCrLf(text);
  const bool shortLines = linesAreShort(lines);
  if (charset == MailCharset::latin1) {
    const auto latin = Charset::named("ISO-8859-1");
    if (latin && latin->canEncode(lines)) {
      std::string bytes = latin->encode(lines);
      return shortLines ? BodyText{"ISO-8859-1", "8bit", std::move(bytes)}
                        : BodyText{"ISO-8859-1", "quoted-printable", quotedPrintable(bytes)};
    }
  }
  if (isAscii(lines) && charset != MailCharset::latin1) {
    return shortLines ? BodyText{"US-ASCII", "7bit", lines}
                      : BodyText{"US-ASCII", "quoted-printable", quotedPrintable(lines)};
  }
  if (charset == MailCharset::iso2022jp) {
    const auto japanese = Charset::named("ISO-2022-JP");
    if (japanese && japanese->canEncode(lines) && shortLines) return {"ISO-2022-JP", "7bit", japanese->encode(lines)};
  }
  if (charset == MailCharset::utf8Base64) return {"UTF-8", "base64", base64Lines(lines)};
  return {"UTF-8", "quoted-printable", quotedPrintable(lines)};
}

}  // namespace qodly::script::library
