#include "rest/attribute_input.h"

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "base/text.h"
#include "rest/entity_json.h"
#include "rest/errors.h"
#include "rest/exposure.h"
#include "rest/media.h"
#include "rest/pictures.h"
#include "rest/source.h"

namespace qodly::rest {

namespace {

Error wrongValue(const model::Attribute& attribute, std::string_view expected) {
  return Error(code::wrongType, "dbmg",
               fmt::format("The value of \"{}\" cannot be stored: expected {}", attribute.name, expected));
}

bool isLink(const Value& value) { return value.isObject() && value.asObject().find("__deferred") != nullptr; }

// The key inside any of the forms a related entity is given in; undefined: nothing to do.
Value relatedKey(const Value& value) {
  if (!value.isObject()) return value;
  if (const Value* key = value.asObject().find("__KEY")) return *key;
  const Value link = value.asObject().get("__deferred");
  return link.isObject() ? link.asObject().get("__KEY") : Value();
}

Result<> setRelated(Call& call, orda::Entity& entity, std::uint32_t index, const model::Attribute& attribute,
                    const Value& value) {
  const Value key = relatedKey(value);
  if (key.isUndefined() && isLink(value)) return {};
  if (!key.isNull() && !key.isText() && !key.isNumber()) {
    return std::unexpected(wrongValue(attribute, R"(the key of an entity, {"__KEY": key} or null)"));
  }
  if (key.isNull()) return entity.set(index, Value::null());
  const std::string text = keyText(key);
  const storage::RecordNumber number = findByKey(call, attribute.relatedClass, text);
  const orda::DataClass related(call.process(), call.schema, attribute.relatedClass);
  const orda::EntityRef other = number == storage::noRecord ? orda::EntityRef() : related.load(number);
  if (!other) return std::unexpected(keyNotFound(text, related.name()));
  return entity.set(index, Value::handle(Ref<Handle>::sharing(other.get())));
}

Result<> setUpload(Call& call, orda::Entity& entity, std::uint32_t index, const model::Attribute& attribute,
                   const std::string& id, std::vector<std::string>& usedUploads) {
  SessionData* known = call.knownSession();
  const auto upload = known == nullptr ? nullptr : known->uploads().find(id);
  if (!upload) {
    return std::unexpected(
        Error(code::dataUnavailable, "dbmg",
              fmt::format("The upload \"{}\" for \"{}\" is unknown, used already or expired", id, attribute.name)));
  }
  const bool image = attribute.type == model::AttributeType::image;
  if (image && !upload->picture && !isPicture(upload->content()))
    return std::unexpected(wrongValue(attribute, "a picture"));
  usedUploads.push_back(id);
  std::string content(upload->content());
  if (!image) return entity.set(index, Value::blob(std::move(content), upload->mediaType));
  std::string type = pictureType(content, upload->mediaType);
  return entity.set(index, Value::picture(std::move(content), std::move(type)));
}

Result<> setMedia(Call& call, orda::Entity& entity, std::uint32_t index, const model::Attribute& attribute,
                  const Value& value, std::vector<std::string>& usedUploads) {
  if (value.isNull()) return entity.set(index, value);
  if (value.isObject()) {
    const Value id = value.asObject().get("ID");
    if (id.isText()) return setUpload(call, entity, index, attribute, std::string(id.asText()), usedUploads);
  }
  if (attribute.type == model::AttributeType::blob && value.isText()) {
    auto bytes = fromBase64(value.asText());
    if (bytes) return entity.set(index, Value::blob(std::move(*bytes)));
    return std::unexpected(wrongValue(attribute, "null, an upload, or base64 text"));
  }
  return std::unexpected(wrongValue(attribute, R"(null or an upload, {"ID": "..."})"));
}

// The key of an entity is given once.
Result<> setKey(orda::Entity& entity, std::uint32_t index, const model::Attribute& attribute, const Value& value) {
  if (entity.isNew()) return value.isMissing() ? Result<>() : entity.set(index, value);
  const Value given = keyValue(entity.dataClass().definition(), keyText(value));
  if (keyText(given) == entity.getKeyText() && !given.isUndefined()) return {};
  return std::unexpected(
      malformed(fmt::format("The primary key \"{}\" of an existing entity cannot be changed from {} to {}",
                            attribute.name, entity.getKeyText(), keyText(value))));
}

Result<> setAttribute(Call& call, orda::Entity& entity, std::uint32_t index, const Value& value,
                      std::vector<std::string>& usedUploads) {
  const auto& dataClass = entity.dataClass().definition();
  const auto& attribute = dataClass.attributes[index];
  if (index == dataClass.primaryKey) return setKey(entity, index, attribute, value);
  if (attribute.kind == model::AttributeKind::relatedEntity) return setRelated(call, entity, index, attribute, value);
  if (isLink(value)) return {};
  if (attribute.isCalculated()) return attribute.readOnly ? Result<>() : entity.set(index, value);
  if (!attribute.isStorage()) return {};
  if (attribute.type == model::AttributeType::image || attribute.type == model::AttributeType::blob) {
    return setMedia(call, entity, index, attribute, value, usedUploads);
  }
  auto done = entity.set(index, value, NumberAsDuration::milliseconds);
  return !done && done.error().code() == code::readOnly ? Result<>() : done;
}

}  // namespace

Result<> setAttributes(Call& call, orda::Entity& entity, const Object& body, std::vector<std::string>& usedUploads) {
  for (const Object::Member& member : body.members()) {
    if (member.name.starts_with("__") || member.name == "uri") continue;
    const std::uint32_t index = visibleAttribute(call.model(), entity.dataClass().index(), member.name);
    if (index == model::noIndex) continue;
    if (auto done = setAttribute(call, entity, index, member.value, usedUploads); !done) return done;
  }
  return {};
}

Result<std::optional<std::uint32_t>> givenStamp(const Object& body) {
  constexpr std::uint32_t never = std::numeric_limits<std::uint32_t>::max();
  const Value stamp = body.get("__STAMP");
  if (stamp.isUndefined() || stamp.isNull()) return std::nullopt;
  std::optional<double> number;
  if (stamp.isNumber()) number = stamp.asNumber();
  if (stamp.isText()) {
    if (const auto integer = parseInteger(stamp.asText())) number = static_cast<double>(*integer);
  }
  if (!number) return std::unexpected(malformed("__STAMP must be a number"));
  if (*number < 0 || *number >= never || *number != std::floor(*number)) return never;
  return static_cast<std::uint32_t>(*number);
}

}  // namespace qodly::rest
