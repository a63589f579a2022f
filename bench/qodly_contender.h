// This program's own engine doing what each row asks, through the same calls that the REST layer and the command line
// use.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "orda/datastore.h"
#include "orda/entity.h"

namespace qodly::bench {

class QodlyContender {
 public:
  explicit QodlyContender(const std::filesystem::path& folder);  // starts empty
  ~QodlyContender();

  void load(std::int32_t people);
  std::int64_t lengthOfNames(std::int32_t count, std::int32_t people);  // by key, random order
  std::int64_t count(const std::string& query);                         // entities of Person that satisfy the query
  std::int64_t orderedNames(const std::string& order);                  // sorts every Person
  double durableSaves(int threads, int each);                           // entities saved a second

 private:
  std::unique_ptr<orda::Datastore> datastore_;
  std::unique_ptr<orda::Process> process_;
};

}  // namespace qodly::bench
