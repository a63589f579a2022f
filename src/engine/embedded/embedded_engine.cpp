// The Engine interface over storage::Store: each call takes the current catalog and one view, and hands over to the
// parts of this folder.
#include "engine/embedded/embedded_engine.h"

#include <algorithm>
#include <mutex>
#include <thread>

#include <fcntl.h>

#include "base/error_codes.h"
#include "base/wait.h"
#include "engine/embedded/aggregate.h"
#include "engine/embedded/changes.h"
#include "engine/embedded/joins.h"
#include "engine/embedded/leaf_index.h"
#include "engine/embedded/locks.h"
#include "engine/embedded/membership.h"
#include "engine/embedded/overlay_keys.h"
#include "engine/embedded/reader.h"
#include "engine/embedded/run_plan.h"
#include "engine/embedded/schema_mapping.h"
#include "engine/embedded/sort.h"
#include "engine/embedded/statistics.h"
#include "engine/embedded/worker_pool.h"
#include "orda/content_files.h"
#include "orda/read_watch.h"
#include "orda/sequence_control.h"
#include "storage/sequence_control.h"

namespace qodly::engine {

namespace {

using orda::Bitmap;
using orda::Engine;
using orda::Overlay;
using orda::RecordSet;
using orda::Schema;

// Source order restricted to the members found, each once.
RecordSet keepOrder(const RecordSet& source, Bitmap found) {
  if (!source.isOrdered()) return RecordSet::unordered(std::move(found));
  std::vector<RecordNumber> kept;
  kept.reserve(found.cardinality());
  source.forEach([&](RecordNumber number) {
    if (found.removeChecked(number)) kept.push_back(number);
    return true;
  });
  return RecordSet::ordered(std::move(kept));
}

// Whether records have to be passed over, not only an index: what the workers are for.
bool passesRecords(const query::Node& node, const View& view) {
  using enum query::Node::Kind;
  switch (node.kind) {
    case all:
    case none:
      return false;
    case condition:
      if (node.condition.constant) return false;
      return node.access == query::Node::Access::sequential || !isIndexSearchable(node, view);
    case conjunction:
    case disjunction:
    case negation:
      return std::ranges::any_of(node.children, [&](const auto& child) { return passesRecords(child, view); });
    default:
      return true;
  }
}

class EmbeddedEngine final : public Engine,
                             public orda::SequenceControl,
                             public orda::ChangeSource,
                             public orda::ReadWatch,
                             public orda::ContentFiles {
 public:
  explicit EmbeddedEngine(std::unique_ptr<storage::Store> store)
      : store_(std::move(store)), pool_(std::max(1u, std::thread::hardware_concurrency())) {
    publish(std::make_shared<const model::Model>(), {});
  }

  std::string name() const override { return "embedded"; }

  Result<std::shared_ptr<const Schema>> apply(
      std::shared_ptr<const model::Model> model,
      const std::function<void(std::uint64_t, std::uint64_t, std::string_view)>& progress) override;
  std::shared_ptr<const Schema> schema() const override { return catalog()->schema; }
  const Collation& collation() const override { return store_->collation(); }

  std::unique_ptr<orda::Reader> read(const Overlay* overlay) override {
    return watched(std::make_unique<EmbeddedReader>(*store_, catalog(), overlay, overlayKeys_));
  }

  Result<RecordSet> run(const query::Plan& plan, const Overlay* overlay, const RecordSet* within,
                        query::Trace* trace) override;
  std::unique_ptr<query::Statistics> statistics(const Overlay* overlay) override {
    return makeStatistics(std::make_unique<View>(*store_, catalog(), overlay));
  }
  Result<RecordSet> sort(std::uint32_t dataClass, const RecordSet& members, std::span<const query::SortKey> keys,
                         const Overlay* overlay) override;
  Result<RecordSet> follow(const query::Hop& hop, const RecordSet& members, const Overlay* overlay) override;
  Result<orda::Aggregate> aggregate(const query::BoundPath& path, std::uint32_t dataClass, const RecordSet& members,
                                    const Overlay* overlay) override;
  Result<std::vector<orda::DistinctValue>> distinct(const query::BoundPath& path, std::uint32_t dataClass,
                                                    const RecordSet& members, bool exact,
                                                    const Overlay* overlay) override;
  RecordSet all(std::uint32_t dataClass, const Overlay* overlay) override {
    noteAll(dataClass);
    return RecordSet::unordered(View(*store_, catalog(), overlay, &membership_).all(dataClass));
  }

  Result<> encode(storage::RecordBuilder& builder, std::uint32_t dataClass, std::uint32_t attribute,
                  const Value& value) override;
  const storage::Layout& currentLayout(std::uint32_t dataClass) override {
    return catalog()->of(dataClass).layouts->current();
  }
  std::shared_ptr<const storage::LayoutSet> layouts(std::uint32_t dataClass) override {
    return catalog()->of(dataClass).layouts;
  }
  Result<Value> decode(const RecordView& record, std::uint32_t dataClass, std::uint32_t attribute) override;
  std::optional<FilePart> contentFile(const RecordView& record, std::uint32_t dataClass,
                                      std::uint32_t attribute) override;

  RecordNumber reserve(std::uint32_t dataClass) override { return store_->reserve(catalog()->of(dataClass).table); }
  std::int64_t nextSequence(std::uint32_t dataClass, std::uint32_t attribute) override {
    const auto now = catalog();
    return store_->nextSequence(now->of(dataClass).table, now->attribute(dataClass, attribute).column);
  }
  void raiseSequence(std::uint32_t dataClass, std::uint32_t attribute, std::int64_t atLeast) override {
    const auto now = catalog();
    store_->raiseSequence(now->of(dataClass).table, now->attribute(dataClass, attribute).column, atLeast);
  }
  void setSequence(std::uint32_t dataClass, std::uint32_t attribute, std::int64_t last) override {
    const auto now = catalog();
    if (auto* control = dynamic_cast<storage::SequenceControl*>(store_.get())) {
      control->setSequence(now->of(dataClass).table, now->attribute(dataClass, attribute).column, last);
    }
  }
  std::int64_t lastSequence(std::uint32_t dataClass, std::uint32_t attribute) override {
    const auto now = catalog();
    const auto* control = dynamic_cast<const storage::SequenceControl*>(store_.get());
    if (control == nullptr) return 0;
    return control->lastSequence(now->of(dataClass).table, now->attribute(dataClass, attribute).column);
  }

  Outcome commit(storage::ChangeSet changes, orda::Owner owner, orda::Owner session) override;
  std::unique_ptr<storage::BulkLoad> bulkLoad(std::uint32_t dataClass, std::uint64_t expectedEntities) override {
    return store_->bulkLoad(catalog()->of(dataClass).table, expectedEntities);
  }
  orda::LockTable& locks() override { return locks_; }
  std::shared_ptr<void> listen(std::function<void(std::span<const orda::ChangeEvent>)> listener) override {
    return listeners_.add(std::move(listener));
  }
  std::shared_ptr<void> follow(Follower follower) override { return followers_.add(std::move(follower)); }

  std::optional<std::string> property(std::string_view name) const override { return store_->property(name); }
  Result<> setProperty(std::string_view name, std::string_view value) override {
    return store_->setProperty(name, value);
  }

 private:
  std::shared_ptr<const Catalog> catalog() const {
    std::lock_guard lock(catalogMutex_);
    return catalogs_.back();
  }
  void publish(std::shared_ptr<const model::Model> model, const std::vector<storage::TableBinding>& bindings) {
    auto next = makeCatalog(std::move(model), bindings, *store_);
    std::lock_guard lock(catalogMutex_);
    catalogs_.push_back(std::move(next));
  }
  // Runs one operation over a view. What the store throws when its file cannot be read, and what the parts of the
  // engine leave in the view, become the error of the operation. One that fails is tried once more: an index may have
  // gone to rest between the plan and its execution.
  template <class Operation>
  auto operate(const Overlay* overlay, const Operation& operation)
      -> Result<decltype(operation(std::declval<View&>()))> {
    for (bool again = false;; again = true) {
      try {
        View view(*store_, catalog(), overlay, &membership_);
        auto result = operation(view);
        if (const auto failure = view.failure()) return std::unexpected(*failure);
        return result;
      } catch (const storage::StorageFailure& failure) {
        if (again) return std::unexpected(failure.error());
      }
    }
  }
  // Lets large operations use the workers.
  void prepare(View& view, std::uint64_t size) {
    if (size >= parallelThreshold) view.enableWorkers(pool_);
  }
  std::uint64_t largestTable(View& view);
  // A snapshot that includes what has just been committed; beyond all others when the file cannot be read.
  std::uint64_t snapshotNow() const {
    try {
      return store_->read()->snapshot();
    } catch (const storage::StorageFailure&) {
      return UINT64_MAX;
    }
  }

  // What commits under way still use when the store closes comes before it.
  RecordLocks locks_;
  Membership membership_;
  OverlayKeys overlayKeys_;
  Listeners<std::span<const orda::ChangeEvent>> listeners_;
  Listeners<std::shared_ptr<const orda::CommittedChanges>> followers_;
  std::unique_ptr<storage::Store> store_;
  mutable std::mutex catalogMutex_;
  // Every catalog of this run, the current one last: layouts handed out by reference stay valid.
  std::vector<std::shared_ptr<const Catalog>> catalogs_;
  std::mutex applyMutex_;
  WorkerPool pool_;
};

Result<std::shared_ptr<const Schema>> EmbeddedEngine::apply(
    std::shared_ptr<const model::Model> model,
    const std::function<void(std::uint64_t, std::uint64_t, std::string_view)>& progress) {
  std::lock_guard lock(applyMutex_);
  const Result<std::vector<storage::TableBinding>> bindings = store_->defineTables(tableDefinitions(*model), progress);
  if (!bindings) return std::unexpected(bindings.error());
  publish(std::move(model), *bindings);
  return schema();
}

std::uint64_t EmbeddedEngine::largestTable(View& view) {
  std::uint64_t largest = 0;
  for (const ClassStorage& place : view.catalog().classes) {
    largest = std::max<std::uint64_t>(largest, view.scope().end(place.table));
  }
  return largest;
}

Result<RecordSet> EmbeddedEngine::run(const query::Plan& plan, const Overlay* overlay, const RecordSet* within,
                                      query::Trace* trace) {
  if (notes() != nullptr) noteRun(*schema(), plan);
  return operate(overlay, [&](View& view) {
    if (!plan.order.empty() || passesRecords(plan.root, view)) prepare(view, largestTable(view));
    std::optional<Bitmap> candidates;
    if (within != nullptr) candidates = within->toBitmap() & view.all(plan.dataClass);
    Bitmap found = PlanRun(view, trace).run(plan.root, candidates ? &*candidates : nullptr);
    if (plan.order.empty()) return RecordSet::unordered(std::move(found));
    const RecordSet source =
        within != nullptr ? keepOrder(*within, std::move(found)) : RecordSet::unordered(std::move(found));
    return RecordSet::ordered(sortMembers(plan.dataClass, source, plan.order, view));
  });
}

Result<RecordSet> EmbeddedEngine::sort(std::uint32_t dataClass, const RecordSet& members,
                                       std::span<const query::SortKey> keys, const Overlay* overlay) {
  if (notes() != nullptr) noteKeys(*schema(), dataClass, keys);
  return operate(overlay, [&](View& view) {
    prepare(view, members.size());
    return RecordSet::ordered(sortMembers(dataClass, members, keys, view));
  });
}

Result<RecordSet> EmbeddedEngine::follow(const query::Hop& hop, const RecordSet& members, const Overlay* overlay) {
  if (notes() != nullptr) noteHop(*schema(), hop);
  return operate(overlay, [&](View& view) {
    prepare(view, members.size());
    return RecordSet::unordered(followHop(hop, members.toBitmap(), view));
  });
}

Result<orda::Aggregate> EmbeddedEngine::aggregate(const query::BoundPath& path, std::uint32_t dataClass,
                                                  const RecordSet& members, const Overlay* overlay) {
  if (notes() != nullptr) notePath(*schema(), dataClass, path);
  return operate(overlay, [&](View& view) {
    prepare(view, members.size());
    return aggregateMembers(path, dataClass, members, view);
  });
}

Result<std::vector<orda::DistinctValue>> EmbeddedEngine::distinct(const query::BoundPath& path, std::uint32_t dataClass,
                                                                  const RecordSet& members, bool exact,
                                                                  const Overlay* overlay) {
  if (notes() != nullptr) notePath(*schema(), dataClass, path);
  return operate(overlay, [&](View& view) {
    prepare(view, members.size());
    return distinctMembers(path, dataClass, members, exact, view);
  });
}

Result<> EmbeddedEngine::encode(storage::RecordBuilder& builder, std::uint32_t dataClass, std::uint32_t attribute,
                                const Value& value) {
  const auto now = catalog();
  const storage::Layout& layout = now->of(dataClass).layouts->current();
  const int slot = layout.slot(now->attribute(dataClass, attribute).column);
  if (slot >= 0) return storage::storeField(builder, layout, slot, value, store_->blobs());
  const model::DataClass& definition = now->model().classes[dataClass];
  return std::unexpected(Error(code::wrongArgument, "dbmg",
                               "Attribute " + definition.name + "." + definition.attributes[attribute].name +
                                   " has no data of its own; only storage attributes can be stored"));
}

Result<Value> EmbeddedEngine::decode(const RecordView& record, std::uint32_t dataClass, std::uint32_t attribute) {
  const auto now = catalog();
  const StoredAttribute& stored = now->attribute(dataClass, attribute);
  if (stored.column == 0) return Value();
  const storage::Field field = record.field(stored.column);
  Result<Value> value = Value::null();
  if (field.present) {
    value = field.type == stored.type && !field.external ? storage::toValue(field)
                                                         : storage::loadField(field, stored.type, store_->blobs());
  }
  if (value && value->isMissing()) return stored.neverNull ? blankOf(stored.type) : Value::null();
  return value;
}

std::optional<FilePart> EmbeddedEngine::contentFile(const RecordView& record, std::uint32_t dataClass,
                                                    std::uint32_t attribute) {
  const StoredAttribute& stored = catalog()->attribute(dataClass, attribute);
  const storage::Field field = stored.column == 0 ? storage::Field() : record.field(stored.column);
  if (!field.present || !field.external || field.type != stored.type) return std::nullopt;
  const auto ref = storage::BlobRef::decode(field.bytes);
  if (!ref || !store_->blobs().exists(*ref)) return std::nullopt;
  auto file = std::make_shared<const OpenFile>(::open(store_->blobs().pathOf(*ref).c_str(), O_RDONLY | O_CLOEXEC));
  if (!file->isOpen()) return std::nullopt;
  return FilePart{.file = std::move(file), .offset = 0, .length = ref->size};
}

Engine::Outcome EmbeddedEngine::commit(storage::ChangeSet changes, orda::Owner owner, orda::Owner session) {
  std::vector<storage::RecordId> ids;
  ids.reserve(changes.changes().size());
  for (const auto& [id, change] : changes.changes()) ids.push_back(id);
  if (const auto locked = locks_.beginCommit(ids, owner, session)) {
    return std::unexpected(storage::CommitFailure{
        storage::CommitFailure::Kind::locked, *locked, 0,
        Error(code::dataUnavailable, "dbmg", "The entity is locked by another process; try again later")});
  }
  std::vector<orda::ChangeEvent> events;
  if (!listeners_.empty()) events = eventsOf(changes, *schema());
  std::shared_ptr<const orda::CommittedChanges> content;
  if (!followers_.empty()) content = contentOf(changes, *read(nullptr), schema());
  auto members = membershipChange(changes);
  membership_.begin(members);
  const auto done = std::make_shared<Completion<Outcome>>();
  store_->submit(std::move(changes), [this, done, events = std::move(events), content = std::move(content),
                                      members = std::move(members)](Outcome outcome) {
    if (!members.empty()) membership_.end(members, outcome.has_value(), snapshotNow());
    if (outcome && !events.empty()) listeners_.notify(events);
    if (outcome && content && !content->empty()) followers_.notify(content);
    done->set(std::move(outcome));
  });
  Outcome outcome = done->wait();
  locks_.endCommit(ids);
  return outcome;
}

}  // namespace

Result<std::unique_ptr<orda::Engine>> openEmbeddedEngine(const storage::StoreOptions& options) {
  Result<std::unique_ptr<storage::Store>> store = storage::Store::open(options);
  if (!store) return std::unexpected(store.error());
  return std::make_unique<EmbeddedEngine>(std::move(*store));
}

}  // namespace qodly::engine
