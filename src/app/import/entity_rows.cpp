#include "app/import/entity_rows.h"

#include <algorithm>

#include "orda/status.h"
#include "script/data/data_process.h"
#include "script/data/script_behaviour.h"

namespace qodly::app {

namespace {

using model::EntityEvent;

// Attribute of the relation that the storage attribute is the hidden foreign key of; noIndex: of none.
std::uint32_t relationOver(const model::Model& model, std::uint32_t dataClass, std::uint32_t attribute) {
  if (!model.classes[dataClass].attributes[attribute].shadowed) return model::noIndex;
  for (const model::Relation& relation : model.relations) {
    if (relation.sourceClass == dataClass && relation.sourceAttribute == attribute) return relation.nTo1Attribute;
  }
  return model::noIndex;
}

// The first thing that a status says went wrong.
Error causeOf(const orda::Status& status) {
  if (!status.errors.empty()) return status.errors.front();
  const Value told = status.toValue();
  return Error(static_cast<int>(status.code), "dbmg", std::string(told.asObject().get("statusText").asText()));
}

}  // namespace

bool savingRunsCode(const model::DataClass& dataClass) {
  constexpr EntityEvent events[] = {EntityEvent::touched, EntityEvent::validateSave, EntityEvent::saving,
                                    EntityEvent::afterSave};
  return dataClass.constructed ||
         std::ranges::any_of(events, [&](EntityEvent event) { return dataClass.anyEvents.has(event); });
}

EntityRows::EntityRows(orda::Datastore& datastore, const std::shared_ptr<script::vm::Runtime>& runtime,
                       std::uint32_t dataClass, bool upsert)
    : process_(datastore, {.taskName = "import", .userName = {}, .hostName = {}}),
      code_(runtime, "import", script::vm::ProcessType::main),
      dataClass_(process_, datastore.schema(), dataClass),
      upsert_(upsert) {
  script::data::DataProcess::adopt(code_, process_);
  process_.setBehaviour(script::data::behaviourOf(code_));
}

EntityRows::~EntityRows() { process_.setBehaviour(nullptr); }

Result<orda::EntityRef> EntityRows::target(const Value& key) {
  if (!upsert_ || key.isMissing()) return dataClass_.newEntity();
  const std::uint32_t attribute = dataClass_.definition().primaryKey;
  const auto number = process_.findUnique(*process_.read(), dataClass_.index(), attribute, key);
  if (number == storage::noRecord) return dataClass_.newEntity();
  return dataClass_.load(number);
}

Result<> EntityRows::fill(orda::Entity& entity, std::span<const Value> values) {
  const model::DataClass& definition = dataClass_.definition();
  for (std::uint32_t i = 0; i < definition.attributes.size(); ++i) {
    if (values[i].isUndefined() || !definition.attributes[i].isStorage()) continue;
    if (i == definition.primaryKey && !entity.isNew()) continue;
    // A related entity of the same dataclass may come later in the file: then only its key is set.
    const std::uint32_t relation = relationOver(*dataClass_.schema().model, dataClass_.index(), i);
    if (relation != model::noIndex && entity.set(relation, values[i])) continue;
    if (auto done = entity.set(i, values[i]); !done) return done;
  }
  return {};
}

Result<EntityRows::Outcome> EntityRows::saveInside(std::span<const Value> values) {
  const model::DataClass& definition = dataClass_.definition();
  auto entity = target(values[definition.primaryKey]);
  if (!entity) return std::unexpected(entity.error());
  const bool creates = (*entity)->isNew();
  if (!creates) {
    bool differs = false;
    for (std::uint32_t i = 0; i < definition.attributes.size() && !differs; ++i) {
      differs =
          !values[i].isUndefined() && definition.attributes[i].isStorage() && !(*entity)->get(i).identical(values[i]);
    }
    if (!differs) return Outcome::unchanged;
  }
  if (auto filled = fill(**entity, values); !filled) return std::unexpected(filled.error());
  // A row without values makes an entity, too.
  if (creates && !(*entity)->touched()) (*entity)->touch(definition.primaryKey);
  const orda::Status status = (*entity)->save();
  if (!status.success()) return std::unexpected(causeOf(status));
  return creates ? Outcome::created : Outcome::updated;
}

Result<EntityRows::Outcome> EntityRows::save(std::span<const Value> values) {
  code_.beginTask();
  process_.startTransaction();
  auto saved = saveInside(values);
  auto failure = process_.takeFailure();
  if (saved && failure) saved = std::unexpected(std::move(*failure));
  auto ended = saved ? process_.validateTransaction() : process_.cancelTransaction();
  if (!ended) return std::unexpected(ended.error());
  return saved;
}

Result<> EntityRows::commit(const std::string& property, std::string text) {
  if (!property.empty()) {
    storage::ChangeSet note;
    note.setProperty(property, std::move(text));
    if (auto noted = process_.write(std::move(note)); !noted) return std::unexpected(noted.error().error);
  }
  return process_.validateTransaction();
}

}  // namespace qodly::app
