// A change set: the writes of one save, one drop or one whole transaction, built off to the side and applied as a unit.
// Nested transactions are a stack of change sets; reads see the stack laid over the committed state.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "storage/record.h"
#include "storage/types.h"

namespace qodly::storage {

struct Change {
  enum class Kind : std::uint8_t { insert, update, remove };
  Kind kind = Kind::insert;
  // Encoded record (stamp not yet set) for insert and update; empty for remove.
  std::string record;
  // Stamp the committed record must have for the change to be applied; 0 = not checked (insert, forced drop).
  std::uint32_t expectedStamp = 0;
  // Stamp the record gets; the commit writes it. Inside a transaction: base stamp + number of saves.
  std::uint32_t newStamp = 0;
};

// "No committed or newly written record of `table` has `key` in `column`" - checked inside the commit (deletion
// control).
struct Absence {
  TableId table = 0;
  ColumnId column = 0;
  Value key;
};

class ChangeSet {
 public:
  // Later changes of one record replace earlier ones with the kinds merged (insert + update = insert, insert + remove =
  // nothing, update + remove = remove); expectedStamp of the first is kept.
  void put(RecordId id, Change change);
  const Change* find(RecordId id) const;
  bool empty() const { return changes_.empty() && absences_.empty() && properties_.empty(); }
  // Ordered by table, then record number.
  const std::map<RecordId, Change>& changes() const { return changes_; }
  std::map<RecordId, Change>& changes() { return changes_; }
  // Every record put so far, in the order of the calls: who keeps a look-up beside the set catches up from here.
  const std::vector<RecordId>& log() const { return log_; }
  void require(Absence absence) { absences_.push_back(std::move(absence)); }
  const std::vector<Absence>& absences() const { return absences_; }
  // A named value (Store::property) written in the same transaction as the changes, and refused with them: how an
  // import remembers what it has committed.
  void setProperty(std::string name, std::string value) {
    properties_.insert_or_assign(std::move(name), std::move(value));
  }
  const std::map<std::string, std::string>& properties() const { return properties_; }
  // Lays `inner` (a finished inner transaction) over this set.
  void merge(ChangeSet&& inner);

 private:
  std::map<RecordId, Change> changes_;
  std::vector<RecordId> log_;
  std::vector<Absence> absences_;
  std::map<std::string, std::string> properties_;
};

// Why a change set was refused. Nothing of it has been written.
struct CommitFailure {
  enum class Kind : std::uint8_t {
    stampChanged,     // committed stamp differs from expectedStamp
    missing,          // record to update or remove does not exist
    duplicateKey,     // unique column already has the value: `column`
    stillReferenced,  // an Absence does not hold
    locked,           // another owner holds the record
    storage,          // disk full, i/o: `error`
  };
  Kind kind = Kind::storage;
  RecordId record;
  ColumnId column = 0;
  Error error{0, "dbmg", ""};  // worded for a person
};

}  // namespace qodly::storage
