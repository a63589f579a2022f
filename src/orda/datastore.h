// The datastore of an application and the processes that work on it (orda.md 10, 16).
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "orda/engine.h"

namespace qodly::orda {

// Thread-safe. Lives as long as the application.
class Datastore {
 public:
  static Result<std::unique_ptr<Datastore>> open(
      std::unique_ptr<Engine> engine, std::shared_ptr<const model::Model> model,
      const std::function<void(std::uint64_t, std::uint64_t, std::string_view)>& progress = {});

  Engine& engine() const { return *engine_; }
  std::shared_ptr<const Schema> schema() const { return engine_->schema(); }
  std::shared_ptr<const model::Model> model() const { return schema()->model; }
  const Collation& collation() const { return engine_->collation(); }
  // A changed model is live when this returns; entities and selections made before keep working by uuid.
  Result<> applyModel(std::shared_ptr<const model::Model> model);

  Owner newOwner() { return nextOwner_.fetch_add(1); }

 private:
  explicit Datastore(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}
  std::unique_ptr<Engine> engine_;
  std::atomic<Owner> nextOwner_{1};
};

// Who a process works for, as locks and messages report it.
struct Identity {
  std::string taskName, userName, hostName;
  std::uint64_t taskId = 0;
  // Set for REST requests: locks of this session are the process's own too (orda.md 15.3).
  Owner sessionOwner = 0;
};

// One running request, worker or command: holds the open transactions and owns record locks. Used by one thread (or
// fiber) at a time. Destroying it cancels open transactions and releases its locks (orda.md 16).
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
  // nullptr outside transactions.
  const Overlay* overlay() const { return overlay_.empty() ? nullptr : &overlay_; }
  std::unique_ptr<Reader> read() const { return engine().read(overlay()); }

  // Puts a change into the innermost transaction, or commits it at once outside one. Inside a transaction the record is
  // locked for other processes until the outermost level ends, and uniqueness is checked at once.
  Engine::Outcome write(ChangeSet changes);

 private:
  Datastore& datastore_;
  Identity identity_;
  Owner owner_;
  Overlay overlay_;
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
