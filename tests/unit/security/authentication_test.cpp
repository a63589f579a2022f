// auth.json, profile rules and secrets.
#include "security/authentication.h"

#include "base/error_codes.h"
#include "security/json_members.h"
#include "tests/unit/security/instance_folder.h"
#include "value/json.h"

namespace qodly::security {
namespace {

class Fixed final : public PasswordProvider {
 public:
  explicit Fixed(std::string name) : name_(std::move(name)) {}
  const std::string& name() const override { return name_; }
  Finding check(const Credentials&) override { return Finding::refused("fixed"); }

 private:
  std::string name_;
};

class AuthFile : public WithInstance {
 protected:
  Result<AuthenticationSettings> read() {
    const ProviderFactories factories = {
        {"fixed", [](const Object& settings, const ProviderContext& context) -> Result<std::unique_ptr<Provider>> {
           auto secret = context.secrets.resolve(settings.get("password"));
           if (!secret) return std::unexpected(secret.error());
           return std::make_unique<Fixed>(textMember(settings, "name"));
         }}};
    return readAuthentication(instance, factories, {secrets, "Development", {}});
  }
  Secrets secrets{instance};
};

TEST_F(AuthFile, WithoutFileBuiltInUsersSignIn) {
  const auto settings = read().value();
  ASSERT_EQ(settings.providers.size(), 1U);
  EXPECT_EQ(settings.providers.front(), nullptr);
  EXPECT_TRUE(settings.builtin);
}

TEST_F(AuthFile, KeepsTheOrderAndLeavesOutWhatIsWrong) {
  ASSERT_TRUE(secrets.set("ldapBind", "s3cret").has_value());
  write("auth.json", R"({"requireMfa":true,"providers":[
    {"type":"fixed","name":"corp","password":{"secret":"ldapBind"}},
    {"type":"builtin"}, {"type":"builtin"},
    {"type":"fixed","name":"corp","password":"x"},
    {"type":"fixed","name":"no/slash","password":"x"},
    {"type":"fixed","name":"lost","password":{"secret":"none"}},
    {"type":"saml"}, 7,
    {"type":"fixed","name":"last","password":"x"}]})");
  const auto settings = read().value();
  ASSERT_EQ(settings.providers.size(), 3U);
  EXPECT_EQ(settings.providers[0]->name(), "corp");
  EXPECT_EQ(settings.providers[1], nullptr);
  EXPECT_EQ(settings.providers[2]->name(), "last");
  EXPECT_TRUE(settings.requireMfa);
  EXPECT_EQ(settings.problems.size(), 5U);
  write("auth.json", "{");
  EXPECT_FALSE(read().has_value());
  write("auth.json", R"({"providers":{}})");
  EXPECT_FALSE(read().has_value());
}

TEST_F(AuthFile, GroupsGiveTheProfile) {
  const auto rules =
      readProfileRules(json::parse(R"([{"group":"CN=Sales,*","environment":"Production","profile":"Seller"},
    {"group":"*boss*","environment":"*","profile":"Boss"}, {"group":"all","profile":"Reader"}])")
                           .value())
          .value();
  struct Row {
    std::vector<std::string> groups;
    std::string environment, profile;
  };
  for (const Row& row : std::initializer_list<Row>{{{"cn=sales,ou=x"}, "production", "Seller"},
                                                   {{"cn=sales,ou=x"}, "Development", ""},
                                                   {{"all", "the boss of it"}, "Development", "Boss"},
                                                   {{"ALL"}, "Development", "Reader"},
                                                   {{"allx"}, "Development", ""},
                                                   {{}, "Development", ""}}) {
    EXPECT_EQ(profileOf(rules, row.groups, row.environment).value_or(""), row.profile);
  }
  for (const char* bad : {"{}", "[1]", R"([{"group":"a"}])", R"([{"profile":"a"}])"}) {
    EXPECT_FALSE(readProfileRules(json::parse(bad).value()).has_value()) << bad;
  }
}

TEST_F(AuthFile, SecretsAreSealedAndNamed) {
  ASSERT_TRUE(secrets.set("mail", "top").has_value());
  ASSERT_TRUE(secrets.set("b.c-d_1", "").has_value());
  EXPECT_EQ(readFile(folder / "secrets.json").value().find("top"), std::string::npos);
  EXPECT_EQ(Secrets(instance).get("mail").value(), "top");
  EXPECT_EQ(secrets.names().value(), (std::vector<std::string>{"b.c-d_1", "mail"}));
  for (const char* bad : {"", "a b", "../x", "a\nb"}) EXPECT_FALSE(secrets.set(bad, "x").has_value()) << bad;
  EXPECT_FALSE(secrets.set("big", std::string(64 * 1024 + 1, 'x')).has_value());
  ASSERT_TRUE(secrets.remove("mail").has_value());
  EXPECT_FALSE(secrets.remove("mail").has_value());
  EXPECT_FALSE(secrets.get("mail").has_value());
}

}  // namespace
}  // namespace qodly::security
