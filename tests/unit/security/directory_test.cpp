// The built-in directory's file, and what others change in it.
#include "security/directory.h"

#include <sys/stat.h>

#include "base/error_codes.h"
#include "security/directory_file.h"
#include "tests/unit/security/instance_folder.h"

namespace qodly::security {
namespace {

using DirectoryFile = WithInstance;

User named(std::string email, std::string profile = "Admin") {
  User user;
  user.email = std::move(email);
  user.assignments.push_back({std::string(developmentEnvironment), "Mira", "Lind", std::move(profile)});
  return user;
}

TEST_F(DirectoryFile, KeepsEverythingAboutAUser) {
  User user = named("Mira@Cedar.Example");
  user.passwordHash = "$argon2id$x";
  user.epoch = 7;
  user.externalIds = {{"corp", "uid=mira"}};
  user.disabled = user.instanceAdmin = true;
  user.totp = "sealed";
  user.totpStep = 58'000'000;
  user.recoveryCodes = {"a", "b"};
  user.passkeys.push_back({std::string("\0\x01id", 4), std::string("\xA5key"), "Phone", 4'000'000'000U, "2031-01-01"});
  user.link = OneTimeLink{"digest", "invite", qodly::Instant{1'900'000'000'000}};
  user.lastLogin = "2031-01-02T00:00:00.000Z";
  const UserRef added = Directory::open(instance).value()->add(user).value();
  EXPECT_EQ(added->email, "mira@cedar.example");
  const auto again = Directory::open(instance).value();
  const UserRef read = again->find(" MIRA@cedar.example ");
  ASSERT_NE(read, nullptr);
  EXPECT_EQ(writeDirectory({read}), writeDirectory({added}));
  EXPECT_EQ(read->passkeys.front().publicKey, "\xA5key");
  EXPECT_EQ(read->passkeys.front().signCount, 4'000'000'000U);
  EXPECT_EQ(read->link->expires.ms, 1'900'000'000'000);
  EXPECT_EQ(again->byId(added->id), read);
  EXPECT_EQ(again->byExternalId("corp", "uid=mira"), read);
  EXPECT_EQ(again->byExternalId("other", "uid=mira"), nullptr);
  EXPECT_EQ(again->byPasskey(std::string_view("\0\x01id", 4)), read);
  EXPECT_EQ(again->byLink("digest"), read);
  EXPECT_EQ(read->in("development")->profile, "Admin");
  EXPECT_EQ(read->in("Production"), nullptr);
  struct stat status {};
  ASSERT_EQ(::stat((folder / "directory.json").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(DirectoryFile, RefusesWhatIsNoEmailOrIsTaken) {
  const auto directory = Directory::open(instance).value();
  ASSERT_TRUE(directory->add(named("mira@cedar.example")).has_value());
  for (const char* bad :
       {"", "mira", "mira@", "@cedar.example", "mira@cedar", "mira@.example", "mira@cedar.", "mi ra@cedar.example",
        "mira@cedar.example\r\nBcc: x@y.z", "<mira@cedar.example>", "a,b@c.de"}) {
    const auto refused = directory->add(named(bad));
    ASSERT_FALSE(refused.has_value()) << bad;
    EXPECT_TRUE(refused.error().message().starts_with("E_EMAIL")) << bad;
  }
  std::string tooLong(250, 'x');
  tooLong += "@cedar.example";
  EXPECT_FALSE(directory->add(named(tooLong)).has_value());
  const auto twice = directory->add(named("MIRA@CEDAR.EXAMPLE"));
  ASSERT_FALSE(twice.has_value());
  EXPECT_TRUE(twice.error().message().starts_with("E_DUPLICATE"));
  const UserRef other = directory->add(named("otto@cedar.example")).value();
  const auto taken = directory->change(other->id, [](User& user) -> Result<> {
    user.email = "mira@cedar.example";
    return {};
  });
  EXPECT_FALSE(taken.has_value());
  EXPECT_EQ(directory->find("otto@cedar.example")->id, other->id);
  EXPECT_EQ(directory->users().size(), 2U);
}

TEST_F(DirectoryFile, SeesWhatAnotherProgramHasChanged) {
  const auto server = Directory::open(instance).value();
  const auto command = Directory::open(instance).value();
  const UserRef mira = server->add(named("mira@cedar.example")).value();
  // A change is made on what is on disk, not on what was known.
  ASSERT_TRUE(command->add(named("otto@cedar.example")).has_value());
  EXPECT_NE(command->find("mira@cedar.example"), nullptr);
  ASSERT_TRUE(server
                  ->change(mira->id,
                           [](User& user) -> Result<> {
                             user.disabled = true;
                             return {};
                           })
                  .has_value());
  EXPECT_NE(server->find("otto@cedar.example"), nullptr);
  ASSERT_TRUE(server->remove(mira->id).has_value());
  EXPECT_FALSE(server->remove(mira->id).has_value());
  EXPECT_EQ(server->find("mira@cedar.example"), nullptr);
}

TEST_F(DirectoryFile, ARefusedChangeIsNotStored) {
  const auto directory = Directory::open(instance).value();
  const UserRef mira = directory->add(named("mira@cedar.example")).value();
  const auto generation = directory->generation();
  const auto refused = directory->change(mira->id, [](User& user) -> Result<> {
    user.disabled = true;
    return std::unexpected(directoryError("E_NO", "no"));
  });
  EXPECT_FALSE(refused.has_value());
  EXPECT_FALSE(directory->byId(mira->id)->disabled);
  EXPECT_EQ(directory->generation(), generation);
  EXPECT_FALSE(Directory::open(instance).value()->byId(mira->id)->disabled);
}

TEST_F(DirectoryFile, ADamagedFileIsNotTakenForAnEmptyOne) {
  for (const char* bad : {"", "[]", "{}", R"({"format":2,"users":[]})", R"({"format":1,"users":[{"email":"a@b.c"}]})",
                          R"({"format":1,"users":[)"}) {
    write("directory.json", bad);
    EXPECT_FALSE(Directory::open(instance).has_value()) << bad;
  }
}

}  // namespace
}  // namespace qodly::security
