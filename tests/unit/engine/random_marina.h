// Random rows, writes and query trees over the marina, and a naive evaluation of the trees on the reference.
#pragma once

#include <optional>
#include <random>

#include "tests/unit/engine/marina.h"

namespace qodly::engine::test {

class RandomMarina {
 public:
  explicit RandomMarina(unsigned seed) : random_(seed) {}

  Marina& marina() { return marina_; }
  Row boatRow();
  Row harbourRow();
  // One insert, update or removal.
  void write();
  query::Node tree(std::uint32_t dataClass, int depth);
  query::Node leaf(std::uint32_t dataClass);

  RecordSet expected(const query::Node& node);
  bool satisfies(const query::Node& node, const Row& row);

  unsigned below(unsigned limit) { return std::uniform_int_distribution<unsigned>(0, limit - 1)(random_); }
  bool chance(unsigned percent) { return below(100) < percent; }

 private:
  Value text();
  Value longText();
  Value object();
  Value uuidText();
  Value valueFor(std::uint32_t attribute);
  Value boundFor(std::uint32_t attribute);
  query::Node boatLeaf();
  query::Node objectLeaf();
  bool conditionHolds(const query::Node& node, const Row& row);
  bool joinHolds(const query::Node& node, const Row& row);

  std::mt19937 random_;
  Marina marina_;
  std::int64_t nextId_ = 1;
};

}  // namespace qodly::engine::test
