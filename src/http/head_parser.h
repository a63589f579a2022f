// The head of a request: request line and header fields, checked strictly (RFC 9112). Views into the connection's
// buffer, no copies: parsing a usual head costs less than one memory allocation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "http/message.h"

namespace qodly::http {

// Why a request is refused before a handler sees it.
struct Refusal {
  int status;
  std::string_view reason;  // static text
};

// What the head says about the body and the connection.
struct Framing {
  std::size_t headBytes = 0;
  std::uint64_t contentLength = 0;
  bool chunked = false, keepAlive = true, expectsContinue = false, acceptsGzip = false;
  std::string_view cookie;     // value of Cookie
  std::string_view requestId;  // of X-Request-Id
};

class HeadParser {
 public:
  enum class State : std::uint8_t { Incomplete, Complete, Refused };

  HeadParser(std::size_t maximumHeadBytes, std::size_t maximumTargetBytes)
      : maximumHead_(maximumHeadBytes), maximumTarget_(maximumTargetBytes) {}

  // Parses from the start of `bytes`, which may hold more than the head. Complete: request (all but its body) and
  // framing are set. Incomplete: call again with more bytes behind the same ones.
  State parse(std::string_view bytes, Request& request);
  void reset() { scanned_ = 0; }

  const Framing& framing() const { return framing_; }
  const Refusal& refusal() const { return refusal_; }

 private:
  State refuse(int status, std::string_view reason);
  State parseRequestLine(std::string_view line, Request& request);
  State parseFields(std::string_view fields, Request& request);
  State readField(const Header& header);
  State checkFraming(const Request& request);

  std::size_t maximumHead_, maximumTarget_;
  std::size_t scanned_ = 0;  // bytes known to hold no end of the head
  Framing framing_;
  Refusal refusal_{400, ""};
  std::string_view host_, authority_;  // authority_: of an address in absolute form; then it counts, not the Host
  bool hostSeen_ = false, lengthSeen_ = false, codingSeen_ = false, closeSeen_ = false, keepAliveSeen_ = false;
};

}  // namespace qodly::http
