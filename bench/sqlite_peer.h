// SQLite doing what each row asks, with prepared statements and its usual fast settings (WAL, synchronous = NORMAL, a
// page cache that holds the data, memory map).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

struct sqlite3;
struct sqlite3_stmt;

namespace qodly::bench {

class SqlitePeer {
 public:
  explicit SqlitePeer(const std::filesystem::path& file);  // starts empty
  ~SqlitePeer();
  SqlitePeer(const SqlitePeer&) = delete;
  SqlitePeer& operator=(const SqlitePeer&) = delete;

  void load(std::int32_t people);  // tables, the two indexes, then the rows, in transactions of 10,000
  void indexRelations();           // what a join wants: foreign key and filtered column, then ANALYZE
  std::int64_t lengthOfNames(std::int32_t count, std::int32_t people);  // by key, random order
  std::int64_t countNumber(const std::string& sql);                     // first column of the first row
  std::int64_t consume(const std::string& sql);                         // steps through all rows; their number

 private:
  void execute(const char* sql);
  sqlite3* database_ = nullptr;
  sqlite3_stmt* byKey_ = nullptr;
};

}  // namespace qodly::bench
