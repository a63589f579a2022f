// The POP3 dialogue (RFC 1939). Blocking: used on helper threads, by one at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "script/library/mail_session.h"

namespace qodly::script::library {

struct Pop3Info {
  std::uint64_t number = 0, size = 0;
  std::string id;  // UIDL; "" where the server has none
};

// The destructor takes leave of the server, which makes deletions effective.
class Pop3Client {
 public:
  explicit Pop3Client(MailServer server) : server_(std::move(server)) {}
  ~Pop3Client();
  Pop3Client(const Pop3Client&) = delete;
  Pop3Client& operator=(const Pop3Client&) = delete;

  static constexpr int refused = -1;  // code of an error that the server's words tell

  Result<std::string> check();  // connects anew
  struct Box {
    std::uint64_t count = 0, size = 0;
  };
  Result<Box> box();
  Result<std::vector<Pop3Info>> list();
  Result<std::optional<Pop3Info>> info(std::uint64_t number);  // nullopt: unknown or flagged
  Result<std::optional<std::string>> message(std::uint64_t number, bool headerOnly);
  Result<> remove(std::uint64_t number);
  Result<> undelete();

 private:
  Result<> ready();
  // The text behind +OK. Error `refused` for -ERR.
  Result<std::string> command(const std::string& line);
  Result<std::string> lines();  // up to the line with a dot; CR LF
  MailServer server_;
  std::unique_ptr<MailSession> session_;
  bool hasDeleted_ = false;
};

}  // namespace qodly::script::library
