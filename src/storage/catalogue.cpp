// The meta database `meta` of a data file. Keys are text, numbers little-endian, S = u32 length and bytes.
//
//   "format"                 u32 format version of the whole file
//   "catalogue"              u32 next table, u32 next index, S collation locale, S collation fingerprint
//   "table/" id in hex       one table:
//       u32 id, S uuid, S name, u8 hidden, u32 next column
//       u32 n, then n columns:  u32 id, S uuid, S name, u8 type, u8 flags (1 unique, 2 dropped)
//       u32 n, then n indexes:  u32 id, u32 column, u8 kind, u8 state
//       u32 n, then n layouts (versions 1..n):  u32 m, then m columns: u32 id, u8 type
//   "next/" table            i64 lowest record number never given out, as far as commits are concerned
//   "sequence/" table "/" column   i64 last value given out
//   "property/" name         bytes
//
// Databases beside it: "t" id = records of a table (4-byte number -> record), "i" id = one index (key -> 4-byte
// numbers).
#include "storage/catalogue.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "storage/record_format.h"

namespace qodly::storage {

namespace {

constexpr std::string_view tablePrefix = "table/", propertyPrefix = "property/";
constexpr std::uint8_t flagUnique = 1, flagDropped = 2;

class Writer {
 public:
  template <class Number>
  void number(Number value) {
    char bytes[sizeof value];
    store(bytes, value);
    out.append(bytes, sizeof bytes);
  }
  void text(std::string_view value) {
    number(static_cast<std::uint32_t>(value.size()));
    out += value;
  }
  std::string out;
};

[[noreturn]] void damaged(std::string_view what) {
  throw StorageFailure(
      Error(code::dataFileDamaged, "dbmg",
            fmt::format("The data file is damaged: {} in its catalogue cannot be read. Restore a backup", what)));
}

class Reader {
 public:
  Reader(std::string_view bytes, std::string_view what) : bytes_(bytes), what_(what) {}
  template <class Number>
  Number number() {
    if (bytes_.size() < sizeof(Number)) damaged(what_);
    const auto value = load<Number>(bytes_.data());
    bytes_.remove_prefix(sizeof(Number));
    return value;
  }
  std::string text() {
    const auto length = number<std::uint32_t>();
    if (bytes_.size() < length) damaged(what_);
    std::string value(bytes_.substr(0, length));
    bytes_.remove_prefix(length);
    return value;
  }
  // A count of items of at least `bytesEach`.
  std::uint32_t count(std::size_t bytesEach) {
    const auto items = number<std::uint32_t>();
    if (items > bytes_.size() / bytesEach) damaged(what_);
    return items;
  }
  template <class Enumeration>
  Enumeration enumeration(Enumeration last) {
    const auto value = number<std::uint8_t>();
    if (value > static_cast<std::uint8_t>(last)) damaged(what_);
    return static_cast<Enumeration>(value);
  }

 private:
  std::string_view bytes_, what_;
};

std::string encodeTable(const StoredTable& table) {
  Writer writer;
  writer.number(table.id);
  writer.text(table.uuid);
  writer.text(table.name);
  writer.number(static_cast<std::uint8_t>(table.hidden));
  writer.number(table.nextColumn);
  writer.number(static_cast<std::uint32_t>(table.columns.size()));
  for (const StoredColumn& column : table.columns) {
    writer.number(column.id);
    writer.text(column.uuid);
    writer.text(column.name);
    writer.number(static_cast<std::uint8_t>(column.type));
    writer.number(static_cast<std::uint8_t>((column.unique ? flagUnique : 0) | (column.dropped ? flagDropped : 0)));
  }
  writer.number(static_cast<std::uint32_t>(table.indexes.size()));
  for (const StoredIndex& index : table.indexes) {
    writer.number(index.id);
    writer.number(index.column);
    writer.number(static_cast<std::uint8_t>(index.kind));
    writer.number(static_cast<std::uint8_t>(index.state));
  }
  writer.number(static_cast<std::uint32_t>(table.layouts.size()));
  for (const auto& layout : table.layouts) {
    writer.number(static_cast<std::uint32_t>(layout->columns().size()));
    for (const Column& column : layout->columns()) {
      writer.number(column.id);
      writer.number(static_cast<std::uint8_t>(column.type));
    }
  }
  return std::move(writer.out);
}

std::shared_ptr<const Layout> readLayout(Reader& reader, std::uint16_t version, ColumnId nextColumn) {
  std::vector<Column> columns(reader.count(5));
  for (Column& column : columns) {
    column.id = reader.number<ColumnId>();
    column.type = reader.enumeration(ColumnType::picture);
    if (column.id >= nextColumn) damaged("a layout");
  }
  return std::make_shared<const Layout>(version, std::move(columns));
}

StoredTable decodeTable(std::string_view bytes) {
  Reader reader(bytes, "a table");
  StoredTable table;
  table.id = reader.number<TableId>();
  table.uuid = reader.text();
  table.name = reader.text();
  table.hidden = reader.number<std::uint8_t>() != 0;
  table.nextColumn = reader.number<ColumnId>();
  table.columns.resize(reader.count(14));
  for (StoredColumn& column : table.columns) {
    column.id = reader.number<ColumnId>();
    column.uuid = reader.text();
    column.name = reader.text();
    column.type = reader.enumeration(ColumnType::picture);
    const auto flags = reader.number<std::uint8_t>();
    column.unique = (flags & flagUnique) != 0;
    column.dropped = (flags & flagDropped) != 0;
  }
  table.indexes.resize(reader.count(10));
  for (StoredIndex& index : table.indexes) {
    index.id = reader.number<IndexId>();
    index.column = reader.number<ColumnId>();
    index.kind = reader.enumeration(IndexKind::objectPaths);
    index.state = reader.enumeration(StoredIndex::State::obsolete);
    if (table.column(index.column) == nullptr) damaged("an index");
  }
  const std::uint32_t layouts = reader.count(4);
  if (layouts == 0 || layouts > maximumLayouts) damaged("a table");
  for (std::uint32_t version = 1; version <= layouts; ++version) {
    table.layouts.push_back(readLayout(reader, static_cast<std::uint16_t>(version), table.nextColumn));
  }
  return table;
}

// Visits the entries of the meta database whose key begins with `prefix`.
void forEachEntry(const lmdb::Transaction& transaction, MDB_dbi meta, std::string_view prefix,
                  const std::function<void(std::string_view rest, std::string_view value)>& visit) {
  const lmdb::Cursor cursor = transaction.cursor(meta);
  MDB_val key = lmdb::toVal(prefix), value{};
  bool found = lmdb::get(cursor.get(), key, value, MDB_SET_RANGE);
  while (found && lmdb::toView(key).starts_with(prefix)) {
    visit(lmdb::toView(key).substr(prefix.size()), lmdb::toView(value));
    found = lmdb::get(cursor.get(), key, value, MDB_NEXT);
  }
}

std::string tableKey(TableId table) { return fmt::format("{}{:08x}", tablePrefix, table); }

}  // namespace

const StoredColumn* StoredTable::column(ColumnId wanted) const {
  const auto place =
      std::find_if(columns.begin(), columns.end(), [&](const StoredColumn& c) { return c.id == wanted; });
  return place == columns.end() ? nullptr : &*place;
}

StoredColumn* StoredTable::columnByUuid(std::string_view wanted) {
  const auto place =
      std::find_if(columns.begin(), columns.end(), [&](const StoredColumn& c) { return c.uuid == wanted; });
  return place == columns.end() ? nullptr : &*place;
}

StoredTable* Catalogue::tableByUuid(std::string_view wanted) {
  const auto place = std::find_if(tables.begin(), tables.end(), [&](const auto& t) { return t.second.uuid == wanted; });
  return place == tables.end() ? nullptr : &place->second;
}

std::string recordDatabaseName(TableId table) { return fmt::format("t{}", table); }
std::string indexDatabaseName(IndexId index) { return fmt::format("i{}", index); }

void checkFormat(const lmdb::Transaction& transaction, MDB_dbi meta, const std::filesystem::path& file) {
  const std::optional<std::string_view> format = transaction.get(meta, std::string_view("format"));
  if (!format || format->size() != 4) {
    throw StorageFailure(
        Error(code::dataFileDamaged, "dbmg",
              fmt::format("{} is not a data file of this program, or its header is damaged", file.string())));
  }
  const auto version = load<std::uint32_t>(format->data());
  if (version > formatVersion) {
    throw StorageFailure(
        Error(code::dataFileTooNew, "dbmg",
              fmt::format("{} has format version {}, and this program knows versions up to {}. Open it with "
                          "the newer program that wrote it, or restore a backup made by this one",
                          file.string(), version, formatVersion)));
  }
}

Catalogue readCatalogue(const lmdb::Transaction& transaction, MDB_dbi meta) {
  const std::optional<std::string_view> header = transaction.get(meta, std::string_view("catalogue"));
  if (!header) damaged("the header");
  Reader reader(*header, "the header");
  Catalogue catalogue;
  catalogue.nextTable = reader.number<TableId>();
  catalogue.nextIndex = reader.number<IndexId>();
  catalogue.collationLocale = reader.text();
  catalogue.collationFingerprint = reader.text();
  forEachEntry(transaction, meta, tablePrefix, [&](std::string_view, std::string_view bytes) {
    StoredTable table = decodeTable(bytes);
    const TableId id = table.id;
    if (id >= catalogue.nextTable) damaged("a table");
    catalogue.tables.emplace(id, std::move(table));
  });
  return catalogue;
}

void writeCatalogue(lmdb::Transaction& transaction, MDB_dbi meta, const Catalogue& catalogue) {
  Writer format;
  format.number(formatVersion);
  transaction.put(meta, std::string_view("format"), format.out);
  Writer header;
  header.number(catalogue.nextTable);
  header.number(catalogue.nextIndex);
  header.text(catalogue.collationLocale);
  header.text(catalogue.collationFingerprint);
  transaction.put(meta, std::string_view("catalogue"), header.out);
  for (const auto& [id, table] : catalogue.tables) {
    const std::string encoded = encodeTable(table);
    const std::string key = tableKey(id);
    if (transaction.get(meta, key) != encoded) transaction.put(meta, key, encoded);
  }
}

std::string nextRecordKey(TableId table) { return fmt::format("next/{}", table); }
std::string sequenceKey(TableId table, ColumnId column) { return fmt::format("sequence/{}/{}", table, column); }
std::string propertyKey(std::string_view name) { return fmt::format("{}{}", propertyPrefix, name); }

std::int64_t readCounter(const lmdb::Transaction& transaction, MDB_dbi meta, std::string_view key) {
  const std::optional<std::string_view> bytes = transaction.get(meta, key);
  return bytes && bytes->size() == 8 ? load<std::int64_t>(bytes->data()) : 0;
}

void writeCounter(lmdb::Transaction& transaction, MDB_dbi meta, std::string_view key, std::int64_t value) {
  Writer writer;
  writer.number(value);
  transaction.put(meta, key, writer.out);
}

std::map<std::string, std::string, std::less<>> readProperties(const lmdb::Transaction& transaction, MDB_dbi meta) {
  std::map<std::string, std::string, std::less<>> properties;
  forEachEntry(transaction, meta, propertyPrefix, [&](std::string_view name, std::string_view value) {
    properties.emplace(std::string(name), std::string(value));
  });
  return properties;
}

}  // namespace qodly::storage
