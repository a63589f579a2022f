// Which integer keys are known to lead to an entity. A link is sent only to an entity that exists, and pages link to
// the same entities over and over: remembering spares the look-up in the index. Only removals can make it wrong, so any
// removal forgets everything.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <shared_mutex>
#include <vector>

#include "orda/engine.h"

namespace qodly::rest {

// The known keys of one dataclass: bits in pieces of 8 KiB, made when they are first needed. Keys past the limit are
// never known. Thread-safe.
class KnownKeyBits {
 public:
  static constexpr std::int64_t limit = std::int64_t{1} << 24;

  KnownKeyBits() = default;
  ~KnownKeyBits();
  KnownKeyBits(const KnownKeyBits&) = delete;
  KnownKeyBits& operator=(const KnownKeyBits&) = delete;

  bool contains(std::int64_t key) const {
    if (key < 0 || key >= limit) return false;
    const Piece* piece = pieces_[static_cast<std::size_t>(key >> 16)].load(std::memory_order_acquire);
    if (piece == nullptr) return false;
    const auto bit = static_cast<std::size_t>(key & 0xFFFF);
    return ((*piece)[bit / 64].load(std::memory_order_relaxed) >> (bit % 64) & 1) != 0;
  }
  void add(std::int64_t key);

 private:
  using Piece = std::array<std::atomic<std::uint64_t>, 1024>;
  std::array<std::atomic<Piece*>, 256> pieces_{};
};

// Thread-safe.
class KnownKeys {
 public:
  // What is known since the last removal. Take it before the Reader is opened: then a removal that the Reader does not
  // see cannot leave a wrong key in what later requests get.
  class Generation {
   public:
    explicit Generation(std::shared_ptr<const orda::Schema> schema);
    KnownKeyBits& of(std::uint32_t dataClass) { return *bits_[dataClass]; }
    const std::shared_ptr<const orda::Schema>& schema() const { return schema_; }

   private:
    std::shared_ptr<const orda::Schema> schema_;
    std::vector<std::unique_ptr<KnownKeyBits>> bits_;  // by class index
  };

  std::shared_ptr<Generation> current(const std::shared_ptr<const orda::Schema>& schema);
  void forget();

 private:
  std::shared_mutex mutex_;
  std::shared_ptr<Generation> generation_;
};

}  // namespace qodly::rest
