// How often entities of each dataclass were written since the start: what pages of entities are told apart by.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "orda/engine.h"

namespace qodly::rest {

// Thread-safe.
class WriteCounters {
 public:
  // What a commit changed, told on its thread after it is durable and before its writer is answered.
  void count(const std::shared_ptr<const orda::Schema>& schema, std::span<const orda::ChangeEvent> events);

  struct Reading {
    std::uint64_t model = 0;   // grows with each model that is seen
    std::uint64_t writes = 0;  // of the dataclass and of all that relations lead to from it
    bool scripted = false;     // code decides what is shown: counting says nothing
  };
  // Take it before the data is read.
  Reading of(const std::shared_ptr<const orda::Schema>& schema, std::uint32_t dataClass);

 private:
  struct Counters {
    std::shared_ptr<const orda::Schema> schema;
    std::uint64_t model = 0;
    std::vector<std::atomic<std::uint64_t>> writes;         // by class index
    std::vector<std::vector<std::uint32_t>> neighbourhood;  // by class index: it, and what relations lead to
    std::vector<bool> scripted;
  };
  std::shared_ptr<Counters> countersFor(const std::shared_ptr<const orda::Schema>& schema);
  static std::shared_ptr<Counters> make(std::shared_ptr<const orda::Schema> schema, std::uint64_t model);

  std::mutex mutex_;
  std::shared_ptr<Counters> counters_;
};

}  // namespace qodly::rest
