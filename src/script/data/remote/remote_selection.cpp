// Selections of a remote datastore: sets that the other side keeps, read page by page.
#include <algorithm>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "base/text.h"
#include "script/data/data_values.h"
#include "script/data/remote/remote_handles.h"
#include "script/vm/codes.h"
#include "script/vm/function.h"
#include "value/json.h"

namespace qodly::script::data {

namespace {

constexpr std::int64_t pageSize = 100;
constexpr std::int64_t mostKeys = 1000;  // of a list or a part that is sent
constexpr std::int64_t sharedCopy = 8, keepNull = 1, withPrimaryKey = 1, withStamp = 2;

RemoteSelection& self(const vm::Call& call) { return *remoteFrom<RemoteSelection>(call.self()); }

RemoteSelectionRef newSelection(const RemoteOwner& owner) {
  return RemoteSelectionRef(new RemoteSelection(owner));  // NOLINT(cppcoreguidelines-owning-memory)
}

std::int64_t numberAt(const Value& object, std::string_view name) {
  const Value value = object.isObject() ? object.asObject().get(name) : Value();
  return value.isNumber() ? static_cast<std::int64_t>(value.asNumber()) : 0;
}

std::vector<Value> entitiesOf(const Value& answer) {
  const Value list = answer.isObject() ? answer.asObject().get("__ENTITIES") : Value();
  return list.isCollection() ? list.asCollection().elements() : std::vector<Value>();
}

char joint(std::string_view target) { return target.contains('?') ? '&' : '?'; }

// Entities [from, from + count) of the set.
Result<std::vector<Value>> readPage(vm::Process& process, const RemoteSelection& selection, std::int64_t from,
                                    std::int64_t count) {
  const auto target = fmt::format("{}?$skip={}&$top={}", selection.setUri, selection.from + from, count);
  auto answer = selection.owner.connection->ask(process, "GET", target);
  if (!answer) return std::unexpected(answer.error());
  return entitiesOf(*answer);
}

Result<std::vector<std::string>> keysOf(vm::Process& process, RemoteSelection& selection, std::int64_t from,
                                        std::int64_t count) {
  std::vector<std::string> keys;
  for (std::int64_t i = from; i < from + count; ++i) {
    auto entity = remoteAt(process, selection, i, true);
    if (!entity) return std::unexpected(entity.error());
    if (*entity) keys.push_back((*entity)->key);
  }
  return keys;
}

// A set with exactly these entities.
Result<RemoteSelectionRef> setOfKeys(vm::Process& process, const RemoteOwner& owner,
                                     const std::vector<std::string>& keys) {
  if (static_cast<std::int64_t>(keys.size()) > mostKeys) {
    return std::unexpected(hostError(
        code::outOfRange, fmt::format("A list of {} remote entities is too long for this: at most {} can be sent",
                                      keys.size(), mostKeys)));
  }
  auto list = Collection::make();
  const RemoteAttribute* key = owner.definition().find(owner.definition().key);
  const bool text = key == nullptr || key->type == "string" || key->type == "uuid";
  for (const std::string& each : keys) {
    const auto number = text ? std::nullopt : parseInteger(each);
    list->push(number ? Value::integer(*number) : Value::text(std::string_view(each)));
  }
  auto parameters = Collection::make();
  parameters->push(Value::collection(std::move(list)));
  const std::string filter = "\"" + owner.definition().key + " in :1\"";
  return remoteSelect(process, owner,
                      fmt::format("{}?$filter={}&$params={}", owner.uri(), percentEncode(filter),
                                  percentEncode("'" + json::text(Value::collection(std::move(parameters))) + "'")));
}

// The operand of a set function as a set; "" when it is null or empty.
Result<std::string> operandSet(vm::Call& call) {
  if (!call.given(0)) return std::string();
  if (auto* selection = remoteFrom<RemoteSelection>(call.at(0))) {
    if (selection->owner.connection != self(call).owner.connection ||
        selection->owner.index != self(call).owner.index) {
      return std::unexpected(Error(qodly::code::incompatibleDataClass, "dbmg",
                                   "The entity selection comes from an incompatible dataclass"));
    }
    return selection->length() == 0 ? std::string() : remoteSetOf(call.process(), *selection);
  }
  const auto* entity = remoteFrom<RemoteEntity>(call.at(0));
  if (entity == nullptr || entity->isNew()) {
    return std::unexpected(call.wrongArgument(0, "an entity or a selection of the same remote dataclass"));
  }
  auto made = setOfKeys(call.process(), entity->owner, {entity->key});
  if (!made) return std::unexpected(made.error());
  return (*made)->setUri;
}

Result<Value> combine(vm::Call& call, std::string_view logicOperator) {
  auto other = operandSet(call);
  if (!other) return std::unexpected(other.error());
  RemoteSelection& own = self(call);
  if (other->empty()) {
    return logicOperator == "AND" ? remoteValue(newSelection(own.owner)) : Value(call.self());
  }
  if (own.length() == 0) {
    return logicOperator == "OR" && remoteFrom<RemoteSelection>(call.at(0)) != nullptr
               ? Value(call.at(0))
               : remoteValue(newSelection(own.owner));
  }
  auto set = remoteSetOf(call.process(), own);
  if (!set) return std::unexpected(set.error());
  auto made = remoteSelect(call.process(), own.owner,
                           fmt::format("{}?$logicOperator={}&$otherCollection={}", *set, logicOperator,
                                       other->substr(other->rfind('/') + 1)));
  if (!made) return std::unexpected(made.error());
  return remoteValue(*made);
}

Result<Value> intersect(vm::Call& call) { return combine(call, "AND"); }
Result<Value> unite(vm::Call& call) { return combine(call, "OR"); }
Result<Value> subtract(vm::Call& call) { return combine(call, "EXCEPT"); }

Result<Value> entityAt(vm::Call& call, std::int64_t index) {
  RemoteSelection& selection = self(call);
  if (index < 0) index += selection.length();
  if (index < 0 || index >= selection.length()) return Value::null();
  auto entity = remoteAt(call.process(), selection, index, false);
  if (!entity) return std::unexpected(entity.error());
  return remoteValue(*entity);
}

Result<Value> at(vm::Call& call) { return entityAt(call, call.integer(0)); }
Result<Value> first(vm::Call& call) { return entityAt(call, 0); }
Result<Value> last(vm::Call& call) { return entityAt(call, -1); }
Result<Value> isAlterable(vm::Call& call) { return Value::boolean(self(call).alterable); }
Result<Value> isOrdered(vm::Call& call) { return Value::boolean(self(call).ordered); }
Result<Value> getLength(vm::Call& call) { return Value::integer(self(call).length()); }

Result<Value> getDataClass(vm::Call& call) {
  return remoteValue(Ref<RemoteDataClass>(new RemoteDataClass(self(call).owner)));  // NOLINT
}

RemoteSelectionRef copyOf(const RemoteSelection& selection) {
  auto made = newSelection(selection.owner);
  made->setUri = selection.setUri;
  made->from = selection.from;
  made->count = selection.count;
  made->keys = selection.keys;
  made->ordered = selection.ordered;
  return made;
}

// An alterable copy is a list: entities can be added to it.
Result<Value> copy(vm::Call& call) {
  auto made = copyOf(self(call));
  if ((call.integer(0) & sharedCopy) != 0) return remoteValue(made);
  auto keys = keysOf(call.process(), self(call), 0, self(call).length());
  if (!keys) return std::unexpected(keys.error());
  made->setUri.clear();
  made->keys = std::move(*keys);
  made->alterable = true;
  return remoteValue(made);
}

Result<Value> add(vm::Call& call) {
  RemoteSelection& selection = self(call);
  if (!selection.alterable) {
    return std::unexpected(
        Error(qodly::code::selectionNotAlterable, "dbmg", "This entity selection cannot be altered"));
  }
  const auto put = [&](const std::string& key) {
    if (selection.ordered || std::ranges::find(selection.keys, key) == selection.keys.end())
      selection.keys.push_back(key);
  };
  if (const auto* entity = remoteFrom<RemoteEntity>(call.at(0)); entity != nullptr && !entity->isNew())
    put(entity->key);
  if (auto* other = remoteFrom<RemoteSelection>(call.at(0))) {
    auto keys = keysOf(call.process(), *other, 0, other->length());
    if (!keys) return std::unexpected(keys.error());
    for (const std::string& key : *keys) put(key);
  }
  return call.self();
}

Result<Value> slice(vm::Call& call) {
  const RemoteSelection& selection = self(call);
  const std::int64_t size = selection.length();
  const auto place = [&](std::int64_t given) {
    return std::clamp<std::int64_t>(given < 0 ? given + size : given, 0, size);
  };
  const std::int64_t from = place(call.integer(0));
  const std::int64_t to = std::max(from, call.given(1) ? place(call.integer(1)) : size);
  auto made = copyOf(selection);
  if (selection.setUri.empty()) {
    made->keys.assign(selection.keys.begin() + from, selection.keys.begin() + to);
  } else {
    made->from += from;
    made->count = to - from;
  }
  return remoteValue(made);
}

Result<Value> contains(vm::Call& call) {
  const auto* entity = remoteFrom<RemoteEntity>(call.at(0));
  if (entity == nullptr || entity->isNew()) return Value::boolean(false);
  auto set = remoteSetOf(call.process(), self(call));
  if (!set) return std::unexpected(set.error());
  auto reply = self(call).owner.connection->send(call.process(), "GET", *set + "[" + percentEncode(entity->key) + "]");
  if (!reply) return std::unexpected(reply.error());
  return Value::boolean(reply->status == 200);
}

Result<Value> select(vm::Call& call, const std::string& parameters) {
  RemoteSelection& selection = self(call);
  if (selection.length() == 0) return remoteValue(newSelection(selection.owner));
  auto set = remoteSetOf(call.process(), selection);
  if (!set) return std::unexpected(set.error());
  auto made = remoteSelect(call.process(), selection.owner, *set + "?" + parameters);
  if (!made) return std::unexpected(made.error());
  return remoteValue(*made);
}

Result<Value> query(vm::Call& call) {
  auto filter = remoteFilter(call);
  if (!filter) return std::unexpected(filter.error());
  return select(call, *filter);
}

Result<Value> orderBy(vm::Call& call) {
  std::string order(call.text(0));
  if (const Collection* paths = call.collection(0)) {
    for (const Value& each : paths->elements()) {
      if (!each.isObject()) continue;
      const Value path = each.asObject().get("propertyPath"), descending = each.asObject().get("descending");
      if (!path.isText()) continue;
      const bool down = descending.type() == Type::boolean && descending.asBoolean();
      order += fmt::format("{}{}{}", order.empty() ? "" : ", ", path.asText(), down ? " desc" : "");
    }
  }
  auto made = select(call, "$orderby=" + percentEncode("\"" + order + "\""));
  if (made && remoteFrom<RemoteSelection>(*made) != nullptr) remoteFrom<RemoteSelection>(*made)->ordered = true;
  return made;
}

Result<Value> clean(vm::Call& call) { return select(call, "$clean=true"); }

// Deletes; gives those that could not be deleted.
Result<Value> drop(vm::Call& call) {
  RemoteSelection& selection = self(call);
  auto kept = newSelection(selection.owner);
  if (selection.length() == 0) return remoteValue(kept);
  auto keys = keysOf(call.process(), selection, 0, selection.length());
  if (!keys) return std::unexpected(keys.error());
  for (const std::string& key : *keys) {
    auto reply = selection.owner.connection->send(call.process(), "POST", selection.owner.uri(key) + "?$method=delete");
    if (!reply) return std::unexpected(reply.error());
    if (reply->status >= 400 && reply->status != 404) kept->keys.push_back(key);
  }
  return remoteValue(kept);
}

// --- Values

// "/rest/Book/pages/$entityset/..." of the selection.
Result<std::string> attributeTarget(vm::Call& call) {
  auto set = remoteSetOf(call.process(), self(call));
  if (!set) return set;
  const std::string& uri = self(call).owner.uri();
  return uri + "/" + percentEncode(call.text(0)) + set->substr(uri.size());
}

Result<Value> compute(vm::Call& call, std::string_view what) {
  if (self(call).length() == 0) return what == "count" || what == "sum" ? Value::real(0) : Value();
  auto target = attributeTarget(call);
  if (!target) return std::unexpected(target.error());
  auto answer = self(call).owner.connection->ask(call.process(), "GET", fmt::format("{}?$compute={}", *target, what));
  if (!answer) return answer;
  const RemoteAttribute* attribute = self(call).owner.definition().find(call.text(0));
  if (attribute != nullptr && (what == "min" || what == "max"))
    return remoteScalar(call.process(), *attribute, *answer);
  return answer->isNull() ? Value() : toScript(call.process(), *answer);
}

Result<Value> average(vm::Call& call) { return compute(call, "average"); }
Result<Value> count(vm::Call& call) { return compute(call, "count"); }
Result<Value> max(vm::Call& call) { return compute(call, "max"); }
Result<Value> min(vm::Call& call) { return compute(call, "min"); }
Result<Value> sum(vm::Call& call) { return compute(call, "sum"); }

Result<Value> distinct(vm::Call& call) {
  const Value values = call.process().newCollection();
  if (self(call).length() == 0) return values;
  auto target = attributeTarget(call);
  if (!target) return std::unexpected(target.error());
  auto answer = self(call).owner.connection->ask(call.process(), "GET", *target + "?$distinct=true");
  if (!answer) return answer;
  const RemoteAttribute* attribute = self(call).owner.definition().find(call.text(0));
  if (!answer->isCollection()) return values;
  for (const Value& each : answer->asCollection().elements()) {
    values.asCollection().push(attribute != nullptr ? remoteScalar(call.process(), *attribute, each)
                                                    : toScript(call.process(), each));
  }
  return values;
}

// Calls `take(entity)` for every entity that is still there.
template <class Take>
Result<> forEachEntity(vm::Process& process, RemoteSelection& selection, std::int64_t from, std::int64_t to,
                       Take take) {
  for (std::int64_t i = from; i < to; ++i) {
    auto entity = remoteAt(process, selection, i, true);
    if (!entity) return std::unexpected(entity.error());
    if (!*entity) continue;
    if (auto done = take(**entity); !done) return done;
  }
  return {};
}

// The value at a dotted path.
Result<Value> valueAt(vm::Process& process, RemoteEntity& entity, std::string_view path) {
  Value value = Value::handle(Ref<Handle>::sharing(&entity));
  for (const std::string_view step : split(path, '.')) {
    auto next = process.property(value, step);
    if (!next) return next;
    value = std::move(*next);
    if (value.isMissing()) return Value::null();
  }
  return value;
}

Result<Value> extract(vm::Call& call) {
  vm::Process& process = call.process();
  const Value values = process.newCollection();
  const bool paired = call.at(1).isText();
  const bool keeps = !paired && (call.integer(1) & keepNull) != 0;
  auto done = forEachEntity(process, self(call), 0, self(call).length(), [&](RemoteEntity& entity) -> Result<> {
    if (!paired) {
      auto value = valueAt(process, entity, call.text(0));
      if (!value) return std::unexpected(value.error());
      if (keeps || !value->isMissing()) values.asCollection().push(toScript(process, std::move(*value)));
      return {};
    }
    const Value object = process.newObject();
    for (std::size_t i = 0; i + 1 < call.count(); i += 2) {
      auto value = valueAt(process, entity, call.text(i));
      if (!value) return std::unexpected(value.error());
      object.asObject().set(call.text(i + 1), toScript(process, std::move(*value)));
    }
    values.asCollection().push(object);
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return values;
}

Result<Value> toCollection(vm::Call& call) {
  const bool filtered = call.at(0).isText() || call.at(0).isCollection() || call.at(0).isMissing();
  const std::size_t next = filtered ? 1 : 0;
  const std::int64_t begin = std::clamp<std::int64_t>(call.integer(next + 1), 0, self(call).length());
  const std::int64_t end =
      call.given(next + 2) ? std::min(self(call).length(), begin + std::max<std::int64_t>(0, call.integer(next + 2)))
                           : self(call).length();
  const Value objects = call.process().newCollection();
  const Value arguments[] = {filtered ? call.at(0) : Value::text(""), Value::integer(call.integer(next))};
  auto done = forEachEntity(call.process(), self(call), begin, end, [&](RemoteEntity& entity) -> Result<> {
    auto object = call.process().callFunction(Value::handle(Ref<Handle>::sharing(&entity)), "toObject", arguments);
    if (!object) return std::unexpected(object.error());
    objects.asCollection().push(std::move(*object));
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return objects;
}

Result<Value> callFunction(vm::Call& call) {
  auto body = remoteArguments(call.process(), call.at(1));
  if (!body) return std::unexpected(body.error());
  auto set = remoteSetOf(call.process(), self(call));
  if (!set) return std::unexpected(set.error());
  return callRemote(call, self(call).owner, *set + "/" + percentEncode(call.text(0)), std::move(*body));
}

constexpr vm::FunctionRow functions[] = {
    {"add", "(entity: variant) : 4D.EntitySelection", &add,
     "Adds an entity or the entities of a selection to this selection."},
    {"and", "(other: variant) : 4D.EntitySelection", &intersect, "The entities that are in both."},
    {"at", "(index: integer) : 4D.Entity", &at, "The entity at a position; negative ones count from the end."},
    {"average", "(attributePath: string) : variant", &average, "Mean of the values that are not null."},
    {"callFunction", "(name: string, arguments?: collection) : variant", &callFunction,
     "Calls a function of the remote application on the selection; selection.name(...) does the same."},
    {"clean", "() : 4D.EntitySelection", &clean, "The selection without the entities that were dropped."},
    {"contains", "(entity: variant) : boolean", &contains, "Whether the entity is in the selection."},
    {"copy", "(option?: integer) : 4D.EntitySelection", &copy, "A copy that can be altered, or a shareable one."},
    {"count", "(attributePath: string) : number", &count, "Number of values that are not null."},
    {"distinct", "(attributePath: string, option?: integer) : collection", &distinct, "The different values, sorted."},
    {"distinctPaths", "(attribute: string) : collection", &remoteUnavailable,
     "Not on a remote datastore: error -20009."},
    {"drop", "(mode?: integer) : 4D.EntitySelection", &drop,
     "Deletes every entity; gives those that could not be deleted."},
    {"extract", "(attributePath: string, targetPath?: string|integer, ...paths: string) : collection", &extract,
     "Values of an attribute, or objects with several of them."},
    {"first", "() : 4D.Entity", &first, "The first entity, null when the selection is empty."},
    {"getDataClass", "() : 4D.DataClass", &getDataClass, "The dataclass of the selection."},
    {"isAlterable", "() : boolean", &isAlterable, "Whether add() may change the selection."},
    {"isOrdered", "() : boolean", &isOrdered, "Whether the entities have an order of their own."},
    {"last", "() : 4D.Entity", &last, "The last entity, null when the selection is empty."},
    {"max", "(attributePath: string) : variant", &max, "The greatest value."},
    {"min", "(attributePath: string) : variant", &min, "The least value."},
    {"minus", "(other: variant) : 4D.EntitySelection", &subtract,
     "The entities of this selection that are not in the other."},
    {"or", "(other: variant) : 4D.EntitySelection", &unite, "The entities that are in one of them or in both."},
    {"orderBy", "(paths: string|collection) : 4D.EntitySelection", &orderBy, "The selection sorted by attributes."},
    {"orderByFormula", "(formula: variant, sortOrder?: integer|object, settings?: object) : 4D.EntitySelection",
     &remoteUnavailable, "Not on a remote datastore: error -20009."},
    {"query", "(query: variant, ...values: variant) : 4D.EntitySelection", &query,
     "The entities of the selection that satisfy a query."},
    {"selected", "(selectedEntities: 4D.EntitySelection) : object", &remoteUnavailable,
     "Not on a remote datastore: error -20009."},
    {"slice", "(startFrom: integer, end?: integer) : 4D.EntitySelection", &slice, "A part of the selection."},
    {"sum", "(attributePath: string) : number", &sum, "Sum of the values."},
    {"toCollection",
     "(filter?: string|collection|integer, options?: integer, begin?: integer, howMany?: integer) : collection",
     &toCollection, "One plain object an entity."},
};

constexpr vm::PropertyRow properties[] = {
    {"length", "integer", &getLength, nullptr, "Number of entities, dropped ones included."},
};

class RemoteSelectionType final : public vm::HandleType {
 public:
  const vm::NativeClass& nativeClass() const override { return remoteSelectionClass(); }

  std::optional<Result<Value>> property(vm::Process& process, Handle& handle, std::string_view name) const override {
    auto& selection = static_cast<RemoteSelection&>(handle);
    const RemoteClass& definition = selection.owner.definition();
    if (const RemoteAttribute* attribute = definition.find(name)) return project(process, selection, *attribute);
    if (definition.selectionMethods.contains(name)) return remoteFunction(process, name);
    return std::nullopt;
  }

  Result<Value> element(vm::Process& process, Handle& handle, std::int64_t index) const override {
    auto& selection = static_cast<RemoteSelection&>(handle);
    if (index < 0 || index >= selection.length()) {
      return std::unexpected(
          hostError(code::indexOutOfRange,
                    fmt::format("the selection has {} entities, there is none at {}", selection.length(), index)));
    }
    auto entity = remoteAt(process, selection, index, false);
    if (!entity) return std::unexpected(entity.error());
    return remoteValue(*entity);
  }

  std::optional<std::int64_t> length(vm::Process& /*process*/, Handle& handle) const override {
    return static_cast<RemoteSelection&>(handle).length();
  }

  Result<std::optional<Value>> item(vm::Process& process, Handle& handle, std::int64_t index) const override {
    auto entity = remoteAt(process, static_cast<RemoteSelection&>(handle), index, true);
    if (!entity) return std::unexpected(entity.error());
    return *entity ? std::optional(remoteValue(*entity)) : std::nullopt;
  }

  Result<Value> toPlain(vm::Process& process, Handle& handle) const override {
    return process.callFunction(Value::handle(Ref<Handle>::sharing(&handle)), "toCollection", {});
  }

 private:
  // selection.attribute: the values, or the related entities.
  static Result<Value> project(vm::Process& process, RemoteSelection& selection, const RemoteAttribute& attribute) {
    const Value values = process.newCollection();
    std::vector<std::string> keys;
    const bool scalar = attribute.value == RemoteAttribute::Kind::scalar;
    auto done = forEachEntity(process, selection, 0, selection.length(), [&](RemoteEntity& entity) -> Result<> {
      auto value = remoteAttributeValue(process, entity, attribute);
      if (!value) return std::unexpected(value.error());
      const auto put = [&](const std::string& key) {
        if (std::ranges::find(keys, key) == keys.end()) keys.push_back(key);
      };
      if (scalar) values.asCollection().push(toScript(process, std::move(*value)));
      if (const auto* related = remoteFrom<RemoteEntity>(*value)) put(related->key);
      if (auto* related = remoteFrom<RemoteSelection>(*value)) {
        auto more = keysOf(process, *related, 0, related->length());
        if (!more) return std::unexpected(more.error());
        for (const std::string& key : *more) put(key);
      }
      return {};
    });
    if (!done) return std::unexpected(done.error());
    if (scalar) return values;
    auto related = newSelection(selection.owner.related(attribute.related));
    related->keys = std::move(keys);
    return remoteValue(related);
  }
};

}  // namespace

Result<RemoteSelectionRef> remoteSelect(vm::Process& process, const RemoteOwner& owner, std::string target) {
  const bool stored = target.contains("$method=");
  target += fmt::format("{}{}$top={}", joint(target), stored ? "" : "$method=entityset&", pageSize);
  auto answer = owner.connection->ask(process, "GET", target);
  if (!answer) return std::unexpected(answer.error());
  auto selection = newSelection(owner);
  if (!answer->isObject()) return selection;
  const Value set = answer->asObject().get("__ENTITYSET");
  selection->count = numberAt(*answer, "__COUNT");
  selection->page = entitiesOf(*answer);
  if (set.isText()) selection->setUri = std::string(set.asText());
  return selection;
}

Result<std::string> remoteSetOf(vm::Process& process, RemoteSelection& selection) {
  if (!selection.setUri.empty() && selection.from == 0) {
    // The whole set, or the beginning of one.
    auto answer = selection.owner.connection->ask(
        process, "GET", selection.setUri + "?$top=1&$attributes=" + percentEncode(selection.owner.definition().key));
    if (!answer) return std::unexpected(answer.error());
    if (numberAt(*answer, "__COUNT") == selection.count) return selection.setUri;
  }
  auto keys = keysOf(process, selection, 0, selection.length());
  if (!keys) return std::unexpected(keys.error());
  auto made = setOfKeys(process, selection.owner, *keys);
  if (!made) return std::unexpected(made.error());
  return (*made)->setUri;
}

Result<RemoteEntityRef> remoteAt(vm::Process& process, RemoteSelection& selection, std::int64_t index, bool ahead) {
  RemoteEntityRef entity;
  if (selection.setUri.empty()) {
    const std::string& key = selection.keys[static_cast<std::size_t>(index)];
    auto reply = selection.owner.connection->send(process, "GET", selection.owner.uri(key));
    if (!reply) return std::unexpected(reply.error());
    if (reply->status == 404) return RemoteEntityRef();
    auto answer = json::parse(reply->body);
    if (!answer || reply->status >= 400) {
      return std::unexpected(remoteError(answer ? *answer : Value(), std::max(reply->status, 400)).value());
    }
    entity = remoteEntity(selection.owner, *answer);
  } else if (ahead) {
    const auto known = static_cast<std::int64_t>(selection.page.size());
    if (index < selection.pageFrom || index >= selection.pageFrom + known) {
      auto page = readPage(process, selection, index, pageSize);
      if (!page) return std::unexpected(page.error());
      selection.page = std::move(*page);
      selection.pageFrom = index;
      if (selection.page.empty()) return RemoteEntityRef();
    }
    entity = remoteEntity(selection.owner, selection.page[static_cast<std::size_t>(index - selection.pageFrom)]);
  } else {
    auto page = readPage(process, selection, index, 1);
    if (!page) return std::unexpected(page.error());
    if (!page->empty()) entity = remoteEntity(selection.owner, page->front());
  }
  if (entity) {
    entity->selection = RemoteSelectionRef::sharing(&selection);
    entity->position = index;
  }
  return entity;
}

Result<std::string> remoteFilter(vm::Call& call) {
  if (!call.at(0).isText()) {
    if (vm::Function::from(call.at(0)) != nullptr) {
      return std::unexpected(Error(qodly::code::formulaNotAllowed, "dbmg",
                                   "Formula not allowed in this member method: a remote datastore runs no formulas"));
    }
    return std::unexpected(Error(qodly::code::queryExpected, "dbmg", "Expecting a text or formula"));
  }
  std::string text(call.text(0));
  auto values = Collection::make();
  std::size_t count = call.count();
  const Object* settings = count > 1 ? call.object(count - 1) : nullptr;
  if (settings != nullptr) --count;
  for (std::size_t i = 1; i < count; ++i) {
    auto sent = toRemote(call.process(), call.at(i));
    if (!sent) return std::unexpected(sent.error());
    values->push(std::move(*sent));
  }
  // Named parameters and attributes have no form in REST: they take numbers, or their place.
  const Value parameters = settings != nullptr ? settings->get("parameters") : Value();
  const Value attributes = settings != nullptr ? settings->get("attributes") : Value();
  const auto replace = [&text](const std::string& name, const std::string& with) {
    for (std::size_t at = text.find(":" + name); at != std::string::npos;
         at = text.find(":" + name, at + with.size())) {
      const std::size_t end = at + 1 + name.size();
      const bool longer =
          end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) != 0 || text[end] == '_');
      if (!longer) text.replace(at, 1 + name.size(), with);
    }
  };
  if (attributes.isObject()) {
    for (const Object::Member& member : attributes.asObject().members()) {
      if (member.value.isText()) replace(std::string(member.name), std::string(member.value.asText()));
    }
  }
  if (parameters.isObject()) {
    for (const Object::Member& member : parameters.asObject().members()) {
      auto sent = toRemote(call.process(), member.value);
      if (!sent) return std::unexpected(sent.error());
      values->push(std::move(*sent));
      replace(std::string(member.name), ":" + std::to_string(values->size()));
    }
  }
  for (std::size_t at = text.find('"'); at != std::string::npos; at = text.find('"', at))
    text.replace(at, 1, "\\u0022");
  std::string filter = "$filter=" + percentEncode("\"" + text + "\"");
  if (values->size() > 0) {
    filter += "&$params=" + percentEncode("'" + json::text(Value::collection(std::move(values))) + "'");
  }
  return filter;
}

const vm::NativeClass& remoteSelectionClass() {
  static const vm::NativeClass definition{.name = "RemoteSelection",
                                          .superclass = "EntitySelection",
                                          .functions = functions,
                                          .properties = properties,
                                          .constructor = nullptr,
                                          .doc = "A selection of a datastore opened with openDatastore."};
  return definition;
}

std::unique_ptr<vm::HandleType> remoteSelectionType() { return std::make_unique<RemoteSelectionType>(); }

}  // namespace qodly::script::data
