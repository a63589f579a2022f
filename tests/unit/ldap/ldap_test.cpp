// Directories: what is put into filters, the digest of RFC 2831, and a real server.
#include <thread>

#include <gtest/gtest.h>

#include "base/text.h"
#include "ldap/connection.h"
#include "ldap/digest_md5.h"
#include "tests/support/slapd.h"

namespace qodly::ldap {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view people = "ou=people,dc=cedar,dc=example";

TEST(LdapFilter, EverythingThatCouldMeanSomethingIsEscaped) {
  EXPECT_EQ(escapeFilter("lena.berg@cedar-1.example"), "lena.berg@cedar-1.example");
  EXPECT_EQ(escapeFilter("*)(uid=*"), "\\2a\\29\\28uid\\3d\\2a");
  EXPECT_EQ(escapeFilter("a\\b|&!"), "a\\5cb\\7c\\26\\21");
  EXPECT_EQ(escapeFilter(std::string_view("\0\n\xC3\x9C", 4)), "\\00\\0a\\c3\\9c");
}

TEST(LdapDigest, AnswersAsTheExampleOfRfc2831) {
  const auto answer = answerDigest(
      R"(realm="elwood.innosoft.com",nonce="OA6MG9tEQGm2hh",qop="auth",algorithm=md5-sess,charset=utf-8)",
      {.login = "chris", .password = "secret", .host = "elwood.innosoft.com", .clientNonce = "OA6MHXh6VqTrRk"}, "imap");
  ASSERT_TRUE(answer.has_value()) << answer.error().message();
  EXPECT_NE(answer->text.find("response=d388dad90d4bbd760a152321f2143af7"), std::string::npos) << answer->text;
  EXPECT_EQ(answer->expected, "rspauth=ea40f60335c427b5527b84dbabcdfffd");
}

TEST(LdapDigest, RefusesChallengesThatCannotBeAnswered) {
  const DigestLogin login{.login = "a", .password = "b", .host = "c", .clientNonce = "d"};
  for (const std::string& challenge :
       {std::string(), std::string("nonce"), std::string(R"(nonce="x)"), std::string("nonce=x,algorithm=sha"),
        std::string("algorithm=md5-sess"), std::string(R"(nonce="x",algorithm=md5-sess,qop="auth-conf")"),
        std::string(5000, 'a')}) {
    EXPECT_FALSE(answerDigest(challenge, login).has_value()) << challenge.substr(0, 50);
  }
  // What is typed cannot end the quotes.
  const auto answer = answerDigest("nonce=x,algorithm=md5-sess",
                                   {.login = "a\",b\\", .password = "b", .host = "c", .clientNonce = "d"});
  EXPECT_NE(answer->text.find(R"(username="a\",b\\",)"), std::string::npos);
}

TEST(LdapUrl, OneServerAndNothingElse) {
  for (const std::string& url :
       {std::string(), std::string("http://a"), std::string("ldapi:///"), std::string("ldap://"),
        std::string("ldap:///dc=x"), std::string("ldap://a/dc=x"), std::string("ldap://a:0"),
        std::string("ldap://a:65536"), std::string("ldap://a:x"), std::string("ldap://a ldap://b"),
        std::string("ldap://a,ldap://b"), std::string("ldap://a?b"), std::string("ldap://user@a"),
        std::string("ldap://[::1"), std::string("ldap://[]"), std::string("ldap://a\nb")}) {
    const auto opened = Connection::open({.url = url});
    ASSERT_FALSE(opened.has_value()) << url;
    EXPECT_EQ(opened.error().code(), fault::badArgument) << url;
    EXPECT_FALSE(isUnreachable(opened.error()));
  }
  for (const std::string& url : {fmt::format("LDAP://localhost:{}/", qodly::testing::freePort()),
                                 fmt::format("ldap://[::1]:{}", qodly::testing::freePort())}) {
    const auto opened = Connection::open({.url = url});
    ASSERT_FALSE(opened.has_value()) << url;
    EXPECT_TRUE(isUnreachable(opened.error())) << opened.error().message();
  }
  EXPECT_EQ(Connection::open({.url = "ldaps://a", .startTls = true}).error().code(), fault::badArgument);
}

class LdapServer : public ::testing::Test {
 protected:
  void SetUp() override {
    server = qodly::testing::Slapd::get();
    if (server == nullptr) GTEST_SKIP() << "slapd is not installed or does not start";
  }
  Connection open(bool secure = true) const {
    return Connection::open(
               {.url = secure ? server->secureUrl() : server->url(), .authorityFile = server->authorities()})
        .value();
  }
  static std::string dn(std::string_view uid) { return fmt::format("uid={},{}", uid, people); }
  qodly::testing::Slapd* server = nullptr;
};

TEST_F(LdapServer, BindsWithTheRightPasswordOnly) {
  Connection connection = open();
  EXPECT_TRUE(connection.isSecure());
  const auto bound = connection.bind(dn("lena"), "lena-secret");
  EXPECT_TRUE(bound.has_value()) << bound.error().message();
  for (const auto& [login, password] : std::vector<std::pair<std::string, std::string>>{
           {dn("lena"), "wrong"}, {dn("lena"), ""}, {dn("nobody"), "x"}, {"", ""}, {"", "x"}}) {
    Connection fresh = open();
    const auto refused = fresh.bind(login, password);
    ASSERT_FALSE(refused.has_value()) << login;
    EXPECT_EQ(refused.error().code(), fault::invalidCredentials) << refused.error().message();
  }
  Connection fresh = open();
  EXPECT_FALSE(fresh.bind("no dn", "x").has_value());
  EXPECT_FALSE(fresh.bind(std::string_view("a\0b", 3), "x").has_value());
}

TEST_F(LdapServer, BindsByDigest) {
  Connection connection = open(false);
  const auto bound = connection.bindDigest("lena", "lena-secret");
  ASSERT_TRUE(bound.has_value()) << bound.error().message();
  EXPECT_EQ(connection.search({.base = dn("omar")}).value().size(), 1U);
  Connection other = open(false);
  const auto refused = other.bindDigest("lena", "omar-secret");
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code(), fault::invalidCredentials) << refused.error().message();
  EXPECT_FALSE(open(false).bindDigest("lena", "").has_value());
}

TEST_F(LdapServer, FindsEntriesWithTheirValues) {
  Connection connection = open();
  ASSERT_TRUE(connection.bind("cn=service,dc=cedar,dc=example", "service-secret").has_value());
  auto found = connection.search({.base = std::string(people), .filter = "(uid=lena)", .scope = Scope::one});
  ASSERT_TRUE(found.has_value()) << found.error().message();
  ASSERT_EQ(found->size(), 1U);
  const Entry& entry = found->front();
  EXPECT_EQ(entry.dn, dn("lena"));
  EXPECT_EQ(entry.find("MAIL")->values.size(), 2U);
  EXPECT_EQ(entry.find("jpegPhoto")->values.front(), std::string("\xFF\xD8\xFF\xE0\x00\x10", 6));
  EXPECT_EQ(entry.find("userPassword"), nullptr);
  EXPECT_EQ(entry.find("nothing"), nullptr);
  found = connection.search(
      {.base = std::string(people), .filter = "(uid=lena)", .scope = Scope::sub, .attributes = {"memberOf", "cn"}});
  EXPECT_EQ(found->front().attributes.size(), 2U);
  EXPECT_EQ(found->front().find("memberOf")->values.size(), 2U);
  found = connection.search({.base = std::string(people)});
  ASSERT_EQ(found->size(), 1U);  // scope base
  EXPECT_EQ(found->front().dn, people);
  found = connection.search({.base = std::string(people),
                             .filter = fmt::format("(uid={})", escapeFilter("odd*(name)")),
                             .scope = Scope::one});
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(found->front().find("mail")->values.front(), "odd@cedar.example");
}

TEST_F(LdapServer, FetchesManyInPages) {
  Connection connection = open();
  ASSERT_TRUE(connection.bind("cn=service,dc=cedar,dc=example", "service-secret").has_value());
  Query query{.base = "ou=many,dc=cedar,dc=example", .filter = "(cn=entry*)", .scope = Scope::one};
  EXPECT_EQ(connection.search(query).value().size(), 1200U);
  query.maximumEntries = 700;
  EXPECT_EQ(connection.search(query).value().size(), 700U);
  query.maximumEntries = 1;
  EXPECT_EQ(connection.search(query).value().size(), 1U);
  query.filter = "(cn=entry7)";
  query.maximumEntries = 100'000;
  EXPECT_EQ(connection.search(query).value().size(), 1U);  // the connection stays useful
}

TEST_F(LdapServer, TellsWhatIsWrongWithASearch) {
  Connection connection = open();
  ASSERT_TRUE(connection.bind("cn=service,dc=cedar,dc=example", "service-secret").has_value());
  const auto filter = connection.search({.base = std::string(people), .filter = "(uid=lena"});
  ASSERT_FALSE(filter.has_value());
  EXPECT_EQ(filter.error().code(), fault::badArgument);
  EXPECT_NE(filter.error().message().find("RFC 4515"), std::string::npos);
  const auto base = connection.search({.base = "ou=nowhere,dc=cedar,dc=example"});
  ASSERT_FALSE(base.has_value());
  EXPECT_EQ(base.error().code(), fault::noSuchObject);
  EXPECT_FALSE(connection.search({.base = std::string("dc=cedar\0", 9)}).has_value());
}

TEST_F(LdapServer, StartTlsAndTrust) {
  auto connection = Connection::open({.url = server->url(), .startTls = true, .authorityFile = server->authorities()});
  ASSERT_TRUE(connection.has_value()) << connection.error().message();
  EXPECT_TRUE(connection->isSecure());
  EXPECT_TRUE(connection->bind(dn("lena"), "lena-secret").has_value());
  // The authorities of the system do not know this server's certificate.
  const auto untrusted = Connection::open({.url = server->url(), .startTls = true});
  ASSERT_FALSE(untrusted.has_value());
  EXPECT_TRUE(isUnreachable(untrusted.error())) << untrusted.error().message();
  const auto unknown = Connection::open({.url = server->secureUrl()});
  ASSERT_FALSE(unknown.has_value());
  EXPECT_TRUE(isUnreachable(unknown.error())) << unknown.error().message();
  const auto noFile = Connection::open({.url = server->secureUrl(), .authorityFile = "/no/such/file"});
  ASSERT_FALSE(noFile.has_value());
  EXPECT_NE(noFile.error().message().find("/no/such/file"), std::string::npos);
}

TEST(LdapUnreachable, IsToldWithinTheTime) {
  const std::string closed = fmt::format("ldap://127.0.0.1:{}", qodly::testing::freePort());
  const auto refused = Connection::open({.url = closed, .timeout = 2000ms});
  ASSERT_FALSE(refused.has_value());
  EXPECT_TRUE(isUnreachable(refused.error())) << refused.error().code();
}

// Accepts connections and never answers.
class Silent {
 public:
  Silent() {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    ::listen(listener_, 8);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port = ntohs(address.sin_port);
  }
  ~Silent() { ::close(listener_); }
  int port = 0;

 private:
  int listener_ = -1;
};

TEST(LdapUnreachable, ASilentServerIsGivenUp) {
  const Silent server;
  Connection connection =
      Connection::open({.url = fmt::format("ldap://127.0.0.1:{}", server.port), .timeout = 200ms}).value();
  const auto refused = connection.bind("cn=x", "y");
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code(), fault::timeout) << refused.error().message();
  const auto tls = Connection::open({.url = fmt::format("ldap://127.0.0.1:{}", server.port),
                                     .startTls = true,
                                     .authorityFile = {},
                                     .timeout = 200ms});
  ASSERT_FALSE(tls.has_value());
  EXPECT_TRUE(isUnreachable(tls.error()));
  const auto secure = Connection::open({.url = fmt::format("ldaps://127.0.0.1:{}", server.port), .timeout = 200ms});
  ASSERT_FALSE(secure.has_value());
  EXPECT_TRUE(isUnreachable(secure.error())) << secure.error().code();
}

}  // namespace
}  // namespace qodly::ldap
