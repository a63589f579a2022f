// PostgreSQL doing what each row asks, over its protocol on a local socket, with synchronous_commit = on.
#pragma once

#include <cstdint>
#include <string>

namespace qodly::bench {

class PostgresPeer {
 public:
  explicit PostgresPeer(std::string connection);  // libpq connection string; tables are made anew
  void load(std::int32_t people);                 // COPY, then indexes and ANALYZE
  std::int64_t countNumber(const std::string& sql) const;
  std::int64_t consume(const std::string& sql) const;      // rows fetched in binary form
  double durableInserts(int connections, int each) const;  // inserts a second, one transaction each

 private:
  std::string connection_;
};

}  // namespace qodly::bench
