// LMDB behind values that own what they hold. Inside storage/ a failed call throws StorageFailure; the public functions
// of the store turn it into an Error.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <lmdb.h>

#include "base/error.h"
#include "storage/store.h"

namespace qodly::storage::lmdb {

// The error a person sees for a return code; `doing` completes "while ...".
Error errorFor(int code, std::string_view doing);
// Throws StorageFailure unless `code` is 0.
void check(int code, std::string_view doing);

inline MDB_val toVal(std::string_view bytes) { return {bytes.size(), const_cast<char*>(bytes.data())}; }
inline std::string_view toView(const MDB_val& value) {
  return {static_cast<const char*>(value.mv_data), value.mv_size};
}
// A record number as LMDB's MDB_INTEGERKEY and MDB_INTEGERDUP want it: 4 bytes of native order.
inline MDB_val toVal(const RecordNumber& number) { return {sizeof number, const_cast<RecordNumber*>(&number)}; }
RecordNumber toNumber(const MDB_val& value);

struct CloseEnvironment {
  void operator()(MDB_env* environment) const { mdb_env_close(environment); }
};
using Environment = std::unique_ptr<MDB_env, CloseEnvironment>;

struct CloseCursor {
  void operator()(MDB_cursor* cursor) const { mdb_cursor_close(cursor); }
};
using Cursor = std::unique_ptr<MDB_cursor, CloseCursor>;

// A transaction; aborted unless committed. Cursors of a writing transaction must be closed before it ends.
class Transaction {
 public:
  Transaction(MDB_env* environment, bool readOnly);
  Transaction(Transaction&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  MDB_txn* handle() const { return handle_; }
  void commit();
  // Opens a named database; `flags` as mdb_dbi_open. 0 and false when it does not exist and MDB_CREATE is not given.
  std::optional<MDB_dbi> database(const std::string& name, unsigned flags);
  // Views into the map, valid until the transaction ends or writes.
  std::optional<std::string_view> get(MDB_dbi database, std::string_view key) const;
  std::optional<std::string_view> get(MDB_dbi database, RecordNumber key) const;
  void put(MDB_dbi database, std::string_view key, std::string_view value);
  void put(MDB_dbi database, RecordNumber key, std::string_view value, unsigned flags = 0);
  bool remove(MDB_dbi database, std::string_view key);
  bool remove(MDB_dbi database, RecordNumber key);
  Cursor cursor(MDB_dbi database) const;
  MDB_stat statistics(MDB_dbi database) const;

 private:
  MDB_txn* handle_ = nullptr;
};

// mdb_cursor_get; false when there is no such entry.
bool get(MDB_cursor* cursor, MDB_val& key, MDB_val& value, MDB_cursor_op operation);

}  // namespace qodly::storage::lmdb
