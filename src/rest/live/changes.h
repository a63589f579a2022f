// Committed changes gathered for one evaluation: by dataclass and record, with the attributes whose values changed.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "orda/change_source.h"
#include "orda/record_set.h"

namespace qodly::rest::live {

struct ChangedRecord {
  std::vector<bool> attributes;  // storage attributes with another value; empty: all (the entity is new or gone)
  std::string before;            // the record at the beginning; empty for a new one
  bool changed(std::uint32_t attribute) const { return attributes.empty() || attributes[attribute]; }
};

// Not thread-safe. Holds changes of one schema.
class Changes {
 public:
  static constexpr std::size_t maximumRecords = 2000;  // of a dataclass: more are a crowd

  explicit Changes(orda::Engine& engine, std::shared_ptr<const orda::Schema> schema)
      : engine_(engine), schema_(std::move(schema)) {}
  void add(const orda::CommittedChanges& committed);

  const orda::Schema& schema() const { return *schema_; }
  bool empty() const { return classes_.empty() && crowded_.empty(); }
  bool touches(std::uint32_t dataClass) const { return classes_.contains(dataClass) || isCrowded(dataClass); }
  // So many changed that nobody can say which: whoever shows them looks again.
  bool isCrowded(std::uint32_t dataClass) const { return crowded_.contains(dataClass); }
  const std::map<orda::RecordNumber, ChangedRecord>& of(std::uint32_t dataClass) const;
  const orda::Bitmap& numbers(std::uint32_t dataClass) const;
  // `__KEY` of a record as it was before; "" when it was new.
  std::string keyBefore(std::uint32_t dataClass, const ChangedRecord& record) const;
  Value valueBefore(std::uint32_t dataClass, std::uint32_t attribute, const ChangedRecord& record) const;

 private:
  std::vector<bool> changedAttributes(const orda::RecordChange& change) const;
  orda::Engine& engine_;
  std::shared_ptr<const orda::Schema> schema_;
  std::map<std::uint32_t, std::map<orda::RecordNumber, ChangedRecord>> classes_;
  std::map<std::uint32_t, orda::Bitmap> numbers_;
  std::set<std::uint32_t> crowded_;
};

}  // namespace qodly::rest::live
