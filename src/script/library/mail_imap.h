// The IMAP dialogue (RFC 3501; MOVE, UIDPLUS where the server has them). Blocking: used on helper threads, by one at a
// time.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "script/library/mail_session.h"

namespace qodly::script::library {

// One piece of a server's answer.
struct ImapItem {
  enum class Kind : std::uint8_t { atom, text, list, nil } kind = Kind::atom;
  std::string text;             // atoms and texts; literals are texts
  std::vector<ImapItem> items;  // of a list
};
using ImapLine = std::vector<ImapItem>;  // without the leading "*"

struct ImapBox {
  std::string name, delimiter;
  std::vector<std::string> flags;  // "\Noselect"
};
struct ImapBoxStatus {
  std::uint64_t messages = 0, recent = 0, unseen = 0;
  std::string id;                     // UIDVALIDITY
  std::string flags, permanentFlags;  // of a selected box
};
struct ImapMail {
  std::uint64_t number = 0, size = 0;
  std::string uid, content, received;  // content: the message, or its headers
  std::vector<std::string> flags;
};

class ImapClient {
 public:
  ImapClient(MailServer server, std::chrono::seconds checkDelay)
      : server_(std::move(server)), checkDelay_(checkDelay) {}
  ~ImapClient();
  ImapClient(const ImapClient&) = delete;
  ImapClient& operator=(const ImapClient&) = delete;

  // Connects anew; the server's words.
  Result<std::string> check();
  // Each gives an error with the server's words when it refuses (code `refused`).
  static constexpr int refused = -1;

  Result<std::vector<ImapBox>> list(std::string_view pattern, bool subscribed);
  Result<ImapBoxStatus> status(std::string_view box);
  Result<ImapBoxStatus> select(std::string_view box, bool readOnly);
  const std::string& selected() const { return selected_; }
  // "CREATE", "DELETE", "SUBSCRIBE", "UNSUBSCRIBE".
  Result<std::string> boxCommand(std::string_view verb, std::string_view box);
  Result<std::string> rename(std::string_view from, std::string_view to);
  // `set`: "1,4:*". `flags`: "\Seen $x".
  Result<std::string> store(std::string_view set, bool add, const std::string& flags);
  Result<std::string> copy(std::string_view set, std::string_view box);
  Result<std::string> move(std::string_view set, std::string_view box);
  Result<std::string> expunge();
  Result<std::vector<std::string>> search(std::string_view criteria);
  // byUid: `set` holds unique ids, else sequence numbers. seen: the messages become seen. Messages that do not exist
  // are left out.
  struct Fetch {
    bool byUid = true, body = true, seen = true;
  };
  Result<std::vector<ImapMail>> fetch(std::string_view set, Fetch how);
  Result<std::vector<ImapMail>> numbers(std::string_view set);  // only number and uid
  Result<std::string> append(std::string_view box, const std::string& flags, const std::string& message);

 private:
  struct Answer {
    std::vector<ImapLine> lines;  // untagged
    std::string text;             // behind OK
  };
  struct Part {
    std::string text;
    bool literal = false;
  };
  Result<> ready(bool needsBox);
  Result<> connect();
  Result<Answer> run(const std::vector<Part>& parts);
  Result<Answer> runOnce(const std::vector<Part>& parts);
  Result<ImapLine> readLine();
  bool can(std::string_view capability) const;

  MailServer server_;
  std::chrono::seconds checkDelay_;
  std::unique_ptr<MailSession> session_;
  std::chrono::steady_clock::time_point last_{};
  std::vector<std::string> capabilities_;
  std::string selected_;
  bool readOnly_ = false;
  int tag_ = 0;
};

// Box names on the wire are in modified UTF-7.
std::string encodeBoxName(std::string_view name);
std::string decodeBoxName(std::string_view name);
// A quoted string; nullopt when it needs a literal.
std::optional<std::string> imapQuoted(std::string_view text);

}  // namespace qodly::script::library
