#include "http/target.h"

#include <algorithm>
#include <array>

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

std::string_view takeAuthority(std::string_view& target) {
  if (target.starts_with('/')) return {};
  const std::size_t scheme = target.find("://");
  if (scheme == std::string_view::npos || target.substr(0, scheme).find('?') != std::string_view::npos) return {};
  const std::string_view rest = target.substr(scheme + 3);
  const std::size_t path = std::min(rest.find_first_of("/?"), rest.size());
  target = path == rest.size() ? std::string_view("/") : rest.substr(path);
  return rest.substr(0, path);
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
    return false;
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
  return std::ranges::all_of(text, [](char c) { return ascii::is(c, ascii::Host); });
}

namespace {

// In thousandths; what is no number counts as 1.
int qualityOf(std::string_view parameters) {
  const std::size_t at = parameters.find("q=");
  if (at == std::string_view::npos) return 1000;
  const std::string_view text = trimBlanks(parameters.substr(at + 2));
  if (text.empty() || (text.front() != '0' && text.front() != '1')) return 1000;
  int quality = (text.front() - '0') * 1000;
  int weight = 100;
  for (std::size_t i = 2; i < text.size() && text[1] == '.' && weight > 0; ++i, weight /= 10) {
    if (text[i] < '0' || text[i] > '9') break;
    quality += (text[i] - '0') * weight;
  }
  return std::min(quality, 1000);
}

}  // namespace

Coding preferredCoding(std::string_view acceptEncoding, bool brotliToo) {
  constexpr std::array names{std::string_view("identity"), std::string_view("gzip"), std::string_view("br")};
  std::array<int, names.size()> quality{-1, -1, -1};
  int others = -1;
  forEachElement(acceptEncoding, [&](std::string_view element) {
    const std::size_t semicolon = element.find(';');
    const std::string_view name = trimBlanks(element.substr(0, semicolon));
    const int value = semicolon == std::string_view::npos ? 1000 : qualityOf(element.substr(semicolon + 1));
    if (name == "*") others = value;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (sameToken(name, names[i])) quality[i] = value;
    }
  });
  // What is not named: identity comes after all that is; a coding counts as "*" says, if it is there.
  if (quality[0] < 0) quality[0] = others == 0 ? 0 : 1;
  for (std::size_t i = 1; i < names.size(); ++i) quality[i] = quality[i] < 0 ? std::max(others, 0) : quality[i];
  const std::size_t known = brotliToo ? names.size() : names.size() - 1;
  std::size_t best = 0;
  for (std::size_t i = 1; i < known; ++i) {
    if (quality[i] > 0 && quality[i] >= quality[best]) best = i;
  }
  return static_cast<Coding>(best);
}

}  // namespace qodly::http
