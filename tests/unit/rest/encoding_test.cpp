// Values, keys, errors and bodies in their forms on the wire (rest.md 2, 7.1, 22).
#include <gtest/gtest.h>

#include "base/error_codes.h"
#include "rest/body.h"
#include "rest/entity_json.h"
#include "rest/entity_pieces.h"
#include "rest/errors.h"
#include "rest/pictures.h"
#include "rest/scalar_json.h"
#include "value/json.h"
#include "value/packed.h"

namespace qodly::rest {
namespace {

std::string written(const Value& value) {
  std::string out;
  appendValue(value, out);
  return out;
}

TEST(ScalarJson, AttributeForms) {
  EXPECT_EQ(written(Value()), "null");
  EXPECT_EQ(written(Value::null()), "null");
  EXPECT_EQ(written(Value::integer(-5)), "-5");
  EXPECT_EQ(written(Value::integer(9007199254740993)), "9007199254740993");
  EXPECT_EQ(written(Value::real(18.5)), "18.5");
  EXPECT_EQ(written(Value::boolean(true)), "true");
  EXPECT_EQ(written(Value::text("a\"b\\\n")), R"("a\"b\\\n")");
  EXPECT_EQ(written(Value::date(*Date::fromCivil(2021, 3, 9))), "\"!!2021-03-09!!\"");
  EXPECT_EQ(written(Value::instant({0})), "\"1970-01-01T00:00:00.000Z\"");
  EXPECT_EQ(written(Value::time({61'000})), "61000");
}

TEST(ScalarJson, DatesInsideObjectsAreIso) {
  auto object = Object::make();
  object->set("day", Value::date(*Date::fromCivil(2021, 3, 9)));
  EXPECT_EQ(written(Value::object(object)), R"({"day":"2021-03-09"})");
}

TEST(ScalarJson, PropertiesOfAnObject) {
  std::string packed;
  ASSERT_TRUE(pack(*json::parse(R"({"a":1,"b":{"c":2,"d":3},"e":[{"c":4},{"d":5}],"f":6})"), packed));
  std::vector<ObjectFilter> filters;
  filters.push_back({.name = "b", .children = {{.name = "c", .children = {}}}});
  filters.push_back({.name = "e", .children = {{.name = "c", .children = {}}}});
  filters.push_back({.name = "missing", .children = {}});
  std::string out;
  appendProperties(PackedView(packed), filters, out);
  EXPECT_EQ(out, R"({"b":{"c":2},"e":[{"c":4},{}]})");
}

TEST(KeyForms, IntegersAndTexts) {
  EXPECT_EQ(KeyForms(Value::integer(-7)).json(), "\"-7\"");
  EXPECT_EQ(KeyForms(Value::integer(-7)).uri(), "-7");
  EXPECT_TRUE(KeyForms(Value::integer(7)).isNumber());
  const KeyForms text(Value::text("a]\"é"));
  EXPECT_EQ(text.json(), R"("a]\"é")");
  EXPECT_EQ(text.uri(), "a%5D%22%C3%A9");
  EXPECT_FALSE(text.isNumber());
}

TEST(Errors, ChainIsMostSpecificFirst) {
  std::string out;
  appendErrors(attributeNotFound("x", "Book"), out);
  EXPECT_EQ(
      out,
      R"({"message":"The \"x\" attribute cannot be found in The \"Book\" dataclass","componentSignature":"dbmg","errCode":1500},)"
      R"({"message":"Cannot completely build a list of attributes with \"x\" for the \"Book\" dataclass","componentSignature":"dbmg","errCode":1804})");
}

TEST(Errors, Statuses) {
  EXPECT_EQ(httpStatus(dataClassNotFound("X")), 404);
  EXPECT_EQ(httpStatus(entityNotLoaded("7", "X")), 404);
  EXPECT_EQ(httpStatus(keyNotFound("7", "X")), 500);
  EXPECT_EQ(httpStatus(entitySetNotFound("X")), 404);
  EXPECT_EQ(httpStatus(malformed("x")), 400);
  EXPECT_EQ(httpStatus(refused(413, "x")), 413);
  EXPECT_EQ(httpStatus(Error(code::querySyntax, "dbmg", "x")), 400);
  EXPECT_EQ(httpStatus(Error(9, "host", "x")), 500);
  EXPECT_EQ(httpStatus(Error(413, "host", "x")), 500);
}

TEST(Errors, ValidationChainOfANewEntity) {
  orda::Status status;
  status.code = orda::StatusCode::seriousError;
  status.errors.push_back(Error(code::valueOutOfRange, "dbmg", "Value cannot be greater than 1200"));
  const Error error =
      saveError(status, {.dataClass = "Book", .database = "Biblio", .key = {}, .record = 0, .isNew = true});
  EXPECT_EQ(error.code(), 1569);
  ASSERT_EQ(error.consequences().size(), 2U);
  EXPECT_EQ(error.consequences()[0].code(), 1570);
  EXPECT_EQ(error.consequences()[1].code(), 1534);
}

TEST(Body, FormEscapedJson) {
  constexpr std::string_view form = "application/x-www-form-urlencoded; charset=UTF-8";
  EXPECT_EQ(jsonText(R"({"a":"%27%28%25%41"})", form), R"({"a":"'(%25%41"})");
  EXPECT_EQ(jsonText("%7B%22a%22%3A1%7D", form), R"({"a":1})");
  EXPECT_EQ(jsonText("%5b1%5d", form), "[1]");
  EXPECT_EQ(jsonText(R"(["%27"])", "application/json"), R"(["%27"])");
  EXPECT_EQ(jsonText("  [1]\n", ""), "[1]");
  EXPECT_EQ(jsonText("[\"%2", form), "[\"%2");
}

TEST(Pictures, FormatOfBytes) {
  EXPECT_EQ(formatOf("\xFF\xD8\xFF\xE0"), PictureFormat::jpeg);
  EXPECT_EQ(formatOf("GIF89a..."), PictureFormat::gif);
  EXPECT_EQ(formatOf("RIFF....WEBPVP8 "), PictureFormat::webp);
  EXPECT_EQ(formatOf("<?xml version=\"1.0\"?>\n<svg/>"), PictureFormat::svg);
  EXPECT_EQ(formatOf("<svg xmlns=\"\"/>"), PictureFormat::svg);
  EXPECT_EQ(formatOf("<?xml version=\"1.0\"?><html/>"), PictureFormat::unknown);
  EXPECT_EQ(formatOf(""), PictureFormat::unknown);
}

TEST(Pictures, FormatNames) {
  EXPECT_EQ(formatNamed(".PNG"), PictureFormat::png);
  EXPECT_EQ(formatNamed("image/jpeg"), PictureFormat::jpeg);
  EXPECT_EQ(formatNamed("jpg"), PictureFormat::jpeg);
  EXPECT_EQ(formatNamed("tif"), PictureFormat::tiff);
  EXPECT_FALSE(formatNamed("targa").has_value());
  EXPECT_FALSE(formatNamed("").has_value());
}

TEST(Pictures, NotAPicture) {
  EXPECT_FALSE(isPicture("text"));
  EXPECT_FALSE(isPicture(std::string("\x89PNG\r\n\x1A\n") + "broken"));
  EXPECT_FALSE(convertPicture("text", PictureFormat::png).has_value());
}

}  // namespace
}  // namespace qodly::rest
