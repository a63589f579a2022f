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

// A read transaction with the cursors opened in it. Reset between uses: renewing it costs far less than a new one.
class Reader {
 public:
  explicit Reader(MDB_env* environment);
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  void renew();
  void reset();
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
  MDB_txn* transaction_ = nullptr;
  std::uint64_t use_ = 0;
  std::vector<Slot> slots_;
};

// Thread-safe.
class ReaderPool {
 public:
  explicit ReaderPool(MDB_env* environment) : environment_(environment) {}
  std::unique_ptr<Reader> acquire();  // renewed; throws StorageFailure
  void release(std::unique_ptr<Reader> reader);

 private:
  static constexpr std::size_t kept = 256;
  MDB_env* environment_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Reader>> idle_;
};

// Gives the reader back to the pool at its end.
std::unique_ptr<ReadScope> makeReadScope(ReaderPool& pool, std::unique_ptr<Reader> reader,
                                         std::shared_ptr<const Schema> schema);

}  // namespace qodly::storage
