// Index keys: the order of the bytes is the order of the values.
#include "storage/index_key.h"

#include <cmath>
#include <limits>
#include <random>

#include "test_store.h"

namespace qodly::storage {
namespace {

const Collation& english() {
  static const std::shared_ptr<const Collation> collation = Collation::forLocale("en");
  return *collation;
}

std::string key(ColumnType type, const Value& value) { return indexKey(type, value, english()).bytes; }

template <class Number>
int sign(Number left, Number right) {
  return left < right ? -1 : (left > right ? 1 : 0);
}

int order(const std::string& left, const std::string& right) { return sign(left.compare(right), 0); }

TEST(IndexKey, NullIsSmallest) {
  for (const ColumnType type : {ColumnType::boolean, ColumnType::int64, ColumnType::real, ColumnType::text}) {
    EXPECT_EQ(key(type, Value::null()), std::string(1, '\0'));
  }
  EXPECT_LT(key(ColumnType::text, Value::null()), key(ColumnType::text, Value::text("")));
  EXPECT_LT(key(ColumnType::int64, Value::null()), key(ColumnType::int64, Value::integer(INT64_MIN)));
  EXPECT_LT(key(ColumnType::date, Value::null()), key(ColumnType::date, Value::date(Date::none())));
}

TEST(IndexKey, IntegersOrderAsNumbers) {
  std::mt19937_64 random(1);
  const auto any = [&] { return static_cast<std::int64_t>(random()) >> random() % 64; };
  for (int i = 0; i < 20'000; ++i) {
    const std::int64_t left = any(), right = any();
    EXPECT_EQ(order(key(ColumnType::int64, Value::integer(left)), key(ColumnType::int64, Value::integer(right))),
              sign(left, right));
    EXPECT_EQ(order(key(ColumnType::instant, Value::instant(Instant{left})),
                    key(ColumnType::instant, Value::instant(Instant{right}))),
              sign(left, right));
  }
  EXPECT_EQ(key(ColumnType::int8, Value::integer(5)), key(ColumnType::int64, Value::integer(5)));
  EXPECT_LT(key(ColumnType::boolean, Value::boolean(false)), key(ColumnType::boolean, Value::boolean(true)));
}

TEST(IndexKey, RealsOrderAsNumbersWithNotANumberLast) {
  std::mt19937_64 random(2);
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const std::vector<double> corners = {-infinity, -1e308, -1, -5e-324, 0, 5e-324, 0.1, 1, 1e308, infinity};
  const auto any = [&] {
    if (random() % 4 == 0) return corners[random() % corners.size()];
    for (;;) {
      const auto value = std::bit_cast<double>(random());
      if (!std::isnan(value)) return value;
    }
  };
  for (int i = 0; i < 20'000; ++i) {
    const double left = any(), right = any();
    EXPECT_EQ(order(key(ColumnType::real, Value::real(left)), key(ColumnType::real, Value::real(right))),
              sign(left, right));
  }
  EXPECT_EQ(key(ColumnType::real, Value::real(-0.0)), key(ColumnType::real, Value::real(0.0)));
  EXPECT_GT(key(ColumnType::real, Value::real(std::nan(""))), key(ColumnType::real, Value::real(infinity)));
  EXPECT_EQ(key(ColumnType::real, Value::real(-std::nan(""))), key(ColumnType::real, Value::real(std::nan(""))));
}

TEST(IndexKey, DatesAndDurationsOrder) {
  std::mt19937 random(3);
  for (int i = 0; i < 5'000; ++i) {
    const auto left = static_cast<std::int32_t>(random()), right = static_cast<std::int32_t>(random());
    EXPECT_EQ(order(key(ColumnType::date, Value::date(Date{left})), key(ColumnType::date, Value::date(Date{right}))),
              sign(left, right));
    EXPECT_EQ(order(key(ColumnType::duration, Value::time(Duration{left})),
                    key(ColumnType::duration, Value::time(Duration{right}))),
              sign(left, right));
  }
}

TEST(IndexKey, TextsOrderByCollation) {
  std::mt19937 random(4);
  const std::vector<std::string> letters = {"a", "A", "á", "b", "B", "z", "ß", "é", "1", " ", "-", "ж", "中"};
  const auto any = [&] {
    std::string text;
    for (std::size_t length = random() % 6; length > 0; --length) text += letters[random() % letters.size()];
    return text;
  };
  for (int i = 0; i < 20'000; ++i) {
    const std::string left = any(), right = any();
    const auto wanted = english().compare(left, right);
    EXPECT_EQ(order(key(ColumnType::text, Value::text(left)), key(ColumnType::text, Value::text(right))),
              wanted < 0 ? -1 : (wanted > 0 ? 1 : 0))
        << left << " / " << right;
  }
}

TEST(IndexKey, LongTextsAreCutAndSaySo) {
  const IndexKey brief = indexKey(ColumnType::text, Value::text("abc"), english());
  EXPECT_TRUE(brief.exact);
  for (const char* unit : {"x", "中", "ж"}) {
    std::string text;
    while (text.size() < 5000) text += unit;
    const IndexKey cut = indexKey(ColumnType::text, Value::text(text), english());
    EXPECT_FALSE(cut.exact);
    EXPECT_LE(cut.bytes.size(), maximumKeyBytes);
    EXPECT_GT(cut.bytes.size(), maximumKeyBytes - 9);
    EXPECT_TRUE(("\1" + english().key(text)).starts_with(cut.bytes));
  }
}

TEST(IndexKey, KeysOfFieldsEqualKeysOfValues) {
  const std::vector<std::pair<ColumnType, Value>> samples = {
      {ColumnType::boolean, Value::boolean(true)},
      {ColumnType::int16, Value::integer(-300)},
      {ColumnType::real, Value::real(2.5)},
      {ColumnType::date, Value::date(Date{19000})},
      {ColumnType::instant, Value::instant(Instant{5})},
      {ColumnType::duration, Value::time(Duration{-5})},
      {ColumnType::uuid, Value::text("0123456789ABCDEF0123456789ABCDEF")},
      {ColumnType::text, Value::text("Ärger")},
  };
  const BlobStore blobs(std::filesystem::temp_directory_path());
  for (const auto& [type, value] : samples) {
    const LayoutSet layouts({std::make_shared<const Layout>(std::uint16_t{1}, std::vector<Column>{{1, type}})});
    RecordBuilder builder(layouts.current());
    ASSERT_TRUE(builder.set(0, value));
    const std::string bytes = builder.finish();
    KeyList keys;
    ASSERT_TRUE(collectKeys(IndexKind::ordered, type, RecordView(bytes, layouts).field(1), english(), blobs, keys));
    ASSERT_EQ(keys.size(), 1u);
    EXPECT_EQ(keys[0], key(type, value)) << name(type);
  }
}

TEST_F(StoreTest, KeywordIndexFindsWords) {
  openPeople();
  const RecordNumber first = insert({Value::integer(1), {}, {}, Value::text("The quick fox; the FOX.")});
  insert({Value::integer(2), {}, {}, Value::text("nothing here")});
  const auto scope = store_->read();
  const std::string word = keywordKey(english().key("fox")).bytes;
  EXPECT_EQ(scope->findIndex(person(), column(3), IndexKind::keywords, word), first);
  EXPECT_EQ(scope->countIndex(person(), column(3), IndexKind::keywords, {}, 100), 5u);  // the quick fox, nothing here
  expectSound();
}

TEST_F(StoreTest, ObjectPathIndexHoldsEveryScalar) {
  openPeople();
  const auto made = [](std::int64_t area) {
    const Ref<Object> sail = Object::make(), object = Object::make();
    sail->set("kind", Value::text("Jib"));
    sail->set("area", Value::integer(area));
    const Ref<Collection> sails = Collection::make();
    sails->push(Value::object(sail));
    sails->push(Value::object(sail));
    object->set("sails", Value::collection(sails));
    object->set("ok", Value::boolean(true));
    object->set("none", Value::null());
    object->set("when", Value::date(Date{100}));
    return Value::object(object);
  };
  const RecordNumber first = insert({Value::integer(1), {}, {}, {}, made(20)});
  const RecordNumber second = insert({Value::integer(2), {}, {}, {}, made(30)});
  insert({Value::integer(3)});
  const auto scope = store_->read();
  const auto records = [&](std::string_view path, const Value& scalar) {
    Numbers found;
    KeyRange range;
    range.from = range.to = objectPathKey(path, scalar, english()).bytes;
    scope->scanIndex(person(), column(4), IndexKind::objectPaths, range, false, [&](std::string_view, RecordNumber r) {
      found.push_back(r);
      return true;
    });
    return found;
  };
  EXPECT_EQ(records("sails[].kind", Value::text("JIB")), (Numbers{first, second}));
  EXPECT_EQ(records("sails[].area", Value::integer(30)), Numbers{second});
  EXPECT_EQ(records("sails[].area", Value::real(20.0)), Numbers{first});
  EXPECT_EQ(records("sails.length", Value::integer(2)), (Numbers{first, second}));
  EXPECT_EQ(records("ok", Value::boolean(true)), (Numbers{first, second}));
  EXPECT_EQ(records("none", Value::null()), (Numbers{first, second}));
  EXPECT_EQ(records("when", Value::date(Date{100})), (Numbers{first, second}));
  EXPECT_TRUE(records("when", Value::date(Date{101})).empty());
  KeyRange path;
  path.from = objectPathPrefix("sails[].area");
  path.prefix = true;
  EXPECT_EQ(scope->countIndex(person(), column(4), IndexKind::objectPaths, path, 100), 2u);
  expectSound();
}

TEST(IndexKey, LongPathsStayBelowTheLimitAndApart) {
  const std::string common(400, 'p');
  const std::string left = objectPathPrefix(common + "a"), right = objectPathPrefix(common + "b");
  EXPECT_NE(left, right);
  EXPECT_LE(left.size(), 257u);
  const IndexKey cut = objectPathKey(common, Value::text(std::string(1000, 'x')), english());
  EXPECT_LE(cut.bytes.size(), maximumKeyBytes);
  EXPECT_FALSE(cut.exact);
}

}  // namespace
}  // namespace qodly::storage
