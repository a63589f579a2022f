#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/text.h"
#include "script/library/file_access.h"
#include "script/library/file_localized.h"
#include "script/library/folder_access.h"
#include "script/library/io_error.h"

namespace qodly::script::library {
namespace {

namespace fs = std::filesystem;

class Files : public testing::Test {
 protected:
  void SetUp() override {
    top_ = fs::temp_directory_path() / ("qodly-library-files-" + randomHex(6));
    fs::create_directories(top_ / "app/Project/Sources/Shared");
    fs::create_directories(top_ / "app/Resources");
    fs::create_directories(top_ / "data");
    fs::create_directories(top_ / "outside");
    std::ofstream(top_ / "outside/secret.txt") << "secret";
    systems_ = std::make_shared<FileSystems>(std::vector<FileSystems::Root>{
        {"/PACKAGE", top_ / "app"},
        {"/PROJECT", top_ / "app/Project"},
        {"/SOURCES", top_ / "app/Project/Sources"},
        {"/RESOURCES", top_ / "app/Resources"},
        {"/DATA", top_ / "data/"},
        {"/LOGS", top_ / "app/Logs"},
    });
  }
  void TearDown() override { fs::remove_all(top_); }

  Location at(std::string_view path) const {
    auto found = systems_->locate(path);
    EXPECT_TRUE(found) << path;
    return *found;
  }
  int code(std::string_view path) const {
    const auto found = systems_->locate(path);
    return found ? 0 : found.error().code();
  }

  fs::path top_;
  std::shared_ptr<FileSystems> systems_;
};

TEST_F(Files, PathsAreNormalised) {
  EXPECT_EQ(at("/DATA/in/a.txt").path(), "/DATA/in/a.txt");
  EXPECT_EQ(at("/DATA//in/").path(), "/DATA/in");
  EXPECT_EQ(at("/DATA/in/../b").path(), "/DATA/b");
  EXPECT_EQ(at("/DATA/./b").path(), "/DATA/b");
  EXPECT_EQ(at("/DATA/").path(), "/DATA");
  EXPECT_EQ(at("/DATA").name(), "DATA");
  EXPECT_TRUE(at("/DATA/").isRoot());
  EXPECT_EQ(at("/DATA/in/a.txt").parent().path(), "/DATA/in");
  EXPECT_EQ(at("/DATA").resolve("a/b")->path(), "/DATA/a/b");
  EXPECT_EQ(at("/PACKAGE/Project/Sources/Shared").named(), at("/SOURCES/Shared").named());
}

TEST_F(Files, PathsOutsideAreRefused) {
  for (const char* path : {"", "a.txt", "./a", "/etc/passwd", "/DATA/..", "/DATA/../data/x", "/DATA/a/../../b",
                           "/data/x", "/DATABASE/x", "/", "//", "/DATA../x"}) {
    EXPECT_EQ(code(path), fault::wrongPath) << path;
  }
  EXPECT_EQ(code(std::string_view("/DATA/a\0b", 9)), fault::wrongPath);
  EXPECT_EQ(code("/DATA/" + std::string(5000, 'x')), fault::wrongPath);
  EXPECT_FALSE(at("/DATA").resolve("../x"));
  EXPECT_FALSE(at("/DATA").resolve("/DATA/x"));
  EXPECT_FALSE(at("/DATA").resolve(""));
}

TEST_F(Files, FurtherFoldersHaveTheirRealPath) {
  const auto systems = std::make_shared<FileSystems>(std::vector<FileSystems::Root>{{"/srv/x", top_ / "data"}});
  EXPECT_EQ(systems->locate("/srv/x/a")->path(), "/srv/x/a");
  EXPECT_FALSE(systems->locate("/srv/xy"));
  EXPECT_FALSE(systems->locate("/srv"));
}

TEST_F(Files, NamesHaveParts) {
  EXPECT_EQ(file::partsOf(".env").name, ".env");
  EXPECT_EQ(file::partsOf(".env").extension, "");
  EXPECT_EQ(file::partsOf("a.tar.gz").name, "a.tar");
  EXPECT_EQ(file::partsOf("a.tar.gz").extension, ".gz");
  EXPECT_EQ(file::partsOf("readme.").name, "readme");
  EXPECT_EQ(file::partsOf("readme.").extension, ".");
  EXPECT_EQ(file::partsOf("plain").extension, "");
}

TEST_F(Files, WritesAndReads) {
  const Location place = at("/DATA/new/deep/a.bin");
  EXPECT_EQ(file::stateOf(place).kind, file::Kind::missing);
  EXPECT_EQ(file::read(place).error().code(), fault::noFile);
  ASSERT_TRUE(file::write(place, std::string("a\0b", 3)));
  EXPECT_EQ(*file::read(place), std::string("a\0b", 3));
  EXPECT_EQ(file::stateOf(place).size, 3);
  EXPECT_TRUE(file::isWritable(place));
  ::chmod(place.named().c_str(), 0640);
  ASSERT_TRUE(file::write(place, "longer content"));
  struct stat found {};
  ::stat(place.named().c_str(), &found);
  EXPECT_EQ(found.st_mode & 0777, 0640U);
  EXPECT_EQ(file::read(at("/DATA/new")).error().code(), fault::noFile);
  EXPECT_FALSE(file::write(at("/DATA/new"), "x"));
  EXPECT_FALSE(file::write(at("/DATA"), "x"));
  EXPECT_EQ(std::distance(fs::directory_iterator(top_ / "data/new/deep"), {}), 1);  // nothing temporary stays
}

TEST_F(Files, CreateAndDelete) {
  const Location place = at("/LOGS/x/a.txt");
  EXPECT_TRUE(file::create(place));
  EXPECT_FALSE(file::create(place));
  EXPECT_EQ(file::stateOf(place).kind, file::Kind::file);
  EXPECT_TRUE(file::remove(place));
  EXPECT_TRUE(file::remove(place));
  EXPECT_TRUE(file::remove(at("/DATA/no/such/file")));
  EXPECT_FALSE(file::remove(at("/LOGS/x")));
  EXPECT_FALSE(file::remove(at("/DATA")));
}

TEST_F(Files, CopyMoveRename) {
  ASSERT_TRUE(file::write(at("/DATA/a.txt"), "one"));
  ASSERT_TRUE(folder::create(at("/DATA/to")));
  EXPECT_EQ(file::copy(at("/DATA/a.txt"), at("/DATA/to"), "", false)->path(), "/DATA/to/a.txt");
  EXPECT_EQ(file::copy(at("/DATA/a.txt"), at("/DATA/to"), "", false).error().code(), fault::nameInUse);
  ASSERT_TRUE(file::write(at("/DATA/a.txt"), "two"));
  EXPECT_TRUE(file::copy(at("/DATA/a.txt"), at("/DATA/to"), "", true));
  EXPECT_EQ(*file::read(at("/DATA/to/a.txt")), "two");
  EXPECT_EQ(file::copy(at("/DATA/a.txt"), at("/DATA/none"), "", false).error().code(), fault::noFolder);
  EXPECT_EQ(file::copy(at("/DATA/none.txt"), at("/DATA/to"), "", false).error().code(), fault::noFile);
  for (const char* name : {".", "..", "a/b", "a:b", "a*", "a?", "a\"", "a<", "a>", "a|", "a\\b", "a\nb"}) {
    EXPECT_EQ(file::copy(at("/DATA/a.txt"), at("/DATA/to"), name, false).error().code(), fault::wrongPath) << name;
  }
  EXPECT_EQ(file::move(at("/DATA/a.txt"), at("/DATA/to"), "").error().code(), fault::nameInUse);
  EXPECT_EQ(file::move(at("/DATA/a.txt"), at("/DATA/to"), "b.txt")->path(), "/DATA/to/b.txt");
  EXPECT_EQ(file::stateOf(at("/DATA/a.txt")).kind, file::Kind::missing);
  EXPECT_EQ(file::rename(at("/DATA/to/b.txt"), "a.txt").error().code(), fault::nameInUse);
  EXPECT_EQ(file::rename(at("/DATA/to/b.txt"), "c").value().path(), "/DATA/to/c");
  EXPECT_EQ(file::rename(at("/DATA/to/b.txt"), "d").error().code(), fault::noFile);
  EXPECT_EQ(file::rename(at("/DATA"), "d").error().code(), fault::accessDenied);
  EXPECT_TRUE(file::copy(at("/DATA/to/c"), at("/DATA/to"), "", true));  // onto itself
  EXPECT_EQ(*file::read(at("/DATA/to/c")), "two");
}

TEST_F(Files, AliasesStayInside) {
  ASSERT_TRUE(file::write(at("/DATA/a.txt"), "one"));
  ASSERT_TRUE(folder::create(at("/DATA/links")));
  const auto alias = file::link(at("/DATA/a.txt"), at("/DATA/links"), "l");
  ASSERT_TRUE(alias);
  EXPECT_TRUE(file::stateOf(*alias).isAlias);
  EXPECT_EQ(file::stateOf(*alias).kind, file::Kind::file);
  EXPECT_EQ(*file::read(*alias), "one");
  EXPECT_EQ(file::originalOf(*alias)->path(), "/DATA/a.txt");
  ASSERT_TRUE(file::write(*alias, "through"));
  EXPECT_EQ(*file::read(at("/DATA/a.txt")), "through");
  ASSERT_TRUE(file::remove(*alias));
  EXPECT_EQ(*file::read(at("/DATA/a.txt")), "through");
  EXPECT_FALSE(file::link(at("/DATA/none"), at("/DATA/links"), "m"));
}

TEST_F(Files, LinksThatLeadOutsideAreRefused) {
  fs::create_symlink(top_ / "outside/secret.txt", top_ / "data/leak.txt");
  fs::create_symlink(top_ / "outside", top_ / "data/leak");
  fs::create_symlink(top_ / "outside/none.txt", top_ / "data/dangling");
  EXPECT_EQ(file::read(at("/DATA/leak.txt")).error().code(), fault::accessDenied);
  EXPECT_EQ(file::read(at("/DATA/leak/secret.txt")).error().code(), fault::accessDenied);
  EXPECT_EQ(file::stateOf(at("/DATA/leak/secret.txt")).kind, file::Kind::missing);
  EXPECT_EQ(file::stateOf(at("/DATA/leak.txt")).kind, file::Kind::missing);
  EXPECT_FALSE(file::write(at("/DATA/leak/new.txt"), "x"));
  EXPECT_FALSE(file::write(at("/DATA/dangling"), "x"));
  EXPECT_FALSE(fs::exists(top_ / "outside/none.txt"));
  EXPECT_FALSE(file::create(at("/DATA/leak/new.txt")));
  EXPECT_FALSE(folder::create(at("/DATA/leak/new")));
  EXPECT_TRUE(file::remove(at("/DATA/leak.txt")));  // the link itself
  EXPECT_TRUE(fs::exists(top_ / "outside/secret.txt"));
  ASSERT_TRUE(folder::create(at("/DATA/tree")));
  fs::rename(top_ / "data/leak", top_ / "data/tree/leak");
  EXPECT_TRUE(folder::removeTree(at("/DATA/tree")));
  EXPECT_TRUE(fs::exists(top_ / "outside/secret.txt"));
}

TEST_F(Files, FoldersListInBinaryOrder) {
  for (const char* path : {"b/x.txt", "a/y.txt", "a/.hidden", "B.txt", "a.txt", ".h/z.txt"}) {
    ASSERT_TRUE(file::write(at(std::string("/DATA/list/") + path), "x"));
  }
  const auto names = [](const Result<std::vector<Location>>& found) {
    std::string all;
    for (const Location& place : *found) all += place.path().substr(11) + " ";
    return all;
  };
  const Location place = at("/DATA/list");
  EXPECT_EQ(names(folder::files(place, {})), "B.txt a.txt ");
  EXPECT_EQ(names(folder::files(place, {.recursive = true})), ".h/z.txt B.txt a/.hidden a/y.txt a.txt b/x.txt ");
  EXPECT_EQ(names(folder::files(place, {.recursive = true, .ignoreInvisible = true})), "B.txt a/y.txt a.txt b/x.txt ");
  EXPECT_EQ(names(folder::folders(place, {})), ".h a b ");
  EXPECT_EQ(names(folder::folders(place, {.ignoreInvisible = true})), "a b ");
  EXPECT_EQ(names(folder::files(at("/DATA/none"), {})), "");
}

TEST_F(Files, FoldersAreDeletedAsAsked) {
  ASSERT_TRUE(file::write(at("/DATA/t/sub/a.txt"), "x"));
  EXPECT_EQ(folder::removeEmpty(at("/DATA/t")).error().code(), fault::folderNotEmpty);
  EXPECT_EQ(folder::removeEmpty(at("/DATA/none")).error().code(), fault::noFolder);
  EXPECT_EQ(folder::removeEmpty(at("/DATA")).error().code(), fault::accessDenied);
  EXPECT_TRUE(folder::removeTree(at("/DATA/none")));
  EXPECT_EQ(folder::removeTree(at("/DATA")).error().code(), fault::accessDenied);
  ::chmod(at("/DATA/t/sub").named().c_str(), 0500);
  EXPECT_TRUE(folder::removeTree(at("/DATA/t")));
  EXPECT_FALSE(fs::exists(top_ / "data/t"));
  EXPECT_TRUE(folder::create(at("/DATA/e/f")));
  EXPECT_FALSE(folder::create(at("/DATA/e/f")));
  EXPECT_TRUE(folder::removeEmpty(at("/DATA/e/f")));
}

TEST_F(Files, FoldersAreCopied) {
  ASSERT_TRUE(file::write(at("/DATA/t/sub/a.txt"), "new"));
  ASSERT_TRUE(file::write(at("/DATA/into/t/sub/a.txt"), "old"));
  ASSERT_TRUE(file::write(at("/DATA/into/t/keep.txt"), "kept"));
  EXPECT_EQ(folder::copy(at("/DATA/t"), at("/DATA/into"), "", false).error().code(), fault::nameInUse);
  EXPECT_EQ(folder::copy(at("/DATA/t"), at("/DATA/into"), "u", false)->path(), "/DATA/into/u");
  EXPECT_EQ(*file::read(at("/DATA/into/u/sub/a.txt")), "new");
  EXPECT_TRUE(folder::copy(at("/DATA/t"), at("/DATA/into"), "", true));
  EXPECT_EQ(*file::read(at("/DATA/into/t/sub/a.txt")), "new");
  EXPECT_EQ(*file::read(at("/DATA/into/t/keep.txt")), "kept");
  EXPECT_EQ(folder::copy(at("/DATA/t"), at("/DATA/t"), "", false).error().code(), fault::wrongPath);
  EXPECT_EQ(folder::copy(at("/DATA/t"), at("/DATA/t/sub"), "", false).error().code(), fault::wrongPath);
  EXPECT_EQ(file::move(at("/DATA/t"), at("/DATA/t/sub"), "").error().code(), fault::wrongPath);
  EXPECT_EQ(file::move(at("/DATA/t"), at("/DATA/into"), "moved")->path(), "/DATA/into/moved");
}

TEST_F(Files, FileBeingWrittenIsNotReplaced) {
  ASSERT_TRUE(file::write(at("/DATA/a.txt"), "one"));
  struct stat found {};
  ::stat(at("/DATA/a.txt").named().c_str(), &found);
  ASSERT_TRUE(systems_->beginWriting({found.st_dev, found.st_ino}));
  EXPECT_FALSE(systems_->beginWriting({found.st_dev, found.st_ino}));
  EXPECT_EQ(file::write(at("/DATA/a.txt"), "two").error().code(), fault::openForWriting);
  systems_->endWriting({found.st_dev, found.st_ino});
  EXPECT_TRUE(file::write(at("/DATA/a.txt"), "two"));
}

TEST_F(Files, LocalizedTexts) {
  const auto document = [](std::string_view text) {
    return "<?xml version=\"1.0\"?><xliff version=\"1.2\"><file><body><group><trans-unit "
           "resname=\"a\"><source>src</source>" +
           std::string(text) + "</trans-unit></group></body></file></xliff>";
  };
  ASSERT_TRUE(file::write(at("/RESOURCES/fr.lproj/x.xlf"), document("<target>bon</target>")));
  ASSERT_TRUE(file::write(at("/RESOURCES/English.lproj/deep/x.XLF"), document("")));
  ASSERT_TRUE(file::write(at("/RESOURCES/de.lproj/broken.xlf"), "<xliff><file"));
  LocalizedFiles files;
  EXPECT_EQ(files.find(*systems_, "fr_CA", "a"), "bon");
  EXPECT_EQ(files.find(*systems_, "en", "a"), "src");
  EXPECT_EQ(files.find(*systems_, "de", "a"), std::nullopt);
  EXPECT_EQ(files.find(*systems_, "fr", "none"), std::nullopt);
}

}  // namespace
}  // namespace qodly::script::library
