// Signing in: providers, lock-out, links, second factors, directory sessions. The clock is the test's, hashes are
// cheap.
#include "security/accounts.h"

#include <fstream>
#include <thread>

#include "security/json_members.h"
#include "security/roles.h"
#include "security/session_privileges.h"
#include "security/session_tokens.h"
#include "security/totp.h"
#include "security/user_session.h"
#include "tests/unit/security/instance_folder.h"

namespace qodly::security {
namespace {

using Status = SignIn::Status;
constexpr std::string_view good = "Corr3ct-horse";
const Caller home{"10.0.0.7", "web"};

Identity identityOf(std::string provider, std::string externalId, std::string email) {
  Identity identity;
  identity.provider = std::move(provider);
  identity.externalId = std::move(externalId);
  identity.email = std::move(email);
  return identity;
}

// A directory that knows one login, and can be down.
class Corp final : public PasswordProvider {
 public:
  const std::string& name() const override { return name_; }
  Finding check(const Credentials& credentials) override {
    if (down) return Finding::unavailable("no connection");
    if (credentials.login != "uma" || credentials.password != "ldap-secret") return Finding::refused("no such entry");
    return Finding::accepted(identity);
  }
  explicit Corp(std::string name = "corp") : name_(std::move(name)) {}
  bool down = false;
  Identity identity;

 private:
  std::string name_;
};

// An identity provider whose answer the test gives.
class Staff final : public RedirectProvider {
 public:
  const std::string& name() const override { return name_; }
  Result<Begin> begin(const std::string& callbackUrl) override {
    return Begin{"https://id.example/?back=" + callbackUrl, "state-" + std::to_string(++begun), "memory"};
  }
  Finding callback(const std::map<std::string, std::string>& query, const std::string& memory, const std::string&,
                   const std::string&) override {
    return query.contains("code") && memory == "memory" ? Finding::accepted(identity) : Finding::refused("no code");
  }
  std::optional<std::string> logoutUrl(const std::string&) const override { return std::nullopt; }
  int begun = 0;
  Identity identity;

 private:
  std::string name_ = "staff";
};

class AccountsTest : public WithInstance {
 protected:
  void open(std::string_view authJson = {}) {
    if (!authJson.empty()) write("auth.json", authJson);
    Accounts::Options options;
    options.application = "Bakery";
    options.cost = {.memoryKiB = 64, .passes = 1};
    options.clock = [this] { return qodly::Instant{now}; };
    options.origin = [] { return std::string("https://bakery.example"); };
    if (mails)
      options.sendMail = [this](const Mail& mail) -> Result<> {
        std::lock_guard lock(mutex);
        sent.push_back(mail);
        return {};
      };
    options.factories = {{"corp",
                          [this](const Object&, const ProviderContext&) -> Result<std::unique_ptr<Provider>> {
                            auto made = std::make_unique<Corp>();
                            corp = made.get();
                            return made;
                          }},
                         {"branch",
                          [this](const Object&, const ProviderContext&) -> Result<std::unique_ptr<Provider>> {
                            auto made = std::make_unique<Corp>("branch");
                            branch = made.get();
                            return made;
                          }},
                         {"staff", [this](const Object&, const ProviderContext&) -> Result<std::unique_ptr<Provider>> {
                            auto made = std::make_unique<Staff>();
                            staff = made.get();
                            return made;
                          }}};
    accounts = Accounts::open(instance, std::move(options)).value();
  }
  UserRef add(std::string email, std::string_view password = good) {
    User user;
    user.email = std::move(email);
    user.assignments.push_back({std::string(developmentEnvironment), "Mira", "Lind", "Seller"});
    const UserRef added = accounts->directory().add(std::move(user)).value();
    return password.empty() ? added : accounts->setPassword(added->id, password, home, "test").value();
  }
  SignIn signIn(std::string_view login, std::string_view password, std::string_view code = {}) {
    return accounts->signIn(login, password, code, home);
  }
  std::string secretOf(const User& user) { return *instance.unseal(accounts->directory().byId(user.id)->totp); }
  std::string codeNow(const User& user) { return totpCode(secretOf(user), totpStepAt(now / 1000)); }
  std::vector<std::string> enrol(const UserRef& user) {
    const auto enrolment = accounts->beginTotp(*user).value();
    const std::string secret = *fromBase32(enrolment.secret);
    auto codes = accounts->finishTotp(*user, enrolment.setup, totpCode(secret, totpStepAt(now / 1000)), home).value();
    now += 60'000;
    return codes;
  }
  static std::string tokenOf(const std::string& url) { return url.substr(url.find("token=") + 6); }

  std::int64_t now = 1'900'000'000'000;
  bool mails = false;
  std::mutex mutex;
  std::vector<Mail> sent;
  Corp *corp = nullptr, *branch = nullptr;
  Staff* staff = nullptr;
  std::unique_ptr<Accounts> accounts;
};

TEST_F(AccountsTest, TheRightPasswordGivesTheProfile) {
  open();
  const UserRef mira = add("mira@cedar.example");
  const SignIn result = signIn(" MIRA@cedar.example", good);
  ASSERT_TRUE(result.accepted());
  EXPECT_EQ(result.profile, "Seller");
  EXPECT_EQ(result.user->id, mira->id);
  EXPECT_FALSE(result.user->lastLogin.empty());
}

TEST_F(AccountsTest, EverythingElseIsRefusedAlike) {
  open();
  add("mira@cedar.example");
  const UserRef off = add("off@cedar.example");
  (void)accounts->directory().change(off->id, [](User& user) -> Result<> {
    user.disabled = true;
    return {};
  });
  add("new@cedar.example", "");
  struct Row {
    const char *login, *password;
  };
  for (const Row& row : std::initializer_list<Row>{{"mira@cedar.example", "wrong"},
                                                   {"mira@cedar.example", ""},
                                                   {"mira@cedar.example", "corr3ct-horse"},
                                                   {"nobody@cedar.example", "Corr3ct-horse"},
                                                   {"off@cedar.example", "Corr3ct-horse"},
                                                   {"new@cedar.example", ""},
                                                   {"new@cedar.example", "x"},
                                                   {"", "Corr3ct-horse"},
                                                   {"' or 1=1 --", "x"},
                                                   {"*", "*"},
                                                   {"mira@cedar.example\r\nX: y", "x"}}) {
    const SignIn result = signIn(row.login, row.password);
    EXPECT_EQ(result.status, Status::Refused) << row.login;
    EXPECT_EQ(result.message(), "Incorrect username or password.");
  }
}

TEST_F(AccountsTest, FiveFailuresLockAlsoTheRightPassword) {
  open();
  add("mira@cedar.example");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(signIn("mira@cedar.example", "wrong").status, Status::Refused);
  const SignIn locked = signIn("mira@cedar.example", good);
  EXPECT_EQ(locked.status, Status::Locked);
  EXPECT_EQ(locked.message(), "Too many attempts, try again in 60 s.");
  now += 60'000;
  EXPECT_TRUE(signIn("mira@cedar.example", good).accepted());
}

TEST_F(AccountsTest, EveryAttemptIsInTheActivityLog) {
  open();
  add("mira@cedar.example");
  (void)signIn("mira@cedar.example", good);
  (void)signIn("mira@cedar.example", "wrong");
  (void)signIn("nobody@x.y", "wrong");
  const std::string log = readFile(folder / "activity.jsonl").value();
  for (const char* part : {R"("action":"User Login","user":"mira@cedar.example","via":"web","ip":"10.0.0.7")",
                           R"("action":"User Login Failed","user":"mira@cedar.example")",
                           R"("action":"User Login Failed","user":"nobody@x.y")", R"("reason":"unknown user")"}) {
    EXPECT_TRUE(log.contains(part)) << part << "\n" << log;
  }
  EXPECT_FALSE(log.contains("wrong\"")) << "no password is written";
  EXPECT_FALSE(verifyActivity(instance)->broken.has_value());
}

TEST_F(AccountsTest, ABroughtAlongHashIsReplacedAtTheNextLogin) {
  open();
  const UserRef mira = add("mira@cedar.example", "");
  (void)accounts->setPassword(mira->id, "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", home, "test");
  EXPECT_EQ(signIn("mira@cedar.example", "U*V").status, Status::Refused);
  EXPECT_TRUE(signIn("mira@cedar.example", "U*U").accepted());
  EXPECT_TRUE(accounts->directory().byId(mira->id)->passwordHash.starts_with("$argon2id$"));
  EXPECT_TRUE(signIn("mira@cedar.example", "U*U").accepted());
}

TEST_F(AccountsTest, OneTimeLinksWorkOnce) {
  open();
  const UserRef mira = add("mira@cedar.example", "");
  const auto link = accounts->invite(mira->id, home, "admin").value();
  EXPECT_TRUE(link.url.starts_with("https://bakery.example/auth/invite?token="));
  EXPECT_FALSE(link.mailed);
  const std::string token = tokenOf(link.url);
  EXPECT_FALSE(readFile(folder / "directory.json")->contains(token)) << "only the digest is kept";
  EXPECT_FALSE(accounts->redeem(token, "weak", home).has_value());
  EXPECT_NE(accounts->linkOwner(token), nullptr) << "a weak password does not use it up";
  ASSERT_TRUE(accounts->redeem(token, good, home).has_value());
  EXPECT_FALSE(accounts->redeem(token, "An0ther-one", home).has_value());
  EXPECT_TRUE(signIn("mira@cedar.example", good).accepted());
}

TEST_F(AccountsTest, LinksEndByTimeByANewOneAndByGuessing) {
  open();
  const UserRef mira = add("mira@cedar.example");
  const std::string first = tokenOf(accounts->reset(mira->id, home, "admin")->url);
  const std::string second = tokenOf(accounts->reset(mira->id, home, "admin")->url);
  EXPECT_EQ(accounts->linkOwner(first), nullptr);
  EXPECT_NE(accounts->linkOwner(second), nullptr);
  now += 3'600'001;
  EXPECT_EQ(accounts->linkOwner(second), nullptr);
  const std::string third = tokenOf(accounts->reset(mira->id, home, "admin")->url);
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(accounts->redeem("guess" + std::to_string(i), good, home).has_value());
  const auto locked = accounts->redeem(third, good, home);
  ASSERT_FALSE(locked.has_value());
  EXPECT_TRUE(locked.error().message().starts_with("E_LOCKED"));
}

TEST_F(AccountsTest, OfManyWhoUseALinkOneWins) {
  open();
  const UserRef mira = add("mira@cedar.example", "");
  const std::string token = tokenOf(accounts->invite(mira->id, home, "admin")->url);
  std::atomic<int> won = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      won += accounts->redeem(token, "Passw0rd-" + std::to_string(i), {"10.0.1." + std::to_string(i), "web"}) ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(won, 1);
}

TEST_F(AccountsTest, AResetIsMailedOnlyToUsers) {
  mails = true;
  open();
  add("mira@cedar.example");
  accounts->requestReset("mira@cedar.example", home);
  accounts->requestReset("nobody@cedar.example", home);
  for (int i = 0; i < 10; ++i) accounts->requestReset("mira@cedar.example", home);
  accounts.reset();  // its threads have finished
  ASSERT_EQ(sent.size(), 3U) << "a few an hour, no flood";
  EXPECT_EQ(sent.front().to, "mira@cedar.example");
  EXPECT_TRUE(sent.front().text.contains("https://bakery.example/auth/reset?token="));
}

TEST_F(AccountsTest, ChangingThePasswordNeedsTheOldOneAndEndsOtherSignIns) {
  open();
  const UserRef mira = add("mira@cedar.example");
  EXPECT_FALSE(accounts->changePassword(mira->id, "wrong", "N3w-password", home).has_value());
  EXPECT_FALSE(accounts->changePassword(mira->id, good, "weak", home).has_value());
  EXPECT_TRUE(accounts->standing(mira->id, mira->epoch).has_value());
  ASSERT_TRUE(accounts->changePassword(mira->id, good, "N3w-password", home).has_value());
  EXPECT_FALSE(accounts->standing(mira->id, mira->epoch).has_value());
  EXPECT_FALSE(signIn("mira@cedar.example", good).accepted());
  EXPECT_TRUE(signIn("mira@cedar.example", "N3w-password").accepted());
}

TEST_F(AccountsTest, ASecondFactorIsAskedForAndEachCodeWorksOnce) {
  open();
  const UserRef mira = add("mira@cedar.example");
  const auto recovery = enrol(mira);
  const SignIn half = signIn("mira@cedar.example", good);
  ASSERT_EQ(half.status, Status::FactorNeeded);
  EXPECT_EQ(half.message(), "Second factor required");
  const std::string code = codeNow(*mira);
  EXPECT_EQ(accounts->secondFactor(half.ticket, "000000", home).status, Status::Refused);
  EXPECT_TRUE(accounts->secondFactor(half.ticket, code, home).accepted());
  EXPECT_EQ(accounts->secondFactor(half.ticket, code, home).status, Status::Refused) << "replay";
  EXPECT_EQ(signIn("mira@cedar.example", good, code).status, Status::Refused) << "replay";
  EXPECT_EQ(signIn("mira@cedar.example", "wrong", recovery[0]).status, Status::Refused);
  EXPECT_TRUE(signIn("mira@cedar.example", good, recovery[0]).accepted());
  EXPECT_EQ(signIn("mira@cedar.example", good, recovery[0]).status, Status::Refused) << "replay";
  EXPECT_TRUE(signIn("mira@cedar.example", good, recovery[1]).accepted());
}

TEST_F(AccountsTest, GuessingCodesLocksTheAccount) {
  open();
  const UserRef mira = add("mira@cedar.example");
  (void)enrol(mira);
  const SignIn half = signIn("mira@cedar.example", good);
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(accounts->secondFactor(half.ticket, "00000" + std::to_string(i), home).status, Status::Refused);
  EXPECT_EQ(accounts->secondFactor(half.ticket, codeNow(*mira), home).status, Status::Locked);
  EXPECT_EQ(signIn("mira@cedar.example", good).status, Status::Locked);
}

TEST_F(AccountsTest, TicketsAreBoundToTheirPurposeTimeAndUser) {
  open();
  const UserRef mira = add("mira@cedar.example");
  (void)enrol(mira);
  const SignIn half = signIn("mira@cedar.example", good);
  EXPECT_EQ(accounts->ticketOwner(half.ticket), nullptr) << "the password alone makes no second app";
  for (const std::string& bad :
       {std::string(), std::string("x"), std::string(5000, 'A'), half.ticket.substr(1), half.ticket + "A"}) {
    EXPECT_EQ(accounts->secondFactor(bad, codeNow(*mira), home).status, Status::Refused);
  }
  now += 5 * 60'000 + 1;
  EXPECT_EQ(accounts->secondFactor(half.ticket, codeNow(*mira), home).status, Status::Refused) << "too old";
  const SignIn fresh = signIn("mira@cedar.example", good);
  (void)accounts->setPassword(mira->id, "N3w-password", home, "admin");
  EXPECT_EQ(accounts->secondFactor(fresh.ticket, codeNow(*mira), home).status, Status::Refused) << "void";
}

TEST_F(AccountsTest, WhereASecondFactorIsDemandedItIsSetUpFirst) {
  open(R"({"requireMfa":true})");
  const UserRef mira = add("mira@cedar.example");
  const SignIn half = signIn("mira@cedar.example", good);
  ASSERT_EQ(half.status, Status::EnrolNeeded);
  ASSERT_NE(accounts->ticketOwner(half.ticket), nullptr);
  EXPECT_EQ(accounts->secondFactor(half.ticket, "123456", home).status, Status::Refused);
  (void)enrol(accounts->ticketOwner(half.ticket));
  EXPECT_EQ(signIn("mira@cedar.example", good).status, Status::FactorNeeded);
  EXPECT_EQ(accounts->ticketOwner(half.ticket), nullptr) << "used up";
}

TEST_F(AccountsTest, ProvidersAreAskedInTheirOrder) {
  open(R"({"providers":[{"type":"corp"},{"type":"builtin"}]})");
  add("mira@cedar.example");
  EXPECT_TRUE(signIn("mira@cedar.example", good).accepted());
  corp->identity = identityOf("corp", "uid=uma", "uma@cedar.example");
  EXPECT_EQ(signIn("uma", "ldap-secret").status, Status::NotAuthorized) << "unknown here, and not to be made";
  corp->identity.createUser = true;
  corp->identity.profile = "Boss";
  const SignIn made = signIn("uma", "ldap-secret");
  ASSERT_TRUE(made.accepted());
  EXPECT_EQ(made.profile, "Boss");
  corp->identity.profile = "Clerk";
  EXPECT_EQ(signIn("uma", "ldap-secret").profile, "Clerk") << "groups are looked at each time";
  corp->identity.profile.reset();
  EXPECT_EQ(signIn("uma", "ldap-secret").profile, "Clerk");
  corp->identity.externalId = "uid=other";
  EXPECT_EQ(signIn("uma", "ldap-secret").status, Status::NotAuthorized) << "the address belongs to another entry";
  corp->down = true;
  EXPECT_EQ(signIn("uma", "ldap-secret").status, Status::Unavailable);
  EXPECT_TRUE(signIn("mira@cedar.example", good).accepted());
}

// One directory that answers refuses for all; only when none can is it told that they are out of reach. Both for users
// that exist and for others alike: an outage tells nobody who has an account.
TEST_F(AccountsTest, AnOutageTellsNothingAboutUsers) {
  open(R"({"providers":[{"type":"corp"},{"type":"builtin"},{"type":"branch"}]})");
  add("mira@cedar.example");
  struct Row {
    bool corpDown, branchDown;
    Status expected;
  };
  for (const Row& row : {Row{false, false, Status::Refused}, Row{true, false, Status::Refused},
                         Row{false, true, Status::Refused}, Row{true, true, Status::Unavailable}}) {
    corp->down = row.corpDown;
    branch->down = row.branchDown;
    for (const char* login : {"mira@cedar.example", "uma", "nobody@cedar.example", "nobody"}) {
      EXPECT_EQ(signIn(login, "wrong").status, row.expected) << login << row.corpDown << row.branchDown;
    }
    now += 2 * 3'600'000;
  }
  EXPECT_TRUE(signIn("mira@cedar.example", good).accepted());
  branch->down = false;
  branch->identity = identityOf("branch", "uid=uma", "uma@cedar.example");
  branch->identity.createUser = true;
  branch->identity.profile = "Clerk";
  EXPECT_TRUE(signIn("uma", "ldap-secret").accepted()) << "the next one is asked";
  const std::string log = readFile(folder / "activity.jsonl").value();
  EXPECT_NE(log.find("corp: no connection; branch: no connection"), std::string::npos);
}

TEST_F(AccountsTest, AnOutageLetsNobodyGuessOn) {
  open(R"({"providers":[{"type":"builtin"},{"type":"corp"}]})");
  add("mira@cedar.example");
  corp->down = true;
  for (const char* login : {"mira@cedar.example", "nobody@cedar.example"}) {
    for (int i = 0; i < 5; ++i) EXPECT_EQ(signIn(login, "wrong").status, Status::Unavailable) << login << i;
    EXPECT_EQ(signIn(login, good).status, Status::Locked) << login;
  }
}

TEST_F(AccountsTest, AnAdministratorUnlocksAnAccount) {
  open();
  const UserRef mira = add("mira@cedar.example");
  for (int i = 0; i < 5; ++i) (void)signIn("mira@cedar.example", "wrong");
  EXPECT_EQ(signIn("mira@cedar.example", good).status, Status::Locked);
  now += 1;
  ASSERT_TRUE(accounts->unlock(mira->id, {"", "cli"}, "root"));
  EXPECT_TRUE(signIn("mira@cedar.example", good).accepted());
  for (int i = 0; i < 5; ++i) EXPECT_EQ(signIn("mira@cedar.example", "wrong").status, Status::Refused) << i;
  EXPECT_EQ(signIn("mira@cedar.example", good).status, Status::Locked) << "what fails later counts";
  EXPECT_FALSE(accounts->unlock("nobody", {"", "cli"}, "root"));
}

TEST_F(AccountsTest, WithoutTheBuiltInProviderOnlyAdministratorsUsePasswords) {
  open(R"({"providers":[{"type":"corp"}]})");
  add("mira@cedar.example");
  EXPECT_EQ(signIn("mira@cedar.example", good).status, Status::Refused);
  const UserRef root = add("root@cedar.example");
  (void)accounts->directory().change(root->id, [](User& user) -> Result<> {
    user.instanceAdmin = true;
    return {};
  });
  EXPECT_TRUE(signIn("root@cedar.example", good).accepted());
}

TEST_F(AccountsTest, ARedirectComesBackToTheBrowserThatBeganItOnce) {
  open(R"({"providers":[{"type":"staff"}]})");
  add("mira@cedar.example");
  EXPECT_EQ(accounts->redirectProviders().size(), 1U);
  staff->identity = identityOf("staff", "sub-1", "mira@cedar.example");
  const auto begin = [&] { return accounts->beginRedirect("staff", "https://b/cb", "browser", "/orders").value(); };
  EXPECT_EQ(begin(), "https://id.example/?back=https://b/cb");
  EXPECT_FALSE(accounts->beginRedirect("other", "https://b/cb", "browser", "/").has_value());
  const auto finish = [&](std::string state, std::string browser, std::string provider = "staff") {
    return accounts->finishRedirect(provider, {{"state", state}, {"code", "c"}}, browser, home);
  };
  EXPECT_EQ(finish("state-1", "another browser").signIn.status, Status::Refused) << "login by a foreign link";
  EXPECT_EQ(finish("state-1", "browser").signIn.status, Status::Refused) << "used up by the attempt";
  (void)begin();
  const auto returned = finish("state-2", "browser");
  EXPECT_TRUE(returned.signIn.accepted());
  EXPECT_EQ(returned.next, "/orders");
  EXPECT_EQ(finish("state-2", "browser").signIn.status, Status::Refused) << "replay";
  (void)begin();
  EXPECT_EQ(finish("state-3", "").signIn.status, Status::Refused);
  (void)begin();
  now += 601'000;
  EXPECT_EQ(finish("state-4", "browser").signIn.status, Status::Refused) << "too old";
}

TEST_F(AccountsTest, TheFirstAdministratorNeedsTheLinkOfTheConsole) {
  open();
  const std::string token = accounts->beginSetup();
  EXPECT_TRUE(accounts->isSetupToken(token));
  EXPECT_FALSE(accounts->isSetupToken(""));
  EXPECT_FALSE(accounts->setup("guess", "root@cedar.example", good, home).has_value());
  EXPECT_FALSE(accounts->setup(token, "root@cedar.example", "weak", home).has_value());
  const auto root = accounts->setup(token, "Root@cedar.example", good, home);
  ASSERT_TRUE(root.has_value());
  EXPECT_TRUE((*root)->instanceAdmin);
  EXPECT_TRUE(accounts->hasAdministrator());
  EXPECT_FALSE(accounts->setup(token, "eve@cedar.example", good, home).has_value());
  EXPECT_FALSE(accounts->isSetupToken(accounts->beginSetup())) << "there is one already";
}

TEST_F(AccountsTest, DirectorySessionsOutliveARestartAndEndAfterAWeek) {
  open();
  const UserRef mira = add("mira@cedar.example");
  const std::string token = accounts->signIns().begin(*mira, accounts->now());
  const std::string ended = accounts->signIns().begin(*mira, accounts->now());
  accounts->signIns().end(ended);
  open();
  ASSERT_TRUE(accounts->signIns().find(token, accounts->now()).has_value());
  EXPECT_FALSE(accounts->signIns().find(ended, accounts->now()).has_value());
  EXPECT_FALSE(readFile(folder / "sign-ins.json")->contains(token));
  for (const std::string& bad : {std::string(), std::string("x"), token + "x", std::string(10'000, 'x')}) {
    EXPECT_FALSE(accounts->signIns().find(bad, accounts->now()).has_value());
  }
  now += 6 * 86'400'000LL;
  EXPECT_TRUE(accounts->signIns().find(token, accounts->now()).has_value());
  now += 6 * 86'400'000LL;
  EXPECT_TRUE(accounts->signIns().find(token, accounts->now()).has_value()) << "counted from the last use";
  now += 8 * 86'400'000LL;
  EXPECT_FALSE(accounts->signIns().find(token, accounts->now()).has_value());
}

TEST_F(AccountsTest, AUserHasABoundedNumberOfDirectorySessions) {
  open();
  const UserRef mira = add("mira@cedar.example");
  const std::string first = accounts->signIns().begin(*mira, accounts->now());
  for (std::size_t i = 0; i < SignIns::mostOfAUser; ++i) {
    now += 1000;
    (void)accounts->signIns().begin(*mira, accounts->now());
  }
  EXPECT_EQ(accounts->signIns().size(), SignIns::mostOfAUser);
  EXPECT_FALSE(accounts->signIns().find(first, accounts->now()).has_value());
}

TEST_F(AccountsTest, ASessionFollowsItsUser) {
  open();
  const Roles roles = Roles::read(
      R"({"privileges":[{"privilege":"sell"},{"privilege":"rule"}],"permissions":{"allowed":[]},
          "roles":[{"role":"Seller","privileges":["sell"]},{"role":"Boss","privileges":["rule"]}]})");
  const UserRef mira = add("mira@cedar.example");
  Session session(1, Instant(std::chrono::milliseconds(now)), std::chrono::minutes(60));
  session.slot<SessionPrivileges>()->set(roles, {.privileges = {"rule"}, .roles = {}, .userName = "somebody"});
  UserSession::signIn(session, roles, signIn("mira@cedar.example", good), *accounts);
  const auto privileges = session.find<SessionPrivileges>();
  EXPECT_EQ(privileges->names(roles), std::vector<std::string>{"sell"}) << "nothing of who was there before stays";
  EXPECT_EQ(privileges->userName(), "mira@cedar.example");
  UserSession::refresh(session, roles, *accounts);
  EXPECT_EQ(privileges->names(roles), std::vector<std::string>{"sell"});
  (void)accounts->directory().change(mira->id, [](User& user) -> Result<> {
    user.assignments.front().profile = "Boss";
    return {};
  });
  UserSession::refresh(session, roles, *accounts);
  EXPECT_EQ(privileges->names(roles), std::vector<std::string>{"rule"});
  (void)accounts->directory().remove(mira->id);
  UserSession::refresh(session, roles, *accounts);
  EXPECT_TRUE(privileges->isGuest(roles));
  EXPECT_FALSE(privileges->isLoggedIn());
}

TEST_F(AccountsTest, SessionTokensWorkOnce) {
  SessionTokens tokens;
  auto session = std::make_shared<Session>(1, Instant(), std::chrono::minutes(60));
  const std::string token = tokens.make(session, std::nullopt);
  EXPECT_EQ(tokens.take("x"), nullptr);
  EXPECT_EQ(tokens.take(token), session);
  EXPECT_EQ(tokens.take(token), nullptr);
  const std::string lost = tokens.make(session, 10);
  session.reset();
  EXPECT_EQ(tokens.take(lost), nullptr);
}

}  // namespace
}  // namespace qodly::security
