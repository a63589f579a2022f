// The store over LMDB: owns the environment, publishes the schema, and joins readers, commit queue and blob files.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <shared_mutex>

#include "storage/commit_queue.h"
#include "storage/counters.h"
#include "storage/file.h"
#include "storage/lmdb.h"
#include "storage/read_scope.h"
#include "storage/schema.h"
#include "storage/sequence_control.h"
#include "storage/store.h"

namespace qodly::storage {

class EmbeddedStore final : public Store, public SequenceControl {
 public:
  EmbeddedStore(const StoreOptions& options, File lock, lmdb::Environment environment);
  ~EmbeddedStore() override;
  // Second half of opening: reads or creates the catalogue. Throws StorageFailure.
  void start();

  Result<std::vector<TableBinding>> defineTables(const std::vector<TableDefinition>& tables,
                                                 const Progress& progress) override;
  std::unique_ptr<ReadScope> read() const override;
  RecordNumber reserve(TableId table) override;
  std::int64_t nextSequence(TableId table, ColumnId column) override;
  void raiseSequence(TableId table, ColumnId column, std::int64_t atLeast) override;
  void setSequence(TableId table, ColumnId column, std::int64_t last) override;
  std::int64_t lastSequence(TableId table, ColumnId column) const override;
  void submit(ChangeSet changes, std::function<void(Outcome)> done) override;
  std::unique_ptr<BulkLoad> bulkLoad(TableId table, std::uint64_t expectedRecords) override;
  std::shared_ptr<const LayoutSet> layouts(TableId table) const override;
  TableStatistics statistics(TableId table) const override;
  BlobStore& blobs() override { return blobs_; }
  const BlobStore& blobs() const override { return blobs_; }
  const Collation& collation() const override { return *collation_; }
  bool hasIndex(TableId table, ColumnId column, IndexKind kind) const override;
  std::optional<std::string> property(std::string_view name) const override;
  Result<> setProperty(std::string_view name, std::string_view value) override;
  VerifyReport verify(const std::function<void(std::uint64_t, std::uint64_t)>& progress) const override;
  Result<std::uint64_t> collectBlobs() override;
  std::filesystem::path folder() const override { return options_.folder; }

 private:
  std::shared_ptr<const Schema> schema() const { return schema_.load(); }
  StoreServices services() { return {*collation_, blobs_}; }
  void createCatalogue(lmdb::Transaction& transaction);
  void openCatalogue(lmdb::Transaction& transaction);
  void deleteObsoleteIndexes(lmdb::Transaction& transaction);
  void publish(std::shared_ptr<const Schema> schema);

  // With writing_ held.
  void writeTables(Catalogue catalogue);
  void emptyObsoleteIndexes();
  void buildMissingIndexes(const Progress& progress);
  void restIndexes(TableId table);

  friend class TableLoad;
  void beginLoad(TableId table, bool worthwhile);
  Result<> endLoad(TableId table, const Progress& progress);

  // On the commit thread.
  void commitGroup(CommitQueue::Group group);
  void applySets(std::span<const std::unique_ptr<PreparedSet>> sets, std::span<Outcome> outcomes);
  void writeGroup(std::span<const std::unique_ptr<PreparedSet>> sets, std::span<Outcome> outcomes);
  Error explained(const Error& error, std::span<const std::unique_ptr<PreparedSet>> sets) const;
  void settle(PreparedSet& set, Outcome outcome);

  StoreOptions options_;
  File lock_;
  lmdb::Environment environment_;
  MDB_dbi meta_ = 0;
  std::shared_ptr<const Collation> collation_;
  BlobStore blobs_;
  Counters counters_;
  mutable ReaderPool readers_;

  std::mutex writing_;                 // one writer at a time: a commit group, or a change of the tables
  Catalogue catalogue_;                // guarded by writing_
  std::map<TableId, unsigned> loads_;  // bulk loads under way, by table; guarded by writing_
  std::atomic<std::shared_ptr<const Schema>> schema_;
  std::atomic<std::uint64_t> schemaVersion_{0};

  mutable std::shared_mutex propertiesMutex_;
  std::map<std::string, std::string, std::less<>> properties_;
  std::set<std::string> changedProperties_;

  std::unique_ptr<CommitQueue> queue_;  // last: its thread ends before anything it uses
};

}  // namespace qodly::storage
