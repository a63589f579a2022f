// The values that a sort compares, read once from the records. Each key is a column: an order-preserving 64-bit word
// for every member, which decides most comparisons, and what decides among equal words.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/embedded/path_reader.h"
#include "engine/embedded/view.h"
#include "query/plan.h"

namespace qodly::engine {

// What the words of a key column mean.
enum class SortForm : std::uint8_t {
  word,    // the word is the whole value
  bytes,   // first bytes of a collation key or uuid; the rest is in the arena
  values,  // mixed types inside objects: compared as Values
};

class SortColumn {
 public:
  SortColumn(const query::SortKey& key, View& view);

  SortForm form() const { return form_; }
  bool descending() const { return descending_; }

  // Appends the key of one more member. Used by one thread.
  void add(RecordNumber number, const RecordView& record);
  // Puts `other`'s members after its own.
  void append(SortColumn&& other);
  void reserve(std::size_t members);

  std::uint64_t word(std::size_t member) const { return words_[member]; }
  // <0, 0, >0 for ascending order.
  int compare(std::size_t left, std::size_t right) const;

 private:
  struct Piece {
    std::uint64_t offset;
    std::uint32_t length;
    bool present;
  };
  void addKey(const RecordView& record);
  void addField(const storage::Field& field);
  void addValue(const Value& value);
  void addObject(const RecordView& record);
  void addBytes(std::size_t start);
  void addMissing();
  void addMixed(Value value);
  void repeat(std::size_t member);

  View& view_;
  bool descending_;
  query::AttributeRef path_;
  StoredAttribute attribute_;
  SortForm form_ = SortForm::word;
  std::unique_ptr<RelationWalk> walk_;                          // keys behind relations
  std::unordered_map<RecordNumber, std::size_t> keyOfRelated_;  // related entity -> a member that has its key
  std::vector<std::uint64_t> words_;
  std::vector<bool> present_;  // form word: tells null from the smallest value
  std::string arena_;          // form bytes
  std::vector<Piece> pieces_;
  std::vector<Value> values_;  // form values
};

}  // namespace qodly::engine
