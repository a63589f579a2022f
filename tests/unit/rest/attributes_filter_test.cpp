#include "rest/attributes_filter.h"

#include <gtest/gtest.h>

#include "base/error_codes.h"

namespace qodly::rest {
namespace {

using model::AttributeKind;
using model::AttributeType;

// Book(title, meta object, hidden cost, author -> Author, authorName alias); Author(name, books <- Book).
model::Model library() {
  model::Model model;
  model.classes.resize(2);
  const auto add = [&](std::uint32_t owner, std::string name, AttributeType type,
                       AttributeKind kind = AttributeKind::storage) {
    model::Attribute attribute;
    attribute.name = std::move(name);
    attribute.type = type;
    attribute.kind = kind;
    return &model.classes[owner].attributes.emplace_back(std::move(attribute));
  };
  model.classes[0].name = "Book";
  model.classes[1].name = "Author";
  add(0, "title", AttributeType::string);
  add(0, "meta", AttributeType::object);
  add(0, "cost", AttributeType::number)->exposed = false;
  auto* author = add(0, "author", AttributeType::object, AttributeKind::relatedEntity);
  author->relation = 0;
  author->relatedClass = 1;
  add(0, "authorName", AttributeType::string, AttributeKind::alias)->aliasPath = "author.name";
  add(1, "name", AttributeType::string);
  auto* books = add(1, "books", AttributeType::object, AttributeKind::relatedEntities);
  books->relation = 0;
  books->relatedClass = 0;
  model.buildIndex();
  for (auto& dataClass : model.classes) dataClass.buildIndex();
  return model;
}

class AttributesFilter : public testing::Test {
 protected:
  AttributeTree compiled(std::string_view list, std::string_view expand = "") {
    auto tree = compileAttributes(model_, 0, {list}, expand);
    EXPECT_TRUE(tree.has_value()) << list;
    return std::move(*tree);
  }
  int errorOf(std::string_view list, std::string_view expand = "") {
    const auto tree = compileAttributes(model_, 0, {list}, expand);
    return tree ? 0 : tree.error().code();
  }
  model::Model model_ = library();
};

TEST_F(AttributesFilter, NothingNamedIsEverything) {
  EXPECT_TRUE(compiled("").everything);
  EXPECT_TRUE(compiled(" , ").everything);
  EXPECT_TRUE(compiled("*").everything);
  EXPECT_FALSE(compiled("title").everything);
}

TEST_F(AttributesFilter, ItemsOfOneRelationMerge) {
  const auto tree = compiled("author.name, author.books.title,author.books.meta");
  ASSERT_EQ(tree.attributes.size(), 1U);
  ASSERT_TRUE(tree.attributes[0].related);
  EXPECT_EQ(tree.attributes[0].related->attributes.size(), 2U);
  EXPECT_EQ(tree.attributes[0].related->attributes[1].related->attributes.size(), 2U);
}

TEST_F(AttributesFilter, StarOfARelation) {
  EXPECT_TRUE(compiled("author.*,author.name").attributes[0].related->everything);
}

TEST_F(AttributesFilter, ObjectProperties) {
  const auto tree = compiled("meta.a.b,meta.c,meta.a.d");
  const auto& properties = tree.attributes[0].properties;
  ASSERT_EQ(properties.size(), 2U);
  EXPECT_EQ(properties[0].children.size(), 2U);
  EXPECT_TRUE(compiled("meta.a,meta").attributes[0].whole);
  EXPECT_TRUE(compiled("meta.a.b,meta.a").attributes[0].properties[0].children.empty());
  EXPECT_TRUE(compiled("meta.a,meta.a.b").attributes[0].properties[0].children.empty());
}

TEST_F(AttributesFilter, ExpandReplacesOnlyWhatIsSent) {
  EXPECT_TRUE(compiled("", "author").attributes[0].related->everything);
  EXPECT_TRUE(compiled("title,author", "author").attributes[1].related->everything);
  EXPECT_EQ(compiled("title", "author").attributes.size(), 1U);
  EXPECT_TRUE(compiled("", "author.books").attributes[0].related->attributes[0].related->everything);
}

TEST_F(AttributesFilter, UnknownAndHidden) {
  EXPECT_EQ(errorOf("nope"), code::attributeNotFound);
  EXPECT_EQ(errorOf("cost"), code::attributeNotFound);
  EXPECT_EQ(errorOf("author.nope"), code::attributeNotFound);
  EXPECT_EQ(errorOf("author.books.cost"), code::attributeNotFound);
  EXPECT_EQ(errorOf("title.x"), code::attributeNotFound);
  EXPECT_EQ(errorOf("", "nope"), code::attributeNotFound);
  EXPECT_EQ(errorOf("title", "authorName"), 0);
}

TEST_F(AttributesFilter, DepthIsBounded) {
  std::string path = "author";
  for (int i = 0; i < 40; ++i) path += i % 2 == 0 ? ".books" : ".author";
  EXPECT_EQ(errorOf(path), code::restMalformed);
}

TEST_F(AttributesFilter, HiddenDataclassHidesRelationsToIt) {
  model_.classes[1].exposed = false;
  EXPECT_EQ(errorOf("author"), code::attributeNotFound);
  EXPECT_EQ(errorOf("authorName"), 0);
}

}  // namespace
}  // namespace qodly::rest
