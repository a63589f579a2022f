#include "script/library/uri_reference.h"

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace qodly::script::library {

namespace {

struct Uri {
  std::string_view scheme, authority, path, query;
  bool hasScheme = false, hasAuthority = false, hasQuery = false;
};

bool isSchemeCharacter(char c) {
  const char letter = static_cast<char>(c | 0x20);
  return (letter >= 'a' && letter <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
}

Uri parse(std::string_view text) {
  Uri uri;
  const std::size_t colon = text.find_first_of(":/?");
  if (colon != std::string_view::npos && colon > 0 && text[colon] == ':' &&
      std::ranges::all_of(text.substr(0, colon), isSchemeCharacter)) {
    uri.scheme = text.substr(0, colon);
    uri.hasScheme = true;
    text.remove_prefix(colon + 1);
  }
  if (text.starts_with("//")) {
    text.remove_prefix(2);
    const std::size_t end = std::min(text.find_first_of("/?"), text.size());
    uri.authority = text.substr(0, end);
    uri.hasAuthority = true;
    text.remove_prefix(end);
  }
  if (const std::size_t mark = text.find('?'); mark != std::string_view::npos) {
    uri.query = text.substr(mark + 1);
    uri.hasQuery = true;
    text = text.substr(0, mark);
  }
  uri.path = text;
  return uri;
}

std::string withoutDots(std::string_view path) {
  std::vector<std::string_view> kept;
  const std::vector<std::string_view> segments = split(path, '/');
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const bool last = i + 1 == segments.size();
    if (segments[i] == "..") {
      if (kept.size() > 1) kept.pop_back();
      if (last) kept.emplace_back();
    } else if (segments[i] == ".") {
      if (last) kept.emplace_back();
    } else {
      kept.push_back(segments[i]);
    }
  }
  std::string joined;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (i > 0) joined += '/';
    joined += kept[i];
  }
  return joined;
}

std::string merged(const Uri& base, std::string_view path) {
  if (base.hasAuthority && base.path.empty()) return "/" + std::string(path);
  const std::size_t slash = base.path.rfind('/');
  const std::string_view folder = slash == std::string_view::npos ? "" : base.path.substr(0, slash + 1);
  return std::string(folder) + std::string(path);
}

std::string composed(const Uri& parts, std::string_view path) {
  std::string uri;
  if (parts.hasScheme) uri.append(parts.scheme).append(":");
  if (parts.hasAuthority) uri.append("//").append(parts.authority);
  uri += path;
  if (parts.hasQuery) uri.append("?").append(parts.query);
  return uri;
}

}  // namespace

UriParts splitUri(std::string_view uri) {
  const std::size_t hash = uri.find('#');
  if (hash == std::string_view::npos) return {uri, {}};
  return {uri.substr(0, hash), uri.substr(hash + 1)};
}

std::string resolveUri(std::string_view base, std::string_view reference) {
  const UriParts parts = splitUri(reference);
  const std::string_view document = splitUri(base).document;
  const std::string fragment = parts.fragment.empty() ? std::string() : "#" + std::string(parts.fragment);
  if (parts.document.empty()) return std::string(document) + fragment;
  const Uri from = parse(document);
  Uri target = parse(parts.document);
  if (target.hasScheme) return composed(target, withoutDots(target.path)) + fragment;
  target.scheme = from.scheme;
  target.hasScheme = from.hasScheme;
  if (target.hasAuthority) return composed(target, withoutDots(target.path)) + fragment;
  target.authority = from.authority;
  target.hasAuthority = from.hasAuthority;
  if (target.path.empty()) {
    if (!target.hasQuery) {
      target.query = from.query;
      target.hasQuery = from.hasQuery;
    }
    return composed(target, from.path) + fragment;
  }
  if (target.path.starts_with('/')) return composed(target, withoutDots(target.path)) + fragment;
  return composed(target, withoutDots(merged(from, target.path))) + fragment;
}

}  // namespace qodly::script::library
