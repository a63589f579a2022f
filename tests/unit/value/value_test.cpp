#include "value/value.h"

#include <thread>

#include <gtest/gtest.h>

namespace qodly {
namespace {

// Counts the handles that are alive.
class Counted final : public Handle {
 public:
  explicit Counted(int& alive) : alive_(alive) { ++alive_; }
  ~Counted() override { --alive_; }
  const char* kind() const override { return "counted"; }

 private:
  int& alive_;
};

Value nested(std::size_t depth) {
  Value value = Value::integer(1);
  for (std::size_t i = 0; i < depth; ++i) {
    if (i % 2 == 0) {
      const auto collection = Collection::make();
      collection->push(std::move(value));
      value = Value::collection(collection);
    } else {
      const auto object = Object::make();
      object->set("in", std::move(value));
      value = Value::object(object);
    }
  }
  return value;
}

TEST(Value, ScalarsKeepTheirContent) {
  EXPECT_TRUE(Value().isUndefined());
  EXPECT_TRUE(Value::null().isNull());
  EXPECT_TRUE(Value::null().isMissing());
  EXPECT_TRUE(Value::boolean(true).asBoolean());
  EXPECT_EQ(Value::integer(INT64_MIN).asInteger(), INT64_MIN);
  EXPECT_EQ(Value::real(-1.5).asReal(), -1.5);
  EXPECT_EQ(Value::integer(3).asNumber(), 3.0);
  EXPECT_EQ(Value::date(Date{-5}).asDate(), Date{-5});
  EXPECT_TRUE(Value::date(Date::none()).asDate().isNone());
  EXPECT_EQ(Value::time({-7}).asTime(), Duration{-7});
  EXPECT_EQ(Value::instant({-9}).asInstant(), Instant{-9});
  EXPECT_TRUE(Value::object({}).isNull());
}

TEST(Value, TextsOfEveryLength) {
  for (std::size_t length = 0; length < 40; ++length) {
    std::string text(length, 'q');
    const Value viewed = Value::text(std::string_view(text));
    const Value copy = viewed;
    const Value moved = Value::text(std::move(text));
    EXPECT_EQ(viewed.asText(), std::string(length, 'q'));
    EXPECT_TRUE(copy.identical(moved));
    EXPECT_FALSE(copy.identical(Value::text(std::string(length + 1, 'q'))));
  }
}

TEST(Value, CopiesShareAndMovesTakeOver) {
  int alive = 0;
  {
    Value first = Value::handle(Ref<Handle>(new Counted(alive)));
    Value second = first;
    EXPECT_EQ(&first.asHandle(), &second.asHandle());
    const Value third = std::move(first);
    EXPECT_TRUE(first.isUndefined());  // NOLINT(bugprone-use-after-move)
    second = Value::integer(1);
    EXPECT_EQ(alive, 1);
    EXPECT_EQ(third.asHandle().count(), 1U);
  }
  EXPECT_EQ(alive, 0);
}

TEST(Value, BlobsAndPictures) {
  EXPECT_EQ(Value::picture("bytes", "image/png").asBlob().mediaType, "image/png");
  EXPECT_EQ(Value::blobFile("/RESOURCES/a.bin").asBlob().path, "/RESOURCES/a.bin");
  EXPECT_FALSE(Value::blob("a").identical(Value::picture("a")));
  EXPECT_TRUE(Value::blob("a").identical(Value::blob("a")));
}

TEST(Value, DeepStructuresAreReleasedWithoutDeepStack) {
  int alive = 0;
  {
    Value value = Value::handle(Ref<Handle>(new Counted(alive)));
    for (int i = 0; i < 1'000'000; ++i) {
      const auto object = Object::make();
      object->set("next", std::move(value));
      value = Value::object(object);
    }
    EXPECT_EQ(alive, 1);
  }
  EXPECT_EQ(alive, 0);
}

TEST(Value, TextsCrossThreads) {
  const Value text = Value::text(std::string(100, 'x'));
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20000; ++i) {
        const Value copy = text;
        ASSERT_EQ(copy.asText().size(), 100U);
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

TEST(Value, IdenticalComparesStructures) {
  EXPECT_TRUE(nested(100'000).identical(nested(100'000)));
  EXPECT_FALSE(nested(100'000).identical(nested(99'998)));
  const auto left = Object::make();
  const auto right = Object::make();
  left->set("a", Value::integer(1));
  left->set("b", Value::null());
  right->set("b", Value::null());
  right->set("a", Value::integer(1));
  EXPECT_TRUE(Value::object(left).identical(Value::object(right)));
  right->set("a", Value::real(1));
  EXPECT_FALSE(Value::object(left).identical(Value::object(right)));
}

TEST(Value, Cycles) {
  const auto object = Object::make();
  const auto twin = Object::make();
  const auto shared = Collection::make();
  object->set("one", Value::collection(shared));
  object->set("two", Value::collection(shared));
  EXPECT_FALSE(hasCycle(Value::object(object)));
  EXPECT_FALSE(hasCycle(nested(100'000)));
  twin->set("one", Value::object(twin));
  shared->push(Value::object(object));
  EXPECT_TRUE(hasCycle(Value::object(object)));
  const auto other = Object::make();
  other->set("one", Value::object(other));
  EXPECT_TRUE(Value::object(other).identical(Value::object(twin)));
  shared->elements().clear();
  twin->remove("one");
  other->remove("one");
}

TEST(Object, KeepsOrderSmallAndLarge) {
  for (const int count : {3, 8, 9, 100, 5000}) {
    const auto object = Object::make();
    for (int i = 0; i < count; ++i) object->set("name" + std::to_string(i), Value::integer(i));
    object->set("name1", Value::integer(-1));
    EXPECT_EQ(object->size(), static_cast<std::size_t>(count));
    EXPECT_EQ(object->get("name1").asInteger(), -1);
    EXPECT_TRUE(object->remove("name0"));
    EXPECT_FALSE(object->remove("name0"));
    EXPECT_EQ(object->find("name0"), nullptr);
    EXPECT_EQ(object->find("Name1"), nullptr);
    EXPECT_TRUE(object->get("none").isUndefined());
    for (int i = 2; i < count; ++i) {
      EXPECT_EQ(object->members()[static_cast<std::size_t>(i) - 1].name, "name" + std::to_string(i));
      ASSERT_NE(object->find("name" + std::to_string(i)), nullptr);
      EXPECT_EQ(object->find("name" + std::to_string(i))->asInteger(), i);
    }
  }
}

TEST(Value, FindsPlacesInTextByUtf16Unit) {
  std::string text;
  for (int i = 0; i < 50; ++i) text += "aé€😀";
  const Value value = Value::text(text);
  EXPECT_EQ(value.textUnits(), 250U);
  const auto expected = [](std::size_t unit) {
    constexpr std::size_t places[] = {0, 1, 3, 6, 10};
    return unit / 5 * 10 + places[unit % 5];
  };
  for (std::size_t unit = 0; unit < 250; ++unit) ASSERT_EQ(value.textOffset(unit), expected(unit)) << unit;
  for (std::size_t unit = 250; unit-- > 0;) ASSERT_EQ(value.textOffset(unit), expected(unit)) << unit;
  for (std::size_t i = 0; i < 1000; ++i) ASSERT_EQ(value.textOffset(i * 97 % 250), expected(i * 97 % 250)) << i;
  EXPECT_EQ(value.textOffset(250), text.size());
  EXPECT_EQ(Value::text("aé€😀").textUnits(), 5U);
  EXPECT_EQ(Value::text("aé€😀").textOffset(3), 6U);
  EXPECT_EQ(Value::text("A text of more than fourteen bytes").textOffset(20), 20U);
}

}  // namespace
}  // namespace qodly
