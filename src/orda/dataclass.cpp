// Dataclass functions (orda.md 11) and the objects that describe attributes (orda.md 4.4).
#include <fmt/format.h>

#include "base/error_codes.h"
#include "base/text.h"
#include "orda/attribute_paths.h"
#include "orda/change_tracking.h"
#include "orda/entity_state.h"
#include "orda/selection_query.h"

namespace qodly::orda {

DataClass::DataClass(Process& process, std::shared_ptr<const Schema> schema, std::uint32_t index)
    : process_(&process), schema_(std::move(schema)), index_(index) {}

std::optional<DataClass> DataClass::find(Process& process, std::string_view name) {
  auto schema = process.engine().schema();
  const std::uint32_t index = schema->model->indexOf(name);
  if (index == model::noIndex) return std::nullopt;
  return DataClass(process, std::move(schema), index);
}

std::optional<DataClass> DataClass::current() const {
  auto now = process_->engine().schema();
  if (now == schema_) return *this;
  const std::uint32_t index = now->classOf(schema_->tables[index_]);
  if (index == model::noIndex) return std::nullopt;
  return DataClass(*process_, std::move(now), index);
}

Result<DataClass> DataClass::live() const {
  if (auto now = current()) return std::move(*now);
  return std::unexpected(
      dataError(code::dataClassNotFound, fmt::format("The {} dataclass does not exist in the model any more", name())));
}

SelectionRef DataClass::select(RecordSet members, bool alterable) const {
  return EntitySelection::State::make(*this, std::move(members), alterable);
}

SelectionRef DataClass::all() const {
  const auto now = current();
  if (!now) return select({});
  return now->select(now->readable(process_->engine().all(now->index_, process_->overlay())));
}

bool DataClass::mayRead() const {
  if (process_->allows(*schema_, index_, Right::read)) return true;
  process_->noteFailure(noPermission("read", name()));
  return false;
}

RecordSet DataClass::readable(RecordSet members) const {
  if (!mayRead()) return members.isOrdered() ? RecordSet::ordered({}) : RecordSet();
  if (!definition().restricted || members.empty()) return members;
  auto restriction = process_->restriction(*this);
  if (!restriction) {
    process_->noteFailure(restriction.error());
    return members.isOrdered() ? RecordSet::ordered({}) : RecordSet();
  }
  if (!*restriction) return members;
  if (!members.isOrdered()) return members.intersect(**restriction);
  const Bitmap allowed = (*restriction)->toBitmap();
  std::vector<RecordNumber> kept;
  members.forEach([&](RecordNumber number) {
    if (allowed.contains(number)) kept.push_back(number);
    return true;
  });
  return RecordSet::ordered(std::move(kept));
}

bool DataClass::isReadable(RecordNumber number) const {
  if (!mayRead()) return false;
  if (!definition().restricted) return true;
  auto restriction = process_->restriction(*this);
  if (!restriction) process_->noteFailure(restriction.error());
  return restriction && (!*restriction || (*restriction)->contains(number));
}

SelectionRef DataClass::newSelection(bool keepOrder) const {
  return select(keepOrder ? RecordSet::ordered({}) : RecordSet(), true);
}

EntityRef DataClass::load(RecordNumber number) const {
  const auto now = current();
  if (!now || !now->mayRead()) return {};
  const auto reader = process_->read();
  const RecordView view = reader->record(now->index_, number);
  return view ? Entity::State::wrap(Entity::State::ofRecord(*now, number, view)) : EntityRef();
}

namespace {

// The value as a key of the attribute's type when nothing is lost by it (orda.md 11.2); null otherwise.
Value asKey(const model::Attribute& attribute, const Value& key) {
  if (!key.isNumber() && !key.isText()) return Value::null();
  const auto converted = convertTo(model::columnType(attribute), key);
  if (!converted || converted->isMissing()) return Value::null();
  if (!converted->isNumber()) return *converted;
  const auto given = key.isText() ? parseReal(trim(key.asText())) : std::optional(key.asNumber());
  return given && *given == converted->asNumber() ? *converted : Value::null();
}

}  // namespace

EntityRef DataClass::get(const Value& key) const {
  const auto now = current();
  if (!now || !now->mayRead()) return {};
  const Value wanted = asKey(now->definition().key(), key);
  if (wanted.isMissing()) return {};
  RecordNumber number = storage::noRecord;
  if (now->definition().restricted) {  // asked outside the Reader: code runs
    number = process_->findUnique(*process_->read(), now->index_, now->definition().primaryKey, wanted);
    if (number == storage::noRecord || !now->isReadable(number)) return {};
  }
  const auto reader = process_->read();
  if (number == storage::noRecord) {
    number = process_->findUnique(*reader, now->index_, now->definition().primaryKey, wanted);
  }
  if (number == storage::noRecord) return {};
  const RecordView view = reader->record(now->index_, number);
  return view ? Entity::State::wrap(Entity::State::ofRecord(*now, number, view)) : EntityRef();
}

std::uint64_t DataClass::getCount() const {
  const auto now = current();
  return now && now->mayRead() ? process_->read()->count(now->index_) : 0;
}

Value DataClass::getInfo() const {
  auto info = Object::make();
  info->set("name", Value::text(definition().name));
  info->set("primaryKey", Value::text(definition().key().name));
  info->set("tableNumber", Value::integer(definition().tableNumber));
  return Value::object(info);
}

EntityRef DataClass::create() const {
  return Entity::State::wrap(std::make_unique<Entity::State>(current().value_or(*this)));
}

Result<EntityRef> DataClass::newEntity() const {
  EntityRef entity = create();
  const DataClass& dataClass = entity->dataClass();
  if (!dataClass.definition().constructed) return entity;
  Behaviour* behaviour = process_->behaviour();
  if (behaviour == nullptr) return entity;
  if (auto done = behaviour->construct(*entity); !done) return std::unexpected(done.error());
  Entity::State& state = Entity::State::of(*entity);
  state.constructed = state.assigned;
  return entity;
}

namespace {

// Members a query looks at: nullptr when it is the whole dataclass.
Result<std::optional<RecordSet>> searched(const DataClass& dataClass) {
  if (!dataClass.definition().restricted) return std::nullopt;
  return dataClass.process().restriction(dataClass);
}

}  // namespace

Result<SelectionRef> DataClass::query(std::string_view text, const QueryOptions& options) const {
  const auto now = live();
  if (!now) return std::unexpected(now.error());
  const auto within = searched(*now);
  if (!within) return std::unexpected(within.error());
  return runQuery(*now, text, options, *within ? &**within : nullptr, false);
}

Result<SelectionRef> DataClass::queryFormula(const Value& formula, const QueryOptions& options) const {
  const auto now = live();
  if (!now) return std::unexpected(now.error());
  const auto within = searched(*now);
  if (!within) return std::unexpected(within.error());
  return runFormulaQuery(*now, formula, options, *within ? &**within : nullptr, false);
}

namespace {

constexpr int objectFieldType = 38, selectionFieldType = 42;

void describeRelation(Object& info, const model::Model& model, const model::Attribute& attribute) {
  const bool toOne = attribute.kind == model::AttributeKind::relatedEntity;
  const model::DataClass& related = model.classes[attribute.relatedClass];
  const model::Relation& relation = model.relations[attribute.relation];
  info.set("kind", Value::text(toOne ? "relatedEntity" : "relatedEntities"));
  info.set("type", Value::text(toOne ? related.name : related.name + "Selection"));
  info.set("fieldType", Value::integer(toOne ? objectFieldType : selectionFieldType));
  info.set("exposed", Value::boolean(attribute.exposed));
  info.set("readOnly", Value::boolean(!toOne));
  info.set("relatedDataClass", Value::text(related.name));
  const std::uint32_t inverse = toOne ? relation.oneToNAttribute : relation.nTo1Attribute;
  if (inverse != model::noIndex) info.set("inverseName", Value::text(related.attributes[inverse].name));
}

std::string_view languageTypeName(model::AttributeType type) {
  using enum model::AttributeType;
  switch (type) {
    case boolean:
      return "bool";
    case date:
      return "date";
    case string:
    case text:
    case uuid:
      return "string";
    case object:
      return "object";
    case image:
      return "image";
    case blob:
      return "blob";
    default:
      return "number";
  }
}

void describeFlags(Object& info, const model::DataClass& dataClass, const model::Attribute& attribute) {
  const bool stored = attribute.isStorage();
  const bool key = stored && &dataClass.key() == &attribute;
  info.set("indexed", Value::boolean(stored && (attribute.indexed || attribute.unique || key)));
  info.set("keywordIndexed", Value::boolean(stored && attribute.keywordIndexed));
  info.set("autoFilled", Value::boolean(stored && (attribute.autosequence || attribute.autogenerate)));
  info.set("mandatory", Value::boolean(stored && (attribute.notNull || key)));
  info.set("unique", Value::boolean(stored && (attribute.unique || key)));
}

void describeStorage(Object& info, const model::DataClass& dataClass, const model::Attribute& attribute) {
  info.set("kind", Value::text("storage"));
  info.set("type", Value::text(languageTypeName(attribute.type)));
  info.set("fieldType", Value::integer(model::languageFieldType(attribute.type)));
  info.set("fieldNumber", Value::integer(attribute.fieldNumber));
  info.set("exposed", Value::boolean(attribute.exposed));
  info.set("readOnly", Value::boolean(isSystemAttribute(dataClass, attribute)));
  describeFlags(info, dataClass, attribute);
}

void describeAlias(Object& info, const model::Model& model, std::uint32_t dataClass,
                   const model::Attribute& attribute) {
  info.set("kind", Value::text("alias"));
  const auto target = resolvePath(model, dataClass, attribute.aliasPath);
  const bool relation = target && target->endsOnRelation();
  const bool many = target && target->crossesToMany();
  if (relation) {
    const std::string& related = model.classes[target->dataClass].name;
    info.set("type", Value::text(related + (many ? "Selection" : "Entity")));
    info.set("fieldType", Value::integer(many ? selectionFieldType : objectFieldType));
    info.set("relatedDataClass", Value::text(related));
  } else if (target) {
    info.set("type", Value::text(languageTypeName(attributeOf(model, *target).type)));
    info.set("fieldType", Value::integer(model::languageFieldType(attributeOf(model, *target).type)));
  }
  const bool writable = target && target->hops.empty() && !relation && target->object.empty();
  info.set("exposed", Value::boolean(attribute.exposed));
  info.set("readOnly", Value::boolean(!writable));
  describeFlags(info, model.classes[dataClass], attribute);
  if (target && !target->hops.empty()) info.set("path", Value::text(attribute.aliasPath));
}

void describeCalculated(Object& info, const model::Model& model, const model::DataClass& dataClass,
                        const model::Attribute& attribute) {
  info.set("kind", Value::text("calculated"));
  if (attribute.result == model::CalculatedResult::scalar) {
    info.set("type", Value::text(languageTypeName(attribute.type)));
    info.set("fieldType", Value::integer(model::languageFieldType(attribute.type)));
  } else {
    const model::DataClass& related = model.classes[attribute.relatedClass];
    const bool many = attribute.result == model::CalculatedResult::selection;
    info.set("type", Value::text(many ? related.name + "Selection" : related.name + "Entity"));
    info.set("fieldType", Value::integer(many ? selectionFieldType : objectFieldType));
    info.set("relatedDataClass", Value::text(related.name));
  }
  info.set("exposed", Value::boolean(attribute.exposed));
  info.set("readOnly", Value::boolean(attribute.readOnly));
  describeFlags(info, dataClass, attribute);
}

}  // namespace

Value DataClass::attributeObject(std::string_view attribute) const {
  const model::Attribute* found = definition().find(attribute);
  if (found == nullptr) return {};
  auto info = Object::make();
  info->set("name", Value::text(found->name));
  switch (found->kind) {
    case model::AttributeKind::relatedEntity:
    case model::AttributeKind::relatedEntities:
      describeRelation(*info, *schema_->model, *found);
      break;
    case model::AttributeKind::alias:
      describeAlias(*info, *schema_->model, index_, *found);
      break;
    case model::AttributeKind::storage:
      describeStorage(*info, definition(), *found);
      break;
    case model::AttributeKind::calculated:
      describeCalculated(*info, *schema_->model, definition(), *found);
      break;
  }
  return Value::object(info);
}

}  // namespace qodly::orda
