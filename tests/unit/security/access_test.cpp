#include <gtest/gtest.h>

#include "security/access_cache.h"

namespace qodly::security {
namespace {

std::shared_ptr<const model::Model> modelOf(
    const std::vector<std::pair<std::string, std::vector<std::string>>>& classes) {
  auto model = std::make_shared<model::Model>();
  for (const auto& [name, attributes] : classes) {
    model::DataClass& dataClass = model->classes.emplace_back();
    dataClass.name = name;
    for (const std::string& attribute : attributes) dataClass.attributes.emplace_back().name = attribute;
    dataClass.buildIndex();
  }
  model->buildIndex();
  return model;
}

TEST(Access, FollowsFromRoles) {
  AccessControl control;
  control.setRoles(Roles::read(R"({"privileges":[{"privilege":"boss"}],"permissions":{"allowed":[
    {"type":"dataclass","applyTo":"Loan","read":["boss"]},
    {"type":"attribute","applyTo":"Book.price","update":["boss"],"drop":["boss"]}]}})"));
  const auto model = modelOf({{"Book", {"ID", "price"}}, {"Loan", {"ID"}}});
  const auto roles = control.roles();
  const auto guest = control.access(roles, roles->held({}), model);
  ASSERT_NE(guest, nullptr);
  EXPECT_TRUE(guest->allows(0, orda::Right::read));
  EXPECT_FALSE(guest->allows(1, orda::Right::read));
  EXPECT_FALSE(guest->allows(1, 0, orda::Right::read));
  EXPECT_TRUE(guest->allows(1, orda::Right::update));
  EXPECT_TRUE(guest->allows(0, 0, orda::Right::update));
  EXPECT_FALSE(guest->allows(0, 1, orda::Right::update));
  EXPECT_TRUE(guest->allows(0, 1, orda::Right::read));
  EXPECT_TRUE(guest->forbidsAttributes(0, orda::Right::drop));
  EXPECT_FALSE(guest->forbidsAttributes(0, orda::Right::read));
  EXPECT_EQ(control.access(roles, roles->held({}), model), guest) << "asked twice, resolved once";

  PrivilegeSet boss;
  boss.add(*roles->privilege("boss"));
  EXPECT_EQ(control.access(roles, roles->held(boss), model), nullptr) << "nothing is forbidden";
  EXPECT_EQ(orda::noPermission("read", "Loan").message(), "No permission to read for the Loan dataclass");
  EXPECT_EQ(orda::noPermission("update", "Book", "price").message(),
            "No permission to update for \"price\" attribute in the Book dataclass");
}

TEST(Access, AChangedFileCountsAtOnce) {
  AccessControl control;
  const auto model = modelOf({{"Book", {"ID"}}});
  EXPECT_EQ(control.access(control.roles(), control.roles()->held({}), model), nullptr);
  control.setRoles(Roles::read(R"({"restrictedByDefault":true})"));
  const auto closed = control.access(control.roles(), control.roles()->held({}), model);
  ASSERT_NE(closed, nullptr);
  EXPECT_FALSE(closed->allows(0, orda::Right::create));
}

}  // namespace
}  // namespace qodly::security
