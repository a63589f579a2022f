// One consistent state for one operation: a snapshot of the store with the change sets of the caller's transactions
// laid over it. Every part of the engine reads records through it, so that transactions are seen the same way
// everywhere.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "engine/embedded/catalog.h"
#include "engine/embedded/membership.h"
#include "engine/embedded/worker_pool.h"
#include "orda/engine.h"
#include "storage/store.h"

namespace qodly::engine {

using orda::Bitmap;
using storage::RecordNumber;
using storage::RecordView;

// What the overlay changes in one table.
struct TableOverlay {
  struct Entry {
    RecordNumber number;
    RecordView record;  // false view: removed
  };
  std::vector<Entry> entries;  // by record number
  Bitmap touched;              // their numbers

  bool empty() const { return entries.empty(); }
  const Entry* find(RecordNumber number) const;
};

// Tables up to this many records are passed over on the calling thread.
inline constexpr std::uint64_t parallelThreshold = 20'000;

// Used by one thread; its records may be read by the workers of a RecordPass, each through a scope of its own.
class View {
 public:
  // `membership`: where the bitmaps of whole tables are kept, or null.
  View(const storage::Store& store, std::shared_ptr<const Catalog> catalog, const orda::Overlay* overlay,
       Membership* membership = nullptr);
  // Gives the view one scope of the same snapshot for each worker. Only before anything has been read, as the
  // snapshot may move on.
  void enableWorkers(WorkerPool& pool);

  const storage::Store& store() const { return store_; }
  const Catalog& catalog() const { return *catalog_; }
  const model::Model& model() const { return catalog_->model(); }
  const Collation& collation() const { return store_.collation(); }
  const storage::BlobStore& blobs() const { return store_.blobs(); }
  const storage::ReadScope& scope() const { return *scope_; }

  WorkerPool* pool() const { return pool_; }
  const storage::ReadScope& workerScope(unsigned slot) const { return *workers_[slot]; }

  // Whether the index is there at this moment: indexes rest during a bulk load.
  bool hasIndex(std::uint32_t dataClass, std::uint32_t attribute, storage::IndexKind kind) const;

  bool hasOverlay() const { return overlay_ != nullptr; }
  const TableOverlay& overlay(std::uint32_t dataClass);

  // With the overlay. `record` of a dropped or unknown entity is a false view.
  RecordView record(std::uint32_t dataClass, RecordNumber number);
  std::uint64_t count(std::uint32_t dataClass);
  Bitmap all(std::uint32_t dataClass);
  // One past the highest number in use.
  RecordNumber end(std::uint32_t dataClass);

  // The first error of the operation, from whatever thread; the operation then gives no result.
  void fail(const Error& error);
  std::optional<Error> failure();

 private:
  Bitmap committed(storage::TableId table);

  const storage::Store& store_;
  std::shared_ptr<const Catalog> catalog_;
  const orda::Overlay* overlay_;
  Membership* membership_;
  std::unique_ptr<storage::ReadScope> scope_;
  std::vector<std::unique_ptr<storage::ReadScope>> workers_;
  WorkerPool* pool_ = nullptr;
  std::unordered_map<std::uint32_t, TableOverlay> overlays_;
  std::mutex mutex_;
  std::optional<Error> failure_;
};

}  // namespace qodly::engine
