// Sign-in against a real directory: who gets in, who does not, and what is told about the user.
#include "security/ldap_provider.h"

#include <filesystem>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "security/instance.h"
#include "security/secrets.h"
#include "tests/support/slapd.h"
#include "value/json.h"

namespace qodly::security {
namespace {

class Ldap : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = Instance::open(folder);
    ASSERT_TRUE(opened.has_value());
    secrets = std::make_unique<Secrets>(*opened);
    ASSERT_TRUE(secrets->set("ldapBind", "service-secret").has_value());
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  Result<std::unique_ptr<Provider>> read(std::string_view entry) {
    const Value settings = json::parse(entry).value();
    return ldapFactory()(settings.asObject(), {.secrets = *secrets, .environment = "Production", .log = [](auto) {}});
  }

  std::filesystem::path folder = std::filesystem::temp_directory_path() / ("qodly-ldap-" + randomHex(8));
  std::unique_ptr<Secrets> secrets;
};

class LdapSignIn : public Ldap {
 protected:
  void SetUp() override {
    Ldap::SetUp();
    server = qodly::testing::Slapd::get();
    if (server == nullptr) GTEST_SKIP() << "slapd is not installed or does not start";
  }
  // Members of `more` replace those before.
  std::string entry(std::string_view more = {}) const {
    return fmt::format(R"json({{"type":"ldap","name":"corp","url":"{}","caFile":"{}",
      "bindDN":"cn=service,dc=cedar,dc=example","bindPassword":{{"secret":"ldapBind"}},
      "baseDN":"ou=people,dc=cedar,dc=example","userFilter":"(&(objectClass=person)(|(uid={{login}})(mail={{login}})))",
      "profiles":[{{"group":"CN=Managers,*","environment":"production","profile":"Boss"}},
                  {{"group":"cn=sales,*","profile":"Seller"}}],
      "defaultProfile":"Visitor","createUsers":true,"timeoutMs":3000{}{}}})json",
                       server->secureUrl(), server->authorities(), more.empty() ? "" : ",", more);
  }
  std::shared_ptr<PasswordProvider> make(std::string_view more = {}) {
    auto made = read(entry(more));
    EXPECT_TRUE(made.has_value()) << made.error().message();
    return std::dynamic_pointer_cast<PasswordProvider>(std::shared_ptr<Provider>(std::move(*made)));
  }
  Finding check(std::string_view login, std::string_view password, std::string_view more = {}) {
    return make(more)->check({std::string(login), std::string(password), "127.0.0.1", "Production"});
  }
  qodly::testing::Slapd* server = nullptr;
};

TEST_F(LdapSignIn, TheRightPasswordSignsIn) {
  for (const std::string_view login : {"lena", "LENA", "lena@cedar.example", "Lena.Berg@Cedar.Example"}) {
    const Finding found = check(login, "lena-secret");
    ASSERT_EQ(found.verdict, Verdict::Accepted) << login << ": " << found.reason;
    EXPECT_EQ(found.identity.provider, "corp");
    EXPECT_EQ(found.identity.email, "lena.berg@cedar.example");
    EXPECT_EQ(found.identity.firstName, "Lena");
    EXPECT_EQ(found.identity.lastName, "Berg");
    EXPECT_EQ(found.identity.profile, "Boss");
    EXPECT_EQ(found.identity.defaultProfile, "Visitor");
    EXPECT_TRUE(found.identity.createUser);
    EXPECT_EQ(found.identity.externalId.size(), 36U) << found.identity.externalId;  // entryUUID
    EXPECT_EQ(found.identity.groups.size(), 2U);
  }
  EXPECT_EQ(check("omar", "omar-secret").identity.profile, "Seller");
  EXPECT_EQ(check("omar", "omar-secret").identity.lastName, "Ünal");
}

TEST_F(LdapSignIn, EverythingElseIsRefused) {
  for (const auto& [login, password] :
       std::vector<std::pair<std::string, std::string>>{{"lena", "wrong"},
                                                        {"lena", ""},
                                                        {"lena", "omar-secret"},
                                                        {"", "x"},
                                                        {"nobody", "x"},
                                                        {"*", "lena-secret"},
                                                        {"len*", "lena-secret"},
                                                        {"lena)(uid=*", "lena-secret"},
                                                        {"lena))(|(uid=*", "lena-secret"},
                                                        {"\\6cena", "lena-secret"},
                                                        {std::string("lena\0", 5), "lena-secret"},
                                                        {std::string(300, 'a'), "x"},
                                                        {"cn=service,dc=cedar,dc=example", "service-secret"},
                                                        {"nomail", "nomail-secret"}}) {
    const Finding found = check(login, password);
    EXPECT_EQ(found.verdict, Verdict::Refused) << login << ": " << found.reason;
    EXPECT_FALSE(found.reason.empty());
  }
  const Finding twins = check("twin@cedar.example", "twin1-secret");
  EXPECT_EQ(twins.verdict, Verdict::Refused);
  EXPECT_NE(twins.reason.find("E_LDAP_AMBIGUOUS"), std::string::npos) << twins.reason;
  // A name of signs that mean something in filters is a name like any other.
  EXPECT_EQ(check("odd*(name)", "odd*(name)-secret").verdict, Verdict::Accepted);
}

TEST_F(LdapSignIn, GroupsMayBeSearchedFor) {
  const Finding found =
      check("lena", "lena-secret", R"("attributes":{"groups":""},"groupBaseDN":"ou=groups,dc=cedar,dc=example")");
  ASSERT_EQ(found.verdict, Verdict::Accepted) << found.reason;
  EXPECT_EQ(found.identity.groups.size(), 2U);
  EXPECT_EQ(found.identity.profile, "Boss");
}

TEST_F(LdapSignIn, WhatIsWrongWithTheDirectoryRefusesNobody) {
  for (const std::string& more :
       {std::string(R"("bindPassword":"wrong")"), std::string(R"("bindPassword":{"secret":"unknown"})"),
        std::string(R"("bindDN":"cn=nobody,dc=cedar,dc=example")"), std::string(R"("baseDN":"ou=no,dc=cedar")"),
        fmt::format(R"("url":"ldaps://127.0.0.1:{}")", qodly::testing::freePort()), std::string(R"("caFile":"")"),
        std::string(R"("caFile":"/no/such/file")"), std::string(R"json("userFilter":"(uid={login}")json")}) {
    const auto provider = make(more);
    const Finding found = provider->check({"lena", "lena-secret", "", "Production"});
    EXPECT_EQ(found.verdict, Verdict::Unavailable) << more << ": " << found.reason;
    EXPECT_FALSE(provider->probe().has_value()) << more;
  }
  const auto reached = make()->probe();
  ASSERT_TRUE(reached.has_value()) << reached.error().message();
  EXPECT_NE(reached->find("with TLS"), std::string::npos) << *reached;
}

TEST_F(LdapSignIn, StartTlsAndPlainWhenAllowed) {
  EXPECT_EQ(check("lena", "lena-secret", fmt::format(R"("url":"{}","startTls":true)", server->url())).verdict,
            Verdict::Accepted);
  EXPECT_EQ(check("lena", "lena-secret", fmt::format(R"("url":"{}","allowPlain":true)", server->url())).verdict,
            Verdict::Accepted);
}

TEST_F(Ldap, SettingsThatCannotBeAreTold) {
  struct Case {
    std::string_view more, word;
  };
  const auto entry = [](std::string_view more) {
    return fmt::format(R"({{"type":"ldap","name":"corp","url":"ldaps://dir.example","baseDN":"dc=x"{}{}}})",
                       more.empty() ? "" : ",", more);
  };
  ASSERT_TRUE(read(entry("")).has_value()) << read(entry("")).error().message();
  for (const Case& bad : std::vector<Case>{{R"("url":"ldap://dir.example")", "startTls"},
                                           {R"("url":null)", "\"url\" is missing"},
                                           {R"("startTls":true)", "belongs to ldap://"},
                                           {R"("baseDN":"")", "\"baseDN\" is missing"},
                                           {R"("bindDN":"cn=x")", "\"bindPassword\" is missing"},
                                           {R"("bindPassword":7)", "secret"},
                                           {R"("scope":"all")", "base, one, sub"},
                                           {R"json("userFilter":"(uid=lena)")json", "{login}"},
                                           {R"("attributes":{"mail":"x"})", "\"mail\" is not known"},
                                           {R"("attributes":[])", "must be an object"},
                                           {R"("profiles":[{}])", "group"},
                                           {R"("timeoutMs":50)", "100 to 60000"},
                                           {R"("createUsers":1)", "true or false"},
                                           {R"("binddn":"x")", "\"binddn\" is not known"}}) {
    const auto made = read(entry(bad.more));
    ASSERT_FALSE(made.has_value()) << bad.more;
    EXPECT_NE(made.error().message().find(bad.word), std::string::npos) << bad.more << ": " << made.error().message();
  }
}

}  // namespace
}  // namespace qodly::security
