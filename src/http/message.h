// What a handler sees of HTTP: the request it answers and the response it fills. Both are reused from request to
// request, so an answer written by appending to response.body() allocates nothing once the server is warm.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "http/push.h"
#include "security/session.h"

namespace qodly::http {

enum class Version : std::uint8_t { Http10, Http11, Http2 };

enum class Method : std::uint8_t { Get, Head, Post, Put, Patch, Delete, Options, Trace, Connect, Other };
std::string_view name(Method method);  // "GET"; "" for Other

struct Header {
  std::string_view name, value;  // value without surrounding blanks
};

inline constexpr std::size_t maximumHeaders = 100;

// Valid while its handler runs; every view points into the connection's buffer. Used by one fiber.
class Request {
 public:
  Request() = default;
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  // Reads a whole message ("GET /rest HTTP/1.1\r\nHost: x\r\n\r\n" and body) that must outlive the request: for tests
  // and for replaying recorded requests. Error: what is malformed.
  Result<> read(std::string_view message);

  Method method() const { return method_; }
  std::string_view methodName() const { return methodName_; }  // as sent
  // GET or HEAD. The server sends a HEAD answer without its body: handlers treat both alike.
  bool isRead() const { return method_ == Method::Get || method_ == Method::Head; }

  std::string_view target() const { return target_; }    // as sent: path and query
  std::string_view rawPath() const { return rawPath_; }  // still percent-encoded
  std::string_view query() const { return query_; }  // raw, without '?'; REST splits it by its own rules (rest.md 2.1)
  // Percent-decoded, repeated slashes collapsed, trailing slash kept; a malformed % sequence stays as it is. Bytes are
  // not checked to be UTF-8. Never contains a zero byte.
  std::string_view path() const { return path_; }
  // The segments between the slashes of the raw path, each decoded (so "%2F" is part of a segment), empty ones dropped.
  std::span<const std::string_view> segments();

  std::span<const Header> headers() const { return {headers_.data(), headerCount_}; }
  // Names are compared ignoring case. "" when absent; the first one when repeated.
  std::string_view header(std::string_view name) const;
  bool hasHeader(std::string_view name) const;

  // The whole body, chunks already joined. At least 64 further bytes are readable behind it (parsers that load blocks).
  std::string_view body() const { return body_; }

  // Of the client: what a trusted proxy says about it, else what the connection says.
  const std::string& remoteAddress() const { return remoteAddress_; }  // "127.0.0.1", "::1"
  bool tls() const { return tls_; }
  std::string_view host() const { return host_; }  // "example.org:8080"; "" when HTTP/1.0 named none
  Version version() const { return version_; }
  // An extended CONNECT of HTTP/2 (RFC 8441): shown to handlers as the GET of an upgrade, with the header Upgrade.
  bool isExtendedConnect() const { return extendedConnect_; }
  bool http11() const { return version_ != Version::Http10; }
  // X-Request-Id: the client's (only [A-Za-z0-9._-], at most 128) or one made by the server; it is in the answer and in
  // the logs. "" outside a server.
  std::string_view id() const { return id_; }

  // The web session. visit().known() does for reading, session() makes one when there is none; either makes the answer
  // carry the cookie. A request that asks for neither gets no cookie.
  security::Visit& visit() { return visit_; }
  std::shared_ptr<security::Session> session() { return visit_.session(); }

 private:
  friend class HeadParser;
  friend class MessageReader;
  friend class AnswerWriter;
  friend class Connection;
  friend class Http2Session;
  friend class Http2Stream;
  friend class Gate;
  friend class DebugLog;
  friend class RequestTarget;

  Method method_ = Method::Other;
  Version version_ = Version::Http11;
  bool tls_ = false, segmentsKnown_ = false, extendedConnect_ = false;
  std::string_view methodName_, target_, rawPath_, query_, path_, host_, body_;
  std::size_t headerCount_ = 0;
  std::array<Header, maximumHeaders> headers_;
  std::vector<std::string_view> segments_;
  std::string decodedPath_, decodedSegments_;
  std::string remoteAddress_, id_;
  std::int64_t startedNanos_ = 0;  // of the steady clock; only when something of the server's measures time
  security::Visit visit_;
};

// A part of an open file that is sent as a body without loading it. Owns the descriptor.
class FileBody {
 public:
  FileBody(int descriptor, std::uint64_t offset, std::uint64_t length)
      : descriptor_(descriptor), offset_(offset), length_(length) {}
  ~FileBody();
  FileBody(const FileBody&) = delete;
  FileBody& operator=(const FileBody&) = delete;

  int descriptor() const { return descriptor_; }
  std::uint64_t offset() const { return offset_; }
  std::uint64_t length() const { return length_; }
  void narrow(std::uint64_t offset, std::uint64_t length) { offset_ += offset, length_ = length; }

 private:
  int descriptor_;
  std::uint64_t offset_, length_;
};

inline constexpr std::string_view jsonType = "application/json; charset=UTF-8";

// Filled by a handler, sent when the handler returns. The server adds Content-Length, Date, Server, the session's
// cookies, Connection and the security headers. Used by one fiber.
class Response {
 public:
  Response() = default;
  Response(const Response&) = delete;
  Response& operator=(const Response&) = delete;

  int status() const { return status_; }
  void setStatus(int status) { status_ = status; }  // 200 when not set

  std::string_view contentType() const { return contentType_; }
  void setContentType(std::string_view type) { contentType_.assign(type); }  // none when not set

  // Replaces a header of the same name (any case). Names of headers that the server writes itself (Content-Length,
  // Date, Connection, Transfer-Encoding) are ignored; a name that is no token, or a value with control characters, is
  // refused with false.
  bool setHeader(std::string_view name, std::string_view value);
  // Adds one more, e.g. a second Set-Cookie.
  bool addHeader(std::string_view name, std::string_view value);
  std::string_view header(std::string_view name) const;  // "" when absent

  // The body to append to. Exactly one of body(), setBody() and setFile() is sent: the one set last.
  std::string& body() {
    shared_.reset();
    file_.reset();
    return body_;
  }
  // False: what will be sent is a file or a stream, not bodyView().
  bool isInMemory() const { return file_ == nullptr && push_ == nullptr; }
  bool isStream() const { return push_ != nullptr; }
  // Takes the content of the file set before into body(). False: it has more than `most` bytes, or cannot be read.
  bool loadFile(std::uint64_t most);
  std::string_view bodyView() const { return shared_ ? std::string_view(*shared_) : std::string_view(body_); }
  // A buffer shared with others (caches): sent without a copy.
  void setBody(std::shared_ptr<const std::string> body);
  void setFile(std::unique_ptr<FileBody> file);

  // status, JSON content type, and the body to write the JSON into (cleared).
  std::string& json(int status = 200);
  // An answer {"__ERROR":[{"message":...,"componentSignature":component,"errCode":status}]} (rest.md 22); what was in
  // the body is dropped.
  void error(int status, std::string_view message, std::string_view component = "rest");
  // Plain text answer.
  void text(int status, std::string_view body);
  void redirect(int status, std::string_view location);

  // gzip when the client accepts it, the type is worth it and the body is large enough: on unless switched off here.
  void setCompressible(bool on) { compressible_ = on; }
  // The connection is closed behind this answer.
  void closeConnection() { close_ = true; }

  // Strong validator, with its quotes: `"12"`. Sends ETag; true when the request's If-None-Match names it: the status
  // is 304 then and the handler can return without writing a body (rest.md 14).
  bool notModified(const Request& request, std::string_view etag);
  // Honours a Range header with one range of bytes over the body set before: 206 with Content-Range, or 416. Several
  // ranges and malformed ones are ignored: the whole body is sent. Switches compression off.
  void applyRange(const Request& request);

  // Turns the answer into a stream: status and headers set so far are its head, a body set is dropped. The head and
  // what is written go out while the handler still runs; when it has returned, the stream stays open until finish().
  // The client of a HEAD request gets the head alone and the stream is closed. Call it at most once.
  std::shared_ptr<StreamSender> stream(StreamOptions options = {});
  // Turns the connection (in HTTP/2, the stream) into a WebSocket. nullptr: the request is no proper handshake, the
  // answer says so (400, 426). Who may connect from where (Origin) is the handler's to check, before.
  std::shared_ptr<WebSocket> webSocket(const Request& request, WebSocketOptions options = {});

  // One entry of Server-Timing, shown when the server's options ask for the header.
  void addTiming(std::string_view name, std::chrono::microseconds duration);

  void clear();

 private:
  friend class Connection;
  friend class AnswerWriter;
  friend class Http2Session;
  friend class Http2Stream;
  friend class Gate;
  friend class DebugLog;

  int status_ = 200;
  bool compressible_ = true, close_ = false;
  std::string contentType_;
  std::string fields_;  // "Name: value\r\n" for each header
  std::string body_;
  std::shared_ptr<const std::string> shared_;
  std::unique_ptr<FileBody> file_;
  std::string timings_;  // "name;dur=1.2, ..."
  std::shared_ptr<PushSender> push_;
  bool isWebSocket_ = false;
  PushTarget* target_ = nullptr;  // of the connection that waits for the answer
};

}  // namespace qodly::http
