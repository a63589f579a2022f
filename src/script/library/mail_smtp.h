// Sending mails (classes.md 18). Blocking: used on helper threads, by one at a time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "script/library/mail_session.h"

namespace qodly::script::library {

struct SmtpEnvelope {
  std::string from;
  std::vector<std::string> recipients;
};

struct SmtpOutcome {
  bool success = false;
  int status = 0;  // of the server, 0: unrelated to it
  std::string text;
};

class SmtpClient {
 public:
  SmtpClient(MailServer server, bool keepsAlive) : server_(std::move(server)), keepsAlive_(keepsAlive) {}
  ~SmtpClient();
  SmtpClient(const SmtpClient&) = delete;
  SmtpClient& operator=(const SmtpClient&) = delete;

  // Error: unrelated to the processing of the mail (no connection...). `message` has CR LF line ends.
  Result<SmtpOutcome> send(const SmtpEnvelope& envelope, const std::string& message);
  // Connects anew.
  Result<SmtpOutcome> check();

 private:
  struct Reply {
    int code = 0;
    std::string text;
  };
  Result<> connect(SmtpOutcome& refused);
  void close();
  Result<Reply> read();
  Result<Reply> command(const std::string& line);
  Result<SmtpOutcome> transfer(const SmtpEnvelope& envelope, const std::string& message, bool& begun);

  MailServer server_;
  bool keepsAlive_;
  std::unique_ptr<MailSession> session_;
};

}  // namespace qodly::script::library
