#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "base/text.h"
#include "script/library/file_access.h"
#include "script/library/folder_access.h"
#include "script/library/io_error.h"
#include "script/library/zip_archive.h"

namespace qodly::script::library {
namespace {

namespace fs = std::filesystem;

class Zip : public testing::Test {
 protected:
  void SetUp() override {
    top_ = fs::temp_directory_path() / ("qodly-library-zip-" + randomHex(6));
    fs::create_directories(top_);
    systems_ = std::make_shared<FileSystems>(std::vector<FileSystems::Root>{{"/DATA", top_}});
    for (const char* path : {"/DATA/in/a.txt", "/DATA/in/sub/b.txt", "/DATA/in/sub/.hidden", "/DATA/in/.h/c.txt"}) {
      EXPECT_TRUE(file::write(at(path), std::string("content of ") + path));
    }
    EXPECT_TRUE(folder::create(at("/DATA/in/empty")));
  }
  void TearDown() override { fs::remove_all(top_); }
  Location at(std::string_view path) const { return *systems_->locate(path); }

  std::shared_ptr<zip::Reader> written(zip::Plan plan, std::string password = "") {
    const auto done = zip::write(plan, top_ / "a.zip", {});
    EXPECT_TRUE(done) << done.error().message();
    auto reader = zip::Reader::open(top_ / "a.zip", "/DATA/a.zip", std::move(password));
    EXPECT_TRUE(reader) << reader.error().message();
    return *reader;
  }
  static std::string names(const std::vector<const zip::Entry*>& entries) {
    std::string all;
    for (const zip::Entry* entry : entries) all += entry->path + " ";
    return all;
  }
  zip::Plan folderPlan(const std::string& name, bool ignoreInvisible = false) {
    zip::Plan plan;
    plan.items = *zip::itemsOf(at("/DATA/in"), name, ignoreInvisible, top_ / "a.zip");
    return plan;
  }

  fs::path top_;
  std::shared_ptr<FileSystems> systems_;
};

TEST_F(Zip, FolderWithAndWithoutItself) {
  const auto whole = written(folderPlan("in"));
  EXPECT_EQ(names(whole->below("", false, true, false)), "in/.h/c.txt in/a.txt in/sub/.hidden in/sub/b.txt ");
  EXPECT_EQ(names(whole->below("", true, true, false)), "in in/.h in/empty in/sub ");
  EXPECT_EQ(*whole->read(*whole->find("in/sub/b.txt")), "content of /DATA/in/sub/b.txt");
  EXPECT_EQ(whole->find("in/sub/b.txt")->size, 29);
  EXPECT_EQ(whole->find("nothing"), nullptr);
  EXPECT_FALSE(whole->read(*whole->find("in")));
  const auto bare = written(folderPlan("", true));
  EXPECT_EQ(names(bare->below("", false, true, false)), "a.txt sub/b.txt ");
  EXPECT_EQ(names(bare->below("", false, false, false)), "a.txt ");
  EXPECT_EQ(names(bare->below("sub", false, false, false)), "sub/b.txt ");
}

TEST_F(Zip, EveryMethodOfThisMachineReadsBack) {
  for (const auto compression : {zip::Compression::none, zip::Compression::deflate}) {
    for (const auto encryption :
         {zip::Encryption::none, zip::Encryption::aes128, zip::Encryption::aes192, zip::Encryption::aes256}) {
      zip::Plan plan = folderPlan("in");
      plan.compression = compression;
      plan.encryption = encryption;
      plan.level = 10;
      plan.password = "secret";
      const auto reader = written(plan, "secret");
      EXPECT_EQ(*reader->read(*reader->find("in/a.txt")), "content of /DATA/in/a.txt");
    }
  }
}

TEST_F(Zip, PasswordsAreNeeded) {
  zip::Plan plan = folderPlan("in");
  plan.encryption = zip::Encryption::aes256;
  plan.password = "secret";
  EXPECT_EQ(written(plan)->read(*written(plan)->find("in/a.txt")).error().code(), fault::archive);
  const auto wrong = written(plan, "wrong");
  EXPECT_EQ(wrong->read(*wrong->find("in/a.txt")).error().code(), fault::archive);
}

TEST_F(Zip, ReportsProgress) {
  std::vector<int> seen;
  ASSERT_TRUE(zip::write(folderPlan("in"), top_ / "a.zip", [&](int percent) { seen.push_back(percent); }));
  ASSERT_FALSE(seen.empty());
  EXPECT_EQ(seen.front(), 0);
  EXPECT_EQ(seen.back(), 100);
}

TEST_F(Zip, NamesThatLeaveAreIgnored) {
  zip::Plan plan;
  for (const char* name : {"../evil.txt", "a/../../evil.txt", "/abs.txt", "..\\evil.txt", "good.txt", "./x//y.txt"}) {
    plan.items.push_back({top_ / "in/a.txt", name});
  }
  const auto reader = written(plan);
  EXPECT_EQ(names(reader->below("", false, true, false)), "good.txt x/y.txt ");
  EXPECT_FALSE(zip::cleanName("../x"));
  EXPECT_FALSE(zip::cleanName("/x"));
  EXPECT_EQ(zip::cleanName("a\\b"), "a/b");
}

TEST_F(Zip, UnreadableArchives) {
  std::ofstream(top_ / "bad.zip") << "this is no archive";
  EXPECT_EQ(zip::Reader::open(top_ / "bad.zip", "x", "").error().code(), fault::archive);
  EXPECT_EQ(zip::Reader::open(top_ / "none.zip", "x", "").error().code(), fault::noFile);
  EXPECT_EQ(zip::itemsOf(at("/DATA/none"), "x", false, {}).error().code(), fault::noFile);
}

TEST_F(Zip, ExtractsToFiles) {
  const auto reader = written(folderPlan("in"));
  ASSERT_TRUE(reader->extract(*reader->find("in/a.txt"), at("/DATA/out.txt")));
  EXPECT_EQ(*file::read(at("/DATA/out.txt")), "content of /DATA/in/a.txt");
}

}  // namespace
}  // namespace qodly::script::library
