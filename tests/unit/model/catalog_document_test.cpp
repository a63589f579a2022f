// Edits of the catalog: each changes its own bytes only.
#include "model/catalog_document.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/unit/model/catalogs.h"

namespace fs = std::filesystem;
using qodly::model::CatalogDocument;
using qodly::model::test::catalog;
using qodly::model::test::library;

namespace {

CatalogDocument parsed(const std::string& text) {
  auto document = CatalogDocument::parse(text);
  if (!document) throw std::runtime_error(document.error().text());
  return std::move(*document);
}

std::string without(std::string text, const std::string& part) {
  const auto at = text.find(part);
  if (at == std::string::npos) throw std::runtime_error("not found: " + part);
  return text.erase(at, part.size());
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  std::size_t count = 0;
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
    ++count;
  }
  if (count == 0) throw std::runtime_error("not found: " + from);
  return text;
}

std::string contentOf(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write(const fs::path& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

class CatalogFile : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("qodly-catalog-" + std::to_string(::getpid()) + '-' +
                                           testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(folder_);
    path_ = folder_ / "catalog.4DCatalog";
  }
  void TearDown() override { fs::remove_all(folder_); }
  fs::path folder_, path_;
};

}  // namespace

TEST(CatalogDocument, addsATableInTheUsualForm) {
  CatalogDocument document = parsed(library);
  const auto uuid = document.addTable("Author", {{"hide_in_REST", "true"}, {"keep_record_stamps", "true"}});
  ASSERT_TRUE(uuid);
  const auto field =
      document.addField("Author", "ID", 4,
                        {{"not_null", "true"}, {"autosequence", "true"}, {"unique", "true"}, {"limiting_length", "0"}});
  ASSERT_TRUE(field);
  ASSERT_TRUE(document.setPrimaryKey("Author", "ID"));
  const std::string table = "\n\t<table name=\"Author\" uuid=\"" + *uuid +
                            "\" id=\"3\" hide_in_REST=\"true\">\n\t\t<field name=\"ID\" uuid=\"" + *field +
                            "\" type=\"4\" id=\"1\" unique=\"true\" autosequence=\"true\" not_null=\"true\"/>\n"
                            "\t\t<primary_key field_name=\"ID\" field_uuid=\"" +
                            *field + "\"/>\n\t</table>";
  EXPECT_EQ(without(document.text(), table), library);
  EXPECT_LT(document.text().find("\"Author\""), document.text().find("<relation"));
}

TEST(CatalogDocument, refusesTakenAndImpossibleNames) {
  CatalogDocument document = parsed(library);
  EXPECT_FALSE(document.addTable("Book"));
  EXPECT_FALSE(document.addTable("my table"));
  EXPECT_FALSE(document.addTable("1st"));
  EXPECT_FALSE(document.addTable(std::string(32, 'a')));
  EXPECT_FALSE(document.renameTable("Book", "Shelf"));
  EXPECT_FALSE(document.addField("Book", "isbn", 10));
  EXPECT_FALSE(document.addField("Book", "_x", 10));
  EXPECT_FALSE(document.addField("Nothing", "x", 10));
  EXPECT_FALSE(document.renameField("Book", "isbn", "shelf_ID"));
  EXPECT_FALSE(document.addRelation({"Book", "isbn", "Shelf", "none"}, {}));
  EXPECT_FALSE(document.setRelationAttribute("99", "integrity", "delete"));
  EXPECT_EQ(document.text(), library);
  EXPECT_TRUE(document.addField("Book", "__GlobalStamp", 5));
}

TEST(CatalogDocument, renamesATableWithItsReferences) {
  CatalogDocument document = parsed(library);
  ASSERT_TRUE(document.renameTable("11111111111111111111111111111111", "Volume"));
  EXPECT_EQ(document.text(), replaced(library, "name=\"Book\"", "name=\"Volume\""));
}

TEST(CatalogDocument, renamesAFieldWithItsReferences) {
  CatalogDocument document = parsed(library);
  ASSERT_TRUE(document.renameField("Book", "shelf_ID", "place"));
  EXPECT_EQ(document.text(), replaced(library, "name=\"shelf_ID\"", "name=\"place\""));
  ASSERT_TRUE(document.renameField("Book", "isbn", "code"));
  EXPECT_NE(document.text().find("<primary_key field_name=\"code\""), std::string::npos);
}

TEST(CatalogDocument, leavesDefaultsOutUnlessTheyAreStated) {
  CatalogDocument document = parsed(library);
  ASSERT_TRUE(document.setFieldAttribute("Book", "shelf_ID", "unique", "false"));
  EXPECT_EQ(document.text(), library);
  ASSERT_TRUE(document.setFieldAttribute("Book", "isbn", "unique", "false"));
  EXPECT_EQ(document.text(),
            replaced(library, "limiting_length=\"20\" unique=\"true\"", "limiting_length=\"20\" unique=\"false\""));
  ASSERT_TRUE(document.removeFieldAttribute("Book", "isbn", "unique"));
  EXPECT_EQ(document.text(), replaced(library, "limiting_length=\"20\" unique=\"true\"", "limiting_length=\"20\""));
  EXPECT_FALSE(document.removeFieldAttribute("Book", "isbn", "type"));
}

TEST(CatalogDocument, removesATableWithItsRelationsAndIndexes) {
  CatalogDocument document = parsed(library);
  ASSERT_TRUE(document.removeTable("Book"));
  EXPECT_EQ(document.text().find("Book"), std::string::npos);
  EXPECT_EQ(document.text().find("<relation"), std::string::npos);
  EXPECT_EQ(document.text().find("<index"), std::string::npos);
  EXPECT_NE(document.text().find("<table name=\"Shelf\""), std::string::npos);
}

TEST(CatalogDocument, removesAFieldWithItsUsers) {
  CatalogDocument document = parsed(library);
  ASSERT_TRUE(document.removeField("Book", "shelf_ID"));
  EXPECT_EQ(document.text().find("shelf_ID"), std::string::npos);
  EXPECT_EQ(document.text().find("<relation"), std::string::npos);
  EXPECT_EQ(document.text().find("<index"), std::string::npos);
  EXPECT_NE(document.text().find("isbn"), std::string::npos);
}

TEST(CatalogDocument, addsAndRemovesRelationsAndIndexes) {
  CatalogDocument document = parsed(library);
  const auto relation = document.addRelation({"Book", "shelf_ID", "Shelf", "ID"},
                                             {{"name_Nto1", "place"}, {"name_1toN", ""}, {"integrity", "none"}});
  ASSERT_TRUE(relation);
  EXPECT_NE(
      document.text().find("<relation uuid=\"" + *relation +
                           "\" name_Nto1=\"place\" name_1toN=\"\" state=\"1\">\n\t\t<related_field kind=\"source\">\n"
                           "\t\t\t<field_ref uuid=\"11111111111111111111111111110002\" name=\"shelf_ID\">\n"
                           "\t\t\t\t<table_ref uuid=\"11111111111111111111111111111111\" name=\"Book\"/>\n"),
      std::string::npos);
  ASSERT_TRUE(document.setRelationAttribute(*relation, "integrity", "delete"));
  EXPECT_NE(document.text().find("name_1toN=\"\" integrity=\"delete\" state=\"1\""), std::string::npos);
  const std::string fields[] = {"isbn", "shelf_ID"};
  const auto index = document.addIndex("Book", fields, {{"kind", "keywords"}});
  ASSERT_TRUE(index);
  EXPECT_NE(document.text().find("<index kind=\"keywords\" type=\"7\" uuid=\"" + *index + "\">"), std::string::npos);
  ASSERT_TRUE(document.removeRelation(*relation));
  ASSERT_TRUE(document.removeIndex(*index));
  EXPECT_EQ(document.text(), library);
}

TEST(CatalogDocument, makesACompositeKeySimple) {
  CatalogDocument document = parsed(catalog(
      "\t<table name=\"A\">\n\t\t<field name=\"x\" type=\"4\"/>\n\t\t<field name=\"y\" uuid=\"AB\" type=\"4\"/>\n"
      "\t\t<primary_key field_name=\"x\"/>\n\t\t<primary_key field_name=\"y\"/>\n\t</table>\n"));
  ASSERT_TRUE(document.setPrimaryKey("A", "y"));
  EXPECT_NE(document.text().find("\n\t\t<primary_key field_name=\"y\" field_uuid=\"AB\"/>\n\t</table>"),
            std::string::npos);
}

TEST(CatalogDocument, refusesOtherDocuments) {
  EXPECT_FALSE(CatalogDocument::parse("<model/>"));
  EXPECT_FALSE(CatalogDocument::parse("<base"));
}

TEST(CatalogDocument, keepsInvalidUtf8ForReadingOnly) {
  CatalogDocument document = parsed("<base name=\"a\xFF\"/>");
  EXPECT_TRUE(document.readOnly());
  EXPECT_FALSE(document.addTable("A"));
  EXPECT_FALSE(document.save(fs::temp_directory_path() / "qodly-never-written"));
}

TEST_F(CatalogFile, savesByteForByteAndKeepsTheMode) {
  std::string text = "\xEF\xBB\xBF" + replaced(library, "\n", "\r\n") + "\r\n";
  text = replaced(text, "<schema ", "<!-- kept --><unknown own='x'   other=\"&lt;&#65;\"/>\r\n  <schema ");
  write(path_, text);
  fs::permissions(path_, fs::perms::owner_read | fs::perms::owner_write);
  auto document = CatalogDocument::load(path_);
  ASSERT_TRUE(document);
  ASSERT_TRUE(document->save(path_));
  EXPECT_EQ(contentOf(path_), text);
  EXPECT_EQ(fs::status(path_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  const auto uuid = document->addTable("Added");
  ASSERT_TRUE(uuid);
  ASSERT_TRUE(document->save(path_));
  EXPECT_EQ(without(contentOf(path_), "\r\n\t<table name=\"Added\" uuid=\"" + *uuid + "\" id=\"3\"/>"), text);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
}

TEST_F(CatalogFile, refusesToOverwriteWhatOthersChanged) {
  write(path_, library);
  auto document = CatalogDocument::load(path_);
  ASSERT_TRUE(document);
  write(path_, library + "\n");
  const auto saved = document->save(path_);
  ASSERT_FALSE(saved);
  EXPECT_NE(saved.error().message().find("outdated"), std::string::npos);
  EXPECT_EQ(contentOf(path_), library + "\n");
  EXPECT_TRUE(document->save(path_, true));
  EXPECT_EQ(contentOf(path_), library);
}

TEST_F(CatalogFile, tellsWhatCannotBeRead) {
  const auto missing = CatalogDocument::load(path_);
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message().find(path_.string()), std::string::npos);
}
