#include "http/head_parser.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "http/ascii.h"
#include "http/target.h"

namespace qodly::http {

namespace {

constexpr std::string_view headEnd = "\r\n\r\n";
constexpr std::size_t longestMethod = 32;

Method methodOf(std::string_view text) {
  for (const Method method : {Method::Get, Method::Post, Method::Head, Method::Put, Method::Patch, Method::Delete,
                              Method::Options, Method::Trace, Method::Connect}) {
    if (name(method) == text) return method;
  }
  return Method::Other;
}

bool allOf(std::string_view text, std::uint8_t kind) {
  for (const char c : text) {
    if (!ascii::is(c, kind)) return false;
  }
  return true;
}

}  // namespace

HeadParser::State HeadParser::refuse(int status, std::string_view reason) {
  refusal_ = {status, reason};
  return State::Refused;
}

HeadParser::State HeadParser::parse(std::string_view bytes, Request& request) {
  // Empty lines before a request are left over from sloppy clients (RFC 9112 2.2).
  std::size_t start = 0;
  while (start < 8 && start + 2 <= bytes.size() && bytes[start] == '\r' && bytes[start + 1] == '\n') start += 2;
  const std::string_view message = bytes.substr(start);
  if (message.empty() || message == "\r") return State::Incomplete;
  if (!ascii::is(message.front(), ascii::Token)) return refuse(400, "The request does not start with a method");

  const std::size_t from = std::max(start, scanned_ < headEnd.size() ? 0 : scanned_ - headEnd.size() + 1) - start;
  const std::size_t end = message.find(headEnd, from);
  const std::size_t lineEnd = message.find("\r\n");
  const std::size_t lineLength = lineEnd == std::string_view::npos ? message.size() : lineEnd;
  if (lineLength > maximumTarget_ + longestMethod + 12) return refuse(414, "The address of the request is too long");
  if (end == std::string_view::npos) {
    if (message.size() - lineLength > maximumHead_) return refuse(431, "The header fields of the request are too long");
    const std::size_t newLine = message.find('\n', from);
    if (newLine != std::string_view::npos && (newLine == 0 || message[newLine - 1] != '\r')) {
      return refuse(400, "A line of the head must end with carriage return and line feed");
    }
    scanned_ = bytes.size();
    return State::Incomplete;
  }
  if (end - lineLength > maximumHead_) return refuse(431, "The header fields of the request are too long");

  framing_ = Framing{};
  host_ = {};
  hostSeen_ = lengthSeen_ = codingSeen_ = closeSeen_ = keepAliveSeen_ = false;
  framing_.headBytes = start + end + headEnd.size();
  if (const State state = parseRequestLine(message.substr(0, lineLength), request); state != State::Complete)
    return state;
  const std::string_view fields =
      end > lineLength ? message.substr(lineLength + 2, end - lineLength) : std::string_view();
  if (const State state = parseFields(fields, request); state != State::Complete) return state;
  return checkFraming(request);
}

HeadParser::State HeadParser::parseRequestLine(std::string_view line, Request& request) {
  const std::size_t firstBlank = line.find(' ');
  if (firstBlank == std::string_view::npos)
    return refuse(400, "The request line must be: method, address, HTTP version");
  request.methodName_ = line.substr(0, firstBlank);
  if (request.methodName_.size() > longestMethod || !allOf(request.methodName_, ascii::Token)) {
    return refuse(400, "The method of the request is malformed");
  }
  request.method_ = methodOf(request.methodName_);

  const std::size_t lastBlank = line.rfind(' ');
  const std::string_view version = line.substr(lastBlank + 1);
  if (lastBlank == firstBlank || !version.starts_with("HTTP/")) {
    return refuse(400, "The request line must end with the HTTP version");
  }
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return refuse(505, "This server speaks HTTP/1.1 and HTTP/1.0");
  request.version_ = version.back() == '1' ? Version::Http11 : Version::Http10;

  std::string_view target = line.substr(firstBlank + 1, lastBlank - firstBlank - 1);
  if (target.size() > maximumTarget_) return refuse(414, "The address of the request is too long");
  if (!allOf(target, ascii::Target)) return refuse(400, "The address of the request must not contain blanks or '#'");
  authority_ = takeAuthority(target);
  if (!isHostText(authority_)) return refuse(400, "The host in the address of the request is malformed");
  if (!RequestTarget::assign(target, request)) {
    return refuse(400, "The address of the request must be a path that starts with '/'");
  }
  return State::Complete;
}

// fields: each line with its CRLF.
HeadParser::State HeadParser::parseFields(std::string_view fields, Request& request) {
  std::size_t count = 0;
  const char* at = fields.data();
  const char* const end = at + fields.size();
  while (at < end) {
    const char* const nameStart = at;
    while (at < end && ascii::is(*at, ascii::Token)) ++at;
    if (at == nameStart || at == end || *at != ':') {
      return refuse(400, "A header field must be: name, ':', value, without blanks before the ':'");
    }
    const std::string_view fieldName(nameStart, static_cast<std::size_t>(at - nameStart));
    const char* const valueStart = ++at;
    while (at < end && ascii::is(*at, ascii::Value)) ++at;
    if (end - at < 2 || at[0] != '\r' || at[1] != '\n') {
      return refuse(400, "The value of a header field must not contain control characters");
    }
    if (count == maximumHeaders) return refuse(431, "The request has more than 100 header fields");
    Header& header = request.headers_[count++];
    header = {fieldName, trimBlanks({valueStart, static_cast<std::size_t>(at - valueStart)})};
    at += 2;
    if (const State state = readField(header); state != State::Complete) return state;
  }
  request.headerCount_ = count;
  request.host_ = authority_.empty() ? host_ : authority_;
  return State::Complete;
}

// Takes what the server itself needs to know out of one field.
HeadParser::State HeadParser::readField(const Header& header) {
  switch (header.name.size()) {
    case 4:
      if (!sameToken(header.name, "host")) break;
      if (std::exchange(hostSeen_, true)) return refuse(400, "The request has more than one Host");
      if (!isHostText(header.value)) return refuse(400, "The Host of the request is malformed");
      host_ = header.value;
      break;
    case 6:
      if (sameToken(header.name, "cookie")) {
        if (framing_.cookie.empty()) framing_.cookie = header.value;
      } else if (sameToken(header.name, "expect")) {
        if (!sameToken(header.value, "100-continue")) return refuse(417, "The only expectation known is 100-continue");
        framing_.expectsContinue = true;
      }
      break;
    case 10:
      if (!sameToken(header.name, "connection")) break;
      forEachElement(header.value, [this](std::string_view option) {
        if (sameToken(option, "close")) closeSeen_ = true;
        if (sameToken(option, "keep-alive")) keepAliveSeen_ = true;
      });
      break;
    case 12:
      if (sameToken(header.name, "x-request-id")) framing_.requestId = header.value;
      break;
    case 14: {
      if (!sameToken(header.name, "content-length")) break;
      std::uint64_t length = 0;
      const char* const end = header.value.data() + header.value.size();
      const auto [stop, error] = std::from_chars(header.value.data(), end, length);
      if (error != std::errc() || stop != end) return refuse(400, "Content-Length must be a decimal number");
      if (lengthSeen_ && length != framing_.contentLength)
        return refuse(400, "The request has two different Content-Length");
      lengthSeen_ = true;
      framing_.contentLength = length;
      break;
    }
    case 15:
      if (!sameToken(header.name, "accept-encoding")) break;
      framing_.acceptsGzip = preferredCoding(header.value, false) == Coding::Gzip;
      break;
    case 17:
      if (!sameToken(header.name, "transfer-encoding")) break;
      if (std::exchange(codingSeen_, true)) return refuse(400, "The request has more than one Transfer-Encoding");
      if (!sameToken(header.value, "chunked")) return refuse(501, "The only Transfer-Encoding known is chunked");
      framing_.chunked = true;
      break;
    default:
      break;
  }
  return State::Complete;
}

HeadParser::State HeadParser::checkFraming(const Request& request) {
  // A message that two programs on its way could take apart differently is refused (RFC 9112 6.1, 11.2).
  if (framing_.chunked && lengthSeen_) return refuse(400, "Content-Length and Transfer-Encoding exclude each other");
  if (framing_.chunked && !request.http11()) return refuse(400, "HTTP/1.0 has no Transfer-Encoding");
  if (request.http11() && !hostSeen_) return refuse(400, "The request has no Host");
  framing_.keepAlive = !closeSeen_ && (request.http11() || keepAliveSeen_);
  framing_.expectsContinue = framing_.expectsContinue && request.http11();
  return State::Complete;
}

}  // namespace qodly::http
