// The commit thread of the store: one group, one LMDB transaction, one flush to the disk.
#include <cerrno>

#include <spdlog/spdlog.h>

#include "base/error_codes.h"
#include "storage/commit_group.h"
#include "storage/embedded_store.h"
#include "storage/environment.h"

namespace qodly::storage {

void EmbeddedStore::settle(PreparedSet& set, Outcome outcome) {
  releaseBlobs(set, blobs_);
  if (set.done) set.done(std::move(outcome));
}

void EmbeddedStore::commitGroup(CommitQueue::Group group) {
  std::vector<Outcome> outcomes(group.size());
  {
    const std::lock_guard lock(writing_);
    const std::shared_ptr<const Schema> current = schema();
    for (const auto& set : group) {
      if (set->schema != current) prepare(*set, current, services());
    }
    applySets(group, outcomes);
  }
  for (std::size_t i = 0; i < group.size(); ++i) settle(*group[i], std::move(outcomes[i]));
}

Error EmbeddedStore::explained(const Error& error, std::span<const std::unique_ptr<PreparedSet>> sets) const {
  if (error.code() != code::inputOutput) return error;
  // LMDB calls a write that a full disk cut short an input/output error.
  constexpr std::uint64_t pagesBesideRecords = 1 << 20;
  std::uint64_t bytes = pagesBesideRecords;
  for (const auto& set : sets) bytes += 2 * set->bytes;
  std::error_code ignored;
  const std::uint64_t size = std::filesystem::file_size(dataFileOf(options_.folder), ignored);
  if (hasRoomFor(options_.folder, size, bytes)) return error;
  return lmdb::errorFor(ENOSPC, "making changes durable");
}

void EmbeddedStore::applySets(std::span<const std::unique_ptr<PreparedSet>> sets, std::span<Outcome> outcomes) {
  std::optional<Error> failure;
  try {
    writeGroup(sets, outcomes);
    return;
  } catch (const StorageFailure& failed) {
    failure = explained(failed.error(), sets);
  } catch (const std::exception& failed) {
    failure = Error(code::inputOutput, "dbmg", failed.what());
  }
  spdlog::error("A commit failed: {}", failure->text());
  if (sets.size() <= 1) {
    for (Outcome& outcome : outcomes) outcome = std::unexpected(storageFailure({}, *failure));
    return;
  }
  // One set may be what does not fit: each gets its own chance.
  const std::shared_ptr<const Schema> current = schema();
  for (std::size_t i = 0; i < sets.size(); ++i) {
    prepare(*sets[i], current, services());
    applySets(sets.subspan(i, 1), outcomes.subspan(i, 1));
  }
}

void EmbeddedStore::writeGroup(std::span<const std::unique_ptr<PreparedSet>> sets, std::span<Outcome> outcomes) {
  std::map<std::string, std::string> properties;
  {
    const std::shared_lock lock(propertiesMutex_);
    for (const std::string& name : changedProperties_) properties.emplace(name, properties_.find(name)->second);
  }
  const std::shared_ptr<const Schema> current = schema();
  lmdb::Transaction transaction(environment_.get(), false);
  bool write = !properties.empty();
  // First: a set of this group that carries a property of the same name is the later writer.
  for (const auto& [name, value] : properties) transaction.put(meta_, propertyKey(name), value);
  {
    const StoreServices parts = services();
    CommitGroup group(transaction, meta_, *current, parts, counters_);
    for (std::size_t i = 0; i < sets.size(); ++i) outcomes[i] = group.apply(*sets[i]);
    group.finish();
    write = write || group.wroteSomething();
  }
  const bool wroteCounters = counters_.write(transaction, meta_);
  if (!write && !wroteCounters) return;
  transaction.commit();
  readers_.resetIdle();
  counters_.persisted();

  const std::unique_lock lock(propertiesMutex_);
  for (const auto& [name, value] : properties) {
    if (properties_[name] == value) changedProperties_.erase(name);
  }
  for (std::size_t i = 0; i < sets.size(); ++i) {
    if (!outcomes[i]) continue;
    for (const auto& [name, value] : sets[i]->changes.properties()) properties_.insert_or_assign(name, value);
  }
}

}  // namespace qodly::storage
