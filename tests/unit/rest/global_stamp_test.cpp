// The highest __GlobalStamp of a dataclass: the same with an index, which is asked once there are many entities, as
// without one.
#include <filesystem>

#include <gtest/gtest.h>

#include "base/text.h"
#include "engine/embedded/embedded_engine.h"
#include "rest/selection_json.h"

namespace qodly::rest {
namespace {

enum Class : std::uint32_t { indexed, plain };

model::Attribute attribute(const std::string& owner, const std::string& name, model::AttributeType type, bool index) {
  model::Attribute result;
  result.name = name;
  result.type = type;
  result.uuid = owner + "." + name;
  result.indexed = index;
  return result;
}

model::DataClass tracked(const std::string& name, bool index) {
  model::DataClass result;
  result.name = result.uuid = name;
  result.selectionName = name + "Selection";
  result.attributes.push_back(attribute(name, "ID", model::AttributeType::long32, true));
  result.attributes.push_back(attribute(name, "__GlobalStamp", model::AttributeType::long64, index));
  result.primaryKey = 0;
  result.attributes[0].unique = true;
  return result;
}

class GlobalStampTest : public ::testing::Test {
 protected:
  GlobalStampTest() : folder_(std::filesystem::temp_directory_path() / ("qodly-stamp-" + randomHex(8))) {
    model::Model model;
    model.name = model.uuid = "Stamps";
    model.classes = {tracked("Indexed", true), tracked("Plain", false)};
    model.buildIndex();
    for (model::DataClass& each : model.classes) each.buildIndex();
    storage::StoreOptions options;
    options.folder = folder_;
    options.durable = false;
    engine_ = std::move(engine::openEmbeddedEngine(options).value());
    EXPECT_TRUE(engine_->apply(std::make_shared<const model::Model>(std::move(model)), {}).has_value());
  }
  ~GlobalStampTest() override {
    engine_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  // Entities of both dataclasses with these stamps; 0: none.
  void insert(std::span<const std::int64_t> stamps) {
    storage::ChangeSet changes;
    for (const std::uint32_t dataClass : {indexed, plain}) {
      for (const std::int64_t stamp : stamps) {
        storage::RecordBuilder builder(engine_->currentLayout(dataClass));
        EXPECT_TRUE(engine_->encode(builder, dataClass, 0, Value::integer(++key_)).has_value());
        const Value value = stamp == 0 ? Value::null() : Value::integer(stamp);
        EXPECT_TRUE(engine_->encode(builder, dataClass, 1, value).has_value());
        changes.put({engine_->schema()->tables[dataClass], engine_->reserve(dataClass)},
                    {storage::Change::Kind::insert, builder.finish(), 0, 1});
      }
    }
    EXPECT_TRUE(engine_->commit(std::move(changes), 1, 0).has_value());
  }
  void expectHighest(std::int64_t wanted) {
    for (const std::uint32_t dataClass : {indexed, plain}) {
      EXPECT_EQ(highestGlobalStamp(*engine_, *engine_->schema(), dataClass, nullptr), wanted) << dataClass;
    }
  }

  std::filesystem::path folder_;
  std::unique_ptr<orda::Engine> engine_;
  std::int64_t key_ = 0;
};

TEST_F(GlobalStampTest, IsFoundInSmallAndLargeTables) {
  expectHighest(0);
  insert(std::vector<std::int64_t>(10, 0));
  expectHighest(0);
  insert(std::vector<std::int64_t>(5000, 0));
  expectHighest(0);
  constexpr std::int64_t largestExact = 9'007'199'254'740'991;
  for (const std::int64_t stamp : {std::int64_t{1}, std::int64_t{2}, std::int64_t{1023}, std::int64_t{1024},
                                   std::int64_t{4'000'000'017}, largestExact}) {
    insert(std::vector<std::int64_t>{stamp});
    expectHighest(stamp);
  }
}

TEST_F(GlobalStampTest, ManyEntitiesMayLieAboveAnyValue) {
  std::vector<std::int64_t> stamps;
  for (std::int64_t i = 0; i < 15'000; ++i) stamps.push_back(100'000 + i * 7);
  insert(stamps);
  expectHighest(stamps.back());
}

}  // namespace
}  // namespace qodly::rest
