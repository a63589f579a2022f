#include "http/answer_writer.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "http/clock.h"

namespace qodly::http {

namespace {

struct StatusLine {
  int status;
  std::string_view reason;
};

constexpr std::array<StatusLine, 47> statuses{{{100, "Continue"},
                                               {101, "Switching Protocols"},
                                               {200, "OK"},
                                               {201, "Created"},
                                               {202, "Accepted"},
                                               {203, "Non-Authoritative Information"},
                                               {204, "No Content"},
                                               {205, "Reset Content"},
                                               {206, "Partial Content"},
                                               {300, "Multiple Choices"},
                                               {301, "Moved Permanently"},
                                               {302, "Found"},
                                               {303, "See Other"},
                                               {304, "Not Modified"},
                                               {307, "Temporary Redirect"},
                                               {308, "Permanent Redirect"},
                                               {400, "Bad Request"},
                                               {401, "Unauthorized"},
                                               {402, "Payment Required"},
                                               {403, "Forbidden"},
                                               {404, "Not Found"},
                                               {405, "Method Not Allowed"},
                                               {406, "Not Acceptable"},
                                               {408, "Request Timeout"},
                                               {409, "Conflict"},
                                               {410, "Gone"},
                                               {411, "Length Required"},
                                               {412, "Precondition Failed"},
                                               {413, "Content Too Large"},
                                               {414, "URI Too Long"},
                                               {415, "Unsupported Media Type"},
                                               {416, "Range Not Satisfiable"},
                                               {417, "Expectation Failed"},
                                               {421, "Misdirected Request"},
                                               {422, "Unprocessable Content"},
                                               {423, "Locked"},
                                               {426, "Upgrade Required"},
                                               {428, "Precondition Required"},
                                               {429, "Too Many Requests"},
                                               {431, "Request Header Fields Too Large"},
                                               {500, "Internal Server Error"},
                                               {501, "Not Implemented"},
                                               {502, "Bad Gateway"},
                                               {503, "Service Unavailable"},
                                               {504, "Gateway Timeout"},
                                               {505, "HTTP Version Not Supported"},
                                               {507, "Insufficient Storage"}}};

// A browser that guesses types, frames pages of others or tells foreign sites whole addresses is told not to.
// A page that brings no policy of its own may still not be framed by others, load plug-ins or move its base.
constexpr std::string_view pagePolicy =
    "Content-Security-Policy: frame-ancestors 'self'; object-src 'none'; base-uri 'self'\r\n";
constexpr std::string_view securityFields =
    "X-Content-Type-Options: nosniff\r\n"
    "X-Frame-Options: SAMEORIGIN\r\n"
    "Referrer-Policy: same-origin\r\n";

void appendNumber(std::uint64_t value, std::string& out) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

bool statusHasBody(int status) { return status >= 200 && status != 204 && status != 304; }

}  // namespace

std::string_view reasonPhrase(int status) {
  const auto* at = std::ranges::lower_bound(statuses, status, {}, &StatusLine::status);
  return at != statuses.end() && at->status == status ? at->reason : std::string_view("Unknown");
}

AnswerWriter::AnswerWriter(const AnswerOptions& options)
    : options_(options), compressor_(std::make_unique<Compressor>(options.compressionLevel)) {}

void AnswerWriter::apply(const AnswerOptions& options) {
  if (options.compressionLevel != options_.compressionLevel)
    compressor_ = std::make_unique<Compressor>(options.compressionLevel);
  options_ = options;
}

bool AnswerWriter::sendsBody(const Request& request, const Response& response) {
  return request.method() != Method::Head && statusHasBody(response.status_);
}

void AnswerWriter::refreshCommon() {
  const std::int64_t second = std::chrono::floor<std::chrono::seconds>(coarseNow()).time_since_epoch().count();
  if (second == commonSecond_) return;
  commonSecond_ = second;
  common_.assign("Server: ").append(options_.serverName).append("\r\nDate: ");
  appendHttpDate(second, common_);
  common_.append("\r\n").append(securityFields);
}

void AnswerWriter::compress(const Framing& framing, Response& response) {
  if (!options_.compression || !response.compressible_ || response.file_) return;
  const std::string_view plain = response.bodyView();
  if (plain.size() < options_.compressionThreshold || !isCompressibleType(response.contentType_)) return;
  if (!response.header("Content-Encoding").empty()) return;
  response.addHeader("Vary", "Accept-Encoding");
  if (!framing.acceptsGzip || !compressor_->gzip(plain, compressed_)) return;
  response.shared_.reset();
  response.body_.swap(compressed_);
  response.addHeader("Content-Encoding", "gzip");
  // The validator named other bytes: it goes on as a weak one.
  if (const std::string etag(response.header("ETag")); etag.starts_with('"')) response.setHeader("ETag", "W/" + etag);
}

void AnswerWriter::appendHead(Request& request, const Framing& framing, Response& response, bool keepAlive,
                              std::string& out) {
  refreshCommon();
  const bool hasBody = statusHasBody(response.status_);
  if (hasBody && !response.push_) compress(framing, response);

  if (response.status_ == 200) {
    out.append("HTTP/1.1 200 OK\r\n");
  } else {
    out.append("HTTP/1.1 ");
    appendNumber(static_cast<std::uint64_t>(response.status_), out);
    out.append(" ").append(reasonPhrase(response.status_)).append("\r\n");
  }
  out.append(common_);
  if (hasBody) {
    if (!response.contentType_.empty()) out.append("Content-Type: ").append(response.contentType_).append("\r\n");
    if (response.contentType_.starts_with("text/html") && response.header("Content-Security-Policy").empty())
      out.append(pagePolicy);
    if (!response.push_) {
      out.append("Content-Length: ");
      appendNumber(response.file_ ? response.file_->length() : response.bodyView().size(), out);
      out.append("\r\n");
    } else if (request.http11()) {
      out.append("Transfer-Encoding: chunked\r\n");
    }
  }
  out.append(response.fields_);
  request.visit_.appendCookies(out);
  if (response.isWebSocket_) {
    out.append("Connection: Upgrade\r\n");
  } else if (!keepAlive) {
    out.append("Connection: close\r\n");
  } else if (!request.http11()) {
    out.append("Connection: keep-alive\r\n");
  }
  out.append("\r\n");
}

}  // namespace qodly::http
