// Record numbers in any order, with repetitions, become the same bitmap as one made of them one by one.
#include "engine/embedded/number_collector.h"

#include <filesystem>
#include <random>

#include <gtest/gtest.h>

#include "base/text.h"

namespace qodly::engine {
namespace {

class NumberCollectorTest : public ::testing::Test {
 protected:
  NumberCollectorTest() : folder_(std::filesystem::temp_directory_path() / ("qodly-collector-" + randomHex(8))) {
    storage::StoreOptions options;
    options.folder = folder_;
    store_ = std::move(storage::Store::open(options).value());
    scope_ = store_->read();
  }
  ~NumberCollectorTest() override {
    scope_.reset();
    store_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  void expectSame(const std::vector<RecordNumber>& numbers) {
    NumberCollector one(*scope_, 1), inRuns(*scope_, 1);
    for (const RecordNumber number : numbers) one.add(number);
    const std::span<const RecordNumber> all = numbers;
    inRuns.add(all.first(all.size() / 2));
    inRuns.add(all.subspan(all.size() / 2));
    Bitmap wanted;
    for (const RecordNumber number : numbers) wanted.add(number);
    EXPECT_TRUE(one.take() == wanted) << numbers.size();
    EXPECT_TRUE(inRuns.take() == wanted) << numbers.size();
  }

  std::filesystem::path folder_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<storage::ReadScope> scope_;
};

TEST_F(NumberCollectorTest, TakesNumbersInOrder) {
  expectSame({});
  expectSame({0});
  expectSame({7, 8, 9, 65'535, 65'536, 65'537, 4'000'000'000});
  for (const std::uint32_t step : {1u, 3u, 17u, 70'000u}) {
    for (const std::size_t count : {4095u, 4096u, 4097u, 12'000u, 40'000u}) {
      std::vector<RecordNumber> numbers;
      for (std::size_t i = 0; i < count; ++i) numbers.push_back(static_cast<RecordNumber>(5 + i * step));
      expectSame(numbers);
    }
  }
}

TEST_F(NumberCollectorTest, TakesNumbersInAnyOrderWithRepetitions) {
  std::mt19937 random(3);
  for (const std::size_t count : {2u, 100u, 5000u, 16'383u, 16'384u, 50'000u}) {
    for (const std::uint32_t range : {50u, 10'000u, 300'000u, 4'000'000'000u}) {
      std::vector<RecordNumber> numbers;
      for (std::size_t i = 0; i < count; ++i) numbers.push_back(static_cast<RecordNumber>(random() % range));
      expectSame(numbers);
    }
  }
}

}  // namespace
}  // namespace qodly::engine
