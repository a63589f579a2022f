// The interface between ORDA and the place where the data lives (design, "Engine interface"). `engine/embedded` runs
// plans over the embedded store; another engine turns them into SQL. Everything above this line is engine-neutral:
// rows come as storage::RecordView (the record byte form), members as RecordSet, writes as storage::ChangeSet.
//
// Thread-safety: an Engine is thread-safe. A Reader belongs to one thread and never lives across a point where the
// caller may wait.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/collation.h"
#include "base/error.h"
#include "model/model.h"
#include "orda/record_set.h"
#include "query/plan.h"
#include "storage/blob_store.h"
#include "storage/change_set.h"
#include "storage/record.h"

namespace qodly::storage {
class BulkLoad;
}

namespace qodly::orda {

using storage::ChangeSet;
using storage::ColumnId;
using storage::RecordId;
using storage::RecordView;
using storage::TableId;

// A model together with the place of its data in one engine. Immutable snapshot, shared by pointer; a model change
// publishes a new one.
struct Schema {
  std::shared_ptr<const model::Model> model;
  std::vector<TableId> tables;                 // by class index
  std::vector<std::vector<ColumnId>> columns;  // by class index, attribute index; 0 for attributes without data
  std::uint32_t classOf(TableId table) const;  // class index, model::noIndex when the table is not in the model
};

// The change sets of the open transaction levels of a process, outermost first. Reads go through it: innermost wins.
class Overlay {
 public:
  std::span<const std::shared_ptr<ChangeSet>> levels() const { return levels_; }
  bool empty() const { return levels_.empty(); }
  const storage::Change* find(RecordId id) const;
  // Every record of a table that some level changes, each once with its effective change, by record number.
  void forEach(TableId table, const std::function<void(RecordNumber, const storage::Change&)>& visit) const;
  std::vector<std::shared_ptr<ChangeSet>>& stack() { return levels_; }

 private:
  std::vector<std::shared_ptr<ChangeSet>> levels_;
};

// A consistent view for one operation, committed state with the overlay laid over it.
class Reader {
 public:
  virtual ~Reader() = default;
  // false view when the entity does not exist. The view is valid until the Reader is destroyed.
  virtual RecordView record(std::uint32_t dataClass, RecordNumber number) = 0;
  // Number of the entity whose unique `attribute` (normally the primary key) equals `key`; the value must already have
  // the attribute's type. Uses the text rules of query `===`.
  virtual RecordNumber findUnique(std::uint32_t dataClass, std::uint32_t attribute, const Value& key) = 0;
  virtual std::uint64_t count(std::uint32_t dataClass) = 0;
  // Visits records in the order given; absent ones get a false view. An engine may fetch them in one round trip.
  virtual void records(std::uint32_t dataClass, std::span<const RecordNumber> numbers,
                       const std::function<bool(std::size_t position, const RecordView&)>& visit) = 0;
  const Schema& schema() const { return *schema_; }

 protected:
  explicit Reader(std::shared_ptr<const Schema> schema) : schema_(std::move(schema)) {}
  std::shared_ptr<const Schema> schema_;
};

using Owner = std::uint64_t;  // who holds a record lock: a process or a session; never 0

struct LockInfo {
  Owner owner = 0;
  bool session = false;  // taken through REST for a session (lockKind 7), else by a process (lockKind 1)
  std::string userName, hostName, taskName, clientAddress, userAgent;
  std::uint64_t taskId = 0;
};

// Locks of records, in memory. try-semantics only: nothing waits (orda.md 15.3).
class LockTable {
 public:
  virtual ~LockTable() = default;
  // nullopt: locked now (or already held by the owner: counted). Otherwise who holds it.
  virtual std::optional<LockInfo> lock(RecordId id, const LockInfo& by) = 0;
  virtual bool unlock(RecordId id, Owner owner) = 0;  // false when not held by the owner
  virtual std::optional<LockInfo> holder(RecordId id) const = 0;
  virtual void releaseAll(Owner owner) = 0;
};

// One committed change, told to listeners after it is durable.
struct ChangeEvent {
  std::uint32_t dataClass;
  RecordNumber number;
  storage::Change::Kind kind;
  std::uint32_t stamp;
};

struct Aggregate {
  std::uint64_t count = 0;    // non-null scalars
  double sum = 0;             // numbers; date attributes in seconds since 1970, durations in milliseconds
  std::uint64_t numbers = 0;  // values that took part in sum
  double dateSum = 0;         // dates found inside object attributes, in seconds: average takes them, sum does not
  std::uint64_t dates = 0;
  Value minimum, maximum;  // undefined when none; orda.md 13.8 rules for mixed types
};

struct DistinctValue {
  Value value;
  std::uint64_t count = 0;
};

class Engine {
 public:
  virtual ~Engine() = default;
  virtual std::string name() const = 0;  // "embedded"

  // Makes the stored data follow the model (by uuid; nothing is rewritten) and publishes the schema.
  virtual Result<std::shared_ptr<const Schema>> apply(
      std::shared_ptr<const model::Model> model,
      const std::function<void(std::uint64_t done, std::uint64_t total, std::string_view what)>& progress) = 0;
  virtual std::shared_ptr<const Schema> schema() const = 0;
  virtual const Collation& collation() const = 0;

  virtual std::unique_ptr<Reader> read(const Overlay* overlay = nullptr) = 0;

  // Entities that satisfy the plan (its `order` included); `within` restricts to some entities and gives the source
  // order for ties. Called outside any Reader: may wait for worker threads.
  virtual Result<RecordSet> run(const query::Plan& plan, const Overlay* overlay, const RecordSet* within,
                                query::Trace* trace) = 0;
  virtual std::unique_ptr<query::Statistics> statistics(const Overlay* overlay) = 0;
  // Stable sort; null smallest; absent entities are left out. N->1 hops only.
  virtual Result<RecordSet> sort(std::uint32_t dataClass, const RecordSet& members,
                                 std::span<const query::SortKey> keys, const Overlay* overlay) = 0;
  // Entities at the other end of the relation, without repetition, unordered.
  virtual Result<RecordSet> follow(const query::Hop& hop, const RecordSet& members, const Overlay* overlay) = 0;
  virtual Result<Aggregate> aggregate(const query::BoundPath& path, std::uint32_t dataClass, const RecordSet& members,
                                      const Overlay* overlay) = 0;
  // Sorted, non-null; `exact` compares byte by byte instead of by collation.
  virtual Result<std::vector<DistinctValue>> distinct(const query::BoundPath& path, std::uint32_t dataClass,
                                                      const RecordSet& members, bool exact, const Overlay* overlay) = 0;
  // All existing entities of a dataclass.
  virtual RecordSet all(std::uint32_t dataClass, const Overlay* overlay) = 0;

  // Encodes one attribute value into a record under construction, moving large values to blob storage.
  virtual Result<> encode(storage::RecordBuilder& builder, std::uint32_t dataClass, std::uint32_t attribute,
                          const Value& value) = 0;
  virtual const storage::Layout& currentLayout(std::uint32_t dataClass) = 0;
  // Every layout of the class, for views over copied record bytes (entities keep a private copy of their record).
  virtual std::shared_ptr<const storage::LayoutSet> layouts(std::uint32_t dataClass) = 0;
  // One attribute of a record as a Value of the attribute's type (external content loaded, retyped values converted,
  // never-null blanks applied).
  virtual Result<Value> decode(const RecordView& record, std::uint32_t dataClass, std::uint32_t attribute) = 0;

  // Announces that about `expectedEntities` are going to be inserted by ordinary change sets, so that the engine may
  // let indexes rest until the load is finished (storage/store.h, BulkLoad). nullptr: the engine has no use for it.
  virtual std::unique_ptr<storage::BulkLoad> bulkLoad(std::uint32_t dataClass, std::uint64_t expectedEntities) = 0;

  virtual RecordNumber reserve(std::uint32_t dataClass) = 0;
  virtual std::int64_t nextSequence(std::uint32_t dataClass, std::uint32_t attribute) = 0;
  virtual void raiseSequence(std::uint32_t dataClass, std::uint32_t attribute, std::int64_t atLeast) = 0;

  using Outcome = std::expected<void, storage::CommitFailure>;
  // Applies a change set and waits until it is durable. `owner` and `session` (0: none): whose record locks do not
  // count as foreign.
  virtual Outcome commit(ChangeSet changes, Owner owner, Owner session) = 0;

  virtual LockTable& locks() = 0;

  // Listeners run on the commit thread after durability: they must be quick and must not call back into the engine.
  // Returns a token whose destruction ends the subscription.
  virtual std::shared_ptr<void> listen(std::function<void(std::span<const ChangeEvent>)> listener) = 0;

  virtual std::optional<std::string> property(std::string_view name) const = 0;
  virtual Result<> setProperty(std::string_view name, std::string_view value) = 0;
};

}  // namespace qodly::orda
