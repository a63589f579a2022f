#include "orda/read_watch.h"

#include <typeinfo>
#include <utility>

#include "base/wait.h"

namespace qodly::orda {

namespace {

class RecordingReader final : public Reader {
 public:
  RecordingReader(std::unique_ptr<Reader> reader, Footprint& notes)
      // The reader behind keeps the schema alive.
      : Reader(std::shared_ptr<const Schema>(std::shared_ptr<void>(), &reader->schema())),
        reader_(std::move(reader)),
        notes_(notes) {}

  RecordView record(std::uint32_t dataClass, RecordNumber number) override {
    notes_.noteWhole(dataClass);
    return reader_->record(dataClass, number);
  }
  RecordNumber findUnique(std::uint32_t dataClass, std::uint32_t attribute, const Value& key) override {
    notes_.note(dataClass, attribute);
    return reader_->findUnique(dataClass, attribute, key);
  }
  std::uint64_t count(std::uint32_t dataClass) override {
    notes_.note(dataClass);
    return reader_->count(dataClass);
  }
  void records(std::uint32_t dataClass, std::span<const RecordNumber> numbers,
               const std::function<bool(std::size_t position, const RecordView&)>& visit) override {
    notes_.noteWhole(dataClass);
    reader_->records(dataClass, numbers, visit);
  }

 private:
  std::unique_ptr<Reader> reader_;
  Footprint& notes_;
};

// Notes what plans, paths and relations look at.
class PlanNotes {
 public:
  PlanNotes(const model::Model& model, Footprint& notes) : model_(model), notes_(notes) {}

  void hop(const query::Hop& hop) {
    const model::Relation& relation = model_.relations[hop.relation];
    notes_.note(relation.sourceClass, relation.sourceAttribute);
    notes_.note(relation.destinationClass, relation.destinationAttribute);
  }
  void path(const query::BoundPath& path, std::uint32_t dataClass) {
    notes_.note(dataClass);
    for (const query::Hop& each : path.hops) hop(each);
    attribute(path.attribute);
  }
  void plan(const query::Plan& plan) {
    notes_.note(plan.dataClass, Way::apart);
    node(plan.root, Way::apart);
    keys(plan.order, plan.dataClass);
  }
  void keys(std::span<const query::SortKey> keys, std::uint32_t dataClass) {
    for (const query::SortKey& key : keys) path(key.path, dataClass);
  }

 private:
  using Way = Footprint::Way;

  void attribute(const query::AttributeRef& attribute, Way way = Way::together) {
    if (attribute.dataClass != model::noIndex && attribute.attribute != model::noIndex) {
      notes_.note(attribute.dataClass, attribute.attribute, way);
    }
  }
  void node(const query::Node& node, Way way) {
    using Kind = query::Node::Kind;
    if (node.kind == Kind::condition || node.kind == Kind::calculated) attribute(node.condition.attribute, way);
    if (node.kind == Kind::related || node.kind == Kind::join) {
      hop(node.hop);
      way = Way::together;
    }
    for (const query::Node& child : node.children) this->node(child, way);
  }

  const model::Model& model_;
  Footprint& notes_;
};

// The fiber that runs, else the thread.
const void* self() {
  static thread_local const char thread = 0;
  const void* const fiber = Waiter::current();
  return fiber != nullptr ? fiber : &thread;
}

}  // namespace

void ReadWatch::learn(const Schema& schema, CodePlace place, const Footprint& footprint) {
  {
    const std::shared_lock lock(mutex_);
    const auto known = known_.find(place);
    if (schema_ == &schema && known != known_.end() && known->second.covers(footprint)) return;
  }
  const std::unique_lock lock(mutex_);
  if (schema_ != &schema) {
    known_.clear();
    schema_ = &schema;
  }
  known_[place].merge(footprint);
}

bool ReadWatch::knows(const Schema& schema, CodePlace place) const {
  const std::shared_lock lock(mutex_);
  return schema_ == &schema && known_.contains(place);
}

void ReadWatch::forEach(const Schema& schema, const std::function<void(CodePlace, const Footprint&)>& visit) const {
  const std::shared_lock lock(mutex_);
  if (schema_ != &schema) return;
  for (const auto& [place, footprint] : known_) visit(place, footprint);
}

Footprint* ReadWatch::find() const {
  const std::lock_guard lock(runningMutex_);
  const auto known = running_.find(self());
  return known == running_.end() ? nullptr : known->second;
}

Footprint* ReadWatch::exchange(Footprint* notes) {
  const std::lock_guard lock(runningMutex_);
  const auto [place, isNew] = running_.try_emplace(self(), nullptr);
  Footprint* const before = std::exchange(place->second, notes);
  if (notes == nullptr) running_.erase(place);
  noting_.store(static_cast<int>(running_.size()), std::memory_order_relaxed);
  return before;
}

ReadWatch::Noting::Noting(ReadWatch& watch, Footprint& notes) : watch_(watch), outer_(watch.exchange(&notes)) {}
ReadWatch::Noting::~Noting() { watch_.exchange(outer_); }

void ReadWatch::noteRun(const Schema& schema, const query::Plan& plan) const {
  if (Footprint* notes = this->notes()) PlanNotes(*schema.model, *notes).plan(plan);
}

void ReadWatch::noteKeys(const Schema& schema, std::uint32_t dataClass, std::span<const query::SortKey> keys) const {
  if (Footprint* notes = this->notes()) PlanNotes(*schema.model, *notes).keys(keys, dataClass);
}

void ReadWatch::noteHop(const Schema& schema, const query::Hop& hop) const {
  if (Footprint* notes = this->notes()) PlanNotes(*schema.model, *notes).hop(hop);
}

void ReadWatch::notePath(const Schema& schema, std::uint32_t dataClass, const query::BoundPath& path) const {
  if (Footprint* notes = this->notes()) PlanNotes(*schema.model, *notes).path(path, dataClass);
}

void ReadWatch::noteAll(std::uint32_t dataClass) const {
  if (Footprint* notes = this->notes()) notes->note(dataClass, Footprint::Way::apart);
}

std::unique_ptr<Reader> ReadWatch::watched(std::unique_ptr<Reader> reader) const {
  Footprint* notes = this->notes();
  if (notes == nullptr) return reader;
  return std::make_unique<RecordingReader>(std::move(reader), *notes);
}

ReadWatch* readWatch(Engine& engine) {
  // Asked for at each piece of code: remembered, because finding out takes longer than the test it is for.
  struct Known {
    const Engine* engine = nullptr;
    const std::type_info* type = nullptr;
    ReadWatch* watch = nullptr;
  };
  static thread_local Known known;
  if (known.engine != &engine || known.type != &typeid(engine)) {
    known = {&engine, &typeid(engine), dynamic_cast<ReadWatch*>(&engine)};
  }
  return known.watch;
}

struct ReadNotes::Running {
  Running(ReadWatch& to, const Schema& of, CodePlace at) : watch(to), schema(of), place(at), noting(to, footprint) {}
  ReadWatch& watch;
  const Schema& schema;
  CodePlace place;
  Footprint footprint;
  ReadWatch::Noting noting;
};

ReadNotes::ReadNotes(Engine& engine, const Schema& schema, CodePlace place) {
  ReadWatch* const watch = readWatch(engine);
  if (watch != nullptr && watch->isWanted()) running_ = std::make_unique<Running>(*watch, schema, place);
}

ReadNotes::~ReadNotes() {
  if (!running_) return;
  running_->watch.learn(running_->schema, running_->place, running_->footprint);
  if (Footprint* outer = running_->noting.outer()) outer->merge(running_->footprint);
}

}  // namespace qodly::orda
