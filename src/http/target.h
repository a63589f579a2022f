// The target of a request taken apart: path, query, decoded segments. Also the small list syntax of Accept-Encoding.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "http/message.h"

namespace qodly::http {

class RequestTarget {
 public:
  // Sets target, raw path, query and decoded path of the request. Takes the forms "/path?query" and "*". False when it
  // is none of them, or holds an encoded zero byte.
  static bool assign(std::string_view target, Request& request);
  static void splitSegments(Request& request);
};

// Makes "/path?query" of a target of the form "http://host:port/path?query", and gives "host:port": it stands for the
// Host of the request (RFC 9112 3.2.2). Empty, and nothing changed, for other forms.
std::string_view takeAuthority(std::string_view& target);

// Appends `text` with its %XX sequences decoded; malformed ones stay as they are.
void appendPercentDecoded(std::string_view text, std::string& out);

// What a Host may consist of: names, addresses, a port. No percent sequences, which only hide what it is.
bool isHostText(std::string_view text);

enum class Coding : std::uint8_t { Identity, Gzip, Brotli };

// What to answer to "gzip;q=0.5, *;q=0" (RFC 9110 12.5.3): the coding with the greatest quality; of equal ones brotli
// (when it is to be had), then gzip.
Coding preferredCoding(std::string_view acceptEncoding, bool brotliToo);

}  // namespace qodly::http
