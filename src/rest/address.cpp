#include "rest/address.h"

#include <fmt/format.h>

#include "base/text.h"
#include "rest/errors.h"

namespace qodly::rest {

namespace {

// Some clients percent-encode the brackets too. A reference opened in one spelling is closed in the same one, so that
// an encoded bracket inside a plain one belongs to the key.
struct Bracket {
  std::string_view open, close;
};
constexpr Bracket brackets[] = {{"[", "]"}, {"(", ")"}, {"%5B", "%5D"}, {"%5b", "%5d"}, {"%28", "%29"}};

// Bytes that are no UTF-8 become U+FFFD: names and keys come back in answers, which must stay JSON.
std::string decoded(std::string_view raw) {
  std::string text = raw.contains('%') ? percentDecode(raw) : std::string(raw);
  return isValidUtf8(text) ? text : repairUtf8(text);
}

// Length of a quote (plain or encoded) at the beginning of `text`; 0 when there is none.
std::size_t quoteLength(std::string_view text) {
  if (text.starts_with('"') || text.starts_with('\'')) return 1;
  if (text.starts_with("%22") || text.starts_with("%27")) return 3;
  return 0;
}

class Scanner {
 public:
  explicit Scanner(std::string_view path) : rest_(path) {}

  bool atEnd() const { return rest_.empty(); }
  bool skip(std::string_view token) {
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }
  void skipSlashes() {
    while (skip("/")) {
    }
  }

  const Bracket* bracket() const {
    for (const Bracket& bracket : brackets) {
      if (rest_.starts_with(bracket.open)) return &bracket;
    }
    return nullptr;
  }

  // A name: up to a slash, a reference, or the end.
  std::string_view name(bool stopAtColon) {
    std::size_t end = 0;
    for (; end < rest_.size() && rest_[end] != '/' && !(stopAtColon && rest_[end] == ':'); ++end) {
      const char c = rest_[end];
      if ((c == '[' || c == '(' || c == '%') && Scanner(rest_.substr(end)).bracket() != nullptr) break;
    }
    return take(end);
  }

  std::string_view segment() { return take(std::min(rest_.find('/'), rest_.size())); }

  Result<KeyReference> reference() {
    const Bracket* bracket = this->bracket();
    const std::string_view opened = rest_;
    skip(bracket->open);
    if (const std::size_t quote = quoteLength(rest_)) {
      if (auto quoted = quotedReference(*bracket, quote)) return std::move(*quoted);
    }
    const std::size_t end = rest_.find(bracket->close);
    if (end == std::string_view::npos) {
      return std::unexpected(malformed(
          fmt::format("The key in \"{}\" is not closed: expected {}", decoded(opened), decoded(bracket->close))));
    }
    KeyReference key{.text = decoded(rest_.substr(0, end)), .quoted = false};
    rest_.remove_prefix(end + bracket->close.size());
    return key;
  }

 private:
  std::string_view take(std::size_t length) {
    const std::string_view taken = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return taken;
  }

  // "...": ends at the quote that is followed by the closing bracket.
  std::optional<KeyReference> quotedReference(const Bracket& bracket, std::size_t quote) {
    const std::string end = std::string(rest_.substr(0, quote)) + std::string(bracket.close);
    const std::size_t at = rest_.find(end, quote);
    if (at == std::string_view::npos) return std::nullopt;
    KeyReference key{.text = decoded(rest_.substr(quote, at - quote)), .quoted = true};
    rest_.remove_prefix(at + end.size());
    return key;
  }

  std::string_view rest_;
};

Result<> parseReference(Scanner& scanner, Address& address) {
  if (scanner.bracket() != nullptr) {
    auto key = scanner.reference();
    if (!key) return std::unexpected(key.error());
    address.hasKey = true;
    address.key = std::move(*key);
    return {};
  }
  if (!scanner.skip(":") && !scanner.skip("%3A") && !scanner.skip("%3a")) return {};
  address.keyAttribute = decoded(scanner.name(false));
  if (address.keyAttribute.empty()) {
    return std::unexpected(malformed(
        fmt::format("The reference \"{0}:\" names no attribute: expected {0}:attribute(value)", address.dataClass)));
  }
  if (scanner.bracket() == nullptr) {
    return std::unexpected(
        malformed(fmt::format("The reference \"{}:{}\" has no value: expected {}:{}(value)", address.dataClass,
                              address.keyAttribute, address.dataClass, address.keyAttribute)));
  }
  auto value = scanner.reference();
  if (!value) return std::unexpected(value.error());
  address.hasKey = true;
  address.key = std::move(*value);
  return {};
}

Result<> parseEntitySet(Scanner& scanner, Address& address) {
  scanner.skip("/");
  address.hasEntitySet = true;
  address.entitySet = decoded(scanner.name(false));
  if (scanner.bracket() == nullptr) return {};
  auto key = scanner.reference();
  if (!key) return std::unexpected(key.error());
  address.hasSetKey = true;
  address.setKey = std::move(*key);
  return {};
}

bool isEntitySetMarker(std::string_view segment) { return segment == "$entityset" || segment == "%24entityset"; }

}  // namespace

std::string_view pathBehindPrefix(std::string_view path) {
  constexpr std::string_view prefix = "/rest";
  return path.starts_with(prefix) ? path.substr(prefix.size()) : path;
}

Result<Address> parseAddress(std::string_view path) {
  Address address;
  Scanner scanner(path);
  scanner.skipSlashes();
  if (path.substr(0, 5).contains('$') || path.substr(0, 5).contains("%24")) {
    Scanner service = scanner;
    std::string name = decoded(service.segment());
    if (name.starts_with('$')) {
      address.service = std::move(name);
      scanner = service;
    }
  }
  if (!address.isService()) {
    address.dataClass = decoded(scanner.name(true));
    if (auto parsed = parseReference(scanner, address); !parsed) return std::unexpected(parsed.error());
  }
  for (scanner.skipSlashes(); !scanner.atEnd(); scanner.skipSlashes()) {
    if (address.segments.size() == maximumSegments) {
      return std::unexpected(malformed(fmt::format("The URL has more than {} segments", maximumSegments)));
    }
    const std::string_view segment = scanner.segment();
    if (address.isService() || !isEntitySetMarker(segment)) {
      address.segments.push_back(decoded(segment));
      continue;
    }
    if (auto parsed = parseEntitySet(scanner, address); !parsed) return std::unexpected(parsed.error());
  }
  return address;
}

}  // namespace qodly::rest
