// Transactions of a process: a stack of change sets laid over the committed state, handed to the engine as one when the
// outermost level is validated (orda.md 16).
#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "orda/attribute_paths.h"
#include "orda/datastore.h"
#include "orda/entity.h"
#include "orda/read_watch.h"
#include "orda/save_rules.h"
#include "orda/status.h"

namespace qodly::orda {

namespace {

using storage::Change;
using storage::CommitFailure;

constexpr int maximumLockAttempts = 1000;

Error noTransaction(std::string_view action) {
  return dataError(code::noTransaction, fmt::format("Cannot {} a transaction: none is open in this process", action));
}

std::unexpected<CommitFailure> lockedFailure(RecordId id) {
  CommitFailure failure;
  failure.kind = CommitFailure::Kind::locked;
  failure.record = id;
  failure.error = dataError(code::dataUnavailable, "The entity is locked by another process");
  return std::unexpected(std::move(failure));
}

std::unexpected<CommitFailure> duplicateFailure(RecordId id, const Schema& schema, std::uint32_t index,
                                                std::uint32_t attribute, const Value& value) {
  const model::DataClass& dataClass = schema.model->classes[index];
  CommitFailure failure;
  failure.kind = CommitFailure::Kind::duplicateKey;
  failure.record = id;
  failure.column = schema.columns[index][attribute];
  failure.error = duplicateKeyError(dataClass, dataClass.attributes[attribute], value);
  return std::unexpected(std::move(failure));
}

// Deletion control asked that nothing refers to a dropped key. An entity with that key written later in the same
// transaction takes its references over, and the demand is void.
ChangeSet withoutVoidAbsences(ChangeSet changes, Engine& engine) {
  if (changes.absences().empty()) return changes;
  ChangeSet kept;
  const auto schema = engine.schema();
  Overlay overlay;
  overlay.stack().push_back(std::make_shared<ChangeSet>(changes));
  const auto reader = engine.read(&overlay);
  const auto takenOver = [&](const storage::Absence& absence) {
    for (const model::Relation& relation : schema->model->relations) {
      if (schema->tables[relation.sourceClass] != absence.table) continue;
      if (schema->columns[relation.sourceClass][relation.sourceAttribute] != absence.column) continue;
      const auto& destination = schema->model->classes[relation.destinationClass];
      const auto& attribute = destination.attributes[relation.destinationAttribute];
      const auto key = convertTo(model::columnType(attribute), absence.key);
      if (!key || key->isMissing()) continue;
      if (reader->findUnique(relation.destinationClass, relation.destinationAttribute, *key) != storage::noRecord)
        return true;
    }
    return false;
  };
  for (const storage::Absence& absence : changes.absences()) {
    if (!takenOver(absence)) kept.require(absence);
  }
  for (const auto& [name, value] : changes.properties()) kept.setProperty(name, value);
  for (auto& [id, change] : changes.changes()) kept.put(id, std::move(change));
  return kept;
}

}  // namespace

Process::Process(Datastore& datastore, Identity identity)
    : datastore_(datastore), identity_(std::move(identity)), owner_(datastore.newOwner()) {}

Process::~Process() {
  behaviour_.reset();  // and every entity that its code holds
  overlay_.stack().clear();
  engine().locks().releaseAll(owner_);
}

Behaviour* Process::behaviour() {
  if (!behaviour_ && !behaviourAsked_) {
    behaviourAsked_ = true;
    behaviour_ = datastore_.makeBehaviour(*this);
  }
  return behaviour_.get();
}

Result<std::optional<RecordSet>> Process::restriction(const DataClass& dataClass) {
  if (!dataClass.definition().restricted || std::ranges::find(restricting_, dataClass.index()) != restricting_.end())
    return std::nullopt;
  Behaviour* code = behaviour();
  if (code == nullptr) return std::nullopt;
  const ReadNotes notes(engine(), dataClass.schema(), {.dataClass = dataClass.index()});
  restricting_.push_back(dataClass.index());
  auto readable = code->restriction(dataClass);
  restricting_.pop_back();
  return readable;
}

void Process::startTransaction() {
  ++overlayVersion_;
  overlay_.stack().push_back(std::make_shared<ChangeSet>());
  fates_.push_back(std::make_shared<TransactionFate>());
}

Result<> Process::validateTransaction() {
  auto& levels = overlay_.stack();
  if (levels.empty()) return std::unexpected(noTransaction("validate"));
  ++overlayVersion_;
  ChangeSet finished = std::move(*levels.back());
  levels.pop_back();
  const std::shared_ptr<TransactionFate> fate = std::move(fates_.back());
  fates_.pop_back();
  if (!levels.empty()) {
    levels.back()->merge(std::move(finished));
    fate->mergedInto = fates_.back();
    return {};
  }
  Engine::Outcome outcome;
  if (!finished.empty()) {
    outcome = datastore_.commit(withoutVoidAbsences(std::move(finished), engine()), owner_, identity_.sessionOwner);
  }
  endOutermost();
  fate->cancelled = !outcome;
  if (!outcome) return std::unexpected(outcome.error().error);
  return {};
}

Result<> Process::cancelTransaction() {
  auto& levels = overlay_.stack();
  if (levels.empty()) return std::unexpected(noTransaction("cancel"));
  ++overlayVersion_;
  levels.pop_back();
  fates_.back()->cancelled = true;
  fates_.pop_back();
  if (levels.empty()) endOutermost();
  return {};
}

void Process::endOutermost() {
  for (const RecordId& id : held_) engine().locks().unlock(id, owner_);
  held_.clear();
  writtenKeys_.clear();
}

namespace {

// Table, column, key: see writtenKeys_.
std::string writtenKey(TableId table, ColumnId column, const Value& key, const Collation& collation) {
  std::string bytes(sizeof table + sizeof column, '\0');
  std::memcpy(bytes.data(), &table, sizeof table);
  std::memcpy(bytes.data() + sizeof table, &column, sizeof column);
  return bytes + keyBytes(key, collation);
}

bool isUnique(const model::DataClass& dataClass, std::uint32_t attribute) {
  return dataClass.attributes[attribute].unique || attribute == dataClass.primaryKey;
}

// Calls visit(attribute, value) for the unique values of a record that are not null, until it returns false.
template <class Visit>
void forEachUnique(Engine& engine, const Schema& schema, std::uint32_t index, const RecordView& record, Visit visit) {
  const model::DataClass& dataClass = schema.model->classes[index];
  for (std::uint32_t attribute = 0; attribute < dataClass.attributes.size(); ++attribute) {
    if (!dataClass.attributes[attribute].isStorage() || !isUnique(dataClass, attribute)) continue;
    if (!record.field(schema.columns[index][attribute]).present) continue;
    const auto value = engine.decode(record, index, attribute);
    if (value && !value->isMissing() && !visit(attribute, *value)) return;
  }
}

}  // namespace

RecordNumber Process::findUnique(Reader& reader, std::uint32_t dataClass, std::uint32_t attribute,
                                 const Value& key) const {
  const Schema& schema = reader.schema();
  if (overlay_.empty() || !isUnique(schema.model->classes[dataClass], attribute)) {
    return reader.findUnique(dataClass, attribute, key);
  }
  const TableId table = schema.tables[dataClass];
  const std::string wanted = writtenKey(table, schema.columns[dataClass][attribute], key, engine().collation());
  if (const auto written = writtenKeys_.find(wanted); written != writtenKeys_.end()) {
    const std::string bytes = keyBytes(key, engine().collation());
    for (const RecordNumber number : written->second) {
      const RecordView view = reader.record(dataClass, number);
      if (!view) continue;
      const auto value = engine().decode(view, dataClass, attribute);
      if (value && !value->isMissing() && keyBytes(*value, engine().collation()) == bytes) return number;
    }
  }
  const RecordNumber committed = engine().read()->findUnique(dataClass, attribute, key);
  // A record of the transaction would have been found above if it still had the key.
  const bool ours = committed != storage::noRecord && overlay_.find({table, committed}) != nullptr;
  return ours ? storage::noRecord : committed;
}

void Process::noteKeys(const ChangeSet& changes, const Schema& schema) {
  for (const auto& [id, change] : changes.changes()) {
    const std::uint32_t index = schema.classOf(id.table);
    if (index == model::noIndex || change.kind == Change::Kind::remove) continue;
    const auto layouts = engine().layouts(index);
    forEachUnique(
        engine(), schema, index, RecordView(change.record, *layouts), [&](std::uint32_t attribute, const Value& value) {
          writtenKeys_[writtenKey(id.table, schema.columns[index][attribute], value, engine().collation())].push_back(
              id.number);
          return true;
        });
  }
}

std::shared_ptr<const TransactionFate> Process::fateOf(RecordId id) const {
  const auto levels = overlay_.levels();
  for (std::size_t i = levels.size(); i-- > 0;) {
    if (levels[i]->find(id) != nullptr) return fates_[i];
  }
  return nullptr;
}

LockInfo Process::lockInfo() const {
  LockInfo info;
  info.owner = owner_;
  info.userName = identity_.userName;
  info.hostName = identity_.hostName;
  info.taskName = identity_.taskName;
  info.taskId = identity_.taskId;
  return info;
}

std::optional<LockInfo> Process::foreignHolder(RecordId id) const {
  auto holder = engine().locks().holder(id);
  if (!holder || holder->owner == owner_) return std::nullopt;
  if (identity_.sessionOwner != 0 && holder->owner == identity_.sessionOwner) return std::nullopt;
  return holder;
}

std::optional<LockInfo> Process::lockRecord(RecordId id) {
  for (int attempt = 0;; ++attempt) {
    auto holder = engine().locks().lock(id, lockInfo());
    if (!holder || attempt == maximumLockAttempts || engine().locks().holder(id)) return holder;
    // Only being written: an empty commit comes back when those before it are through.
    (void)engine().commit({}, owner_, identity_.sessionOwner);
  }
}

std::optional<LockInfo> Process::holdUntilEnd(RecordId id) {
  if (overlay_.empty() || held_.contains(id)) return std::nullopt;
  auto holder = lockRecord(id);
  if (!holder) {
    held_.insert(id);
    return std::nullopt;
  }
  // The session of this process holds it already: as good as our own.
  if (identity_.sessionOwner != 0 && holder->owner == identity_.sessionOwner) return std::nullopt;
  return holder;
}

Engine::Outcome Process::checkChange(RecordId id, const Change& change, Reader& reader, const Schema& schema) {
  if (change.kind != Change::Kind::insert && holdUntilEnd(id)) return lockedFailure(id);
  if (change.kind == Change::Kind::remove) return {};
  const std::uint32_t index = schema.classOf(id.table);
  if (index == model::noIndex) return {};
  const auto layouts = engine().layouts(index);
  Engine::Outcome outcome;
  forEachUnique(engine(), schema, index, RecordView(change.record, *layouts),
                [&](std::uint32_t attribute, const Value& value) {
                  const RecordNumber holder = findUnique(reader, index, attribute, value);
                  if (holder == storage::noRecord || holder == id.number) return true;
                  outcome = duplicateFailure(id, schema, index, attribute, value);
                  return false;
                });
  return outcome;
}

Engine::Outcome Process::write(ChangeSet changes) {
  if (overlay_.empty()) return datastore_.commit(std::move(changes), owner_, identity_.sessionOwner);
  const auto schema = engine().schema();
  {
    const auto reader = read();
    for (const auto& [id, change] : changes.changes()) {
      if (auto checked = checkChange(id, change, *reader, *schema); !checked) return checked;
    }
  }
  noteKeys(changes, *schema);
  ++overlayVersion_;
  overlay_.stack().back()->merge(std::move(changes));
  return {};
}

}  // namespace qodly::orda
