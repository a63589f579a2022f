#include "orda/deletion_control.h"

#include <fmt/format.h>

#include "base/error_codes.h"
#include "orda/save_outcome.h"
#include "value/value_text.h"

namespace qodly::orda {

namespace {

constexpr int maximumDropAttempts = 100;

bool controls(const model::Relation& relation, std::uint32_t dataClass) {
  return relation.destinationClass == dataClass && relation.integrity != model::Integrity::none;
}

std::string relationName(const model::Model& model, const model::Relation& relation) {
  const model::DataClass& source = model.classes[relation.sourceClass];
  const bool named = relation.nTo1Attribute != model::noIndex;
  return source.name + "." + source.attributes[named ? relation.nTo1Attribute : relation.sourceAttribute].name;
}

}  // namespace

bool isControlled(const model::Model& model, std::uint32_t dataClass) {
  for (const model::Relation& relation : model.relations) {
    if (controls(relation, dataClass)) return true;
  }
  return false;
}

Value DeletionControl::keyOf(std::uint32_t dataClass, RecordNumber number, std::uint32_t attribute) {
  const auto reader = process_.read();
  const RecordView view = reader->record(dataClass, number);
  if (!view) return Value::null();
  return process_.engine().decode(view, dataClass, attribute).value_or(Value::null());
}

std::optional<Status> RelatedEvents::before(const DataClass& dataClass, RecordNumber number) {
  if (!hasDropEvents(dataClass.definition())) return std::nullopt;
  const RecordId id{dataClass.schema().tables[dataClass.index()], number};
  if (runs_.contains(id)) return std::nullopt;
  EntityRef entity = dataClass.load(number);
  if (!entity) return std::nullopt;
  auto run = std::make_unique<Run>(entity, ActionEvents(*entity, ActionEvents::Action::drop));
  std::optional<Status> stopped = run->events.before();
  if (stopped) {
    stopped->errors.push_back(dataError(
        code::deletionRefused, fmt::format("The related entity {} of {} cannot be dropped",
                                           quoted(entity->get(dataClass.definition().primaryKey)), dataClass.name())));
  }
  runs_.emplace(id, std::move(run));
  return stopped;
}

void RelatedEvents::after(const Status& status) {
  for (const auto& [id, run] : runs_) run->events.after(status);
}

std::optional<Status> DeletionControl::enter(std::uint32_t dataClass, RecordNumber number,
                                             std::uint32_t expectedStamp) {
  const RecordId id = idOf(dataClass, number);
  if (!dropping_.insert(id).second) return std::nullopt;
  auto holder = process_.foreignHolder(id);
  if (!holder) holder = process_.holdUntilEnd(id);
  if (holder) {
    Status status = Status::lockedBy(std::move(*holder), number);
    if (!frames_.empty()) {
      const model::DataClass& definition = schema_.model->classes[dataClass];
      status.errors.push_back(
          dataError(code::dataUnavailable,
                    fmt::format("The related entity {} of {} is locked",
                                quoted(keyOf(dataClass, number, definition.primaryKey)), definition.name)));
    }
    return status;
  }
  if (!frames_.empty()) {
    const DataClass related(process_, root_.schemaRef(), dataClass);
    if (auto stopped = events_.before(related, number)) return stopped;
  }
  // Dropped by somebody else before it could be held.
  if (!process_.read()->record(dataClass, number)) return std::nullopt;
  frames_.push_back({.dataClass = dataClass, .number = number, .expectedStamp = expectedStamp, .related = {}});
  return std::nullopt;
}

std::vector<RecordNumber> DeletionControl::relatedTo(const Frame& frame, std::uint32_t relation) {
  std::vector<RecordNumber> related;
  const query::Hop hop{.relation = relation, .toMany = true};
  const auto found = process_.engine().follow(hop, RecordSet::ordered({frame.number}), process_.overlay());
  if (!found) return related;
  const std::uint32_t source = schema_.model->relations[relation].sourceClass;
  found->forEach([&](RecordNumber number) {
    if (!dropping_.contains(idOf(source, number))) related.push_back(number);
    return true;
  });
  return related;
}

std::optional<Status> DeletionControl::examine(Frame& frame, std::uint32_t index) {
  const model::Relation& relation = schema_.model->relations[index];
  const model::DataClass& source = schema_.model->classes[relation.sourceClass];
  const Value key = keyOf(frame.dataClass, frame.number, relation.destinationAttribute);
  const auto foreignKey = convertTo(model::columnType(source.attributes[relation.sourceAttribute]), key);
  if (!foreignKey || foreignKey->isMissing()) return std::nullopt;
  std::vector<RecordNumber> related = relatedTo(frame, index);
  if (relation.integrity == model::Integrity::reject && !related.empty()) {
    return Status::failed(dataError(
        code::deletionRefused,
        fmt::format("The entity {} of {} cannot be dropped: {} related {} of {} refer to it by {}",
                    quoted(keyOf(frame.dataClass, frame.number, schema_.model->classes[frame.dataClass].primaryKey)),
                    schema_.model->classes[frame.dataClass].name, related.size(),
                    related.size() == 1 ? "entity" : "entities", source.name, relationName(*schema_.model, relation))));
  }
  changes_.require({schema_.tables[relation.sourceClass],
                    schema_.columns[relation.sourceClass][relation.sourceAttribute], *foreignKey});
  frame.relatedClass = relation.sourceClass;
  frame.related = std::move(related);
  frame.nextRelated = 0;
  return std::nullopt;
}

std::optional<Status> DeletionControl::collect(std::uint32_t dataClass, RecordNumber number,
                                               std::uint32_t expectedStamp) {
  if (auto refused = enter(dataClass, number, expectedStamp)) return refused;
  const auto& relations = schema_.model->relations;
  while (!frames_.empty()) {
    Frame& frame = frames_.back();
    if (frame.nextRelated < frame.related.size()) {
      const RecordNumber next = frame.related[frame.nextRelated++];
      if (auto refused = enter(frame.relatedClass, next, 0)) return refused;
      continue;
    }
    if (frame.nextRelation < relations.size()) {
      const auto relation = static_cast<std::uint32_t>(frame.nextRelation++);
      if (!controls(relations[relation], frame.dataClass)) continue;
      if (auto refused = examine(frame, relation)) return refused;
      continue;
    }
    storage::Change change;
    change.kind = storage::Change::Kind::remove;
    change.expectedStamp = frame.expectedStamp;
    changes_.put(idOf(frame.dataClass, frame.number), std::move(change));
    frames_.pop_back();
  }
  return std::nullopt;
}

namespace {

std::optional<std::uint32_t> stampOf(Process& process, std::uint32_t dataClass, RecordNumber number) {
  const auto reader = process.read();
  const RecordView view = reader->record(dataClass, number);
  return view ? std::optional(view.stamp()) : std::nullopt;
}

}  // namespace

namespace {

Status dropTried(const DataClass& dataClass, RecordNumber number, std::uint32_t stamp, RelatedEvents& events) {
  using Kind = storage::CommitFailure::Kind;
  Process& process = dataClass.process();
  const bool inTransaction = process.transactionLevel() != 0;
  for (int attempt = 0;; ++attempt) {
    const RecordId id{dataClass.schema().tables[dataClass.index()], number};
    auto holder = process.foreignHolder(id);
    if (!holder) holder = process.holdUntilEnd(id);
    const std::optional<std::uint32_t> current = stampOf(process, dataClass.index(), number);
    if (!current) return Status::of(StatusCode::entityDoesNotExistAnymore);
    if (holder) return Status::lockedBy(std::move(*holder), number);
    // Inside a transaction there is a single copy of each record (orda.md 16).
    if (stamp != 0 && *current != stamp && !inTransaction) return Status::of(StatusCode::stampHasChanged);
    DeletionControl control(process, dataClass.schema(), dataClass, events);
    const bool checkStamp = stamp != 0 || inTransaction;
    if (auto refused = control.collect(dataClass.index(), number, checkStamp ? *current : 0)) return *refused;
    const auto written = process.write(std::move(control.changes()));
    if (written) return {};
    // Somebody related an entity, or dropped a related one, meanwhile: look again.
    const Kind kind = written.error().kind;
    const bool again = kind == Kind::stillReferenced || (kind == Kind::missing && written.error().record != id);
    if (!again || inTransaction || attempt == maximumDropAttempts) return statusOf(written.error(), process);
  }
}

}  // namespace

Status dropRecord(const DataClass& dataClass, RecordNumber number, std::uint32_t stamp) {
  RelatedEvents events;
  Status status = dropTried(dataClass, number, stamp, events);
  events.after(status);
  return status;
}

}  // namespace qodly::orda
