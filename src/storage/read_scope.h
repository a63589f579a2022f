// Reading committed data: pooled LMDB read transactions and the ReadScope over one of them.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "storage/lmdb.h"
#include "storage/schema.h"
#include "storage/store.h"

namespace qodly::storage {

// A read transaction with the cursors opened in it. Between uses it stays on its snapshot as long as that is the
// newest, so that the next one needs neither to renew it nor to look for the roots of its databases again.
class Reader {
 public:
  explicit Reader(MDB_env* environment);
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // On the newest snapshot, which it may be on already.
  void refresh();
  void reset();
  // Whether it stands on the newest snapshot.
  bool isCurrent() const;
  MDB_txn* transaction() const { return transaction_; }
  // A cursor nobody else uses until it is given back.
  MDB_cursor* borrow(MDB_dbi database);
  void giveBack(MDB_cursor* cursor);

 private:
  struct Slot {
    MDB_dbi database;
    MDB_cursor* cursor;
    std::uint64_t use;  // of the transaction for which the cursor was last made ready
    bool busy;
  };
  friend class ReaderPool;
  MDB_env* environment_;
  MDB_txn* transaction_ = nullptr;
  std::uint64_t use_ = 0;
  std::uint64_t generation_ = 0;  // of the pool when it was last refreshed
  bool live_ = true;              // not reset
  std::vector<Slot> slots_;
};

// Thread-safe.
class ReaderPool {
 public:
  explicit ReaderPool(MDB_env* environment) : environment_(environment) {}
  std::unique_ptr<Reader> acquire();  // on the newest snapshot; throws StorageFailure
  void release(std::unique_ptr<Reader> reader);
  // After each commit, so that idle readers do not keep the pages of old snapshots from being used again; and before a
  // schema is published, as transactions know only the databases that were open when they began.
  void resetIdle();

 private:
  static constexpr std::size_t kept = 256;
  MDB_env* environment_;
  std::mutex mutex_;
  std::uint64_t generation_ = 0;
  std::vector<std::unique_ptr<Reader>> idle_;
};

// Gives the reader back to the pool at its end.
std::unique_ptr<ReadScope> makeReadScope(ReaderPool& pool, std::unique_ptr<Reader> reader,
                                         std::shared_ptr<const Schema> schema);

}  // namespace qodly::storage
