// Resolving URI references (RFC 3986, 5), as far as identifiers of schemas need it. Nothing is ever fetched.
#pragma once

#include <string>
#include <string_view>

namespace qodly::script::library {

struct UriParts {
  std::string_view document;  // before the `#`
  std::string_view fragment;  // after it; "" without
};

UriParts splitUri(std::string_view uri);

// `reference` seen from `base`; both may be relative.
std::string resolveUri(std::string_view base, std::string_view reference);

}  // namespace qodly::script::library
