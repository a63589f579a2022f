// Records as bytes: every type, every evolution of the layout, damaged bytes.
#include "storage/record.h"

#include <random>

#include "base/error_codes.h"
#include "storage/field_place.h"
#include "storage/record_format.h"
#include "test_store.h"
#include "value/json.h"

namespace qodly::storage {
namespace {

const std::vector<Column> everyType = {{1, ColumnType::boolean}, {2, ColumnType::int8},    {3, ColumnType::int16},
                                       {4, ColumnType::int32},   {5, ColumnType::int64},   {6, ColumnType::real},
                                       {7, ColumnType::date},    {8, ColumnType::instant}, {9, ColumnType::duration},
                                       {10, ColumnType::uuid},   {11, ColumnType::text},   {12, ColumnType::object},
                                       {13, ColumnType::blob},   {14, ColumnType::picture}};

LayoutSet setOf(std::vector<std::vector<Column>> versions) {
  std::vector<std::shared_ptr<const Layout>> layouts;
  std::uint16_t version = 0;
  for (std::vector<Column>& columns : versions) {
    layouts.push_back(std::make_shared<const Layout>(++version, std::move(columns)));
  }
  return LayoutSet(std::move(layouts));
}

std::vector<Value> sampleValues() {
  const Ref<Object> object = Object::make();
  object->set("a", Value::integer(1));
  object->set("b", Value::text("two"));
  return {Value::boolean(true),
          Value::integer(-128),
          Value::integer(32767),
          Value::integer(INT32_MIN),
          Value::integer(INT64_MAX),
          Value::real(-0.25),
          Value::date(*Date::fromCivil(2024, 2, 29)),
          Value::instant(Instant{1'700'000'000'123}),
          Value::time(Duration{-3'600'000}),
          Value::text("0123456789ABCDEF0123456789ABCDEF"),
          Value::text("Grüße"),
          Value::object(object),
          Value::blob(std::string("\0\1\2", 3), "application/x"),
          Value::picture("png", "image/png")};
}

std::string build(const LayoutSet& layouts, const std::vector<Value>& values) {
  RecordBuilder builder(layouts.current());
  for (std::size_t slot = 0; slot < values.size(); ++slot) {
    const Result<> set = builder.set(static_cast<int>(slot), values[slot]);
    EXPECT_TRUE(set.has_value()) << slot << ": " << set.error().text();
  }
  return builder.finish();
}

bool sameValue(const Value& left, const Value& right) {
  if (left.type() == Type::blob || left.type() == Type::picture) {
    return left.type() == right.type() && left.asBlob().bytes == right.asBlob().bytes &&
           left.asBlob().mediaType == right.asBlob().mediaType && left.asBlob().path == right.asBlob().path;
  }
  return left.identical(right);
}

TEST(Record, RoundTripsEveryType) {
  const LayoutSet layouts = setOf({everyType});
  const std::vector<Value> values = sampleValues();
  std::string bytes = build(layouts, values);
  patchStamp(bytes, 7, Instant{123456});
  const RecordView record(bytes, layouts);
  ASSERT_TRUE(record);
  EXPECT_TRUE(record.isSound());
  EXPECT_EQ(record.stamp(), 7u);
  EXPECT_EQ(record.savedAt().ms, 123456);
  EXPECT_EQ(stampOf(bytes), 7u);
  for (std::size_t slot = 0; slot < values.size(); ++slot) {
    const Field field = record.field(everyType[slot].id);
    EXPECT_TRUE(field.present);
    EXPECT_TRUE(sameValue(toValue(field), values[slot])) << slot;
  }
}

TEST(Record, EveryValueMayBeNull) {
  const LayoutSet layouts = setOf({everyType});
  const std::vector<Value> values = sampleValues();
  for (std::size_t empty = 0; empty < values.size(); ++empty) {
    std::vector<Value> some = values;
    some[empty] = Value::null();
    const std::string bytes = build(layouts, some);
    const RecordView record(bytes, layouts);
    EXPECT_TRUE(record.isSound());
    for (std::size_t slot = 0; slot < values.size(); ++slot) {
      EXPECT_EQ(record.fieldAt(static_cast<int>(slot)).present, slot != empty);
      EXPECT_TRUE(sameValue(toValue(record.fieldAt(static_cast<int>(slot))), some[slot])) << slot << " " << empty;
    }
  }
}

TEST(Record, NullDiffersFromBlank) {
  const LayoutSet layouts = setOf({{{1, ColumnType::text}, {2, ColumnType::date}, {3, ColumnType::int32}}});
  const std::string bytes = build(layouts, {Value::text(""), Value::date(Date::none()), Value::integer(0)});
  const RecordView record(bytes, layouts);
  EXPECT_EQ(toValue(record.field(1)).asText(), "");
  EXPECT_TRUE(toValue(record.field(2)).asDate().isNone());
  EXPECT_EQ(toValue(record.field(3)).asInteger(), 0);
  EXPECT_FALSE(record.field(99).present);
}

TEST(Record, KeepsPathsOfFilesStoredByReference) {
  const LayoutSet layouts = setOf({{{1, ColumnType::picture}, {2, ColumnType::blob}}});
  const std::string bytes = build(layouts, {Value::pictureFile("/RESOURCES/a.jpg"), Value::blobFile("/RESOURCES/b")});
  const RecordView record(bytes, layouts);
  EXPECT_EQ(toValue(record.field(1)).asBlob().path, "/RESOURCES/a.jpg");
  EXPECT_EQ(toValue(record.field(2)).asBlob().path, "/RESOURCES/b");
  EXPECT_TRUE(record.isSound());
}

TEST(Record, RefusesWhatTheColumnCannotHold) {
  const LayoutSet layouts = setOf({everyType});
  RecordBuilder builder(layouts.current());
  EXPECT_EQ(builder.set(1, Value::integer(128)).error().code(), code::valueOutOfRange);
  EXPECT_EQ(builder.set(3, Value::text("1")).error().code(), code::wrongType);
  EXPECT_EQ(builder.set(9, Value::text("xyz")).error().code(), code::wrongType);
  EXPECT_EQ(builder.set(10, Value::integer(1)).error().code(), code::wrongType);
  EXPECT_EQ(builder.set(12, Value::picture("x")).error().code(), code::wrongType);
  const std::string bytes = builder.finish();
  const RecordView record(bytes, layouts);
  EXPECT_TRUE(record.isSound());
  for (std::size_t slot = 0; slot < everyType.size(); ++slot)
    EXPECT_FALSE(record.fieldAt(static_cast<int>(slot)).present);
}

TEST(Record, BuildersAreReusable) {
  const LayoutSet layouts = setOf({everyType});
  RecordBuilder builder(layouts.current());
  const std::string blank = builder.finish();
  const std::vector<Value> values = sampleValues();
  for (std::size_t slot = 0; slot < values.size(); ++slot)
    ASSERT_TRUE(builder.set(static_cast<int>(slot), values[slot]));
  EXPECT_NE(builder.finish(), blank);
  for (std::size_t slot = 0; slot < values.size(); ++slot) builder.setNull(static_cast<int>(slot));
  EXPECT_EQ(builder.finish(), blank);
  ASSERT_TRUE(builder.set(10, Value::text("x")));
  builder.reset();
  EXPECT_EQ(builder.finish(), blank);
}

TEST(Record, OldRecordsAreReadUnderNewLayouts) {
  const LayoutSet layouts = setOf({{{1, ColumnType::text}, {2, ColumnType::int32}},
                                   {{3, ColumnType::boolean}, {2, ColumnType::int32}, {1, ColumnType::text}},
                                   {{2, ColumnType::text}}});
  const LayoutSet oldest = setOf({{{1, ColumnType::text}, {2, ColumnType::int32}}});
  const std::string bytes = build(oldest, {Value::text("42"), Value::integer(7)});
  const RecordView record(bytes, layouts);
  EXPECT_EQ(record.layout().version(), 1);
  EXPECT_FALSE(record.field(3).present);
  EXPECT_EQ(toValue(record.field(2), ColumnType::text).asText(), "7");
  EXPECT_EQ(toValue(record.field(1), ColumnType::int32).asInteger(), 42);
  EXPECT_TRUE(toValue(record.field(1), ColumnType::uuid).isNull());

  RecordBuilder builder(layouts.current());
  builder.copyFrom(record);
  const std::string rewritten = builder.finish();
  const RecordView copy(rewritten, layouts);
  EXPECT_EQ(copy.layout().version(), 3);
  EXPECT_EQ(toValue(copy.field(2)).asText(), "7");
  EXPECT_FALSE(copy.field(1).present);
}

TEST(Record, FixedValuesAreAligned) {
  const LayoutSet layouts = setOf({everyType});
  for (std::size_t slot = 0; slot < everyType.size(); ++slot) {
    const Layout::Place place = layouts.current().place(static_cast<int>(slot));
    if (!place.fixed) continue;
    EXPECT_EQ(place.offset % std::min(8u, fixedWidth(everyType[slot].type)), 0u) << slot;
  }
}

TEST(Record, UnknownLayoutsAndShortBytesGiveNoView) {
  const LayoutSet layouts = setOf({everyType});
  const std::string bytes = build(layouts, sampleValues());
  EXPECT_FALSE(RecordView("", layouts));
  EXPECT_FALSE(RecordView(std::string_view(bytes).substr(0, 40), layouts));
  std::string other = bytes;
  other[0] = 9;
  EXPECT_FALSE(RecordView(other, layouts));
}

TEST(Record, DamagedBytesAreNoticedAndNeverReadOutside) {
  const LayoutSet layouts = setOf({everyType});
  const std::string good = build(layouts, sampleValues());
  std::mt19937 random(7);
  std::size_t unsound = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = good.substr(0, round % 4 == 0 ? random() % (good.size() + 1) : good.size());
    for (int flips = 0; flips < 1 + round % 3 && !bytes.empty(); ++flips) {
      bytes[random() % bytes.size()] ^= static_cast<char>(1 << random() % 8);
    }
    const std::vector<char> exact(bytes.begin(),
                                  bytes.end());  // a heap block of just this size: sanitizers see overruns
    const RecordView record(std::string_view(exact.data(), exact.size()), layouts);
    if (!record || !record.isSound()) ++unsound;
    if (!record) continue;
    for (const Column& column : everyType) toValue(record.field(column.id));
  }
  EXPECT_GT(unsound, 5'000u);
}

// What a place found once says about a record is what the record says.
void expectPlacesAgree(const RecordView& record, const std::vector<Column>& columns) {
  for (const Column& column : columns) {
    const FieldPlace place(record.layout(), column.id);
    const Field field = record.field(column.id);
    ASSERT_EQ(place.exists(), record.layout().slot(column.id) >= 0);
    EXPECT_EQ(place.field(record).bytes, field.bytes);
    EXPECT_EQ(place.field(record).present, field.present);
    if (!place.exists()) {
      EXPECT_FALSE(place.isPresent(record));
      continue;
    }
    EXPECT_EQ(place.type(), field.type);
    EXPECT_TRUE(place.isPresent(record) || !field.present);
    if (!place.isPresent(record)) continue;
    const std::uint32_t width = fixedWidth(column.type);
    if (width == 0) {
      const std::string_view bytes = place.variable(record);
      EXPECT_EQ(bytes.data() != nullptr, field.present && !field.external);
      EXPECT_TRUE(bytes.data() == nullptr || bytes == field.bytes);
    } else {
      EXPECT_EQ(std::string_view(place.fixed(record), width), field.bytes);
      EXPECT_TRUE(width > 8 || place.integer(record) == field.integer());
    }
  }
}

TEST(FieldPlace, AgreesWithTheRecord) {
  std::vector<Column> wider = everyType;
  wider.push_back({20, ColumnType::text});
  for (const auto& [layouts, columns] : {std::pair(setOf({everyType}), wider), std::pair(setOf({wider}), wider),
                                         std::pair(setOf({{{11, ColumnType::text}, {4, ColumnType::int32}}}), wider)}) {
    std::vector<Value> values = sampleValues();
    if (layouts.current().columns().size() < values.size()) values = {Value::text(""), Value::integer(5)};
    for (std::size_t empty = 0; empty <= values.size(); ++empty) {
      std::vector<Value> some = values;
      if (empty < values.size()) some[empty] = Value::null();
      const std::string bytes = build(layouts, some);
      expectPlacesAgree(RecordView(bytes, layouts), columns);
    }
  }
}

TEST(FieldPlace, DamagedBytesAreNeverReadOutside) {
  const LayoutSet layouts = setOf({everyType});
  const std::string sound = build(layouts, sampleValues());
  std::mt19937 random(11);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes = sound;
    for (int change = 0; change < 4; ++change) {
      bytes[recordHeaderBytes + random() % (bytes.size() - recordHeaderBytes)] = static_cast<char>(random());
    }
    bytes.resize(bytes.size() - random() % 8);
    const RecordView record(bytes, layouts);
    if (record) expectPlacesAgree(record, everyType);
  }
}

TEST_F(StoreTest, LargeValuesMoveToBlobFiles) {
  openPeople();
  const std::string large(externalThreshold + 1, 'L');
  const RecordNumber number = insert({Value::integer(1), Value::text(large), Value::null(), Value::null(),
                                      Value::null(), Value::blob(large, "text/plain")});
  const auto scope = store_->read();
  const RecordView record = scope->record(person(), number);
  EXPECT_TRUE(record.hasExternal());
  EXPECT_TRUE(record.field(nameColumn()).external);
  EXPECT_LT(record.bytes().size(), 400u);
  EXPECT_TRUE(toValue(record.field(nameColumn())).isUndefined());
  EXPECT_TRUE(record.isSound());
  EXPECT_EQ(loadField(record.field(nameColumn()), ColumnType::text, store_->blobs())->asText(), large);
  const Value blob = *loadField(record.field(column(5)), ColumnType::blob, store_->blobs());
  EXPECT_EQ(blob.asBlob().bytes, large);
  EXPECT_EQ(blob.asBlob().mediaType, "text/plain");
  EXPECT_EQ(store_->blobs().list()->size(), 1u);  // the same content is stored once
  expectSound();
}

}  // namespace
}  // namespace qodly::storage
