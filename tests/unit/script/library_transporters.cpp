// The mail classes of the language against servers on loopback.
#include <gtest/gtest.h>

#include "library_mail_servers.h"
#include "library_script.h"
#include "script/library/mail_imap.h"

namespace qodly::script::library {
namespace {

using test::Connection;
using test::ImapServer;
using test::LoopbackServer;
using test::Pop3Server;

class Transporters : public test::ScriptTest {
 protected:
  Value settings(const LoopbackServer& server) {
    const Value value =
        evaluate("{host: \"127.0.0.1\", user: \"user\", password: \"secret\", acceptUnsecureConnection: true}");
    value.asObject().set("port", Value::integer(server.port()));
    return value;
  }
};

TEST_F(Transporters, Imap) {
  ImapServer state;
  LoopbackServer server([&](Connection& connection) { state.serve(connection); });
  const Value imap = make("IMAPTransporter", {settings(server)});
  EXPECT_EQ(get(call(imap, "checkConnection"), "success").asBoolean(), true);
  EXPECT_NE(failure(imap, "getMail", {Value::integer(1)}), 0);  // no box is selected
  EXPECT_EQ(text(call(imap, "selectBox", {Value::text("INBOX")})),
            "{\"name\":\"INBOX\",\"mailCount\":2,\"mailRecent\":1,\"id\":\"77\",\"flags\":\"\\\\Seen \\\\Deleted\","
            "\"permanentFlags\":\"\\\\Seen \\\\*\"}");
  EXPECT_EQ(failure(imap, "selectBox", {Value::text("None")}), ImapClient::refused);
  call(imap, "selectBox", {Value::text("INBOX")});
  const Value mail = call(imap, "getMail", {Value::integer(1)});
  EXPECT_EQ(get(mail, "subject").asText(), "one");
  EXPECT_EQ(get(mail, "id").asText(), "11");
  EXPECT_EQ(get(mail, "receivedAt").asText(), "2026-11-20T13:05:06Z");
  EXPECT_EQ(get(mail, "bodyValues.1.value").asText(), "first");
  EXPECT_EQ(text(get(call(imap, "getMail", {Value::text("15")}), "keywords")), "{\"$seen\":true}");
  EXPECT_NE(failure(imap, "getMail", {Value::text("99")}), 0);
  const Value mails = call(imap, "getMails", {evaluate("[\"11\", \"99\"]")});
  EXPECT_EQ(get(mails, "list.length").asNumber(), 1);
  EXPECT_EQ(text(get(mails, "notFound")), "[\"99\"]");
  EXPECT_EQ(get(call(imap, "getMails", {Value::integer(0), Value::integer(0)}), "list.length").asNumber(), 2);
  EXPECT_EQ(text(get(call(imap, "getMails", {Value::integer(2), Value::integer(4)}), "notFound")), "[3,4]");
  EXPECT_EQ(text(call(imap, "numToID", {Value::integer(1), Value::integer(0)})), "[\"11\",\"15\"]");
  EXPECT_EQ(text(call(imap, "searchMails", {Value::text("")})), "[\"11\",\"15\"]");
  EXPECT_EQ(get(call(imap, "getMIMEAsBlob", {Value::text("11")}), "size").asNumber(), 21);
  EXPECT_EQ(get(call(imap, "getMIMEAsBlob", {Value::text("99")}), "size").asNumber(), 0);
  EXPECT_TRUE(
      get(call(imap, "addFlags", {evaluate("[\"11\"]"), evaluate("{\"$seen\": true, own: true, \"$draft\": false}")}),
          "success")
          .asBoolean());
  EXPECT_NE(state.log.find("UID STORE 11 +FLAGS.SILENT (\\Seen own)"), std::string::npos);
  EXPECT_TRUE(get(call(imap, "delete", {Value::integer(1)}), "success").asBoolean());
  EXPECT_NE(state.log.find("UID STORE 1:* +FLAGS.SILENT (\\Deleted)"), std::string::npos);
  EXPECT_TRUE(get(call(imap, "expunge"), "success").asBoolean());
  EXPECT_TRUE(get(call(imap, "copy", {evaluate("[\"11\"]"), Value::text("Archive/2026")}), "success").asBoolean());
  EXPECT_EQ(get(call(imap, "getBoxList"), "length").asNumber(), 3);
  EXPECT_EQ(text(get(call(imap, "getBoxInfo"), "mailUnseen")), "1");
  EXPECT_EQ(call(imap, "getDelimiter").asText(), "/");
  EXPECT_TRUE(get(call(imap, "createBox", {Value::text("New")}), "success").asBoolean());
  const Value refused = call(imap, "deleteBox", {Value::text("Unknown")});
  EXPECT_FALSE(get(refused, "success").asBoolean());
  EXPECT_EQ(get(refused, "statusText").asText(), "cannot");
  EXPECT_TRUE(
      get(call(imap, "append",
               {evaluate("{from: \"a@x.org\", subject: \"n\", stringBody: \"b\", keywords: {\"$seen\": true}}")}),
          "success")
          .asBoolean());
  EXPECT_NE(state.log.find("APPEND \"INBOX\" (\\Seen) {"), std::string::npos);
}

TEST_F(Transporters, Pop3) {
  Pop3Server state;
  LoopbackServer server([&](Connection& connection) { state.serve(connection); });
  const Value pop3 = make("POP3Transporter", {settings(server)});
  EXPECT_TRUE(get(call(pop3, "checkConnection"), "success").asBoolean());
  EXPECT_EQ(text(call(pop3, "getBoxInfo")), "{\"mailCount\":2,\"size\":50}");
  EXPECT_EQ(get(call(pop3, "getMail", {Value::integer(1)}), "subject").asText(), "a");
  EXPECT_TRUE(get(call(pop3, "getMail", {Value::integer(2), Value::boolean(true)}), "bodyValues").isUndefined());
  EXPECT_TRUE(call(pop3, "getMail", {Value::integer(9)}).isNull());
  EXPECT_EQ(get(call(pop3, "getMailInfo", {Value::integer(1)}), "id").asText(), "id0");
  EXPECT_TRUE(call(pop3, "getMailInfo", {Value::integer(9)}).isNull());
  EXPECT_EQ(get(call(pop3, "getMailInfoList"), "length").asNumber(), 2);
  EXPECT_EQ(get(call(pop3, "getMIMEAsBlob", {Value::integer(9)}), "size").asNumber(), 0);
  call(pop3, "delete", {Value::integer(1)});
  EXPECT_EQ(get(call(pop3, "getMailInfoList"), "length").asNumber(), 1);
  call(pop3, "undeleteAll");
}

TEST_F(Transporters, NoServer) {
  int port = 0;
  {
    LoopbackServer gone([](Connection&) {});
    port = gone.port();
  }
  const Value given = evaluate("{host: \"127.0.0.1\"}");
  given.asObject().set("port", Value::integer(port));
  for (const char* name : {"IMAPTransporter", "POP3Transporter", "SMTPTransporter"}) {
    const Value status = call(make(name, {given}), "checkConnection");
    EXPECT_FALSE(get(status, "success").asBoolean()) << name;
    EXPECT_EQ(get(status, "errors.length").asNumber(), 1) << name;
  }
  EXPECT_NE(failure(make("POP3Transporter", {given}), "getBoxInfo"), 0);
}

}  // namespace
}  // namespace qodly::script::library
