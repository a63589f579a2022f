// What comes from outside to the pages under /auth, and what goes out: forms, paths to go on to, settings, mails.
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "app/access_settings.h"
#include "app/auth_pages.h"
#include "app/form_body.h"
#include "app/mailer.h"
#include "app/user_service.h"
#include "base/text.h"

namespace qodly::app {
namespace {

TEST(LocalPath, IsAPathOfThisServerOrTheRoot) {
  for (const char* good : {"/", "/a", "/a/b?c=d&e=%2F%2Fx", "/$lib/renderer/?w=Home#x"})
    EXPECT_EQ(localPath(good), good);
  for (const char* bad : {"", "a", "//evil.example", "///evil.example", "https://evil.example", "/\\evil.example",
                          "\\\\evil", "/a b", "/a\tb", "/a\r\nLocation: x", "javascript:alert(1)"}) {
    EXPECT_EQ(localPath(bad), "/") << bad;
  }
  EXPECT_EQ(localPath("/" + std::string(3000, 'x')), "/");
}

TEST(FormFields, AreDecodedAndBounded) {
  const auto fields = readFormFields("email=mira%40x.y&password=a+b%2Bc&email=second&=x&flag&bad=%zz");
  EXPECT_EQ(fields.at("email"), "mira@x.y");
  EXPECT_EQ(fields.at("password"), "a b+c");
  EXPECT_EQ(fields.at("flag"), "");
  EXPECT_EQ(fields.at("bad"), "%zz");
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "n" + std::to_string(i) + "=1&";
  EXPECT_EQ(readFormFields(many).size(), 64U);
  EXPECT_TRUE(isValidUtf8(readFormFields("a=%FF%FE").at("a")));
}

struct Sent {
  http::Request request;
  std::string message;
  explicit Sent(std::string text) : message(std::move(text)) { EXPECT_TRUE(request.read(message).has_value()); }
};

TEST(OwnOrigin, LetsProgramsAndOwnPagesThrough) {
  struct Row {
    const char* headers;
    bool own;
  };
  for (const Row& row : std::initializer_list<Row>{{"", true},
                                                   {"Origin: http://app.example\r\n", true},
                                                   {"Origin: https://APP.example\r\n", true},
                                                   {"Referer: http://app.example/auth/login\r\n", true},
                                                   {"Sec-Fetch-Site: same-origin\r\n", true},
                                                   {"Sec-Fetch-Site: none\r\n", true},
                                                   {"Origin: http://evil.example\r\n", false},
                                                   {"Origin: null\r\n", false},
                                                   {"Origin: http://app.example.evil.example\r\n", false},
                                                   {"Origin: http://app.example:81\r\n", false},
                                                   {"Referer: http://evil.example/app.example\r\n", false},
                                                   {"Sec-Fetch-Site: cross-site\r\n", false},
                                                   {"Sec-Fetch-Site: same-site\r\n", false}}) {
    const Sent sent(std::string("POST /auth/login HTTP/1.1\r\nHost: app.example\r\n") + row.headers + "\r\n");
    EXPECT_EQ(isOwnOrigin(sent.request), row.own) << row.headers;
  }
}

TEST(Cookies, AreFoundByTheirWholeName) {
  const Sent sent("GET / HTTP/1.1\r\nHost: x\r\nCookie: XQAUTH=1; QAUTH_A=2;QAUTH=3 ; QAUTH=4\r\n\r\n");
  EXPECT_EQ(UserService::cookie(sent.request, "QAUTH"), "3");
  EXPECT_EQ(UserService::cookie(sent.request, "QAUTH_A"), "2");
  EXPECT_EQ(UserService::cookie(sent.request, "AUTH"), "");
}

TEST(AuthPages, EscapeWhatIsPutIn) {
  const std::string page = renderAuthPage({"{{content}}<b>", "<i>", loginForm("\"><script>", "/\"x", {}), true}, "A&B");
  EXPECT_EQ(page.find("<script>\""), std::string::npos);
  EXPECT_EQ(page.find("\"><script>"), std::string::npos);
  EXPECT_NE(page.find("A&amp;B"), std::string::npos);
  EXPECT_NE(page.find("{{content}}&lt;b&gt;"), std::string::npos) << "what was put in is not replaced again";
}

TEST(Mail, HasNoLinesFromOutside) {
  const std::string message = mailMessage({"a@b.c", "Subject\r\nBcc: x@y.z", "Text\nümlaut"}, "from@b.c");
  EXPECT_EQ(message.find("Bcc"), std::string::npos);
  EXPECT_NE(message.find("\r\n\r\n" + toBase64("Text\nümlaut")), std::string::npos);
}

TEST(AccessSettings, ModesByHost) {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / ("qodly-access-" + randomHex(8));
  const auto instance = security::Instance::open(folder).value();
  EXPECT_TRUE(readAccessSettings(instance).value().publicAccess);
  std::ofstream(folder / "env.json")
      << R"({"access":{"publicAccess":false,"apiHost":"api.x","authHost":"app.x:81","baseUrl":"https://app.x/"}})";
  const AccessSettings settings = readAccessSettings(instance).value();
  EXPECT_FALSE(settings.publicAccess);
  EXPECT_EQ(settings.baseUrl, "https://app.x");
  EXPECT_EQ(settings.modeOf("API.x"), AccessMode::Api);
  EXPECT_EQ(settings.modeOf("app.x:81"), AccessMode::Authenticated);
  EXPECT_EQ(settings.modeOf("app.x"), AccessMode::Single);
  EXPECT_EQ(settings.modeOf(""), AccessMode::Single);
  EXPECT_EQ(settings.modeOf("api.x:8443"), AccessMode::Api) << "a name without port is that name at every port";
  EXPECT_EQ(settings.modeOf("xapi.x"), AccessMode::Single);
  EXPECT_EQ(settings.modeOf("app.x:811"), AccessMode::Single);
  AccessSettings ports;
  ports.apiHost = ":8081";
  ports.authHost = "8082";
  EXPECT_EQ(ports.modeOf("any.x:8081"), AccessMode::Api);
  EXPECT_EQ(ports.modeOf("[::1]:8082"), AccessMode::Authenticated);
  EXPECT_EQ(ports.modeOf("any.x"), AccessMode::Single);
  std::ofstream(folder / "env.json") << R"({"access":7})";
  EXPECT_FALSE(readAccessSettings(instance).has_value());
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace qodly::app
