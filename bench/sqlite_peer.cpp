#include "sqlite_peer.h"

#include <stdexcept>
#include <string_view>

#include <sqlite3.h>
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include "dataset.h"

namespace qodly::bench {

namespace {

void check(int code, sqlite3* database) {
  if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW)
    throw std::runtime_error(sqlite3_errmsg(database));
}

// NFKD, case folded, marks removed: what an application adds to SQLite for a search without case and diacritics.
std::string folded(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  static const icu::Normalizer2* normalizer = icu::Normalizer2::getNFKDInstance(status);
  icu::UnicodeString decomposed = normalizer->normalize(
      icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())}), status);
  decomposed.foldCase();
  std::string result;
  result.reserve(text.size());
  for (std::int32_t i = 0; i < decomposed.length(); i = decomposed.moveIndex32(i, 1)) {
    const UChar32 c = decomposed.char32At(i);
    if (c < 0x80) {
      result += static_cast<char>(c);
    } else if (u_charType(c) != U_NON_SPACING_MARK) {
      icu::UnicodeString(c).toUTF8String(result);
    }
  }
  return result;
}

std::string_view textOf(sqlite3_value* value) {
  return {reinterpret_cast<const char*>(sqlite3_value_text(value)),
          static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

void containsFolded(sqlite3_context* context, int, sqlite3_value** arguments) {
  const std::string needle = folded(textOf(arguments[1]));
  sqlite3_result_int(context, folded(textOf(arguments[0])).find(needle) != std::string::npos ? 1 : 0);
}

}  // namespace

SqlitePeer::SqlitePeer(const std::filesystem::path& file) {
  std::filesystem::remove(file);
  std::filesystem::remove(file.string() + "-wal");
  std::filesystem::remove(file.string() + "-shm");
  check(sqlite3_open(file.c_str(), &database_), database_);
  execute("PRAGMA journal_mode=WAL");
  execute("PRAGMA synchronous=NORMAL");
  execute("PRAGMA cache_size=-1000000");
  execute("PRAGMA mmap_size=4000000000");
  check(sqlite3_create_function(database_, "contains_folded", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
                                containsFolded, nullptr, nullptr),
        database_);
}

SqlitePeer::~SqlitePeer() {
  sqlite3_finalize(byKey_);
  sqlite3_close(database_);
}

void SqlitePeer::execute(const char* sql) { check(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr), database_); }

void SqlitePeer::load(std::int32_t people) {
  execute("CREATE TABLE country(id INTEGER PRIMARY KEY, name TEXT, region TEXT, population INTEGER)");
  execute(
      "CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT, note TEXT, amount INTEGER, score INTEGER, country_id "
      "INTEGER)");
  execute("CREATE INDEX person_name ON person(name COLLATE NOCASE)");
  execute("CREATE INDEX person_score ON person(score)");
  sqlite3_stmt* insert = nullptr;
  check(sqlite3_prepare_v2(database_, "INSERT INTO country VALUES(?,?,?,?)", -1, &insert, nullptr), database_);
  for (const Country& country : countries()) {
    sqlite3_bind_int(insert, 1, country.id);
    sqlite3_bind_text(insert, 2, country.name.data(), static_cast<int>(country.name.size()), SQLITE_STATIC);
    sqlite3_bind_text(insert, 3, country.region.data(), static_cast<int>(country.region.size()), SQLITE_STATIC);
    sqlite3_bind_int(insert, 4, country.population);
    check(sqlite3_step(insert), database_);
    sqlite3_reset(insert);
  }
  sqlite3_finalize(insert);
  check(sqlite3_prepare_v2(database_, "INSERT INTO person VALUES(?,?,?,?,?,?)", -1, &insert, nullptr), database_);
  for (std::int32_t id = 1; id <= people; ++id) {
    if (id % 10'000 == 1) execute("BEGIN");
    const Person row = person(id);
    sqlite3_bind_int(insert, 1, row.id);
    sqlite3_bind_text(insert, 2, row.name.data(), static_cast<int>(row.name.size()), SQLITE_STATIC);
    sqlite3_bind_text(insert, 3, row.note.data(), static_cast<int>(row.note.size()), SQLITE_STATIC);
    sqlite3_bind_int(insert, 4, row.amount);
    sqlite3_bind_int(insert, 5, row.score);
    sqlite3_bind_int(insert, 6, row.countryId);
    check(sqlite3_step(insert), database_);
    sqlite3_reset(insert);
    if (id % 10'000 == 0 || id == people) execute("COMMIT");
  }
  sqlite3_finalize(insert);
}

void SqlitePeer::indexRelations() {
  execute("CREATE INDEX person_country ON person(country_id)");
  execute("CREATE INDEX country_region ON country(region)");
  execute("ANALYZE");
}

std::int64_t SqlitePeer::lengthOfNames(std::int32_t count, std::int32_t people) {
  if (byKey_ == nullptr) {
    check(sqlite3_prepare_v3(database_, "SELECT name FROM person WHERE id = ?", -1, SQLITE_PREPARE_PERSISTENT, &byKey_,
                             nullptr),
          database_);
  }
  std::int64_t total = 0;
  std::uint64_t state = 1;
  for (std::int32_t i = 0; i < count; ++i) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    sqlite3_bind_int(byKey_, 1, 1 + static_cast<std::int32_t>((state >> 33) % static_cast<std::uint64_t>(people)));
    check(sqlite3_step(byKey_), database_);
    total += sqlite3_column_bytes(byKey_, 0);
    sqlite3_reset(byKey_);
  }
  return total;
}

std::int64_t SqlitePeer::countNumber(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  check(sqlite3_prepare_v2(database_, sql.c_str(), -1, &statement, nullptr), database_);
  check(sqlite3_step(statement), database_);
  const std::int64_t result = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  return result;
}

std::int64_t SqlitePeer::consume(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  check(sqlite3_prepare_v2(database_, sql.c_str(), -1, &statement, nullptr), database_);
  std::int64_t rows = 0;
  while (sqlite3_step(statement) == SQLITE_ROW) ++rows;
  sqlite3_finalize(statement);
  return rows;
}

}  // namespace qodly::bench
