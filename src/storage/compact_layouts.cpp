#include "storage/compact_layouts.h"

#include <fmt/format.h>

#include "base/error_codes.h"
#include "storage/record.h"
#include "storage/schema.h"

namespace qodly::storage {

void compactLayouts(lmdb::Transaction& transaction, StoredTable& table) {
  std::vector<Column> columns;
  for (const StoredColumn& column : table.columns) columns.push_back({column.id, column.type});
  const auto layout = std::make_shared<const Layout>(std::uint16_t{1}, std::move(columns));
  const LayoutSet before(table.layouts);
  RecordBuilder builder(*layout);

  const std::optional<MDB_dbi> records = transaction.database(recordDatabaseName(table.id), recordDatabaseFlags);
  if (!records) return;
  const lmdb::Cursor cursor = transaction.cursor(*records);
  MDB_val key{}, value{};
  for (bool found = lmdb::get(cursor.get(), key, value, MDB_FIRST); found;
       found = lmdb::get(cursor.get(), key, value, MDB_NEXT)) {
    const RecordView record(lmdb::toView(value), before);
    if (!record) {
      throw StorageFailure(
          Error(code::dataFileDamaged, "dbmg",
                fmt::format("Record {} of {} is damaged. Restore a backup", lmdb::toNumber(key), table.name)));
    }
    builder.reset();
    builder.copyFrom(record);
    std::string rewritten = builder.finish();
    patchStamp(rewritten, record.stamp(), record.savedAt());
    RecordNumber number = lmdb::toNumber(key);
    key = lmdb::toVal(number);
    value = lmdb::toVal(rewritten);
    lmdb::check(mdb_cursor_put(cursor.get(), &key, &value, MDB_CURRENT), "rewriting a record");
  }
  table.layouts.assign(1, layout);
}

}  // namespace qodly::storage
