// The writing half of an import: a thread that commits batches in order, finds the rows a refused commit is about, and
// remembers with each commit how far the file has been read.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/import/entity_rows.h"
#include "app/import/import_state.h"
#include "app/import/reject_file.h"
#include "app/import/row_encoder.h"
#include "orda/datastore.h"

namespace qodly::app {

struct PendingRow {
  EncodedRow row;
  std::vector<Value> values;  // by attribute, of rows that are saved as entities: then `row` is empty
  std::string raw;
  std::uint64_t line = 0;
};

struct RejectedRow {
  std::uint64_t line = 0;
  std::string raw;
  std::string reason;
};

struct ImportBatch {
  std::vector<PendingRow> rows;
  std::vector<RejectedRow> rejected;
  FilePosition end;        // behind the last row of the batch
  std::uint64_t read = 0;  // rows of the file it stands for
  std::uint64_t unchanged = 0;
  std::size_t bytes = 0;
};

class Committer {
 public:
  static constexpr std::size_t maximumWaiting = 2;
  // Batches that may be pushed and not committed yet, the one at work included.
  static constexpr std::size_t maximumInFlight = maximumWaiting + 1;

  // Makes what saves rows as entities, on the thread that commits.
  using MakeEntityRows = std::function<std::unique_ptr<EntityRows>()>;
  // `state`: where the import begins. `writes` false: only looks for duplicates. `entities`: rows come as values, not
  // encoded; empty: they come encoded.
  Committer(orda::Datastore& datastore, std::uint32_t dataClass, RejectFile& rejects, ImportState state, bool writes,
            MakeEntityRows entities = {});
  ~Committer();
  Committer(const Committer&) = delete;
  Committer& operator=(const Committer&) = delete;

  // Waits for a place in the queue. False after a failure: then finish() tells it.
  bool push(ImportBatch batch);
  void drain();  // until everything pushed is committed
  // Commits what is waiting, marks the import as finished when `complete`, and ends the thread.
  Result<ImportState> finish(bool complete);

  // The first rejections, "line 12: ...". After finish().
  const std::vector<std::string>& firstReasons() const { return firstReasons_; }

 private:
  void work();
  void commitWaiting();
  Result<> commit(ImportBatch& batch);
  Result<> commitRows(ImportBatch& batch);
  Result<> commitEntities(ImportBatch& batch);
  Result<> reject(std::uint64_t line, std::string_view raw, std::string_view reason);
  Result<> rejectRefused(ImportBatch& batch, const storage::CommitFailure& failure);
  Result<std::size_t> rejectDuplicates(ImportBatch& batch);
  std::optional<Error> duplicateOf(const PendingRow& row, orda::Reader& reader, class SeenKeys& seen) const;
  ImportState stateAfter(const ImportBatch& batch) const;

  orda::Datastore& datastore_;
  std::shared_ptr<const model::Model> model_;
  std::uint32_t dataClass_;
  RejectFile& rejects_;
  ImportState state_;
  bool writes_;
  orda::Owner owner_;
  MakeEntityRows makeEntities_;
  std::unique_ptr<EntityRows> entities_;  // of the committing thread
  std::vector<std::string> firstReasons_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<ImportBatch> waiting_;
  bool working_ = false, closed_ = false;
  std::optional<Error> failure_;
  std::thread thread_;
};

}  // namespace qodly::app
