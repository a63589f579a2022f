#include "security/roles.h"

#include <set>

#include <gtest/gtest.h>

#include "security/session_privileges.h"

namespace qodly::security {
namespace {

PrivilegeSet holding(const Roles& roles, const std::vector<std::string>& names) {
  PrivilegeSet assigned;
  for (const std::string& name : names) {
    if (const auto privilege = roles.privilege(name)) assigned.add(*privilege);
    if (const auto role = roles.role(name)) assigned.add(*role);
  }
  return roles.held(assigned);
}

constexpr std::string_view library = R"({ "forceLogin": false, "restrictedByDefault": false,
  "privileges": [ {"privilege":"nobody","includes":[]}, {"privilege":"seeLoans","includes":[]},
    {"privilege":"seeNotes","includes":["seeLoans"]} ],
  "roles": [ {"role":"Desk","privileges":["seeLoans"]}, {"role":"Nurse","privileges":["seeNotes"]} ],
  "permissions": { "allowed": [
    {"applyTo":"ds","type":"datastore","read":["nobody"],"create":["nobody"],"update":["nobody"],"drop":["nobody"],"execute":["nobody"]},
    {"applyTo":"Book","type":"dataclass","read":["guest"]},
    {"applyTo":"Reader","type":"dataclass","read":["seeLoans"]},
    {"applyTo":"Reader.medicalNote","type":"attribute","read":["seeNotes"]},
    {"applyTo":"Gate.signIn","type":"singletonMethod","execute":["guest"],"promote":["seeLoans"]} ] } })";

// The worked example of roles.md 14.
TEST(Roles, WorkedExample) {
  const Roles roles = Roles::read(library);
  ASSERT_TRUE(roles.problems().empty());
  struct Row {
    std::vector<std::string> assigned;
    bool bookRead, bookUpdate, readerRead, note, loanRead, signIn, other;
  };
  const std::vector<Row> rows = {
      {{}, true, false, false, false, false, true, false},
      {{"Desk"}, true, false, true, false, false, true, false},
      {{"nurse"}, true, false, true, true, false, true, false},
  };
  for (const Row& row : rows) {
    const PrivilegeSet held = holding(roles, row.assigned);
    EXPECT_EQ(roles.allowsDataClass("Book", Action::read, held), row.bookRead);
    EXPECT_EQ(roles.allowsDataClass("Book", Action::update, held), row.bookUpdate);
    EXPECT_EQ(roles.allowsDataClass("Reader", Action::read, held), row.readerRead);
    EXPECT_EQ(roles.allowsAttribute("Reader", "medicalNote", Action::read, held), row.note);
    EXPECT_EQ(roles.allowsDataClass("Loan", Action::read, held), row.loanRead);
    EXPECT_EQ(roles.allowsSingleton("Gate", "signIn", held), row.signIn);
    EXPECT_EQ(roles.allowsSingleton("Gate", "other", held), row.other);
  }
  EXPECT_TRUE(roles.promotedBySingleton("Gate", "signIn").contains(*roles.privilege("SEELOANS")));
  EXPECT_TRUE(roles.promotedBySingleton("Gate", "other").empty());
}

// The truth table of roles.md 6.
TEST(Roles, TruthTable) {
  struct Row {
    const char *ds, *dataClass, *attribute;
    std::vector<std::string> held;
    bool readClass, readAttribute;
  };
  const std::vector<Row> rows = {
      {"", "", "", {}, true, true},
      {"none", "", "", {}, false, false},
      {"none", "guest", "", {}, true, true},
      {"guest", "boss", "", {}, false, false},
      {"none", "clerk", "boss", {"clerk"}, true, false},
      {"none", "clerk", "boss", {"boss"}, false, false},
      {"none", "clerk", "boss", {"clerk", "boss"}, true, true},
      {"", "", "boss", {}, true, false},
  };
  const auto entry = [](std::string_view type, std::string_view name, std::string_view list) {
    return list.empty() ? std::string()
                        : std::string(R"({"type":")") + std::string(type) + R"(","applyTo":")" + std::string(name) +
                              R"(","read":[")" + std::string(list) + R"("]},)";
  };
  for (const Row& row : rows) {
    std::string allowed = entry("datastore", "ds", row.ds) + entry("dataclass", "D", row.dataClass) +
                          entry("attribute", "D.x", row.attribute);
    if (!allowed.empty()) allowed.pop_back();
    const Roles roles = Roles::read(
        R"({"privileges":[{"privilege":"clerk"},{"privilege":"boss"}],"permissions":{"allowed":[)" + allowed + "]}}");
    const PrivilegeSet held = holding(roles, row.held);
    EXPECT_EQ(roles.allowsDataClass("D", Action::read, held), row.readClass) << allowed;
    EXPECT_EQ(roles.allowsAttribute("D", "x", Action::read, held), row.readAttribute) << allowed;
  }
}

TEST(Roles, FunctionLevelReplacesDataclassLevel) {
  const Roles roles = Roles::read(R"({"privileges":[{"privilege":"a"},{"privilege":"b"}],"permissions":{"allowed":[
    {"type":"datastore","applyTo":"ds","execute":["b"]},
    {"type":"dataclass","applyTo":"D","execute":["a"]},
    {"type":"method","applyTo":"D.f","execute":["b"]}, {"type":"method","applyTo":"ds.open","execute":["guest"]} ]}})");
  const PrivilegeSet a = holding(roles, {"a"});
  const PrivilegeSet b = holding(roles, {"b"});
  EXPECT_FALSE(roles.allowsFunction("D", "f", a));
  EXPECT_TRUE(roles.allowsFunction("D", "f", b));
  EXPECT_TRUE(roles.allowsFunction("D", "g", a));
  EXPECT_FALSE(roles.allowsFunction("D", "g", b));
  EXPECT_TRUE(roles.allowsFunction("Other", "g", b));
  EXPECT_TRUE(roles.allowsFunction("ds", "open", holding(roles, {})));
  EXPECT_FALSE(roles.allowsFunction("ds", "close", a));
}

TEST(Roles, RestrictedByDefaultCloses) {
  const Roles roles =
      Roles::read(R"({"restrictedByDefault":true,"forceLogin":true,"privileges":[],"permissions":{"allowed":[
    {"type":"attribute","applyTo":"D.x","read":["guest"]}]}})");
  const PrivilegeSet guest = holding(roles, {});
  EXPECT_FALSE(roles.allowsDataClass("D", Action::read, guest));
  EXPECT_FALSE(roles.allowsAttribute("D", "x", Action::read, guest));
  EXPECT_TRUE(roles.allowsFunction("ds", "authentify", guest));
  EXPECT_FALSE(roles.allowsFunction("ds", "other", guest));
  EXPECT_TRUE(roles.describesDataClass("D", guest));
}

TEST(Roles, EmptyListsAreAbsentAndDuplicatesUnite) {
  const Roles roles = Roles::read(R"({"privileges":[{"privilege":"a"},{"privilege":"b"}],"permissions":{"allowed":[
    {"type":"dataclass","applyTo":"D","read":[],"update":["a"]}, {"type":"dataclass","applyTo":"D","update":["b"]}]}})");
  EXPECT_TRUE(roles.allowsDataClass("D", Action::read, holding(roles, {})));
  EXPECT_TRUE(roles.allowsDataClass("D", Action::update, holding(roles, {"a"})));
  EXPECT_TRUE(roles.allowsDataClass("D", Action::update, holding(roles, {"B"})));
  EXPECT_FALSE(roles.allowsDataClass("D", Action::update, holding(roles, {})));
}

TEST(Roles, UndeclaredPrivilegesOnlyLock) {
  const Roles roles = Roles::read(
      R"({"privileges":[],"permissions":{"allowed":[{"type":"dataclass","applyTo":"D","read":["ghost"]}]}})");
  EXPECT_FALSE(roles.privilege("ghost").has_value());
  EXPECT_FALSE(roles.allowsDataClass("D", Action::read, holding(roles, {"ghost"})));
}

TEST(Roles, CyclesCloseAndAreReported) {
  const Roles roles =
      Roles::read(R"({"privileges":[{"privilege":"a","includes":["b"]},{"privilege":"b","includes":["a","x"]}],
    "roles":[{"role":"R","privileges":["a","y"]}],"permissions":{"allowed":[{"type":"room","applyTo":"D"}]}})");
  EXPECT_TRUE(holding(roles, {"R"}).contains(*roles.privilege("b")));
  std::set<std::string> messages;
  for (const RoleProblem& problem : roles.problems()) messages.insert(problem.path + ": " + problem.message);
  EXPECT_EQ(messages, (std::set<std::string>{
                          R"(privileges[0].includes: Circular inclusion of privilege "a".)",
                          R"(privileges[1].includes: Circular inclusion of privilege "b".)",
                          R"(privileges[1].includes[1]: Cannot find privilege "x".)",
                          R"(roles[0].privileges[1]: Cannot find privilege "y".)",
                          R"(permissions.allowed[0].type: Unknown resource type "room".)",
                      }));
}

TEST(Roles, ABrokenFileDeniesEverythingButToTheAdministrator) {
  for (const std::string_view text : {R"({"permissions": {"allowed": [ stray ]}})", R"([])", R"({"privileges": {}})",
                                      R"({"forceLogin": "yes"})", R"({"permissions":{"allowed":[1]}})"}) {
    const Roles roles = Roles::read(text);
    EXPECT_TRUE(roles.isBroken()) << text;
    EXPECT_EQ(roles.problems().size(), 1U) << text;
    EXPECT_FALSE(roles.allowsDataClass("D", Action::read, holding(roles, {}))) << text;
    PrivilegeSet administrator;
    administrator.add(Roles::webAdmin);
    EXPECT_TRUE(roles.allowsDataClass("D", Action::read, administrator)) << text;
  }
}

class Names final : public ResourceNames {
 public:
  bool hasDataClass(std::string_view name) const override { return name == "D"; }
  bool hasAttribute(std::string_view owner, std::string_view name) const override {
    return owner == "D" && name == "x";
  }
  bool hasFunction(std::string_view owner, std::string_view name) const override { return owner == "D" && name == "f"; }
  bool hasSingleton(std::string_view name) const override { return name == "S"; }
  bool hasSingletonFunction(std::string_view owner, std::string_view name) const override {
    return owner == "S" && name == "f";
  }
};

TEST(Roles, StaleEntriesAreReportedInOrderOfTheirNames) {
  const Roles roles = Roles::read(R"({"privileges":[],"permissions":{"allowed":[
    {"type":"dataclass","applyTo":"Z","read":["guest"]}, {"type":"attribute","applyTo":"D.y"}, {"type":"method","applyTo":"D.f"},
    {"type":"method","applyTo":"D.g"}, {"type":"singleton","applyTo":"T"}, {"type":"singletonMethod","applyTo":"S.g"},
    {"type":"dataclass","applyTo":"D"}]}})");
  const Names names;
  std::string report;
  for (const RoleProblem& problem : roles.problems(&names)) report += problem.path + " " + problem.message + "\n";
  EXPECT_EQ(report,
            "permissions.allowed[3].applyTo Cannot find member function \"D.g\".\n"
            "permissions.allowed[1].applyTo Cannot find attribute \"D.y\".\n"
            "permissions.allowed[5].applyTo Cannot find singleton function \"S.g\".\n"
            "permissions.allowed[4].applyTo Cannot find singleton \"T\".\n"
            "permissions.allowed[0].applyTo Cannot find dataclass \"Z\".\n");
}

TEST(Roles, ExplainsWhichListDecided) {
  const Roles roles = Roles::read(library);
  const PrivilegeSet guest = holding(roles, {});
  EXPECT_EQ(roles.explain(ResourceType::dataClass, "Loan", Action::read, guest),
            "read of Loan is for nobody (datastore level)");
  EXPECT_EQ(roles.explain(ResourceType::attribute, "Reader.medicalNote", Action::read, holding(roles, {"Desk"})),
            "read of Reader.medicalNote is for seeNotes (attribute level)");
}

TEST(SessionPrivileges, AddsUntilCleared) {
  const auto roles = std::make_shared<const Roles>(Roles::read(library));
  SessionPrivileges session;
  EXPECT_TRUE(session.isGuest(*roles));
  EXPECT_FALSE(session.isLoggedIn());
  EXPECT_TRUE(session.names(*roles).empty());
  EXPECT_TRUE(session.set(*roles, {.privileges = {"seeloans", "unknown"}, .roles = {}, .userName = "Ada"}));
  EXPECT_TRUE(session.set(*roles, {.privileges = {}, .roles = {"nurse"}, .userName = {}}));
  EXPECT_FALSE(session.set(*roles, {.privileges = {"unknown"}, .roles = {}, .userName = {}}));
  EXPECT_EQ(session.names(*roles), (std::vector<std::string>{"seeLoans", "seeNotes"}));
  EXPECT_EQ(session.userName(), "Ada");
  EXPECT_TRUE(session.held(roles).contains(Roles::guest));
  const std::uint64_t stamp = session.stamp();
  EXPECT_FALSE(session.isGuest(*roles));
  session.clear();
  EXPECT_TRUE(session.isGuest(*roles));
  EXPECT_TRUE(session.isLoggedIn());
  EXPECT_GT(session.stamp(), stamp);
  EXPECT_FALSE(roles->allowsDataClass("Reader", Action::read, session.held(roles)));
  session.logout();
  EXPECT_FALSE(session.isLoggedIn());
}

TEST(SessionPrivileges, LoginWithNothingIsALogin) {
  const Roles roles;
  SessionPrivileges session;
  EXPECT_TRUE(session.set(roles, {}));
  EXPECT_TRUE(session.isLoggedIn());
  EXPECT_TRUE(session.isGuest(roles));
}

TEST(SessionPrivileges, ARoleThatBringsNothingLeavesAGuest) {
  const Roles roles = Roles::read(R"({"privileges":[],"roles":[{"role":"Empty"},{"role":"Lost","privileges":["x"]}]})");
  SessionPrivileges session;
  EXPECT_TRUE(session.set(roles, {.privileges = {}, .roles = {"empty", "Lost"}, .userName = {}}));
  EXPECT_TRUE(session.isGuest(roles));
}

TEST(SessionPrivileges, PersonsAreToldApart) {
  const Roles roles = Roles::read(R"({"privileges":[{"privilege":"a"}]})");
  SessionPrivileges session;
  const auto login = [&](const char* name) {
    session.set(roles, {.privileges = {"a"}, .roles = {}, .userName = name});
    return session.persons();
  };
  const std::uint64_t guest = session.persons(), ada = login("Ada");
  EXPECT_EQ(ada, guest);
  EXPECT_EQ(login("Ada"), ada);
  session.set(roles, {.privileges = {"a"}, .roles = {}, .userName = {}});
  EXPECT_EQ(session.persons(), ada);
  const std::uint64_t bob = login("Bob");
  EXPECT_NE(bob, ada);
  session.logout();
  const std::uint64_t nobody = session.persons();
  EXPECT_NE(nobody, bob);
  session.logout();
  EXPECT_EQ(session.persons(), nobody);
  EXPECT_EQ(login("Bob"), nobody);
}

TEST(SessionPrivileges, GivingTheSameAgainRaisesNothing) {
  const Roles roles = Roles::read(R"({"privileges":[{"privilege":"a"}],"roles":[{"role":"R","privileges":["a"]}]})");
  SessionPrivileges session;
  const auto raises = [&](const SessionPrivileges::Grant& grant) {
    const std::uint64_t before = session.raises();
    session.set(roles, grant);
    return session.raises() != before;
  };
  const SessionPrivileges::Grant nothing, a{{"a"}, {}, {}}, role{{}, {"r"}, {}}, ada{{}, {}, "Ada"};
  EXPECT_TRUE(raises(nothing)) << "a login";
  EXPECT_FALSE(raises(nothing));
  EXPECT_TRUE(raises(a));
  EXPECT_FALSE(raises({{"A", "unknown"}, {}, {}}));
  EXPECT_TRUE(raises(role));
  EXPECT_FALSE(raises(role));
  EXPECT_TRUE(raises(ada));
  EXPECT_FALSE(raises(ada));
  session.clear();
  EXPECT_TRUE(raises(a));
}

TEST(SessionPrivileges, WhatWasBeforeIsNoMoreThanThat) {
  const auto roles =
      std::make_shared<const Roles>(Roles::read(R"({"privileges":[{"privilege":"a"},{"privilege":"b"}]})"));
  SessionPrivileges session, before;
  session.set(*roles, {.privileges = {"a"}, .roles = {}, .userName = "Ada"});
  session.set(*roles, {.privileges = {"b"}, .roles = {}, .userName = {}});
  session.takeBefore(before);
  EXPECT_TRUE(before.isReplaced());
  EXPECT_FALSE(session.isReplaced());
  EXPECT_TRUE(before.isGuest(*roles));
  EXPECT_FALSE(before.isLoggedIn());
  session.set(*roles, {.privileges = {"b"}, .roles = {}, .userName = {}});
  session.clear();
  SessionPrivileges cleared;
  session.takeBefore(cleared);
  EXPECT_TRUE(cleared.isGuest(*roles));
}

TEST(SessionPrivileges, NamesFollowAChangedFile) {
  SessionPrivileges session;
  const auto before = std::make_shared<const Roles>(Roles::read(R"({"privileges":[{"privilege":"a"}]})"));
  const auto after = std::make_shared<const Roles>(
      Roles::read(R"({"privileges":[{"privilege":"b"},{"privilege":"a","includes":["b"]}]})"));
  session.set(*before, {.privileges = {"a"}, .roles = {}, .userName = {}});
  EXPECT_TRUE(session.held(before).contains(*before->privilege("a")));
  EXPECT_TRUE(session.held(after).contains(*after->privilege("b")));
}

}  // namespace
}  // namespace qodly::security
