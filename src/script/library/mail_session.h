// A connection to a mail server (classes.md 17): libcurl connects, negotiates TLS and authenticates; the dialogue
// itself is the caller's. Blocking: used on helper threads, by one at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace qodly::script::library {

enum class MailProtocol : std::uint8_t { smtp, imap, pop3 };

struct MailServer {
  MailProtocol protocol = MailProtocol::smtp;
  std::string host, user, password, token;  // token: of OAuth2
  int port = 0;
  std::string authentication;  // "PLAIN"...; "" the most secure one
  bool acceptUnsecure = false;
  std::chrono::seconds connectTimeout{30}, sendTimeout{100};
  std::string helloName;          // of this side, for SMTP
  std::string authorityFile;      // "" the system's
  std::filesystem::path logFile;  // "" none; secrets are masked
};

// What the server said when it refused: `code` is its number (SMTP), 0 without.
struct MailRefusal {
  int code = 0;
  std::string text;
};

class MailSession {
 public:
  // Error: no connection, no encryption although it is wanted, or authentication refused; the server's last line is in
  // lastReply of `refusal`.
  static Result<std::unique_ptr<MailSession>> open(const MailServer& server, MailRefusal& refusal);
  ~MailSession();
  MailSession(const MailSession&) = delete;
  MailSession& operator=(const MailSession&) = delete;

  // All wait at most the send timeout for progress. Error inputOutput: the connection is lost; the session is of no use
  // any more.
  Result<> write(std::string_view bytes);
  Result<std::string> readLine();  // without its end
  Result<std::string> read(std::size_t count);
  // The server's last line during open(), such as "235 Accepted".
  const std::string& lastReply() const;
  bool encrypted() const;

 private:
  struct State;
  explicit MailSession(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace qodly::script::library
