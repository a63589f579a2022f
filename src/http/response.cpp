#include <charconv>

#include <unistd.h>

#include "base/json_writer.h"
#include "base/text.h"
#include "http/ascii.h"
#include "http/message.h"

namespace qodly::http {

namespace {

constexpr std::size_t bodyCapacityKept = 256 * 1024;

constexpr std::array<std::string_view, 5> writtenByServer{"Content-Length", "Transfer-Encoding", "Connection", "Date",
                                                          "Server"};

bool isSettable(std::string_view name, std::string_view value) {
  if (name.empty()) return false;
  for (const char c : name) {
    if (!ascii::is(c, ascii::Token)) return false;
  }
  for (const char c : value) {
    if (!ascii::is(c, ascii::Value)) return false;
  }
  return true;
}

// The line of the field in "Name: value\r\n..." as [start, end); npos when absent.
std::pair<std::size_t, std::size_t> findField(std::string_view fields, std::string_view name) {
  std::size_t start = 0;
  while (start < fields.size()) {
    const std::size_t end = fields.find("\r\n", start) + 2;
    const std::string_view line = fields.substr(start, end - start);
    if (line.size() > name.size() && line[name.size()] == ':' && sameToken(line.substr(0, name.size()), name)) {
      return {start, end};
    }
    start = end;
  }
  return {std::string_view::npos, std::string_view::npos};
}

std::string_view withoutWeakMark(std::string_view etag) {
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  return etag;
}

struct ByteRange {
  enum class Kind : std::uint8_t { Ignored, Satisfiable, Unsatisfiable } kind = Kind::Ignored;
  std::uint64_t first = 0, count = 0;
};

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  return value;
}

// "bytes=0-99", "bytes=100-", "bytes=-20"
ByteRange parseRange(std::string_view text, std::uint64_t size) {
  constexpr std::string_view unit = "bytes=";
  if (!text.starts_with(unit) || text.find(',') != std::string_view::npos) return {};
  text = trimBlanks(text.substr(unit.size()));
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return {};
  const auto first = number(trimBlanks(text.substr(0, dash)));
  const auto last = number(trimBlanks(text.substr(dash + 1)));
  if (dash == 0) {
    if (!last) return {};
    if (*last == 0 || size == 0) return {ByteRange::Kind::Unsatisfiable};
    const std::uint64_t count = std::min(*last, size);
    return {ByteRange::Kind::Satisfiable, size - count, count};
  }
  const bool open = trimBlanks(text.substr(dash + 1)).empty();
  if (!first || (!open && (!last || *last < *first))) return {};
  if (*first >= size) return {ByteRange::Kind::Unsatisfiable};
  const std::uint64_t end = open ? size - 1 : std::min(*last, size - 1);
  return {ByteRange::Kind::Satisfiable, *first, end - *first + 1};
}

}  // namespace

FileBody::~FileBody() { ::close(descriptor_); }

bool Response::setHeader(std::string_view name, std::string_view value) {
  if (!isSettable(name, value)) return false;
  for (;;) {
    const auto [start, end] = findField(fields_, name);
    if (start == std::string_view::npos) break;
    fields_.erase(start, end - start);
  }
  return addHeader(name, value);
}

bool Response::addHeader(std::string_view name, std::string_view value) {
  if (!isSettable(name, value)) return false;
  if (sameToken(name, "Content-Type")) {
    setContentType(value);
    return true;
  }
  for (const std::string_view own : writtenByServer) {
    if (sameToken(name, own)) return true;
  }
  fields_.append(name).append(": ").append(value).append("\r\n");
  return true;
}

std::string_view Response::header(std::string_view name) const {
  if (sameToken(name, "Content-Type")) return contentType_;
  const auto [start, end] = findField(fields_, name);
  if (start == std::string_view::npos) return {};
  return std::string_view(fields_).substr(start + name.size() + 2, end - start - name.size() - 4);
}

void Response::setBody(std::shared_ptr<const std::string> body) {
  body_.clear();
  file_.reset();
  shared_ = std::move(body);
}

void Response::setFile(std::unique_ptr<FileBody> file) {
  body_.clear();
  shared_.reset();
  file_ = std::move(file);
}

bool Response::loadFile(std::uint64_t most) {
  if (!file_) return true;
  const auto file = std::move(file_);
  if (file->length() > most) return false;
  body_.resize(static_cast<std::size_t>(file->length()));
  for (std::size_t got = 0; got < body_.size();) {
    const ssize_t count =
        ::pread(file->descriptor(), body_.data() + got, body_.size() - got, static_cast<off_t>(file->offset() + got));
    if (count <= 0) return false;
    got += static_cast<std::size_t>(count);
  }
  return true;
}

std::string& Response::json(int status) {
  status_ = status;
  contentType_.assign(jsonType);
  body_.clear();
  shared_.reset();
  file_.reset();
  return body_;
}

void Response::error(int status, std::string_view message, std::string_view component) {
  std::string& out = json(status);
  out += R"({"__ERROR":[{"message":)";
  json::appendString(repairUtf8(message), out);
  out += R"(,"componentSignature":)";
  json::appendString(component, out);
  out += R"(,"errCode":)";
  out += std::to_string(status);
  out += "}]}";
}

void Response::text(int status, std::string_view body) {
  json(status).assign(body);
  contentType_.assign("text/plain; charset=UTF-8");
}

void Response::redirect(int status, std::string_view location) {
  json(status);
  contentType_.clear();
  setHeader("Location", location);
}

bool Response::notModified(const Request& request, std::string_view etag) {
  setHeader("ETag", etag);
  bool matches = false;
  forEachElement(request.header("If-None-Match"), [&](std::string_view candidate) {
    matches = matches || candidate == "*" || withoutWeakMark(candidate) == withoutWeakMark(etag);
  });
  if (!matches || !request.isRead()) return false;
  status_ = 304;
  body_.clear();
  shared_.reset();
  file_.reset();
  return true;
}

void Response::applyRange(const Request& request) {
  compressible_ = false;
  setHeader("Accept-Ranges", "bytes");
  const std::string_view range = request.header("Range");
  if (range.empty() || status_ != 200 || !request.isRead()) return;
  // If-Range with another version of the body asks for the whole of it; a date is never taken for a match.
  const std::string_view condition = request.header("If-Range");
  if (!condition.empty() && (condition.starts_with("W/") || condition != header("ETag"))) return;

  const std::uint64_t size = file_ ? file_->length() : bodyView().size();
  const ByteRange wanted = parseRange(range, size);
  if (wanted.kind == ByteRange::Kind::Ignored) return;
  const std::string total = std::to_string(size);
  if (wanted.kind == ByteRange::Kind::Unsatisfiable) {
    error(416, "The range starts behind the end, at " + total + " bytes", "http");
    setHeader("Content-Range", "bytes */" + total);
    return;
  }
  status_ = 206;
  setHeader("Content-Range", "bytes " + std::to_string(wanted.first) + "-" +
                                 std::to_string(wanted.first + wanted.count - 1) + "/" + total);
  if (file_) {
    file_->narrow(wanted.first, wanted.count);
    return;
  }
  const auto first = static_cast<std::size_t>(wanted.first);
  const auto count = static_cast<std::size_t>(wanted.count);
  if (shared_) {
    body_.assign(*shared_, first, count);
    shared_.reset();
  } else {
    body_.resize(first + count);
    body_.erase(0, first);
  }
}

void Response::clear() {
  status_ = 200;
  compressible_ = true;
  close_ = false;
  contentType_.clear();
  fields_.clear();
  if (body_.capacity() > bodyCapacityKept) {
    body_ = std::string();
  } else {
    body_.clear();
  }
  shared_.reset();
  file_.reset();
  timings_.clear();
  push_.reset();
  isWebSocket_ = false;
}

}  // namespace qodly::http
