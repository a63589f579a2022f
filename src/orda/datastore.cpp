// Opening a datastore and following its model.
#include "orda/datastore.h"

#include "orda/change_tracking.h"

namespace qodly::orda {

Datastore::Datastore(std::unique_ptr<Engine> engine)
    : engine_(std::move(engine)), tracking_(std::make_unique<ChangeTracking>(*engine_)) {}

Datastore::~Datastore() = default;

Result<std::unique_ptr<Datastore>> Datastore::open(
    std::unique_ptr<Engine> engine, std::shared_ptr<const model::Model> model,
    const std::function<void(std::uint64_t, std::uint64_t, std::string_view)>& progress) {
  if (auto applied = engine->apply(std::move(model), progress); !applied) return std::unexpected(applied.error());
  std::unique_ptr<Datastore> datastore(new Datastore(std::move(engine)));  // NOLINT(cppcoreguidelines-owning-memory)
  datastore->keepSchema();
  return datastore;
}

Result<> Datastore::applyModel(std::shared_ptr<const model::Model> model) {
  if (auto applied = engine_->apply(std::move(model), {}); !applied) return std::unexpected(applied.error());
  keepSchema();
  return {};
}

void Datastore::keepSchema() {
  std::lock_guard guard(schemasMutex_);
  schemas_.push_back(engine_->schema());
  current_.store(schemas_.back().get(), std::memory_order_release);
}

Engine::Outcome Datastore::commit(ChangeSet changes, Owner owner, Owner session) {
  freeze_.pass(owner);
  auto outcome = tracking_->commit(std::move(changes), owner, session);
  writes_.fetch_add(1, std::memory_order_acq_rel);
  return outcome;
}

std::uint64_t Datastore::getGlobalStamp() const { return tracking_->stamp(); }

Result<> Datastore::setGlobalStamp(std::uint64_t stamp) { return tracking_->setStamp(stamp); }

}  // namespace qodly::orda
