// Committing batches.
#include "app/import/committer.h"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "model/model.h"
#include "orda/save_rules.h"
#include "storage/store.h"

namespace qodly::app {

namespace {

constexpr std::size_t shownReasons = 20;

}  // namespace

// Unique values of the rows of one batch, as index keys.
class SeenKeys {
 public:
  SeenKeys(const model::DataClass& dataClass, const Collation& collation)
      : dataClass_(dataClass), collation_(collation) {}
  bool add(std::uint32_t attribute, const Value& value) {
    std::string key = std::to_string(attribute) + ':';
    key += storage::indexKey(model::columnType(dataClass_.attributes[attribute]), value, collation_).bytes;
    return keys_.insert(std::move(key)).second;
  }

 private:
  const model::DataClass& dataClass_;
  const Collation& collation_;
  std::unordered_set<std::string> keys_;
};

Committer::Committer(orda::Datastore& datastore, std::uint32_t dataClass, RejectFile& rejects, ImportState state,
                     bool writes, MakeEntityRows entities)
    : datastore_(datastore),
      model_(datastore.model()),
      dataClass_(dataClass),
      rejects_(rejects),
      state_(std::move(state)),
      writes_(writes),
      owner_(datastore.newOwner()),
      makeEntities_(std::move(entities)),
      thread_([this] { work(); }) {}

Committer::~Committer() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool Committer::push(ImportBatch batch) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return failure_ || waiting_.size() < maximumWaiting; });
  if (failure_) return false;
  waiting_.push_back(std::move(batch));
  changed_.notify_all();
  return true;
}

void Committer::drain() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return failure_ || (waiting_.empty() && !working_); });
}

void Committer::work() {
  if (makeEntities_) entities_ = makeEntities_();
  commitWaiting();
  entities_.reset();
}

void Committer::commitWaiting() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return closed_ || !waiting_.empty(); });
    if (waiting_.empty() || failure_) return;
    ImportBatch batch = std::move(waiting_.front());
    waiting_.pop_front();
    working_ = true;
    changed_.notify_all();
    lock.unlock();
    auto done = commit(batch);
    lock.lock();
    working_ = false;
    if (!done) failure_ = done.error();
    changed_.notify_all();
  }
}

Result<ImportState> Committer::finish(bool complete) {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
  thread_.join();
  if (failure_) return std::unexpected(*failure_);
  if (!complete || !writes_ || state_.file.path.empty()) return state_;
  state_.finished = true;
  const std::string& uuid = model_->classes[dataClass_].uuid;
  auto noted = datastore_.engine().setProperty(stateName(uuid, state_.file.path), state_.toText());
  if (!noted) return std::unexpected(noted.error());
  return state_;
}

Result<> Committer::reject(std::uint64_t line, std::string_view raw, std::string_view reason) {
  if (firstReasons_.size() < shownReasons) firstReasons_.push_back(fmt::format("line {}: {}", line, reason));
  ++state_.rejected;
  if (!writes_) return {};
  auto added = rejects_.add(line, raw, reason);
  state_.rejectBytes = rejects_.rowBytes();
  state_.logBytes = rejects_.logBytes();
  return added;
}

ImportState Committer::stateAfter(const ImportBatch& batch) const {
  ImportState after = state_;
  after.position = batch.end;
  after.read += batch.read;
  after.unchanged += batch.unchanged;
  for (const PendingRow& pending : batch.rows) {
    const bool creates = pending.row.change.kind == storage::Change::Kind::insert;
    ++(creates ? after.created : after.updated);
  }
  return after;
}

Result<> Committer::commit(ImportBatch& batch) {
  for (const RejectedRow& row : batch.rejected) {
    if (auto done = reject(row.line, row.raw, row.reason); !done) return done;
  }
  if (entities_) return commitEntities(batch);
  if (writes_) return commitRows(batch);
  auto checked = rejectDuplicates(batch);
  if (!checked) return std::unexpected(checked.error());
  state_ = stateAfter(batch);
  return {};
}

// One transaction a batch; rows that their code or the constraints refuse are left out of it.
Result<> Committer::commitEntities(ImportBatch& batch) {
  ImportState after = state_;
  after.position = batch.end;
  after.read += batch.read;
  entities_->begin();
  for (const PendingRow& pending : batch.rows) {
    const auto saved = entities_->save(pending.values);
    if (!saved) {
      if (saved.error().code() == code::diskFull || saved.error().code() == code::inputOutput) {
        return std::unexpected(saved.error());
      }
      if (auto done = reject(pending.line, pending.raw, saved.error().message()); !done) return done;
      continue;
    }
    using Outcome = EntityRows::Outcome;
    ++(*saved == Outcome::created ? after.created : *saved == Outcome::updated ? after.updated : after.unchanged);
  }
  if (auto flushed = rejects_.flush(); !flushed) return flushed;
  after.rejected = state_.rejected;
  after.rejectBytes = state_.rejectBytes;
  after.logBytes = state_.logBytes;
  const bool remembered = !after.file.path.empty();
  auto done = entities_->commit(
      remembered ? stateName(model_->classes[dataClass_].uuid, after.file.path) : std::string(), after.toText());
  if (done) state_ = std::move(after);
  return done;
}

Result<> Committer::commitRows(ImportBatch& batch) {
  const std::string name = stateName(model_->classes[dataClass_].uuid, state_.file.path);
  while (true) {
    if (auto flushed = rejects_.flush(); !flushed) return flushed;
    ImportState after = stateAfter(batch);
    storage::ChangeSet changes;
    for (const PendingRow& pending : batch.rows) changes.put(pending.row.id, pending.row.change);
    if (!after.file.path.empty()) changes.setProperty(name, after.toText());
    if (changes.empty()) {
      state_ = std::move(after);
      return {};
    }
    const auto outcome = datastore_.commit(std::move(changes), owner_, 0);
    if (outcome) {
      state_ = std::move(after);
      return {};
    }
    if (auto done = rejectRefused(batch, outcome.error()); !done) return done;
  }
}

// Rejects the rows that a refused commit is about, so that the others can be committed. Error: it is about none.
Result<> Committer::rejectRefused(ImportBatch& batch, const storage::CommitFailure& failure) {
  using Kind = storage::CommitFailure::Kind;
  if (failure.kind == Kind::storage) return std::unexpected(failure.error);
  if (failure.kind == Kind::duplicateKey) {
    auto rejected = rejectDuplicates(batch);
    if (!rejected) return std::unexpected(rejected.error());
    if (*rejected > 0) return {};
  }
  const auto culprit =
      std::ranges::find_if(batch.rows, [&](const PendingRow& pending) { return pending.row.id == failure.record; });
  if (culprit == batch.rows.end()) return std::unexpected(failure.error);
  if (auto done = reject(culprit->line, culprit->raw, failure.error.message()); !done) return done;
  batch.rows.erase(culprit);
  return {};
}

std::optional<Error> Committer::duplicateOf(const PendingRow& pending, orda::Reader& reader, SeenKeys& seen) const {
  const model::DataClass& definition = reader.schema().model->classes[dataClass_];
  for (const auto& [attribute, value] : pending.row.unique) {
    const storage::RecordNumber holder = reader.findUnique(dataClass_, attribute, value);
    const bool own = holder == pending.row.id.number || (!writes_ && pending.row.id.number != storage::noRecord);
    if ((holder != storage::noRecord && !own) || !seen.add(attribute, value)) {
      return orda::duplicateKeyError(definition, definition.attributes[attribute], value);
    }
  }
  return std::nullopt;
}

Result<std::size_t> Committer::rejectDuplicates(ImportBatch& batch) {
  const auto reader = datastore_.engine().read();
  SeenKeys seen(model_->classes[dataClass_], datastore_.collation());
  std::size_t count = 0;
  std::vector<PendingRow> kept;
  kept.reserve(batch.rows.size());
  for (PendingRow& pending : batch.rows) {
    const auto problem = duplicateOf(pending, *reader, seen);
    if (!problem) {
      kept.push_back(std::move(pending));
      continue;
    }
    ++count;
    if (auto done = reject(pending.line, pending.raw, problem->message()); !done) return std::unexpected(done.error());
  }
  batch.rows = std::move(kept);
  return count;
}

}  // namespace qodly::app
