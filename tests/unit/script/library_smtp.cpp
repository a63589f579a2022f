#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "base/text.h"
#include "library_loopback.h"
#include "script/library/mail_smtp.h"

namespace qodly::script::library {
namespace {

using test::Connection;
using test::LoopbackServer;

// What the server saw, and how it is to behave.
struct Post {
  std::string greeting = "220 ready\r\n", mechanisms = "PLAIN LOGIN CRAM-MD5";
  bool offersTls = false, closesAfterMail = false;
  std::string refuses;  // recipient
  std::string dataAnswer = "250 queued as 1\r\n";
  std::string commands, data;
  int connections = 0;
};

std::function<void(Connection&)> smtpServer(Post& post) {
  return [&post](Connection& connection) {
    ++post.connections;
    connection.write(post.greeting);
    bool secure = false;
    while (true) {
      const std::string raw = connection.readUntil("\n");
      if (raw.empty()) return;
      const std::string line(trim(raw));
      post.commands += line + "\n";
      if (line.starts_with("EHLO")) {
        connection.write("250-me\r\n");
        if (post.offersTls && !secure) connection.write("250-STARTTLS\r\n");
        connection.write("250-8BITMIME\r\n250 AUTH " + post.mechanisms + "\r\n");
      } else if (line == "STARTTLS") {
        connection.write("220 go\r\n");
        if (!connection.startTls()) return;
        secure = true;
      } else if (line.starts_with("AUTH PLAIN")) {
        if (line == "AUTH PLAIN") {
          connection.write("334 \r\n");
          post.commands += connection.readUntil("\n");
        }
        connection.write("235 accepted\r\n");
      } else if (line.starts_with("AUTH CRAM-MD5")) {
        connection.write("334 " + toBase64("<challenge>") + "\r\n");
        const std::string answer = *fromBase64(trim(connection.readUntil("\n")));
        connection.write(answer.starts_with("user ") ? "235 accepted\r\n" : "535 wrong\r\n");
      } else if (line.starts_with("AUTH XOAUTH2")) {
        connection.write("334 \r\n");
        const std::string answer(trim(connection.readUntil("\n")));
        connection.write(answer == toBase64("user=user\1auth=Bearer tok\1\1") ? "235 accepted\r\n" : "535 wrong\r\n");
      } else if (line.starts_with("AUTH")) {
        connection.write("535 5.7.8 wrong\r\n");
      } else if (line.starts_with("RCPT TO:<" + post.refuses + ">") && !post.refuses.empty()) {
        connection.write("550 no such user\r\n");
      } else if (line == "DATA") {
        connection.write("354 go ahead\r\n");
        post.data = connection.readUntil("\r\n.\r\n");
        connection.write(post.dataAnswer);
        if (post.closesAfterMail) return;
      } else if (line == "QUIT") {
        connection.write("221 bye\r\n");
        return;
      } else {
        connection.write("250 ok\r\n");
      }
    }
  };
}

MailServer serverAt(const LoopbackServer& server) {
  MailServer settings;
  settings.host = "localhost";
  settings.port = server.port();
  settings.acceptUnsecure = true;
  settings.authorityFile = test::certificateFile();
  return settings;
}

const SmtpEnvelope envelope{"a@x.org", {"b@y.org", "c@y.org"}};

TEST(Smtp, SendsAndKeepsTheConnection) {
  Post post;
  LoopbackServer server(smtpServer(post));
  {
    SmtpClient client(serverAt(server), true);
    for (int round = 0; round < 2; ++round) {
      const auto outcome = client.send(envelope, "Subject: x\r\n\r\n.hidden\r\nend\r\n");
      ASSERT_TRUE(outcome) << outcome.error().message();
      EXPECT_TRUE(outcome->success);
      EXPECT_EQ(outcome->status, 250);
      EXPECT_EQ(outcome->text, "queued as 1");
    }
  }
  EXPECT_EQ(post.connections, 1);
  EXPECT_EQ(post.data, "Subject: x\r\n\r\n..hidden\r\nend\r\n.\r\n");
  EXPECT_NE(post.commands.find("MAIL FROM:<a@x.org>\nRCPT TO:<b@y.org>\nRCPT TO:<c@y.org>\nDATA\n"), std::string::npos);
  EXPECT_TRUE(post.commands.ends_with("QUIT\n"));
}

TEST(Smtp, ClosesAfterEachMailOnWish) {
  Post post;
  LoopbackServer server(smtpServer(post));
  SmtpClient client(serverAt(server), false);
  EXPECT_TRUE(client.send(envelope, "x\r\n").value().success);
  EXPECT_TRUE(client.send(envelope, "x\r\n").value().success);
  EXPECT_EQ(post.connections, 2);
}

TEST(Smtp, ReconnectsABrokenConnection) {
  Post post;
  post.closesAfterMail = true;
  LoopbackServer server(smtpServer(post));
  SmtpClient client(serverAt(server), true);
  EXPECT_TRUE(client.send(envelope, "x\r\n").value().success);
  const auto again = client.send(envelope, "x\r\n");
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_TRUE(again->success);
  EXPECT_EQ(post.connections, 2);
}

TEST(Smtp, RefusedRecipients) {
  Post post;
  post.refuses = "b@y.org";
  LoopbackServer server(smtpServer(post));
  SmtpClient client(serverAt(server), true);
  EXPECT_TRUE(client.send(envelope, "x\r\n").value().success);
  const auto refused = client.send({"a@x.org", {"b@y.org"}}, "x\r\n");
  EXPECT_FALSE(refused->success);
  EXPECT_EQ(refused->status, 550);
  EXPECT_EQ(refused->text, "no such user");
  EXPECT_TRUE(client.send({"a@x.org", {"c@y.org"}}, "x\r\n")->success);
  EXPECT_FALSE(client.send({"a@x.org", {"c@y.org>\r\nDATA"}}, "x\r\n"));
}

TEST(Smtp, RefusedData) {
  Post post;
  post.dataAnswer = "552-too\r\n552 large\r\n";
  LoopbackServer server(smtpServer(post));
  SmtpClient client(serverAt(server), true);
  const auto refused = client.send(envelope, "x\r\n");
  EXPECT_FALSE(refused->success);
  EXPECT_EQ(refused->status, 552);
  EXPECT_EQ(refused->text, "too large");
}

TEST(Smtp, AuthenticatesByTheBestMode) {
  for (const auto& [offered, wanted, expected] :
       std::vector<std::tuple<const char*, const char*, const char*>>{{"PLAIN LOGIN CRAM-MD5", "", "AUTH CRAM-MD5"},
                                                                      {"LOGIN PLAIN", "", "AUTH PLAIN"},
                                                                      {"PLAIN CRAM-MD5", "PLAIN", "AUTH PLAIN"}}) {
    Post post;
    post.mechanisms = offered;
    LoopbackServer server(smtpServer(post));
    MailServer settings = serverAt(server);
    settings.user = "user";
    settings.password = "secret";
    settings.authentication = wanted;
    SmtpClient client(settings, true);
    const auto outcome = client.check();
    ASSERT_TRUE(outcome) << outcome.error().message();
    EXPECT_TRUE(outcome->success);
    EXPECT_NE(post.commands.find(expected), std::string::npos) << post.commands;
  }
}

TEST(Smtp, AuthenticatesWithToken) {
  Post post;
  post.mechanisms = "XOAUTH2 PLAIN";
  LoopbackServer server(smtpServer(post));
  MailServer settings = serverAt(server);
  settings.user = "user";
  settings.token = "tok";
  SmtpClient client(settings, true);
  const auto outcome = client.check();
  ASSERT_TRUE(outcome) << outcome.error().message();
  EXPECT_TRUE(outcome->success) << outcome->text;
}

TEST(Smtp, RefusedAuthenticationIsAnAnswer) {
  Post post;
  post.mechanisms = "LOGIN";
  LoopbackServer server(smtpServer(post));
  MailServer settings = serverAt(server);
  settings.user = "user";
  settings.password = "secret";
  SmtpClient client(settings, true);
  const auto outcome = client.check();
  ASSERT_TRUE(outcome) << outcome.error().message();
  EXPECT_FALSE(outcome->success);
  EXPECT_EQ(outcome->status, 535);
  EXPECT_FALSE(client.send(envelope, "x\r\n"));
}

TEST(Smtp, EncryptsWhereItMust) {
  Post plain;
  LoopbackServer server(smtpServer(plain));
  MailServer settings = serverAt(server);
  settings.acceptUnsecure = false;
  EXPECT_FALSE(SmtpClient(settings, true).check());
  Post secure;
  secure.offersTls = true;
  LoopbackServer encrypted(smtpServer(secure));
  settings = serverAt(encrypted);
  settings.acceptUnsecure = false;
  settings.user = "user";
  settings.password = "secret";
  SmtpClient client(settings, true);
  const auto outcome = client.check();
  ASSERT_TRUE(outcome) << outcome.error().message();
  EXPECT_TRUE(outcome->success);
  EXPECT_TRUE(client.send(envelope, "Subject: tls\r\n\r\nx\r\n")->success);
  // A certificate that nobody vouches for is no encryption.
  settings.authorityFile.clear();
  EXPECT_FALSE(SmtpClient(settings, true).check());
  settings.acceptUnsecure = true;
  EXPECT_TRUE(SmtpClient(settings, true).check());
}

TEST(Smtp, LogMasksSecrets) {
  Post post;
  LoopbackServer server(smtpServer(post));
  MailServer settings = serverAt(server);
  settings.user = "user";
  settings.password = "hidden-password";
  settings.authentication = "PLAIN";
  settings.logFile = std::filesystem::temp_directory_path() / ("qodly-smtp-" + randomHex(6) + ".log");
  {
    SmtpClient client(settings, true);
    EXPECT_TRUE(client.send(envelope, "x\r\n").value().success);
  }
  std::ostringstream log;
  log << std::ifstream(settings.logFile).rdbuf();
  EXPECT_NE(log.str().find("> MAIL FROM:<a@x.org>"), std::string::npos);
  EXPECT_NE(log.str().find("< 250 queued"), std::string::npos);
  EXPECT_EQ(log.str().find(toBase64(std::string("\0user\0hidden-password", 21))), std::string::npos);
  EXPECT_EQ(log.str().find("hidden-password"), std::string::npos);
  std::filesystem::remove(settings.logFile);
}

}  // namespace
}  // namespace qodly::script::library
