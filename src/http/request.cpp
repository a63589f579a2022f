#include <array>

#include "base/error_codes.h"
#include "http/ascii.h"
#include "http/message.h"
#include "http/message_reader.h"
#include "http/target.h"

namespace qodly::http {

std::string_view name(Method method) {
  static constexpr std::array<std::string_view, 10> names{"GET",    "HEAD",    "POST",  "PUT",     "PATCH",
                                                          "DELETE", "OPTIONS", "TRACE", "CONNECT", ""};
  return names[static_cast<std::size_t>(method)];
}

Result<> Request::read(std::string_view message) {
  HeadParser head(message.size(), message.size());
  const HeadParser::State state = head.parse(message, *this);
  if (state == HeadParser::State::Incomplete) {
    return std::unexpected(Error(code::restMalformed, "rest", "The head of the request must end with an empty line"));
  }
  if (state == HeadParser::State::Refused) {
    return std::unexpected(Error(code::restMalformed, "rest", std::string(head.refusal().reason)));
  }
  body_ = message.substr(head.framing().headBytes);
  return {};
}

std::span<const std::string_view> Request::segments() {
  if (!segmentsKnown_) RequestTarget::splitSegments(*this);
  return segments_;
}

std::string_view Request::header(std::string_view wanted) const {
  for (const Header& header : headers()) {
    if (sameToken(header.name, wanted)) return header.value;
  }
  return {};
}

bool Request::hasHeader(std::string_view wanted) const {
  for (const Header& header : headers()) {
    if (sameToken(header.name, wanted)) return true;
  }
  return false;
}

}  // namespace qodly::http
