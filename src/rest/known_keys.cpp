#include "rest/known_keys.h"

#include <mutex>

namespace qodly::rest {

KnownKeyBits::~KnownKeyBits() {
  for (const auto& piece : pieces_) std::unique_ptr<Piece>(piece.load(std::memory_order_relaxed)).reset();
}

void KnownKeyBits::add(std::int64_t key) {
  if (key < 0 || key >= limit) return;
  auto& place = pieces_[static_cast<std::size_t>(key >> 16)];
  Piece* piece = place.load(std::memory_order_acquire);
  if (piece == nullptr) {
    auto made = std::make_unique<Piece>();
    // Another request may have made it in the meantime: then `piece` is that one.
    if (place.compare_exchange_strong(piece, made.get(), std::memory_order_acq_rel)) piece = made.release();
  }
  const auto bit = static_cast<std::size_t>(key & 0xFFFF);
  (*piece)[bit / 64].fetch_or(std::uint64_t{1} << (bit % 64), std::memory_order_relaxed);
}

KnownKeys::Generation::Generation(std::shared_ptr<const orda::Schema> schema) : schema_(std::move(schema)) {
  for (std::size_t i = 0; i < schema_->model->classes.size(); ++i) bits_.push_back(std::make_unique<KnownKeyBits>());
}

std::shared_ptr<KnownKeys::Generation> KnownKeys::current(const std::shared_ptr<const orda::Schema>& schema) {
  {
    std::shared_lock lock(mutex_);
    if (generation_ && generation_->schema() == schema) return generation_;
  }
  std::lock_guard lock(mutex_);
  if (!generation_ || generation_->schema() != schema) generation_ = std::make_shared<Generation>(schema);
  return generation_;
}

void KnownKeys::forget() {
  std::lock_guard lock(mutex_);
  generation_.reset();
}

}  // namespace qodly::rest
