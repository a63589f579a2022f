// LMDB calls with their failures worded and thrown.
#include "storage/lmdb.h"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "base/error_codes.h"

namespace qodly::storage::lmdb {

Error errorFor(int code, std::string_view doing) {
  switch (code) {
    case MDB_MAP_FULL:
      return {code::diskFull, "dbmg",
              fmt::format("The data file has reached its maximum size while {}. Nothing of this change was written",
                          doing)};
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return {
          code::diskFull, "dbmg",
          fmt::format("The disk of the data file is full ({}) while {}. Nothing of this change was written; free some "
                      "space and try again",
                      std::strerror(code), doing)};
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_INVALID:
    case MDB_BAD_TXN:
      return {code::dataFileDamaged, "dbmg",
              fmt::format(
                  "The data file is damaged ({}) while {}. Run verify, and restore a backup if it confirms the damage",
                  mdb_strerror(code), doing)};
    case MDB_PANIC:
      return {code::inputOutput, "dbmg",
              fmt::format("The data file was closed after an error of the device, while {}. Restart the application",
                          doing)};
    case MDB_READERS_FULL:
      return {code::limitReached, "dbmg",
              fmt::format("Too many operations read the data file at once, while {}", doing)};
    default:
      return {code::inputOutput, "dbmg", fmt::format("{} while {}", mdb_strerror(code), doing)};
  }
}

void check(int code, std::string_view doing) {
  if (code != MDB_SUCCESS) [[unlikely]]
    throw StorageFailure(errorFor(code, doing));
}

RecordNumber toNumber(const MDB_val& value) {
  RecordNumber number = noRecord;
  if (value.mv_size == sizeof number) std::memcpy(&number, value.mv_data, sizeof number);
  return number;
}

Transaction::Transaction(MDB_env* environment, bool readOnly) {
  check(mdb_txn_begin(environment, nullptr, readOnly ? MDB_RDONLY : 0, &handle_), "starting a transaction");
}

Transaction::~Transaction() {
  if (handle_ != nullptr) mdb_txn_abort(handle_);
}

void Transaction::commit() { check(mdb_txn_commit(std::exchange(handle_, nullptr)), "making changes durable"); }

std::optional<MDB_dbi> Transaction::database(const std::string& name, unsigned flags) {
  MDB_dbi handle = 0;
  const int code = mdb_dbi_open(handle_, name.c_str(), flags, &handle);
  if (code == MDB_NOTFOUND) return std::nullopt;
  check(code, "opening a table of the data file");
  return handle;
}

std::optional<std::string_view> Transaction::get(MDB_dbi database, std::string_view key) const {
  MDB_val wanted = toVal(key), value{};
  const int code = mdb_get(handle_, database, &wanted, &value);
  if (code == MDB_NOTFOUND) return std::nullopt;
  check(code, "reading the catalogue");
  return toView(value);
}

std::optional<std::string_view> Transaction::get(MDB_dbi database, RecordNumber key) const {
  MDB_val wanted = toVal(key), value{};
  const int code = mdb_get(handle_, database, &wanted, &value);
  if (code == MDB_NOTFOUND) return std::nullopt;
  check(code, "reading a record");
  return toView(value);
}

void Transaction::put(MDB_dbi database, std::string_view key, std::string_view value) {
  MDB_val where = toVal(key), what = toVal(value);
  check(mdb_put(handle_, database, &where, &what, 0), "writing the catalogue");
}

void Transaction::put(MDB_dbi database, RecordNumber key, std::string_view value, unsigned flags) {
  MDB_val where = toVal(key), what = toVal(value);
  check(mdb_put(handle_, database, &where, &what, flags), "writing a record");
}

bool Transaction::remove(MDB_dbi database, std::string_view key) {
  MDB_val where = toVal(key);
  const int code = mdb_del(handle_, database, &where, nullptr);
  if (code == MDB_NOTFOUND) return false;
  check(code, "writing the catalogue");
  return true;
}

bool Transaction::remove(MDB_dbi database, RecordNumber key) {
  MDB_val where = toVal(key);
  const int code = mdb_del(handle_, database, &where, nullptr);
  if (code == MDB_NOTFOUND) return false;
  check(code, "removing a record");
  return true;
}

Cursor Transaction::cursor(MDB_dbi database) const {
  MDB_cursor* cursor = nullptr;
  check(mdb_cursor_open(handle_, database, &cursor), "reading the data file");
  return Cursor(cursor);
}

MDB_stat Transaction::statistics(MDB_dbi database) const {
  MDB_stat result{};
  check(mdb_stat(handle_, database, &result), "reading the data file");
  return result;
}

bool get(MDB_cursor* cursor, MDB_val& key, MDB_val& value, MDB_cursor_op operation) {
  const int code = mdb_cursor_get(cursor, &key, &value, operation);
  if (code == MDB_NOTFOUND) return false;
  check(code, "reading the data file");
  return true;
}

}  // namespace qodly::storage::lmdb
