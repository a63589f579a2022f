// Values between scripts and the JSON of REST (rest.md 7, 15.4, 15.5).
#include <algorithm>

#include <fmt/format.h>

#include "base/calendar.h"
#include "base/text.h"
#include "script/data/data_values.h"
#include "script/data/remote/remote_handles.h"
#include "script/vm/arguments.h"
#include "script/vm/codes.h"
#include "script/vm/native.h"
#include "value/json.h"

namespace qodly::script::data {

namespace {

constexpr int maximumDepth = 200;

const Value* memberOf(const Value& object, std::string_view name) {
  return object.isObject() ? object.asObject().find(name) : nullptr;
}

std::string textAt(const Value& object, std::string_view name) {
  const Value* value = memberOf(object, name);
  return value != nullptr && value->isText() ? std::string(value->asText()) : std::string();
}

// "!!2019-10-01!!" or an ISO text.
std::optional<Value> dateOf(std::string_view text) {
  if (const auto instant = parseInstant(text)) return Value::date(dayOf(*instant));
  const auto day = parseDate(text);
  return day ? std::optional(Value::date(*day)) : std::nullopt;
}

// The link behind {"__deferred": {"uri": ...}}; "" when there is none.
std::string linkOf(const Value& sent) {
  const Value* deferred = memberOf(sent, "__deferred");
  return deferred != nullptr ? textAt(*deferred, "uri") : std::string();
}

// Bytes of a picture or blob attribute.
Result<Value> contentOf(vm::Process& process, const RemoteEntity& entity, bool picture, const std::string& link) {
  auto reply = entity.owner.connection->send(process, "GET", link);
  if (!reply) return std::unexpected(reply.error());
  if (reply->status >= 400) return std::unexpected(*remoteError(Value(), reply->status));
  return picture ? Value::picture(std::move(reply->body)) : toScript(process, Value::blob(std::move(reply->body)));
}

Result<Value> relatedValue(vm::Process& process, RemoteEntity& entity, const RemoteAttribute& attribute,
                           const Value& sent) {
  const RemoteOwner related = entity.owner.related(attribute.related);
  if (sent.isMissing()) return Value::null();
  if (attribute.value == RemoteAttribute::Kind::selection) {
    std::string link = linkOf(sent);
    if (link.empty()) {
      link = fmt::format("{}/{}?$expand={}", entity.owner.uri(entity.key), percentEncode(attribute.name),
                         percentEncode(attribute.name));
    }
    auto selection = remoteSelect(process, related, link + "&$method=subentityset");
    if (!selection) return std::unexpected(selection.error());
    return remoteValue(*selection);
  }
  if (memberOf(sent, "__KEY") != nullptr) return remoteValue(remoteEntity(related, sent));
  const Value* deferred = memberOf(sent, "__deferred");
  const Value* key = deferred != nullptr ? memberOf(*deferred, "__KEY") : nullptr;
  if (key == nullptr) return Value::null();
  auto answer = related.connection->ask(process, "GET", related.uri(keyText(*key)));
  if (!answer) return std::unexpected(answer.error());
  return remoteValue(remoteEntity(related, *answer));
}

}  // namespace

std::string RemoteOwner::uri() const { return "/rest/" + percentEncode(definition().name); }

std::string RemoteOwner::uri(std::string_view key) const { return uri() + "[" + percentEncode(key) + "]"; }

std::string keyText(const Value& key) {
  if (key.isText()) return std::string(key.asText());
  return key.isMissing() ? std::string() : json::text(key);
}

void RemoteEntity::load(const Value& answer) {
  loaded = answer;
  assigned.clear();
  if (const Value* sentKey = memberOf(answer, "__KEY")) key = keyText(*sentKey);
  if (const Value* sentStamp = memberOf(answer, "__STAMP"); sentStamp != nullptr && sentStamp->isNumber()) {
    stamp = sentStamp->asNumber();
  }
}

const Value* RemoteEntity::assignedTo(std::string_view attribute) const {
  const auto found = std::ranges::find(assigned, attribute, &std::pair<std::string, Value>::first);
  return found == assigned.end() ? nullptr : &found->second;
}

RemoteEntityRef remoteEntity(const RemoteOwner& owner, const Value& sent) {
  const bool fresh = memberOf(sent, "__ISNEW") != nullptr;
  if (!fresh && memberOf(sent, "__KEY") == nullptr) return {};
  RemoteEntityRef entity(new RemoteEntity(owner));  // NOLINT(cppcoreguidelines-owning-memory)
  entity->load(sent);
  return entity;
}

Value remoteScalar(vm::Process& process, const RemoteAttribute& attribute, const Value& sent) {
  if (attribute.type == "date" && sent.isText()) return dateOf(sent.asText()).value_or(Value::null());
  if (attribute.type == "duration" && sent.isNumber()) {
    return Value::time({static_cast<std::int64_t>(sent.asNumber())});
  }
  if (attribute.value != RemoteAttribute::Kind::scalar || !linkOf(sent).empty()) return Value::null();
  return toScript(process, sent);
}

Result<Value> remoteAttributeValue(vm::Process& process, RemoteEntity& entity, const RemoteAttribute& attribute) {
  if (const Value* assigned = entity.assignedTo(attribute.name)) return *assigned;
  const Value* sent = memberOf(entity.loaded, attribute.name);
  if (sent == nullptr) return Value::null();
  if (attribute.value != RemoteAttribute::Kind::scalar) return relatedValue(process, entity, attribute, *sent);
  if (const std::string link = linkOf(*sent); !link.empty()) {
    return contentOf(process, entity, attribute.type == "image", link);
  }
  return remoteScalar(process, attribute, *sent);
}

namespace {

Value resultAt(vm::Process& process, const RemoteOwner& owner, const Value& sent, int depth) {
  if (depth > maximumDepth) return Value::null();
  if (sent.isCollection()) {
    const Value made = process.newCollection();
    for (const Value& element : sent.asCollection().elements()) {
      made.asCollection().push(resultAt(process, owner, element, depth + 1));
    }
    return made;
  }
  if (!sent.isObject()) return toScript(process, sent);
  if (const auto index = owner.catalog->indexOf(textAt(sent, "__DATACLASS"))) {
    const RemoteOwner of = owner.related(*index);
    if (const Value* entities = memberOf(sent, "__ENTITIES"); entities != nullptr && entities->isCollection()) {
      RemoteSelectionRef selection(new RemoteSelection(of));  // NOLINT(cppcoreguidelines-owning-memory)
      selection->setUri = textAt(sent, "__ENTITYSET");
      selection->ordered = true;
      if (const Value* count = memberOf(sent, "__COUNT"); count != nullptr && count->isNumber()) {
        selection->count = static_cast<std::int64_t>(count->asNumber());
      }
      if (selection->setUri.empty()) {
        for (const Value& each : entities->asCollection().elements()) {
          if (const Value* key = memberOf(each, "__KEY")) selection->keys.push_back(keyText(*key));
        }
      }
      return remoteValue(selection);
    }
    return remoteValue(remoteEntity(of, sent));
  }
  const Value made = process.newObject();
  for (const Object::Member& member : sent.asObject().members()) {
    made.asObject().set(member.name, resultAt(process, owner, member.value, depth + 1));
  }
  return made;
}

Result<Value> sentAt(vm::Process& process, const Value& value, int depth);

// With what was assigned, so that the function sees the entity as it is here.
Result<Value> sentEntity(vm::Process& process, const RemoteEntity& entity, int depth) {
  auto object = Object::make();
  object->set("__DATACLASS", Value::text(std::string_view(entity.owner.definition().name)));
  object->set("__ENTITY", Value::boolean(true));
  if (!entity.key.empty()) {
    object->set("__KEY", Value::text(std::string_view(entity.key)));
    object->set("__STAMP", Value::real(entity.stamp));
  }
  for (const auto& [name, value] : entity.assigned) {
    if (const auto* other = remoteFrom<RemoteEntity>(value)) {
      auto reference = Object::make();
      reference->set("__KEY", Value::text(std::string_view(other->key)));
      object->set(name, Value::object(std::move(reference)));
      continue;
    }
    auto sent = sentAt(process, value, depth + 1);
    if (!sent) return sent;
    object->set(name, std::move(*sent));
  }
  return Value::object(std::move(object));
}

Result<Value> sentAt(vm::Process& process, const Value& value, int depth) {
  if (depth > maximumDepth) return std::unexpected(hostError(code::wrongType, "The value is nested too deeply"));
  if (const auto* entity = remoteFrom<RemoteEntity>(value)) return sentEntity(process, *entity, depth);
  if (auto* selection = remoteFrom<RemoteSelection>(value)) {
    auto set = remoteSetOf(process, *selection);
    if (!set) return std::unexpected(set.error());
    auto object = Object::make();
    object->set("__DATASET", Value::text(std::string_view(*set).substr(set->rfind('/') + 1)));
    object->set("__ENTITIES", Value::boolean(true));
    return Value::object(std::move(object));
  }
  if (const Value* blob = vm::blobInside(process, value)) return sentAt(process, *blob, depth);
  switch (value.type()) {
    case Type::undefined:
      return Value::null();
    case Type::blob:
      return Value::text(toBase64(value.asBlob().bytes));
    case Type::date: {
      if (value.asDate().isNone()) return Value::null();
      std::string text;
      appendDate(value.asDate(), text);
      return Value::text("!!" + text + "!!");
    }
    case Type::time:
      return Value::real(static_cast<double>(value.asTime().ms));
    case Type::object: {
      auto object = Object::make();
      for (const Object::Member& member : value.asObject().members()) {
        auto sent = sentAt(process, member.value, depth + 1);
        if (!sent) return sent;
        object->set(member.name, std::move(*sent));
      }
      return Value::object(std::move(object));
    }
    case Type::collection: {
      auto collection = Collection::make();
      for (const Value& element : value.asCollection().elements()) {
        auto sent = sentAt(process, element, depth + 1);
        if (!sent) return sent;
        collection->push(std::move(*sent));
      }
      return Value::collection(std::move(collection));
    }
    case Type::picture:
    case Type::handle:
      return std::unexpected(
          hostError(code::wrongType, vm::describeType(value) + " cannot be sent to a remote datastore"));
    default:
      return value;
  }
}

}  // namespace

Value remoteResult(vm::Process& process, const RemoteOwner& owner, const Value& sent) {
  return resultAt(process, owner, sent, 0);
}

Result<Value> toRemote(vm::Process& process, const Value& value) { return sentAt(process, value, 0); }

Result<std::string> remoteArguments(vm::Process& process, const Value& collection) {
  auto sent = toRemote(process, collection.isCollection() ? collection : process.newCollection());
  if (!sent) return std::unexpected(sent.error());
  return json::text(*sent);
}

std::vector<vm::FunctionRow> withBodies(std::span<const vm::FunctionRow> local, std::span<const NativeBody> bodies,
                                        std::span<const vm::FunctionRow> own) {
  std::vector<vm::FunctionRow> rows;
  for (vm::FunctionRow row : local) {
    const auto body = std::ranges::find(bodies, row.name, &NativeBody::name);
    if (body == bodies.end()) continue;
    row.run = body->run;
    rows.push_back(row);
  }
  rows.insert(rows.end(), own.begin(), own.end());
  return rows;
}

}  // namespace qodly::script::data
