// Catalogs read into models, with what is wrong in them told.
#include "model/catalog_reader.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/unit/model/catalogs.h"
#include "value/json.h"

using namespace qodly;  // NOLINT(google-build-using-namespace): a test of this namespace
using namespace qodly::model;
using test::catalog;
using test::relation;

namespace {

CatalogReading readAll(const std::string& text, const Value& editor = {}) {
  const auto document = CatalogDocument::parse(text);
  if (!document) throw std::runtime_error(document.error().text());
  return readCatalog(*document, {.fallbackName = "Fallback", .editor = editor});
}

const DataClass& classOf(const CatalogReading& reading, std::string_view name) {
  const DataClass* found = reading.model->find(name);
  if (found == nullptr) throw std::runtime_error("no dataclass " + std::string(name));
  return *found;
}

const Attribute& attributeOf(const CatalogReading& reading, std::string_view className, std::string_view name) {
  const Attribute* found = classOf(reading, className).find(name);
  if (found == nullptr) throw std::runtime_error("no attribute " + std::string(name));
  return *found;
}

std::vector<std::string> codes(const CatalogReading& reading) {
  std::vector<std::string> all;
  for (const Diagnostic& diagnostic : reading.diagnostics) all.push_back(diagnostic.code);
  return all;
}
using Codes = std::vector<std::string>;

const std::string key = R"(<field name="ID" type="4" id="1"/><primary_key field_name="ID"/>)";

std::string table(std::string_view name, std::string_view fields = "", std::string_view more = "") {
  return "<table name=\"" + std::string(name) + "\"" + std::string(more) + ">" + key + std::string(fields) +
         "</table>\n";
}

}  // namespace

TEST(CatalogReader, readsTheLibrary) {
  const auto reading = readAll(test::library);
  EXPECT_TRUE(reading.diagnostics.empty());
  const Model& model = *reading.model;
  EXPECT_EQ(model.name, "Library");
  EXPECT_EQ(model.uuid, "0A1B2C3D4E5F60718293A4B5C6D7E8F9");
  EXPECT_EQ(model.collationLocale, "fr");
  ASSERT_EQ(model.classes.size(), 2u);
  const DataClass& book = classOf(reading, "Book");
  EXPECT_EQ(book.selectionName, "BookSelection");
  EXPECT_EQ(book.tableNumber, 1u);
  EXPECT_EQ(book.key().name, "isbn");
  ASSERT_EQ(book.attributes.size(), 3u);
  EXPECT_EQ(book.attributes[0].limitingLength, 20u);
  EXPECT_TRUE(book.attributes[0].indexed);
  EXPECT_TRUE(book.attributes[1].indexed);
  EXPECT_FALSE(book.attributes[1].unique);
  EXPECT_EQ(book.attributes[2].name, "shelf");
  EXPECT_EQ(book.attributes[2].kind, AttributeKind::relatedEntity);
  EXPECT_EQ(book.attributes[2].relatedClass, model.indexOf("Shelf"));
  const Attribute& books = attributeOf(reading, "Shelf", "books");
  EXPECT_EQ(books.kind, AttributeKind::relatedEntities);
  EXPECT_EQ(books.relatedClass, model.indexOf("Book"));
  ASSERT_EQ(model.relations.size(), 1u);
  const Relation& link = model.relations[0];
  EXPECT_EQ(link.sourceClass, model.indexOf("Book"));
  EXPECT_EQ(link.sourceAttribute, 1u);
  EXPECT_EQ(link.destinationAttribute, 0u);
  EXPECT_EQ(link.nTo1Attribute, 2u);
  EXPECT_EQ(link.oneToNAttribute, 2u);
  EXPECT_EQ(link.integrity, Integrity::reject);
}

TEST(CatalogReader, knowsEveryTypeCode) {
  std::string fields;
  for (int code = 1; code <= 22; ++code) {
    fields += "<field name=\"f" + std::to_string(code) + "\" type=\"" + std::to_string(code) + "\" id=\"" +
              std::to_string(code + 1) + "\"/>";
  }
  fields += R"(<field name="u" type="10" store_as_UUID="true" autogenerate="true" id="50"/><field name="n" id="51"/>)";
  const auto reading = readAll(catalog(table("A", fields)));
  const std::pair<int, std::string_view> expected[] = {
      {1, "bool"},   {2, "byte"},    {3, "word"},     {4, "long"},    {5, "long64"},  {6, "number"},
      {7, "number"}, {8, "date"},    {9, "duration"}, {10, "string"}, {11, "blob"},   {12, "image"},
      {13, "uuid"},  {14, "string"}, {18, "blob"},    {19, "string"}, {20, "string"}, {21, "object"}};
  for (const auto& [code, type] : expected) {
    EXPECT_EQ(restTypeName(attributeOf(reading, "A", "f" + std::to_string(code)).type), type) << code;
  }
  EXPECT_EQ(attributeOf(reading, "A", "u").type, AttributeType::uuid);
  EXPECT_TRUE(attributeOf(reading, "A", "u").autogenerate);
  EXPECT_EQ(classOf(reading, "A").attributes.size(), 1 + std::size(expected) + 1);
  EXPECT_EQ(codes(reading), (Codes(5, "unknown-type")));  // 15, 16, 17, 22 and none
  EXPECT_NE(reading.diagnostics[0].message.find("obsolete"), std::string::npos);
  EXPECT_NE(reading.diagnostics[3].message.find("unknown field type"), std::string::npos);
  EXPECT_EQ(reading.diagnostics[3].path, "base/table[@name='A']/field[@name='f22']");
}

TEST(CatalogReader, readsTheFlagsOfAField) {
  const auto reading = readAll(catalog(
      table("A", R"(<field name="a" type="4" id="9" unique="true" autosequence="true" not_null="true" never_null="true"
 hide_in_REST="true" minValue="1" maxValue="9.5" defaultValue="2"><field_extra><comment format="rtf">{\rtf}</comment><comment format="text">Said</comment></field_extra></field>
<field name="b" type="8" simpleDate="false" id="3"/><field name="c" type="8" id="4"/>)")));
  const Attribute& a = attributeOf(reading, "A", "a");
  EXPECT_TRUE(a.unique && a.autosequence && a.notNull && a.neverNull && a.indexed);
  EXPECT_FALSE(a.exposed);
  EXPECT_EQ(a.minimum, 1);
  EXPECT_EQ(a.maximum, 9.5);
  EXPECT_EQ(a.defaultValue, 2);
  EXPECT_EQ(a.comment, "Said");
  EXPECT_EQ(a.fieldNumber, 9u);
  EXPECT_EQ(columnType(attributeOf(reading, "A", "b")), ColumnType::instant);
  EXPECT_EQ(columnType(attributeOf(reading, "A", "c")), ColumnType::date);
  EXPECT_EQ(classOf(reading, "A").attributes.back().name, "a");  // in id order
  EXPECT_TRUE(classOf(reading, "A").key().unique && classOf(reading, "A").key().notNull);
}

TEST(CatalogReader, saysWhatIsWrongInAField) {
  const auto reading = readAll(catalog(table("A", R"(<field name="a" type="1" autosequence="true" id="2"/>
<field name="b" type="4" autogenerate="true" minValue="x" unique="maybe" id="3"/><field type="4" id="4"/>
<field name="b" type="10" id="5"/><field name="c" type="4" id="2"/>)")));
  EXPECT_EQ(codes(reading), (Codes{"duplicate-name", "bad-value", "bad-value", "bad-value", "bad-value", "bad-value",
                                   "duplicate-name"}));
  EXPECT_FALSE(attributeOf(reading, "A", "a").autosequence);
  EXPECT_FALSE(attributeOf(reading, "A", "b").autogenerate);
  EXPECT_EQ(attributeOf(reading, "A", "c").fieldNumber, 6u);
  for (const Diagnostic& diagnostic : reading.diagnostics) {
    EXPECT_EQ(diagnostic.file, "catalog.4DCatalog");
    EXPECT_GE(diagnostic.line, 5u);
    EXPECT_NE(diagnostic.path, "");
  }
}

TEST(CatalogReader, countsInRealsToo) {
  const auto reading = readAll(catalog(table("A", R"(<field name="a" type="6" autosequence="true" id="2"/>)")));
  EXPECT_EQ(codes(reading), Codes{});
  EXPECT_TRUE(attributeOf(reading, "A", "a").autosequence);
}

TEST(CatalogReader, givesTextsMarkedAsSequencesAUuid) {
  const auto reading = readAll(catalog(table("A", R"(<field name="a" type="10" autosequence="true" id="2"/>
<field name="b" type="10" autogenerate="true" id="3"/>)")));
  EXPECT_EQ(codes(reading), Codes{});
  EXPECT_FALSE(attributeOf(reading, "A", "a").autosequence);
  EXPECT_TRUE(attributeOf(reading, "A", "a").autogenerate);
  EXPECT_TRUE(attributeOf(reading, "A", "b").autogenerate);
}

TEST(CatalogReader, makesNoDataClassWithoutASimpleKey) {
  const auto reading = readAll(catalog(
      R"x(<table name="None"><field name="a" type="4" id="1"/></table>
<table name="Two"><field name="a" type="4" id="1"/><field name="b" type="4" id="2"/><primary_key field_name="a"/><primary_key field_name="b"/></table>
<table name="Missing"><field name="a" type="4" id="1"/><primary_key field_name="z"/></table>
<table name="Odd"><field name="a" type="16" id="1"/><primary_key field_name="a"/></table>
<table name="Object"><field name="a" type="21" id="1"/><primary_key field_name="a"/></table>
<table name="(Old)"><field name="a" type="4" id="1"/><table_extra trashed="true"/></table>
<table name="ByUuid"><field name="a" uuid="AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" type="4" id="1"/><field name="b" type="4" id="2"/><primary_key field_name="b" field_uuid="aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"/></table>
)x"));
  ASSERT_EQ(reading.model->classes.size(), 1u);
  EXPECT_EQ(reading.model->classes[0].key().name, "a");
  EXPECT_EQ(codes(reading), (Codes{"no-primary-key", "composite-key", "no-primary-key", "unknown-type",
                                   "no-primary-key", "no-primary-key"}));
  EXPECT_EQ(reading.diagnostics[1].line, 6u);
  EXPECT_NE(reading.diagnostics[1].message.find("\"Two\""), std::string::npos);
}

TEST(CatalogReader, ignoresEverythingOfTheTrash) {
  const auto reading =
      readAll(catalog(table("A") + table("(B)", R"(<field name="x" type="4" id="2"/><table_extra trashed="true"/>)") +
                      relation("(B).x", "A.ID", "a", "bs") +
                      R"x(<index kind="regular"><field_ref name="x"><table_ref name="(B)"/></field_ref></index>)x"));
  EXPECT_TRUE(reading.diagnostics.empty());
  EXPECT_EQ(reading.model->classes.size(), 1u);
  EXPECT_TRUE(reading.model->relations.empty());
}

TEST(CatalogReader, hidesTheAttributesOfAHiddenClass) {
  const auto reading = readAll(catalog(
      table("A", R"(<field name="x" type="4" id="2"/>)", R"( hide_in_REST="true" prevent_journaling="true" id="7")") +
      table("B", "", R"( encryptable="true")") + relation("A.x", "B.ID", "b", "as")));
  const DataClass& a = classOf(reading, "A");
  EXPECT_FALSE(a.exposed || a.journaled || a.encryptable);
  EXPECT_FALSE(a.find("x")->exposed || a.find("b")->exposed);
  EXPECT_TRUE(classOf(reading, "B").exposed && classOf(reading, "B").encryptable);
  EXPECT_EQ(a.tableNumber, 7u);
  EXPECT_EQ(classOf(reading, "B").tableNumber, 8u);
}

TEST(CatalogReader, settlesNameClashes) {
  const std::string fields =
      R"(<field name="x" type="4" id="2"/><field name="y" type="4" id="3"/><field name="both" type="4" id="4"/>)";
  const auto reading = readAll(catalog(
      table("A", fields) + table("B", R"(<field name="as" type="10" id="2"/><field name="up" type="4" id="3"/>)") +
      relation("A.x", "B.ID", "x", "as") +      // own source field and a field of B
      relation("A.y", "B.ID", "x", "more") +    // N-to-1 name taken
      relation("B.up", "A.ID", "more", "") +    // N-to-1 wins over the 1-to-N above
      relation("A.both", "B.ID", "z", "as")));  // 1-to-N name taken
  const Model& model = *reading.model;
  EXPECT_EQ(codes(reading), Codes(5, "name-clash"));
  ASSERT_EQ(model.relations.size(), 4u);
  const Attribute& x = attributeOf(reading, "A", "x");
  EXPECT_EQ(x.kind, AttributeKind::relatedEntity);
  EXPECT_EQ(x.relation, 0u);
  EXPECT_TRUE(classOf(reading, "A").attributes[model.relations[0].sourceAttribute].shadowed);
  EXPECT_EQ(model.relations[0].sourceAttribute, 1u);
  EXPECT_EQ(model.relations[1].nTo1Attribute, noIndex);
  EXPECT_EQ(model.relations[1].oneToNAttribute, noIndex);
  EXPECT_EQ(attributeOf(reading, "B", "more").relation, 2u);
  EXPECT_EQ(attributeOf(reading, "B", "as").relation, 0u);
  EXPECT_EQ(model.relations[2].oneToNAttribute, noIndex);
  EXPECT_EQ(model.relations[3].oneToNAttribute, noIndex);
  EXPECT_EQ(attributeOf(reading, "A", "z").relation, 3u);
  for (const Diagnostic& diagnostic : reading.diagnostics) {
    EXPECT_NE(diagnostic.message.find("attribute name used twice"), std::string::npos);
  }
}

TEST(CatalogReader, allowsARelationToItself) {
  const auto reading = readAll(catalog(table("A", R"(<field name="boss_ID" type="4" id="2"/>)") +
                                       relation("A.boss_ID", "A.ID", "boss", "team", R"( integrity="delete")")));
  EXPECT_TRUE(reading.diagnostics.empty());
  EXPECT_EQ(attributeOf(reading, "A", "boss").relatedClass, 0u);
  EXPECT_EQ(attributeOf(reading, "A", "team").kind, AttributeKind::relatedEntities);
  EXPECT_EQ(reading.model->relations[0].integrity, Integrity::remove);
}

TEST(CatalogReader, saysWhatIsWrongInARelation) {
  const auto reading = readAll(catalog(
      table(
          "A",
          R"(<field name="t" type="10" id="2"/><field name="o" type="21" id="3"/><field name="x" type="5" id="4"/>)") +
      table("B") + R"(<table name="NoKey"><field name="ID" type="4" id="1"/></table>)" +
      relation("A.t", "B.ID", "b", "as") + relation("A.o", "A.o", "b", "as") + relation("A.none", "B.ID", "b", "as") +
      relation("None.x", "B.ID", "b", "as") + relation("A.x", "NoKey.ID", "b", "as") + R"(<relation state="1"/>)" +
      relation("A.x", "B.ID", "b", "as", R"( integrity="maybe")")));
  EXPECT_EQ(codes(reading), (Codes{"no-primary-key", "bad-relation", "bad-relation", "bad-relation", "bad-relation",
                                   "bad-relation", "bad-relation", "bad-relation"}));
  ASSERT_EQ(reading.model->relations.size(), 1u);
  EXPECT_EQ(reading.model->relations[0].integrity, Integrity::none);
  EXPECT_NE(reading.diagnostics[1].message.find("string \"t\" with long \"ID\""), std::string::npos);
}

TEST(CatalogReader, resolvesReferencesByUuidBeforeName) {
  std::string text = test::library;
  const std::string from = R"(<field_ref uuid="22222222222222222222222222220001" name="ID">)";
  text.replace(text.find(from), from.size(), R"(<field_ref uuid="22222222222222222222222222220001" name="tags">)");
  const auto reading = readAll(text);
  EXPECT_TRUE(reading.diagnostics.empty());
  EXPECT_EQ(reading.model->relations[0].destinationAttribute, 0u);
}

TEST(CatalogReader, readsIndexes) {
  const auto index = [](std::string_view attributes, std::string_view field) {
    return "<index " + std::string(attributes) + "><field_ref name=\"" + std::string(field) +
           "\"><table_ref name=\"A\"/></field_ref></index>";
  };
  const auto reading = readAll(catalog(
      table(
          "A",
          R"(<field name="t" type="10" id="2"/><field name="p" type="12" id="3"/><field name="o" type="21" id="4"/><field name="n" type="4" id="5"/>)") +
      index("type=\"3\"", "t") + index("kind=\"keywords\" type=\"3\"", "t") + index("kind=\"keywords\"", "p") +
      index("type=\"8\"", "o") + index("", "p") + index("kind=\"odd\"", "n") + index("", "none") + "<index/>" +
      R"(<index><field_ref name="n"><table_ref name="A"/></field_ref><field_ref name="t"><table_ref name="A"/></field_ref></index>)"));
  EXPECT_TRUE(attributeOf(reading, "A", "t").indexed && attributeOf(reading, "A", "t").keywordIndexed);
  EXPECT_TRUE(attributeOf(reading, "A", "p").keywordIndexed);
  EXPECT_FALSE(attributeOf(reading, "A", "p").indexed);
  EXPECT_TRUE(attributeOf(reading, "A", "o").indexed);
  EXPECT_TRUE(attributeOf(reading, "A", "n").indexed);
  EXPECT_EQ(codes(reading), Codes(4, "bad-index"));
}

TEST(CatalogReader, settlesRepeatedTablesAndUuids) {
  const auto reading = readAll(catalog(table("A", "", " uuid=\"11111111111111111111111111111111\" id=\"1\"") +
                                       table("A", "", " id=\"2\"") +
                                       table("B", "", " uuid=\"11111111-1111-1111-1111-111111111111\" id=\"3\"")));
  EXPECT_EQ(codes(reading), (Codes{"duplicate-name", "duplicate-name"}));
  ASSERT_EQ(reading.model->classes.size(), 2u);
  EXPECT_NE(reading.model->classes[0].uuid, reading.model->classes[1].uuid);
}

TEST(CatalogReader, derivesTheSameUuidEveryTime) {
  const std::string text = catalog(table("A", R"(<field name="x" type="4" id="2"/>)") + table("B"));
  const auto first = readAll(text);
  const auto second = readAll(
      catalog(table("B") + table("A", R"(<field name="y" type="4" id="3"/><field name="x" type="4" id="2"/>)")));
  const DataClass& a = classOf(first, "A");
  EXPECT_EQ(a.uuid.size(), 32u);
  EXPECT_EQ(a.uuid, classOf(second, "A").uuid);
  EXPECT_EQ(a.find("x")->uuid, attributeOf(second, "A", "x").uuid);
  EXPECT_NE(a.uuid, classOf(first, "B").uuid);
  EXPECT_NE(a.find("ID")->uuid, attributeOf(first, "B", "ID").uuid);
}

TEST(CatalogReader, takesColoursAndPositionsFromTheEditorFileFirst) {
  const std::string info =
      R"(<table_extra><editor_table_info><color red="1" green="2" blue="3" alpha="255"/><coordinates left="10.5" top="20" width="1" height="1"/></editor_table_info></table_extra>)";
  const auto editor = json::parse(R"({"tables":{"A":{"color":{"red":9,"green":8,"blue":7,"alpha":255}}}})");
  ASSERT_TRUE(editor);
  const auto reading = readAll(catalog(table("A", info) + table("B")), *editor);
  EXPECT_EQ(json::text(classOf(reading, "A").extraProperties),
            "{\"panelColor\":\"rgb(9,8,7)\",\"position\":{\"x\":10.5,\"y\":20}}");
  EXPECT_TRUE(classOf(reading, "B").extraProperties.isUndefined());
}

TEST(CatalogReader, readsWhatABrokenEncodingLeaves) {
  const auto reading = readAll("<base><table name=\"A\xFF\">" + key + "</table></base>");
  EXPECT_EQ(codes(reading), Codes{"encoding"});
  EXPECT_EQ(reading.model->name, "Fallback");
  EXPECT_EQ(reading.model->classes[0].name, "A\xEF\xBF\xBD");
}

TEST(CatalogReader, stopsAtTheLimits) {
  std::string tables;
  for (int i = 0; i < 32769; ++i) tables += "<table name=\"T" + std::to_string(i) + "\"/>";
  const auto reading = readAll(catalog(tables));
  EXPECT_EQ(std::ranges::count(codes(reading), "limit"), 1);
  EXPECT_EQ(reading.diagnostics.size(), 32768u);
}
