// The datastore of an application and the processes that work on it (orda.md 10, 16).
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "orda/access.h"
#include "orda/behaviour.h"
#include "orda/engine.h"
#include "orda/write_freeze.h"

namespace qodly::orda {

class ChangeTracking;

// Thread-safe. Lives as long as the application.
class Datastore {
 public:
  ~Datastore();
  static Result<std::unique_ptr<Datastore>> open(
      std::unique_ptr<Engine> engine, std::shared_ptr<const model::Model> model,
      const std::function<void(std::uint64_t, std::uint64_t, std::string_view)>& progress = {});

  Engine& engine() const { return *engine_; }
  std::shared_ptr<const Schema> schema() const { return engine_->schema(); }
  std::shared_ptr<const model::Model> model() const { return schema()->model; }
  const Collation& collation() const { return engine_->collation(); }
  // A changed model is live when this returns; entities and selections made before keep working by uuid.
  Result<> applyModel(std::shared_ptr<const model::Model> model);

  // The schema in force; schemas live as long as the datastore, so that comparing pointers is enough to see a change.
  const Schema* currentSchema() const { return current_.load(std::memory_order_acquire); }

  // Set before any process works; then every process gets its behaviour from it.
  void setBehaviours(BehaviourFactory factory) { behaviours_ = std::move(factory); }
  std::unique_ptr<Behaviour> makeBehaviour(Process& process) const {
    return behaviours_ ? behaviours_(process) : nullptr;
  }

  Owner newOwner() { return nextOwner_.fetch_add(1); }
  // Grows with every commit that was made: what was read before may be old.
  std::uint64_t writes() const { return writes_.load(std::memory_order_acquire); }

  // Stops the writing of all other processes.
  WriteFreeze& freeze() { return freeze_; }

  // Every write of the product goes through here: gives the global stamps of change tracking (orda.md 9.2) and hands
  // the set to the engine. Waits until it is durable.
  Engine::Outcome commit(ChangeSet changes, Owner owner, Owner session = 0);
  std::uint64_t getGlobalStamp() const;          // 0 when no dataclass is tracked
  Result<> setGlobalStamp(std::uint64_t stamp);  // no effect when nothing is tracked

 private:
  explicit Datastore(std::unique_ptr<Engine> engine);
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<ChangeTracking> tracking_;
  void keepSchema();

  std::atomic<Owner> nextOwner_{1};
  std::atomic<std::uint64_t> writes_{0};
  WriteFreeze freeze_;
  BehaviourFactory behaviours_;
  std::atomic<const Schema*> current_{nullptr};
  std::mutex schemasMutex_;
  std::vector<std::shared_ptr<const Schema>> schemas_;  // every one of this run
};

// Who a process works for, as locks and messages report it.
struct Identity {
  std::string taskName, userName, hostName;
  std::uint64_t taskId = 0;
  // Set for REST requests: locks of this session are the process's own too (orda.md 15.3).
  Owner sessionOwner = 0;
};

// What became of a transaction level, for the entities saved in it: their values are no longer those of the record
// when it was cancelled (orda.md 16). A validated inner level shares the fate of the outer one.
struct TransactionFate {
  bool cancelled = false;
  std::shared_ptr<const TransactionFate> mergedInto;

  bool isCancelled() const {
    const TransactionFate* fate = this;
    while (fate != nullptr && !fate->cancelled) fate = fate->mergedInto.get();
    return fate != nullptr;
  }
};

// One running request, worker or command: holds the open transactions and owns record locks. Used by one thread (or
// fiber) at a time. Destroying it cancels open transactions and releases its locks (orda.md 16). It outlives every
// entity, selection and dataclass made with it.
class Process {
 public:
  explicit Process(Datastore& datastore, Identity identity = {});
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  Datastore& datastore() const { return datastore_; }
  Engine& engine() const { return datastore_.engine(); }
  Owner owner() const { return owner_; }
  const Identity& identity() const { return identity_; }

  void startTransaction();
  Result<> validateTransaction();  // errors: noTransaction, and those of the commit for the outermost level
  Result<> cancelTransaction();
  std::size_t transactionLevel() const { return overlay_.levels().size(); }
  // Fate of the level whose version of the record this process sees; nullptr for a committed record.
  std::shared_ptr<const TransactionFate> fateOf(RecordId id) const;
  // nullptr outside transactions.
  const Overlay* overlay() const { return overlay_.empty() ? nullptr : &overlay_; }
  std::unique_ptr<Reader> read() const { return engine().read(overlay()); }

  // Puts a change into the innermost transaction, or commits it at once outside one. Inside a transaction the record is
  // locked for other processes until the outermost level ends, and uniqueness is checked at once.
  Engine::Outcome write(ChangeSet changes);

  // Who else than this process and its session holds the record, if anybody.
  std::optional<LockInfo> foreignHolder(RecordId id) const;
  // Locks the record for this process; gives the holder when somebody else has it. Somebody's commit in progress is no
  // lock: it is waited for.
  std::optional<LockInfo> lockRecord(RecordId id);
  // Keeps the record locked until the outermost transaction level ends (orda.md 16); outside a transaction nothing.
  // Gives the holder when somebody else has the record.
  std::optional<LockInfo> holdUntilEnd(RecordId id);
  LockInfo lockInfo() const;  // how this process appears to others
  // As reader.findUnique, for a reader of this process; in a transaction its own writes are looked up, not searched.
  RecordNumber findUnique(Reader& reader, std::uint32_t dataClass, std::uint32_t attribute, const Value& key) const;

  // The code of the application as this process runs it; nullptr when there is none.
  Behaviour* behaviour();
  void setBehaviour(std::unique_ptr<Behaviour> behaviour) { behaviour_ = std::move(behaviour); }
  // The first error of code met by a function that has no way to tell one: whoever called it asks for it.
  void noteFailure(const Error& error) {
    if (!failure_) failure_ = error;
  }
  std::optional<Error> takeFailure() { return std::exchange(failure_, std::nullopt); }
  // What the code that this process runs may do with the data (roles.md 4); nullptr: everything. Gives back what was in
  // force, for functions that are promoted while they run.
  std::shared_ptr<const Access> setAccess(std::shared_ptr<const Access> access) {
    return std::exchange(access_, std::move(access));
  }
  const std::shared_ptr<const Access>& access() const { return access_; }
  bool allows(const Schema& schema, std::uint32_t dataClass, Right right) const {
    return !access_ || access_->allows(*schema.model, dataClass, right);
  }
  bool allows(const Schema& schema, std::uint32_t dataClass, std::uint32_t attribute, Right right) const {
    return !access_ || access_->allows(*schema.model, dataClass, attribute, right);
  }

  // Entities of the dataclass that may be read (orda.md 17); nullopt: all. Inside a filter function its own dataclass
  // is not filtered.
  Result<std::optional<RecordSet>> restriction(const DataClass& dataClass);
  // Grows with every change that this process makes in a transaction.
  std::uint64_t overlayVersion() const { return overlayVersion_; }

 private:
  Engine::Outcome checkChange(RecordId id, const storage::Change& change, Reader& reader, const Schema& schema);
  void noteKeys(const ChangeSet& changes, const Schema& schema);
  void endOutermost();
  Datastore& datastore_;
  Identity identity_;
  Owner owner_;
  Overlay overlay_;
  std::vector<std::shared_ptr<TransactionFate>> fates_;  // one a level
  std::set<RecordId> held_;                              // locked by the open transaction
  // Unique values written in the open transaction: table, column and key to the records that got them. An entry tells
  // where to look; the record itself says whether it still holds.
  std::unordered_map<std::string, std::vector<RecordNumber>> writtenKeys_;
  std::uint64_t overlayVersion_ = 0;
  std::optional<Error> failure_;
  std::vector<std::uint32_t> restricting_;  // dataclasses whose filter function runs
  std::shared_ptr<const Access> access_;
  std::unique_ptr<Behaviour> behaviour_;
  bool behaviourAsked_ = false;
};

// Lifts the restrictions of a process for a scope: an alias or calculated attribute that may be read may use what may
// not (roles.md 5).
class AccessLift {
 public:
  explicit AccessLift(Process& process) : process_(process), previous_(process.setAccess(nullptr)) {}
  ~AccessLift() { process_.setAccess(std::move(previous_)); }
  AccessLift(const AccessLift&) = delete;
  AccessLift& operator=(const AccessLift&) = delete;

 private:
  Process& process_;
  std::shared_ptr<const Access> previous_;
};

// Transaction of a scope: cancelled unless validated.
class TransactionScope {
 public:
  explicit TransactionScope(Process& process) : process_(process) { process_.startTransaction(); }
  ~TransactionScope() {
    if (open_) (void)process_.cancelTransaction();
  }
  TransactionScope(const TransactionScope&) = delete;
  TransactionScope& operator=(const TransactionScope&) = delete;
  Result<> validate() {
    open_ = false;
    return process_.validateTransaction();
  }

 private:
  Process& process_;
  bool open_ = true;
};

}  // namespace qodly::orda
