// Writes the head of an answer: status line, what every answer carries, the handler's fields, length and cookies.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "http/compressor.h"
#include "http/head_parser.h"
#include "http/message.h"

namespace qodly::http {

struct AnswerOptions {
  std::string serverName;
  bool compression = true;
  int compressionLevel = 1;
  std::size_t compressionThreshold = 1024;
};

// One a thread.
class AnswerWriter {
 public:
  explicit AnswerWriter(const AnswerOptions& options);
  void apply(const AnswerOptions& options);

  // Appends the head to `out`. May compress the body of the response in place. `keepAlive`: what is told to the client.
  void appendHead(Request& request, const Framing& framing, Response& response, bool keepAlive, std::string& out);

  // Whether the answer has a body to send behind its head.
  static bool sendsBody(const Request& request, const Response& response);

 private:
  void refreshCommon();
  void compress(const Framing& framing, Response& response);

  AnswerOptions options_;
  std::unique_ptr<Compressor> compressor_;
  std::int64_t commonSecond_ = -1;
  std::string common_;  // Server, Date and the security headers, made once a second
  std::string compressed_;
};

std::string_view reasonPhrase(int status);

}  // namespace qodly::http
