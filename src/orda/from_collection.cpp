// dataClass.fromCollection(): creates and updates entities from objects (orda.md 11.2).
#include <algorithm>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "orda/change_tracking.h"
#include "orda/entity_state.h"
#include "orda/save_rules.h"
#include "value/value_text.h"

namespace qodly::orda {

namespace {

// Objects saved in one commit: a durable commit each would cost far more than the writing itself.
constexpr std::size_t objectsACommit = 1000;

class Import {
 public:
  explicit Import(const DataClass& dataClass) : dataClass_(dataClass), definition_(dataClass.definition()) {}

  Result<> take(const Value& element) {
    if (!element.isObject()) {
      return std::unexpected(dataError(code::wrongArgument, "fromCollection expects a collection of objects"));
    }
    const Object& object = element.asObject();
    auto entity = target(object);
    if (!entity) return std::unexpected(entity.error());
    if (auto same = checkStamp(**entity, object); !same) return same;
    for (const Object::Member& member : object.members()) {
      if (auto done = fill(**entity, member); !done) return done;
    }
    if ((*entity)->isNew()) touchNew(**entity);
    const Status status = (*entity)->save();
    if (!status.success()) return std::unexpected(errorOf(status, **entity));
    saved_.push_back((*entity)->number());
    return {};
  }

  std::vector<RecordNumber>& saved() { return saved_; }

 private:
  // The entity to update, or a new one (table of 11.2).
  Result<EntityRef> target(const Object& object) {
    const model::Attribute& key = definition_.key();
    const Value isNew = object.get("__NEW");
    const bool forced = isNew.type() == Type::boolean && isNew.asBoolean();
    const Value given = object.get(key.name);
    const Value wanted = given.isMissing() && !forced ? object.get("__KEY") : given;
    EntityRef existing = wanted.isMissing() ? EntityRef() : dataClass_.get(wanted);
    if (!existing) return dataClass_.newEntity();
    if (forced) return std::unexpected(duplicateKeyError(definition_, key, given));
    return existing;
  }

  Result<> checkStamp(const Entity& entity, const Object& object) const {
    const Value stamp = object.get("__STAMP");
    if (!stamp.isNumber() || entity.isNew() || stamp.asNumber() == entity.getStamp()) return {};
    return std::unexpected(
        dataError(code::stampMismatch, fmt::format("Given stamp does not match current one for record# {} of table {}",
                                                   entity.number(), definition_.name)));
  }

  Result<> fill(Entity& entity, const Object::Member& member) const {
    const std::uint32_t index = definition_.indexOf(member.name);
    if (index == model::noIndex) return {};
    const model::Attribute& attribute = definition_.attributes[index];
    if (isSystemAttribute(definition_, attribute)) return {};
    if (attribute.kind == model::AttributeKind::relatedEntity) return relate(entity, index, member.value);
    if (attribute.isCalculated() && !attribute.readOnly) return entity.set(index, member.value);
    if (!attribute.isStorage()) return {};
    if (index == definition_.primaryKey && !entity.isNew()) return {};
    const auto value = acceptable(definition_, attribute, member.value);
    return value ? entity.set(index, *value, NumberAsDuration::milliseconds) : Result<>{};
  }

  // A related entity by `__KEY` or by its primary key; everything else in the object is ignored, and so is one that
  // does not exist.
  Result<> relate(Entity& entity, std::uint32_t index, const Value& property) const {
    if (property.isMissing() || Entity::from(property) != nullptr) return entity.set(index, property);
    Value key = property;
    if (property.isObject()) {
      const model::Model& model = *dataClass_.schema().model;
      const model::DataClass& related = model.classes[definition_.attributes[index].relatedClass];
      key = property.asObject().get("__KEY");
      if (key.isMissing()) key = property.asObject().get(related.key().name);
    }
    if (key.isMissing()) return {};
    (void)entity.set(index, key);
    return {};
  }

  // A new object without any usable property is created all the same.
  void touchNew(Entity& entity) const {
    if (!entity.touched()) (void)entity.getKey();
    if (!entity.touched()) entity.touch(definition_.primaryKey);
  }

  Error errorOf(const Status& status, Entity& entity) const {
    if (!status.errors.empty()) return status.errors.front();
    return dataError(status.code == StatusCode::stampHasChanged ? code::stampMismatch : code::dataUnavailable,
                     fmt::format("The entity {} of {} cannot be saved: {}", entity.getKeyText(), definition_.name,
                                 statusText(status.code)));
  }

  const DataClass& dataClass_;
  const model::DataClass& definition_;
  std::vector<RecordNumber> saved_;
};

using Elements = std::span<const Value>;

Result<> takeAll(Import& import, Elements elements) {
  for (const Value& element : elements) {
    if (auto done = import.take(element); !done) return done;
  }
  return {};
}

// Saves a run of objects in one commit. Objects before the one that fails stay saved. A commit that is refused because
// of what others wrote meanwhile is done again object by object.
Result<> takeTogether(Process& process, Import& import, Elements elements) {
  const std::size_t before = import.saved().size();
  TransactionScope scope(process);
  const Result<> taken = takeAll(import, elements);
  if (scope.validate()) return taken;
  import.saved().resize(before);
  return takeAll(import, elements);
}

}  // namespace

Result<SelectionRef> DataClass::fromCollection(const Value& objects) const {
  const auto now = live();
  if (!now) return std::unexpected(now.error());
  if (!objects.isCollection()) {
    return std::unexpected(dataError(code::wrongArgument, "fromCollection expects a collection of objects"));
  }
  Import import(*now);
  const Elements elements(objects.asCollection().elements());
  // Code sees each entity saved before it takes the next one.
  const bool watched = !now->definition().anyEvents.empty() || now->definition().constructed;
  const bool together = process_->transactionLevel() == 0 && elements.size() > 1 && !watched;
  for (std::size_t from = 0; from < elements.size(); from += objectsACommit) {
    const Elements run = elements.subspan(from, std::min(objectsACommit, elements.size() - from));
    auto done = together ? takeTogether(*process_, import, run) : takeAll(import, run);
    if (!done) return std::unexpected(done.error());
  }
  return now->select(now->readable(RecordSet::unordered(Bitmap(import.saved().size(), import.saved().data()))));
}

}  // namespace qodly::orda
