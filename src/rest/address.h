// What a REST URL addresses: the grammar of rest.md 6, without knowledge of the model. Whether a segment is an
// attribute list or a function is decided later, by the class it stands under.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace qodly::rest {

// `[key]` or `(key)`: percent-decoded, without its quotes.
struct KeyReference {
  std::string text;
  bool quoted = false;
};

struct Address {
  // `$catalog`, `$info`...; then `segments` holds what follows. Empty for data.
  std::string service;

  std::string dataClass;
  bool hasKey = false;
  KeyReference key;
  // `:{attribute}(value)`; empty when the URL has none. The value stands in `key`.
  std::string keyAttribute;

  bool hasEntitySet = false;
  std::string entitySet;  // may be empty: `$entityset/` (rest.md 15.1)
  bool hasSetKey = false;
  KeyReference setKey;

  // Attribute lists or function names, in the order given, percent-decoded.
  std::vector<std::string> segments;

  bool isService() const { return !service.empty(); }
  bool isEntity() const { return hasKey || hasSetKey; }
};

inline constexpr std::size_t maximumSegments = 64;

// The path behind `/rest`.
std::string_view pathBehindPrefix(std::string_view path);

// `path`: the raw (still percent-encoded) URL path after `/rest`, with or without leading and trailing slash.
// Error: restMalformed (400) for a reference that is not closed, or too many segments.
Result<Address> parseAddress(std::string_view path);

}  // namespace qodly::rest
