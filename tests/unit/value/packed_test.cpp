#include "value/packed.h"

#include <random>

#include <gtest/gtest.h>

#include "base/error_codes.h"
#include "value/json.h"

namespace qodly {
namespace {

class Formula final : public Handle {
 public:
  const char* kind() const override { return "formula"; }
  std::optional<std::string> storedText() const override { return "this.a + 1"; }
};
class Entity final : public Handle {
 public:
  const char* kind() const override { return "entity"; }
};

std::string packed(const Value& value) {
  std::string bytes;
  EXPECT_TRUE(pack(value, bytes));
  return bytes;
}

Value parsed(std::string_view text) { return json::parse(text).value(); }

Value sample() {
  const auto object = Object::make();
  object->set("null", Value::null());
  object->set("yes", Value::boolean(true));
  object->set("no", Value::boolean(false));
  object->set("integer", Value::integer(-5));
  object->set("real", Value::real(2.5));
  object->set("text", Value::text("Élan vital, and more"));
  object->set("date", Value::date(Date{18000}));
  object->set("none", Value::date(Date::none()));
  object->set("time", Value::time({3'600'000}));
  object->set("instant", Value::instant({1'600'000'000'123}));
  object->set("blob", Value::blob("bytes", "text/plain"));
  object->set("picture", Value::pictureFile("/RESOURCES/a.png"));
  object->set("", Value::text(""));
  object->set("nested", parsed(R"({"list":[1,[2,{"deep":[]}],"three"],"empty":{}})"));
  return Value::object(object);
}

TEST(Packed, RoundTripAndJson) {
  const Value value = sample();
  const std::string bytes = packed(value);
  const PackedView view(bytes);
  EXPECT_TRUE(view.isSound());
  EXPECT_TRUE(view.unpack().identical(value));
  EXPECT_EQ(view.unpack().asObject().members()[4].name, "real");
  std::string out;
  view.appendJson(out);
  EXPECT_EQ(out, json::text(value));
}

TEST(Packed, Access) {
  const std::string bytes = packed(sample());
  const PackedView view(bytes);
  EXPECT_EQ(view.type(), Type::object);
  EXPECT_EQ(view.size(), 14U);
  EXPECT_EQ(view.member("integer").asInteger(), -5);
  EXPECT_EQ(view.member("integer").asNumber(), -5.0);
  EXPECT_EQ(view.member("real").asNumber(), 2.5);
  EXPECT_TRUE(view.member("yes").asBoolean());
  EXPECT_EQ(view.member("no").type(), Type::boolean);
  EXPECT_EQ(view.member("text").asText(), "Élan vital, and more");
  EXPECT_EQ(view.member("").asText(), "");
  EXPECT_EQ(view.member("").type(), Type::text);
  EXPECT_EQ(view.member("date").asDate(), Date{18000});
  EXPECT_TRUE(view.member("none").asDate().isNone());
  EXPECT_EQ(view.member("time").asMilliseconds(), 3'600'000);
  EXPECT_EQ(view.member("time").type(), Type::time);
  EXPECT_EQ(view.member("absent").type(), Type::undefined);
  EXPECT_EQ(view.member("Real").type(), Type::undefined);
  EXPECT_EQ(view.memberAt(4).first, "real");
  EXPECT_EQ(view.memberAt(14).second.type(), Type::undefined);
  const PackedView list = view.member("nested").member("list");
  EXPECT_EQ(list.size(), 3U);
  EXPECT_EQ(list.element(0).asInteger(), 1);
  EXPECT_EQ(list.element(1).element(1).member("deep").type(), Type::collection);
  EXPECT_EQ(list.element(2).asText(), "three");
  EXPECT_EQ(list.element(3).type(), Type::undefined);
  EXPECT_EQ(list.member("0").type(), Type::undefined);
  EXPECT_EQ(view.element(0).type(), Type::undefined);
}

TEST(Packed, ScalarsOfTheWrongTypeAreBlank) {
  const std::string bytes = packed(Value::text("12345678"));
  const PackedView view(bytes);
  EXPECT_FALSE(view.asBoolean());
  EXPECT_EQ(view.asInteger(), 0);
  EXPECT_EQ(view.asNumber(), 0);
  EXPECT_EQ(view.asMilliseconds(), 0);
  EXPECT_TRUE(view.asDate().isNone());
  EXPECT_EQ(view.size(), 0U);
  EXPECT_EQ(PackedView().type(), Type::undefined);
  EXPECT_FALSE(PackedView().isSound());
  EXPECT_TRUE(PackedView().unpack().isUndefined());
}

TEST(Packed, UndefinedAndHandles) {
  const auto object = Object::make();
  object->set("undefined", Value());
  object->set("formula", Value::handle(Ref<Handle>(new Formula)));
  const auto list = Collection::make();
  list->push(Value());
  object->set("list", Value::collection(list));
  std::string out;
  const std::string bytes = packed(Value::object(object));
  PackedView(bytes).appendJson(out);
  EXPECT_EQ(out, R"({"formula":"this.a + 1","list":[null]})");
  object->set("entity", Value::handle(Ref<Handle>(new Entity)));
  std::string kept = "kept";
  const auto refused = pack(Value::object(object), kept);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), code::wrongType);
  EXPECT_EQ(kept, "kept");
}

TEST(Packed, CyclesAndDepthAreRefused) {
  const auto object = Object::make();
  const auto inner = Object::make();
  object->set("inner", Value::object(inner));
  object->set("again", Value::object(inner));
  EXPECT_EQ(packed(Value::object(object)).empty(), false);
  inner->set("outer", Value::object(object));
  std::string out;
  const auto refused = pack(Value::object(object), out);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), code::wrongArgument);
  EXPECT_NE(refused.error().message().find("inner.outer"), std::string::npos) << refused.error().message();
  inner->remove("outer");

  Value deep = Value::null();
  for (std::size_t i = 0; i < maximumPackedDepth; ++i) {
    const auto list = Collection::make();
    list->push(std::move(deep));
    deep = Value::collection(list);
  }
  const std::string bytes = packed(deep);
  EXPECT_TRUE(PackedView(bytes).isSound());
  EXPECT_TRUE(PackedView(bytes).unpack().identical(deep));
  const auto list = Collection::make();
  list->push(std::move(deep));
  EXPECT_FALSE(pack(Value::collection(list), out));
}

TEST(Packed, LargeContainersUseWideTables) {
  for (const int count : {9, 1000, 5000, 70000}) {
    const auto object = Object::make();
    const auto list = Collection::make();
    for (int i = 0; i < count; ++i) {
      object->set("member " + std::to_string(i * 7919 % 100003), Value::integer(i));
      list->push(Value::text("element number " + std::to_string(i)));
    }
    object->set("list", Value::collection(list));
    const std::string bytes = packed(Value::object(object));
    const PackedView view(bytes);
    ASSERT_TRUE(view.isSound());
    EXPECT_EQ(view.size(), static_cast<std::uint32_t>(count) + 1);
    for (int i = 0; i < count; ++i) {
      ASSERT_EQ(view.member("member " + std::to_string(i * 7919 % 100003)).asInteger(), i);
    }
    EXPECT_EQ(view.member("list").element(static_cast<std::uint32_t>(count) - 1).asText(),
              "element number " + std::to_string(count - 1));
    EXPECT_EQ(view.member("member x").type(), Type::undefined);
    EXPECT_TRUE(view.unpack().identical(Value::object(object)));
  }
}

void touchEverything(PackedView view, int depth) {
  (void)view.asBoolean();
  (void)view.asNumber();
  (void)view.asText();
  (void)view.asDate();
  (void)view.member("real");
  if (depth == 4) return;
  for (std::uint32_t i = 0; i < std::min(view.size(), 50U); ++i) {
    touchEverything(view.element(i), depth + 1);
    touchEverything(view.memberAt(i).second, depth + 1);
  }
}

TEST(Packed, DamagedBytesStayInside) {
  const std::string sound = packed(sample());
  std::mt19937 random(3);
  std::size_t unsound = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string bytes = sound;
    for (std::size_t changes = 1 + random() % 4; changes > 0; --changes) {
      bytes[random() % bytes.size()] = static_cast<char>(random() % 3 == 0 ? 0xFF : random());
    }
    if (random() % 4 == 0) bytes.resize(random() % bytes.size());
    const std::vector<char> exact(bytes.begin(), bytes.end());  // so that the sanitizer sees a read past the end
    const PackedView view(std::string_view(exact.data(), exact.size()));
    touchEverything(view, 0);
    std::string out;
    view.appendJson(out);
    const Value value = view.unpack();
    if (!view.isSound()) {
      ++unsound;
      continue;
    }
    std::string repacked;
    EXPECT_TRUE(pack(value, repacked));
  }
  EXPECT_GT(unsound, 5000U);
}

TEST(Packed, EveryTruncationIsUnsoundUnlessItEndsInText) {
  const std::string sound = packed(parsed(R"({"a":[1,2,{"b":true}],"c":null})"));
  EXPECT_TRUE(PackedView(sound).isSound());
  for (std::size_t length = 0; length < sound.size(); ++length) {
    EXPECT_FALSE(PackedView(std::string_view(sound).substr(0, length)).isSound()) << length;
  }
  EXPECT_FALSE(PackedView(sound + "x").isSound());
}

}  // namespace
}  // namespace qodly
