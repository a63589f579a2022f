// IMAP and POP3 against small servers that keep real mail boxes.
#include <map>

#include <gtest/gtest.h>

#include "base/text.h"
#include "library_loopback.h"
#include "script/library/mail_imap.h"
#include "script/library/mail_pop3.h"

namespace qodly::script::library {
namespace {

using test::Connection;
using test::LoopbackServer;

MailServer serverAt(const LoopbackServer& server, MailProtocol protocol) {
  MailServer settings;
  settings.protocol = protocol;
  settings.host = "localhost";
  settings.port = server.port();
  settings.user = "user";
  settings.password = "secret";
  settings.acceptUnsecure = true;
  return settings;
}

struct Mail {
  int uid;
  std::string flags, content;
};

// Understands what the client sends, no more.
struct ImapServer {
  std::string capabilities = "IMAP4rev1 UIDPLUS", log;
  std::map<std::string, std::vector<Mail>> boxes{
      {"INBOX", {{11, "", "Subject: one\r\n\r\nfirst"}, {15, "\\Seen", "Subject: two\r\n\r\nsecond {5}\r\n\"x\""}}},
      {"Archive/2026", {}},
      {"Entw&APw-rfe", {}}};
  std::string selected;

  std::string boxName(const std::string& word) const {
    return word.size() > 1 && word.front() == '"' ? word.substr(1, word.size() - 2) : word;
  }

  void serve(Connection& connection) {
    connection.write("* OK ready\r\n");
    while (true) {
      const std::string raw = connection.readUntil("\n");
      if (raw.empty()) return;
      std::string line(trim(raw));
      log += line + "\n";
      const std::size_t blank = line.find(' ');
      const std::string tag = line.substr(0, blank);
      std::string command = line.substr(blank + 1);
      while (command.ends_with('}')) {  // a literal follows
        const std::size_t open = command.rfind('{');
        const auto size = *parseInteger(std::string_view(command).substr(open + 1, command.size() - open - 2));
        connection.write("+ go\r\n");
        const std::string literal = connection.read(static_cast<std::size_t>(size));
        const std::string rest(trim(connection.readUntil("\n")));
        log += "literal " + literal + "\n";
        command = command.substr(0, open) + "<" + literal + ">" + rest;
      }
      connection.write(answer(tag, command));
      if (command == "LOGOUT") return;
    }
  }

  std::string answer(const std::string& tag, const std::string& command) {
    const std::string ok = tag + " OK done\r\n";
    const auto words = split(command, ' ');
    const std::string verb(words[0]);
    if (verb == "CAPABILITY") return "* CAPABILITY " + capabilities + "\r\n" + ok;
    if (verb == "LOGIN") return command.contains("secret") ? ok : tag + " NO wrong\r\n";
    if (verb == "LIST" || verb == "LSUB") {
      if (words[2] == "\"\"") return "* LIST (\\Noselect) \"/\" \"\"\r\n" + ok;
      std::string all;
      for (const auto& [name, mails] : boxes) {
        all += "* " + verb + " (" + (name == "INBOX" ? "\\Marked" : "\\Noinferiors") + ") \"/\" \"" + name + "\"\r\n";
      }
      return all + ok;
    }
    if (verb == "STATUS") {
      const auto found = boxes.find(boxName(std::string(words[1])));
      if (found == boxes.end()) return tag + " NO no such box\r\n";
      return "* STATUS " + std::string(words[1]) + " (MESSAGES " + std::to_string(found->second.size()) +
             " RECENT 0 UNSEEN 1 UIDVALIDITY 77)\r\n" + ok;
    }
    if (verb == "SELECT" || verb == "EXAMINE") {
      const std::string name = boxName(std::string(words[1]));
      if (!boxes.contains(name)) return tag + " NO no such box\r\n";
      selected = name;
      return "* " + std::to_string(boxes[name].size()) +
             " EXISTS\r\n* 1 RECENT\r\n* FLAGS (\\Seen \\Deleted)\r\n* OK [PERMANENTFLAGS (\\Seen \\*)] limited\r\n"
             "* OK [UIDVALIDITY 77] valid\r\n" +
             tag + " OK [READ-WRITE] done\r\n";
    }
    if (verb == "CREATE") {
      boxes[boxName(std::string(words[1]))];
      return ok;
    }
    if (verb == "DELETE") {
      return boxes.erase(boxName(std::string(words[1]))) > 0 ? ok : tag + " NO cannot\r\n";
    }
    if (command.starts_with("UID SEARCH")) return "* SEARCH 11 15\r\n" + ok;
    if (command.starts_with("UID STORE")) {
      for (Mail& mail : boxes[selected]) mail.flags += " \\Deleted";
      return ok;
    }
    if (command.starts_with("UID FETCH") || verb == "FETCH") return fetch(command) + ok;
    if (verb == "APPEND") {
      boxes[boxName(std::string(words[1]))].push_back({99, "", command.substr(command.find('<') + 1)});
      return ok;
    }
    if (verb == "EXPUNGE" || command.starts_with("UID ") || verb == "LOGOUT" || verb == "NOOP" || verb == "SUBSCRIBE")
      return ok;
    return tag + " BAD unknown\r\n";
  }

  std::string fetch(const std::string& command) {
    std::string all;
    int number = 0;
    for (const Mail& mail : boxes[selected]) {
      ++number;
      const bool wanted = command.contains(":") || command.contains(" " + std::to_string(mail.uid) + " ") ||
                          (command.starts_with("FETCH " + std::to_string(number) + " "));
      if (!wanted) continue;
      all += "* " + std::to_string(number) + " FETCH (UID " + std::to_string(mail.uid);
      if (command.contains("BODY")) {
        all += " FLAGS (" + mail.flags + ") INTERNALDATE \"20-Nov-2026 14:05:06 +0100\" RFC822.SIZE " +
               std::to_string(mail.content.size()) + " BODY[] {" + std::to_string(mail.content.size()) + "}\r\n" +
               mail.content;
      }
      all += ")\r\n";
    }
    return all;
  }
};

class Imap : public testing::Test {
 protected:
  ImapServer state;
  LoopbackServer server{[this](Connection& connection) { state.serve(connection); }};
  ImapClient client{serverAt(server, MailProtocol::imap), std::chrono::seconds(300)};
};

TEST_F(Imap, NamesOfBoxes) {
  EXPECT_EQ(encodeBoxName("Entwürfe"), "Entw&APw-rfe");
  EXPECT_EQ(decodeBoxName("Entw&APw-rfe"), "Entwürfe");
  EXPECT_EQ(encodeBoxName("a&b"), "a&-b");
  EXPECT_EQ(decodeBoxName("a&-b"), "a&b");
  EXPECT_EQ(imapQuoted("a\"b\\"), "\"a\\\"b\\\\\"");
  EXPECT_FALSE(imapQuoted("é"));
  EXPECT_FALSE(imapQuoted("a\r\nb"));
}

TEST_F(Imap, ConnectsAndLists) {
  const auto checked = client.check();
  ASSERT_TRUE(checked) << checked.error().message();
  const auto boxes = client.list("*", false);
  ASSERT_TRUE(boxes);
  ASSERT_EQ(boxes->size(), 3);
  EXPECT_EQ((*boxes)[0].name, "Archive/2026");
  EXPECT_EQ((*boxes)[0].delimiter, "/");
  EXPECT_EQ((*boxes)[1].name, "Entwürfe");
  EXPECT_EQ((*boxes)[2].flags, std::vector<std::string>{"\\Marked"});
}

TEST_F(Imap, RefusedPassword) {
  MailServer settings = serverAt(server, MailProtocol::imap);
  settings.password = "wrong";
  EXPECT_FALSE(ImapClient(settings, std::chrono::seconds(300)).check());
}

TEST_F(Imap, SelectsAndCounts) {
  EXPECT_FALSE(client.fetch("1", {}));  // no box is selected
  const auto box = client.select("INBOX", false);
  ASSERT_TRUE(box) << box.error().message();
  EXPECT_EQ(box->messages, 2);
  EXPECT_EQ(box->recent, 1);
  EXPECT_EQ(box->id, "77");
  EXPECT_EQ(box->flags, "\\Seen \\Deleted");
  EXPECT_EQ(box->permanentFlags, "\\Seen \\*");
  EXPECT_EQ(client.status("INBOX")->unseen, 1);
  EXPECT_TRUE(client.status("Entwürfe"));
  const auto unknown = client.select("None", false);
  EXPECT_EQ(unknown.error().code(), ImapClient::refused);
  EXPECT_EQ(unknown.error().message(), "no such box");
}

TEST_F(Imap, FetchesMessages) {
  ASSERT_TRUE(client.select("INBOX", false));
  const auto all = client.fetch("1:*", {});
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 2);
  EXPECT_EQ((*all)[1].uid, "15");
  EXPECT_EQ((*all)[1].content, "Subject: two\r\n\r\nsecond {5}\r\n\"x\"");
  EXPECT_EQ((*all)[1].flags, std::vector<std::string>{"\\Seen"});
  EXPECT_EQ((*all)[0].received, "20-Nov-2026 14:05:06 +0100");
  EXPECT_EQ(client.fetch("11", {})->size(), 1);
  EXPECT_EQ(client.fetch("12", {})->size(), 0);
  EXPECT_EQ(client.fetch("2", {.byUid = false})->front().uid, "15");
  EXPECT_EQ(client.numbers("1:*")->size(), 2);
  static_cast<void>(client.fetch("11", {.body = false, .seen = false}));
  EXPECT_NE(state.log.find("BODY.PEEK[HEADER]"), std::string::npos);
}

TEST_F(Imap, SearchesWithLiterals) {
  ASSERT_TRUE(client.select("INBOX", false));
  EXPECT_EQ(*client.search(""), (std::vector<std::string>{"11", "15"}));
  EXPECT_NE(state.log.find("UID SEARCH ALL\n"), std::string::npos);
  EXPECT_TRUE(client.search("FROM \"Jörg\" UNSEEN SUBJECT \"plain\""));
  EXPECT_NE(state.log.find("UID SEARCH CHARSET UTF-8 FROM {5}\nliteral Jörg\n"), std::string::npos) << state.log;
  EXPECT_FALSE(client.search("ALL\r\nA1 DELETE INBOX"));
}

TEST_F(Imap, MovesWithoutTheExtension) {
  ASSERT_TRUE(client.select("INBOX", false));
  EXPECT_TRUE(client.move("11", "Archive/2026"));
  EXPECT_NE(state.log.find("UID COPY 11 \"Archive/2026\"\n"), std::string::npos);
  EXPECT_NE(state.log.find("UID EXPUNGE 11\n"), std::string::npos);
}

TEST_F(Imap, AppendsAndManagesBoxes) {
  EXPECT_TRUE(client.append("INBOX", "\\Seen", "Subject: new\r\n\r\nbody\r\n"));
  EXPECT_EQ(state.boxes["INBOX"].size(), 3);
  EXPECT_TRUE(client.boxCommand("CREATE", "Neu/ä"));
  EXPECT_TRUE(state.boxes.contains("Neu/&AOQ-"));
  EXPECT_TRUE(client.boxCommand("DELETE", "Neu/ä"));
  EXPECT_FALSE(client.boxCommand("DELETE", "Neu/ä"));
}

struct Pop3Server {
  std::string log;
  std::vector<std::string> mails{"Subject: a\r\n\r\n.dot\r\nend\r\n", "Subject: b\r\n\r\nsecond\r\n"};
  std::vector<bool> deleted{false, false};
  bool knowsUidl = true;

  void serve(Connection& connection) {
    connection.write("+OK ready <1.2@host>\r\n");
    while (true) {
      const std::string raw = connection.readUntil("\n");
      if (raw.empty()) return;
      const std::string line(trim(raw));
      log += line + "\n";
      connection.write(answer(line));
      if (line == "QUIT") return;
    }
  }

  std::string answer(const std::string& line) {
    const auto words = split(line, ' ');
    const std::string verb(words[0]);
    const auto number = words.size() > 1 ? parseInteger(words[1]).value_or(0) : 0;
    const auto index = static_cast<std::size_t>(number - 1);
    const bool exists = number >= 1 && index < mails.size() && !deleted[index];
    if (verb == "CAPA") return "+OK\r\nUSER\r\n.\r\n";
    if (verb == "USER" || verb == "PASS" || verb == "APOP" || verb == "QUIT" || verb == "RSET")
      return "+OK welcome\r\n";
    if (verb == "STAT") return "+OK 2 50\r\n";
    if (verb == "UIDL" && !knowsUidl) return "-ERR what\r\n";
    if ((verb == "LIST" || verb == "UIDL") && number == 0) {
      std::string all = "+OK\r\n";
      for (std::size_t i = 0; i < mails.size(); ++i) {
        if (!deleted[i])
          all += std::to_string(i + 1) + " " +
                 (verb == "LIST" ? std::to_string(mails[i].size()) : "id" + std::to_string(i)) + "\r\n";
      }
      return all + ".\r\n";
    }
    if (!exists) return "-ERR no such message\r\n";
    if (verb == "LIST") return "+OK " + std::to_string(number) + " " + std::to_string(mails[index].size()) + "\r\n";
    if (verb == "UIDL") return "+OK " + std::to_string(number) + " id" + std::to_string(index) + "\r\n";
    if (verb == "DELE") {
      deleted[index] = true;
      return "+OK\r\n";
    }
    if (verb == "TOP") return "+OK\r\n" + mails[index].substr(0, mails[index].find("\r\n\r\n") + 4) + ".\r\n";
    std::string stuffed;
    for (const std::string_view part : split(mails[index], '\n')) {
      if (!part.empty()) stuffed += (part.starts_with('.') ? "." : "") + std::string(part) + "\n";
    }
    return "+OK\r\n" + stuffed + ".\r\n";
  }
};

TEST(Pop3, ReadsMessages) {
  Pop3Server state;
  LoopbackServer server([&](Connection& connection) { state.serve(connection); });
  {
    Pop3Client client(serverAt(server, MailProtocol::pop3));
    const auto checked = client.check();
    ASSERT_TRUE(checked) << checked.error().message();
    EXPECT_EQ(client.box()->count, 2);
    EXPECT_EQ(client.box()->size, 50);
    const auto all = client.list();
    ASSERT_TRUE(all);
    ASSERT_EQ(all->size(), 2);
    EXPECT_EQ((*all)[1].id, "id1");
    EXPECT_EQ(**client.message(1, false), state.mails[0]);
    EXPECT_EQ(**client.message(2, true), "Subject: b\r\n\r\n");
    EXPECT_FALSE(client.message(3, false)->has_value());
    EXPECT_EQ((*client.info(1))->id, "id0");
    EXPECT_FALSE(client.info(9)->has_value());
    EXPECT_TRUE(client.remove(1));
    EXPECT_FALSE(client.info(1)->has_value());
    EXPECT_EQ(client.list()->size(), 1);
    EXPECT_EQ(client.remove(9).error().code(), Pop3Client::refused);
  }
  EXPECT_TRUE(state.log.ends_with("QUIT\n"));
}

TEST(Pop3, WithoutUidl) {
  Pop3Server state;
  state.knowsUidl = false;
  LoopbackServer server([&](Connection& connection) { state.serve(connection); });
  Pop3Client client(serverAt(server, MailProtocol::pop3));
  EXPECT_EQ(client.list()->front().id, "");
  EXPECT_EQ((*client.info(2))->id, "");
}

}  // namespace
}  // namespace qodly::script::library
