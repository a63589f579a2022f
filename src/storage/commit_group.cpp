#include "storage/commit_group.h"

#include <algorithm>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "base/error_codes.h"
#include "base/text.h"
#include "value/json.h"

namespace qodly::storage {

namespace {

using Kind = CommitFailure::Kind;

CommitFailure refusal(Kind kind, RecordId record, ColumnId column, int code, std::string message) {
  return {kind, record, column, Error(code, "dbmg", std::move(message))};
}

std::string shown(const Value& value) {
  constexpr std::size_t most = 80;
  std::string text = json::text(value);
  return text.size() <= most ? text : std::string(utf16Prefix(text, most)) + "...";
}

bool isNullKey(const IndexOperation& operation) { return operation.length == 1 && operation.key[0] == '\0'; }

}  // namespace

CommitGroup::TableCursor& CommitGroup::tableCursor(const SchemaTable& table) {
  TableCursor& entry = cursors_[table.id];
  if (!entry.cursor) {
    entry.cursor = transaction_.cursor(table.records);
    MDB_val key{}, value{};
    if (lmdb::get(entry.cursor.get(), key, value, MDB_LAST)) entry.highest = lmdb::toNumber(key);
  }
  return entry;
}

CommitGroup::PendingIndex& CommitGroup::pending(const SchemaIndex& index) {
  PendingIndex& entry = pending_[index.id];
  if (!entry.cursor) {
    entry.database = index.database;
    entry.cursor = transaction_.cursor(index.database);
  }
  return entry;
}

std::optional<std::string_view> CommitGroup::stored(const SchemaTable& table, RecordNumber number) {
  TableCursor& entry = tableCursor(table);
  if (static_cast<std::int64_t>(number) > entry.highest) return std::nullopt;
  MDB_val key = lmdb::toVal(number), value{};
  if (!lmdb::get(entry.cursor.get(), key, value, MDB_SET)) return std::nullopt;
  return lmdb::toView(value);
}

RecordView CommitGroup::effective(const PreparedSet& set, const SchemaTable& table, RecordNumber number) {
  if (const Change* change = set.changes.find({table.id, number})) {
    return change->kind == Change::Kind::remove ? RecordView() : RecordView(change->record, *table.layouts);
  }
  const std::optional<std::string_view> bytes = stored(table, number);
  return bytes ? RecordView(*bytes, *table.layouts) : RecordView();
}

Store::Outcome CommitGroup::apply(PreparedSet& set) {
  if (set.refusal) return std::unexpected(*set.refusal);
  for (const auto& [id, change] : set.changes.changes()) {
    if (Store::Outcome checked = checkChange(set, id, change); !checked) return checked;
  }
  for (TableOperations& table : set.operations) {
    for (IndexOperations& run : table.runs) sortOperations(run);
  }
  if (Store::Outcome checked = checkUnique(set); !checked) return checked;
  if (Store::Outcome checked = checkAbsences(set); !checked) return checked;
  write(set);
  collectOperations(set);
  return {};
}

Store::Outcome CommitGroup::checkChange(PreparedSet& set, RecordId id, const Change& change) {
  const SchemaTable& table = *schema_.table(id.table);
  const std::optional<std::string_view> before = stored(table, id.number);
  if (change.kind == Change::Kind::insert) {
    if (!before) return {};
    return std::unexpected(storageFailure(
        id, Error(code::wrongArgument, "dbmg", fmt::format("Record {} of {} exists already", id.number, table.name))));
  }
  if (!before) {
    return std::unexpected(refusal(Kind::missing, id, 0, code::entityNotLoaded,
                                   fmt::format("Record {} of {} does not exist any more", id.number, table.name)));
  }
  if (change.expectedStamp != 0 && stampOf(*before) != change.expectedStamp) {
    return std::unexpected(refusal(Kind::stampChanged, id, 0, code::stampMismatch,
                                   fmt::format("Record {} of {} was changed meanwhile: its stamp is {}, not {}",
                                               id.number, table.name, stampOf(*before), change.expectedStamp)));
  }
  const RecordView old(*before, *table.layouts);
  if (!old) {
    throw StorageFailure(Error(code::dataFileDamaged, "dbmg",
                               fmt::format("Record {} of {} is damaged. Run verify", id.number, table.name)));
  }
  const RecordView next =
      change.kind == Change::Kind::remove ? RecordView() : RecordView(change.record, *table.layouts);
  collectUpdate(set, table, id.number, old, next);
  return {};
}

void CommitGroup::collectUpdate(PreparedSet& set, const SchemaTable& table, RecordNumber number,
                                const RecordView& before, const RecordView& after) {
  if (table.indexes.empty()) return;
  TableOperations& operations = set.operationsOf(table);
  const auto collect = [&](const SchemaIndex& index, const Field& field, KeyList& keys) {
    return collectKeys(index.kind, index.type, field, services_.collation, services_.blobs, keys);
  };
  for (std::size_t i = 0; i < table.indexes.size(); ++i) {
    const SchemaIndex& index = table.indexes[i];
    if (!index.ready) continue;
    const Field old = before.field(index.column);
    before_.clear();
    after_.clear();
    if (after) {
      const Field next = after.field(index.column);
      const bool same = old.present == next.present && old.type == next.type && old.external == next.external &&
                        old.bytes == next.bytes;
      if (same) continue;
      if (Result<> done = collect(index, next, after_); !done) throw StorageFailure(done.error());
    }
    // A record whose old content is lost must still be writable: its old entries stay, and verify names them.
    if (Result<> done = collect(index, old, before_); !done) {
      spdlog::warn("Index on {}: {}", table.columnName(index.column), done.error().message());
    }
    // Both lists are sorted: what is only in one of them changes.
    std::size_t b = 0, a = 0;
    IndexOperations& run = operations.runs[i];
    while (b < before_.size() || a < after_.size()) {
      const int order = b == before_.size() ? 1 : a == after_.size() ? -1 : before_[b].compare(after_[a]);
      if (order < 0) {
        run.push_back(set.arena.add(before_[b], number, before_.exact(b)));
        run.back().add = false;
        ++b;
      } else if (order > 0) {
        run.push_back(set.arena.add(after_[a], number, after_.exact(a)));
        ++a;
      } else {
        // The same cut key may now stand for another text: the entry stays, but uniqueness is checked again.
        if (!after_.exact(a)) run.push_back(set.arena.add(after_[a], number, false));
        ++a;
        ++b;
      }
    }
  }
}

Store::Outcome CommitGroup::checkUnique(PreparedSet& set) {
  for (const TableOperations& operations : set.operations) {
    const SchemaTable& table = *operations.table;
    for (std::size_t i = 0; i < table.indexes.size(); ++i) {
      const SchemaIndex& index = table.indexes[i];
      if (!index.unique) continue;
      Store::Outcome checked = index.ready ? checkUniqueRun(set, {table, index}, operations.runs[i])
                                           : checkUniqueByScan(set, {table, index});
      if (!checked) return checked;
    }
  }
  return {};
}

Value CommitGroup::fieldValue(const RecordView& record, const SchemaIndex& index) const {
  Result<Value> value = loadField(record.field(index.column), index.type, services_.blobs);
  if (!value) throw StorageFailure(value.error());
  return std::move(*value);
}

bool CommitGroup::hasKey(const RecordView& record, const SchemaIndex& index, const IndexOperation& key,
                         const Value& value) {
  if (!record) return false;
  if (Result<> done = collectKeys(index.kind, index.type, record.field(index.column), services_.collation,
                                  services_.blobs, candidate_);
      !done) {
    throw StorageFailure(done.error());
  }
  if (candidate_[0] != key.bytes()) return false;
  if (key.exact && candidate_.exact(0)) return true;
  const Value other = fieldValue(record, index);
  return value.isText() && other.isText() && services_.collation.equals(value.asText(), other.asText());
}

Store::Outcome CommitGroup::checkUniqueRun(const PreparedSet& set, Place place, const IndexOperations& run) {
  for (const IndexOperation& operation : run) {
    if (!operation.add || isNullKey(operation)) continue;
    Value value;
    if (!operation.exact) value = fieldValue(effective(set, place.table, operation.record), place.index);
    const bool taken = anyCandidate(set, place, operation, [&](RecordNumber number) {
      return number != operation.record && hasKey(effective(set, place.table, number), place.index, operation, value);
    });
    if (!taken) continue;
    value = fieldValue(effective(set, place.table, operation.record), place.index);
    return std::unexpected(refusal(Kind::duplicateKey, {place.table.id, operation.record}, place.index.column,
                                   code::duplicateKey,
                                   fmt::format("The value {} of {} exists already and must be unique", shown(value),
                                               place.table.columnName(place.index.column))));
  }
  return {};
}

Store::Outcome CommitGroup::checkUniqueByScan(const PreparedSet& set, Place place) {
  KeyArena arena;
  for (const auto& [id, change] : set.changes.changes()) {
    if (id.table != place.table.id || change.kind == Change::Kind::remove) continue;
    const Value value = fieldValue(RecordView(change.record, *place.table.layouts), place.index);
    if (value.isMissing()) continue;
    const IndexKey key = indexKey(place.index.type, value, services_.collation);
    const IndexOperation operation = arena.add(key.bytes, id.number, key.exact);
    const bool taken = anyRecord(set, place.table, [&](RecordNumber number, const RecordView& record) {
      return number != id.number && hasKey(record, place.index, operation, value);
    });
    if (!taken) continue;
    return std::unexpected(refusal(Kind::duplicateKey, id, place.index.column, code::duplicateKey,
                                   fmt::format("The value {} of {} exists already and must be unique", shown(value),
                                               place.table.columnName(place.index.column))));
  }
  return {};
}

Store::Outcome CommitGroup::checkAbsences(PreparedSet& set) {
  for (const Absence& absence : set.changes.absences()) {
    const SchemaTable* table = schema_.table(absence.table);
    const StoredColumn* column = table == nullptr ? nullptr : table->column(absence.column);
    if (column == nullptr || absence.key.isMissing()) continue;
    if (!anyRecordWith(set, *table, absence)) continue;
    return std::unexpected(
        refusal(Kind::stillReferenced, {absence.table, noRecord}, absence.column, code::deletionRefused,
                fmt::format("Records of {} still refer to {} by {}", table->name, shown(absence.key), column->name)));
  }
  return {};
}

bool CommitGroup::anyRecordWith(const PreparedSet& set, const SchemaTable& table, const Absence& absence) {
  const int position = table.index(absence.column, IndexKind::ordered);
  KeyArena arena;
  if (position >= 0) {
    const SchemaIndex& index = table.indexes[static_cast<std::size_t>(position)];
    const IndexKey key = indexKey(index.type, absence.key, services_.collation);
    const IndexOperation operation = arena.add(key.bytes, noRecord, key.exact);
    return anyCandidate(set, {table, index}, operation, [&](RecordNumber number) {
      return hasKey(effective(set, table, number), index, operation, absence.key);
    });
  }
  SchemaIndex index;
  index.column = absence.column;
  index.type = table.column(absence.column)->type;
  const IndexKey key = indexKey(index.type, absence.key, services_.collation);
  const IndexOperation operation = arena.add(key.bytes, noRecord, key.exact);
  return anyRecord(set, table, [&](RecordNumber, const RecordView& record) {
    return hasKey(record, index, operation, absence.key);
  });
}

bool CommitGroup::anyCandidate(const PreparedSet& set, Place place, const IndexOperation& key,
                               const std::function<bool(RecordNumber)>& test) {
  const auto inRun = [&](const IndexOperations& run) {
    const auto less = [](const IndexOperation& a, const IndexOperation& b) { return compareKeys(a, b) < 0; };
    const auto [begin, end] = std::equal_range(run.begin(), run.end(), key, less);
    return std::any_of(begin, end, [&](const IndexOperation& o) { return o.add && test(o.record); });
  };
  PendingIndex& pendingIndex = pending(place.index);
  for (const IndexOperations& run : pendingIndex.runs) {
    if (inRun(run)) return true;
  }
  for (const TableOperations& operations : set.operations) {
    if (operations.table != &place.table) continue;
    const auto position = static_cast<std::size_t>(&place.index - place.table.indexes.data());
    if (inRun(operations.runs[position])) return true;
  }
  MDB_val where = lmdb::toVal(key.bytes()), value{};
  MDB_cursor* cursor = pendingIndex.cursor.get();
  bool found = lmdb::get(cursor, where, value, MDB_SET);
  while (found) {
    if (test(lmdb::toNumber(value))) return true;
    found = lmdb::get(cursor, where, value, MDB_NEXT_DUP);
  }
  return false;
}

bool CommitGroup::anyRecord(const PreparedSet& set, const SchemaTable& table,
                            const std::function<bool(RecordNumber, const RecordView&)>& test) {
  for (const auto& [id, change] : set.changes.changes()) {
    if (id.table != table.id || change.kind == Change::Kind::remove) continue;
    if (test(id.number, RecordView(change.record, *table.layouts))) return true;
  }
  const lmdb::Cursor cursor = transaction_.cursor(table.records);
  MDB_val key{}, value{};
  for (bool found = lmdb::get(cursor.get(), key, value, MDB_FIRST); found;
       found = lmdb::get(cursor.get(), key, value, MDB_NEXT)) {
    const RecordNumber number = lmdb::toNumber(key);
    if (set.changes.find({table.id, number}) != nullptr) continue;
    if (test(number, RecordView(lmdb::toView(value), *table.layouts))) return true;
  }
  return false;
}

void CommitGroup::write(PreparedSet& set) {
  const Instant savedAt = Instant::now();
  for (auto& [id, change] : set.changes.changes()) {
    const SchemaTable& table = *schema_.table(id.table);
    TableCursor& entry = tableCursor(table);
    wrote_ = true;
    MDB_val key = lmdb::toVal(id.number), value{};
    if (change.kind == Change::Kind::remove) {
      if (lmdb::get(entry.cursor.get(), key, value, MDB_SET)) {
        lmdb::check(mdb_cursor_del(entry.cursor.get(), 0), "removing a record");
      }
      continue;
    }
    patchStamp(change.record, change.newStamp, savedAt);
    value = lmdb::toVal(change.record);
    const bool behindAll = static_cast<std::int64_t>(id.number) > entry.highest;
    lmdb::check(mdb_cursor_put(entry.cursor.get(), &key, &value, behindAll ? MDB_APPEND : 0u), "writing a record");
    if (behindAll) entry.highest = id.number;
  }
  for (const auto& [table, cursor] : cursors_) counters_.raiseRecords(table, cursor.highest + 1);
  for (const auto& [name, value] : set.changes.properties()) {
    wrote_ = true;
    transaction_.put(meta_, propertyKey(name), value);
  }
}

void CommitGroup::collectOperations(PreparedSet& set) {
  for (TableOperations& operations : set.operations) {
    for (std::size_t i = 0; i < operations.runs.size(); ++i) {
      if (operations.runs[i].empty()) continue;
      pending(operations.table->indexes[i]).runs.push_back(std::move(operations.runs[i]));
    }
  }
}

void CommitGroup::finish() {
  cursors_.clear();  // cursors of a writing transaction must not outlive it
  for (auto& [id, index] : pending_) {
    index.cursor.reset();
    const IndexOperations operations = mergeRuns(std::move(index.runs));
    applyOperations(transaction_, index.database, operations);
  }
  pending_.clear();
}

}  // namespace qodly::storage
