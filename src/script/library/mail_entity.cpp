#include "script/library/mail_entity.h"

#include <algorithm>

#include "base/text.h"
#include "script/library/charset.h"

namespace qodly::script::library {

namespace {

constexpr int maximumDepth = 50;
constexpr std::size_t maximumParts = 10'000;
constexpr std::size_t maximumParameters = 200;  // of one header; the rest is not looked at

// Takes one line without its end.
std::string_view takeLine(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == text.npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string_view withoutBreak(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

class Parser {
 public:
  MimeEntity entity(std::string_view text, int depth) {
    MimeHeaders headers = takeHeaders(text);
    return withBody(std::move(headers), text, depth);
  }

  MimeEntity withBody(MimeHeaders headers, std::string_view body, int depth) {
    MimeEntity entity{std::move(headers), {}, {}};
    const ParameterisedHeader type = readParameters(entity.header("Content-Type"));
    const std::string_view boundary = type.parameter("boundary");
    if (!type.value.starts_with("multipart/") || boundary.empty() || depth >= maximumDepth ||
        !split(entity, body, boundary, depth)) {
      entity.body = body;
    }
    return entity;
  }

 private:
  // false when the boundary does not come.
  bool split(MimeEntity& entity, std::string_view body, std::string_view boundary, int depth) {
    const std::string mark = "--" + std::string(boundary);
    std::optional<std::size_t> start;
    std::string_view rest = body;
    while (!rest.empty() && parts_ < maximumParts) {
      const std::size_t at = body.size() - rest.size();
      const std::string_view line = takeLine(rest);
      if (!line.starts_with(mark)) continue;
      const std::string_view tail = trim(line.substr(mark.size()));
      if (!tail.empty() && tail != "--") continue;
      if (start) add(entity, withoutBreak(body.substr(*start, at - *start)), depth);
      if (tail == "--") return true;
      start = body.size() - rest.size();
    }
    if (!start) return false;
    add(entity, body.substr(*start), depth);  // a message that was cut off
    return true;
  }

  void add(MimeEntity& entity, std::string_view part, int depth) {
    ++parts_;
    entity.parts.push_back(this->entity(part, depth + 1));
  }

  std::size_t parts_ = 0;
};

int hexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// One "=?charset?encoding?text?=" at the start of `text`; its length, or 0.
std::size_t encodedWord(std::string_view text, std::string& out) {
  constexpr std::size_t longestWord = 8192;  // 75 by the standard
  text = text.substr(0, longestWord);
  if (!text.starts_with("=?")) return 0;
  const std::size_t second = text.find('?', 2);
  if (second == text.npos || second + 2 >= text.size() || text[second + 2] != '?') return 0;
  const std::size_t end = text.find("?=", second + 3);
  if (end == text.npos) return 0;
  std::string_view charset = text.substr(2, second - 2);
  charset = charset.substr(0, charset.find('*'));  // a language may follow
  const std::string_view content = text.substr(second + 3, end - second - 3);
  std::string bytes;
  const char encoding = static_cast<char>(text[second + 1] | 0x20);
  if (encoding == 'b') {
    const auto decoded = fromBase64(content);
    if (!decoded) return 0;
    bytes = *decoded;
  } else if (encoding == 'q') {
    std::string spaced(content);
    std::ranges::replace(spaced, '_', ' ');
    bytes = decodeQuotedPrintable(spaced);
  } else {
    return 0;
  }
  out += decodeText(bytes, charset).text;
  return end + 2;
}

std::string readQuoted(std::string_view& text) {
  std::string out;
  text.remove_prefix(1);
  while (!text.empty() && text.front() != '"') {
    if (text.front() == '\\' && text.size() > 1) text.remove_prefix(1);
    out += text.front();
    text.remove_prefix(1);
  }
  if (!text.empty()) text.remove_prefix(1);
  return out;
}

// name*0*, name*1 ... are pieces of one value; name* carries a charset.
class Parameters {
 public:
  void add(std::string name, const std::string& value) {
    const bool extended = name.ends_with('*');
    if (extended) name.pop_back();
    const std::size_t star = name.find('*');
    const bool first = star == name.npos || name.substr(star) == "*0";
    if (star != name.npos) name.resize(star);
    auto found = std::ranges::find(pieces_, name, &Piece::name);
    if (found == pieces_.end()) found = pieces_.insert(pieces_.end(), {name, "", ""});
    if (!extended) {
      found->bytes += value;
      return;
    }
    std::string_view coded = value;
    if (first) {
      const std::size_t one = coded.find('\'');
      const std::size_t two = one == coded.npos ? one : coded.find('\'', one + 1);
      if (two != coded.npos) {
        found->charset = coded.substr(0, one);
        coded.remove_prefix(two + 1);
      }
    }
    found->bytes += percentDecode(coded);
  }

  std::vector<std::pair<std::string, std::string>> decoded() const {
    std::vector<std::pair<std::string, std::string>> all;
    for (const Piece& piece : pieces_) {
      all.emplace_back(piece.name,
                       piece.charset.empty() ? decodeWords(piece.bytes) : decodeText(piece.bytes, piece.charset).text);
    }
    return all;
  }

 private:
  struct Piece {
    std::string name, bytes, charset;
  };
  std::vector<Piece> pieces_;
};

}  // namespace

std::string_view MimeEntity::header(std::string_view name) const {
  const auto found =
      std::ranges::find_if(headers, [&](const auto& header) { return equalsIgnoringAsciiCase(header.first, name); });
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

MimeHeaders takeHeaders(std::string_view& text) {
  MimeHeaders headers;
  while (!text.empty()) {
    std::string_view rest = text;
    const std::string_view line = takeLine(rest);
    if (line.empty()) {
      text = rest;
      break;
    }
    const bool continues = line.front() == ' ' || line.front() == '\t';
    const std::size_t colon = line.find(':');
    if (!continues && (colon == line.npos || colon == 0)) break;  // no header: the body has begun
    text = rest;
    if (continues) {
      if (!headers.empty()) headers.back().second += " " + std::string(trim(line));
    } else {
      headers.emplace_back(trim(line.substr(0, colon)), trim(line.substr(colon + 1)));
    }
  }
  return headers;
}

MimeEntity parseEntity(std::string_view message) { return Parser().entity(message, 0); }

MimeEntity parseBody(MimeHeaders headers, std::string_view body) {
  return Parser().withBody(std::move(headers), body, 0);
}

ParameterisedHeader readParameters(std::string_view header) {
  ParameterisedHeader read;
  std::string_view rest = trim(header);
  const std::size_t first = rest.find(';');
  read.value = lowerAscii(trim(rest.substr(0, first)));
  rest.remove_prefix(first == rest.npos ? rest.size() : first + 1);
  Parameters parameters;
  for (std::size_t count = 0; count < maximumParameters && !rest.empty(); ++count) {
    rest = trim(rest);
    const std::size_t equals = rest.find_first_of("=;");
    if (equals == rest.npos) break;
    if (rest[equals] == ';') {
      rest.remove_prefix(equals + 1);
      continue;
    }
    std::string name = lowerAscii(trim(rest.substr(0, equals)));
    rest = trim(rest.substr(equals + 1));
    if (rest.starts_with('"')) {
      parameters.add(std::move(name), readQuoted(rest));
      const std::size_t next = rest.find(';');
      rest.remove_prefix(next == rest.npos ? rest.size() : next + 1);
    } else {
      const std::size_t next = rest.find(';');
      parameters.add(std::move(name), std::string(trim(rest.substr(0, next))));
      rest.remove_prefix(next == rest.npos ? rest.size() : next + 1);
    }
  }
  read.parameters = parameters.decoded();
  return read;
}

std::string_view ParameterisedHeader::parameter(std::string_view name) const {
  const auto found = std::ranges::find(parameters, name, &std::pair<std::string, std::string>::first);
  return found == parameters.end() ? std::string_view() : std::string_view(found->second);
}

std::string decodeWords(std::string_view header) {
  std::string out;
  bool afterWord = false;
  for (std::size_t at = 0; at < header.size();) {
    const std::size_t next = std::min(header.find("=?", at), header.size());
    const std::string_view between = header.substr(at, next - at);
    std::string word;
    const std::size_t length = encodedWord(header.substr(next), word);
    // Blanks between two encoded words belong to neither.
    const bool dropped = length > 0 && afterWord && between.find_first_not_of(" \t") == between.npos;
    if (!dropped) out += between;
    out += length > 0 ? std::string_view(word) : header.substr(next, 2);
    at = next + std::max<std::size_t>(length, 2);
    afterWord = length > 0;
  }
  if (isValidUtf8(out)) return out;
  const auto western = Charset::named("windows-1252");
  return western ? western->decode(out) : repairUtf8(out);
}

std::string decodeQuotedPrintable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    if (text.front() != '=') {
      out += text.front();
      text.remove_prefix(1);
      continue;
    }
    if (text.size() >= 3 && hexDigit(text[1]) >= 0 && hexDigit(text[2]) >= 0) {
      out += static_cast<char>(hexDigit(text[1]) * 16 + hexDigit(text[2]));
      text.remove_prefix(3);
      continue;
    }
    // A soft line break, perhaps with blanks before the line's end.
    const std::size_t end = text.find_first_not_of(" \t", 1);
    if (end == text.npos || text.substr(end).starts_with('\n')) {
      text.remove_prefix(end == text.npos ? text.size() : end + 1);
    } else if (text.substr(end).starts_with("\r\n")) {
      text.remove_prefix(end + 2);
    } else {
      out += '=';
      text.remove_prefix(1);
    }
  }
  return out;
}

std::optional<std::string> decodedBody(const MimeEntity& entity) {
  const std::string encoding = lowerAscii(trim(entity.header("Content-Transfer-Encoding")));
  if (encoding == "base64") return fromBase64(entity.body);
  if (encoding == "quoted-printable") return decodeQuotedPrintable(entity.body);
  return entity.body;
}

DecodedText decodeText(std::string_view bytes, std::string_view charset) {
  const auto known = charset.empty() ? Result<Charset>(Charset::utf8()) : Charset::named(charset);
  DecodedText decoded{known ? known->decode(bytes) : Charset::utf8().decode(bytes), !known};
  decoded.problem = decoded.problem || (decoded.text.contains("\xEF\xBF\xBD") && !bytes.contains("\xEF\xBF\xBD"));
  return decoded;
}

}  // namespace qodly::script::library
