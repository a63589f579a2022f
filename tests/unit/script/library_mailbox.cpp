// IMAP and POP3 against small servers that keep real mail boxes.
#include <gtest/gtest.h>

#include "base/text.h"
#include "library_loopback.h"
#include "library_mail_servers.h"
#include "script/library/mail_imap.h"
#include "script/library/mail_pop3.h"

namespace qodly::script::library {
namespace {

using test::Connection;
using test::ImapServer;
using test::LoopbackServer;
using test::Pop3Server;

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

// The dialogue of connecting without a wished mode, with what the server offers.
std::string loginOf(std::string greeting, std::string mechanisms) {
  Pop3Server state;
  state.greeting = std::move(greeting);
  state.mechanisms = std::move(mechanisms);
  LoopbackServer server([&](Connection& connection) { state.serve(connection); });
  Pop3Client client(serverAt(server, MailProtocol::pop3));
  const auto checked = client.check();
  return checked ? state.log : "refused: " + checked.error().message() + "\n" + state.log;
}

TEST(ImapModes, LoginIsTheCommandWhereNoMechanismIsOffered) {
  ImapServer state;
  LoopbackServer server([&](Connection& connection) { state.serve(connection); });
  MailServer settings = serverAt(server, MailProtocol::imap);
  settings.authentication = "LOGIN";
  ImapClient client(settings, std::chrono::seconds(300));
  const auto checked = client.check();
  EXPECT_TRUE(checked) << checked.error().message();
  EXPECT_TRUE(state.log.contains(" LOGIN user secret")) << state.log;
}

TEST(Pop3, TakesTheMostSecureModeOffered) {
  EXPECT_TRUE(loginOf("+OK <1.2@host>", "").contains("\nAPOP user ")) << loginOf("+OK <1.2@host>", "");
  EXPECT_TRUE(loginOf("+OK <1.2@host>", "PLAIN LOGIN").contains("\nAPOP user "));
  EXPECT_TRUE(loginOf("+OK <1.2@host>", "PLAIN CRAM-MD5").contains("\nAUTH CRAM-MD5\n"));
  EXPECT_TRUE(loginOf("+OK ready", "PLAIN LOGIN").contains("\nAUTH PLAIN"));
  EXPECT_TRUE(loginOf("+OK ready", "").contains("\nUSER user\nPASS secret\n"));
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
