#include "http/target.h"

#include "http/ascii.h"

namespace qodly::http {

namespace {

void collapseSlashes(std::string& path) {
  std::size_t kept = 0;
  for (const char c : path) {
    if (c == '/' && kept > 0 && path[kept - 1] == '/') continue;
    path[kept++] = c;
  }
  path.resize(kept);
}

// "q=0", "q=0.0", "q=0.000" forbid; everything else allows.
bool hasZeroQuality(std::string_view parameters) {
  const std::size_t at = parameters.find("q=");
  if (at == std::string_view::npos) return false;
  const std::string_view value = trimBlanks(parameters.substr(at + 2));
  return !value.empty() && value.find_first_not_of("0.") == std::string_view::npos;
}

}  // namespace

void appendPercentDecoded(std::string_view text, std::string& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const int high = ascii::hexDigit(text[i + 1]);
      const int low = ascii::hexDigit(text[i + 2]);
      if (high >= 0 && low >= 0) {
        out += static_cast<char>(high * 16 + low);
        i += 2;
        continue;
      }
    }
    out += text[i];
  }
}

bool RequestTarget::assign(std::string_view target, Request& request) {
  request.target_ = target;
  request.segmentsKnown_ = false;
  if (!target.starts_with('/')) {
    if (target == "*") {
      if (request.method_ != Method::Options) return false;
      request.rawPath_ = request.path_ = target;
      request.query_ = {};
      return true;
    }
    const std::size_t scheme = target.find("://");
    if (scheme == std::string_view::npos || target.substr(0, scheme).find('?') != std::string_view::npos) return false;
    const std::size_t path = target.find_first_of("/?", scheme + 3);
    target = path == std::string_view::npos ? std::string_view("/") : target.substr(path);
    if (target.starts_with('?')) return false;
    request.target_ = target;
  }
  const std::size_t mark = target.find('?');
  request.rawPath_ = target.substr(0, mark);
  request.query_ = mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);

  const bool encoded = request.rawPath_.find('%') != std::string_view::npos;
  if (!encoded && request.rawPath_.find("//") == std::string_view::npos) {
    request.path_ = request.rawPath_;
    return true;
  }
  request.decodedPath_.clear();
  appendPercentDecoded(request.rawPath_, request.decodedPath_);
  collapseSlashes(request.decodedPath_);
  request.path_ = request.decodedPath_;
  return request.path_.find('\0') == std::string_view::npos;
}

void RequestTarget::splitSegments(Request& request) {
  request.segments_.clear();
  request.decodedSegments_.clear();
  // Decoding never makes text longer, so the views into the string stay valid.
  request.decodedSegments_.reserve(request.rawPath_.size());
  std::string_view rest = request.rawPath_;
  while (!rest.empty()) {
    const std::size_t slash = rest.find('/');
    const std::string_view segment = rest.substr(0, slash);
    rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
    if (segment.empty()) continue;
    if (segment.find('%') == std::string_view::npos) {
      request.segments_.push_back(segment);
      continue;
    }
    const std::size_t start = request.decodedSegments_.size();
    appendPercentDecoded(segment, request.decodedSegments_);
    request.segments_.push_back(std::string_view(request.decodedSegments_).substr(start));
  }
  request.segmentsKnown_ = true;
}

bool isHostText(std::string_view text) {
  for (const char c : text) {
    const char small = ascii::lower(c);
    const bool plain = (small >= 'a' && small <= 'z') || (c >= '0' && c <= '9');
    if (!plain && std::string_view("-._~:[]").find(c) == std::string_view::npos) return false;
  }
  return true;
}

bool acceptsCoding(std::string_view acceptEncoding, std::string_view coding) {
  bool named = false, accepted = false, any = false;
  forEachElement(acceptEncoding, [&](std::string_view element) {
    const std::size_t semicolon = element.find(';');
    const std::string_view codingName = trimBlanks(element.substr(0, semicolon));
    const bool allowed = semicolon == std::string_view::npos || !hasZeroQuality(element.substr(semicolon + 1));
    if (sameToken(codingName, coding)) {
      named = true;
      accepted = allowed;
    } else if (codingName == "*") {
      any = allowed;
    }
  });
  return named ? accepted : any;
}

}  // namespace qodly::http
