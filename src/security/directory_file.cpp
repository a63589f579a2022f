#include "security/directory_file.h"

#include <utility>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "base/text.h"
#include "security/json_members.h"
#include "value/json.h"

namespace qodly::security {

namespace {

constexpr int formatVersion = 1;

Error damaged(std::string message) { return {code::inputOutput, "dbmg", "directory.json: " + std::move(message)}; }

Value toValue(const Assignment& assignment) {
  const Ref<Object> object = Object::make();
  object->set("environment", Value::text(assignment.environment));
  object->set("firstName", Value::text(assignment.firstName));
  object->set("lastName", Value::text(assignment.lastName));
  object->set("profile", Value::text(assignment.profile));
  return Value::object(object);
}

Value toValue(const Passkey& passkey) {
  const Ref<Object> object = Object::make();
  object->set("id", Value::text(toBase64(passkey.id)));
  object->set("publicKey", Value::text(toBase64(passkey.publicKey)));
  object->set("name", Value::text(passkey.name));
  object->set("signCount", Value::integer(passkey.signCount));
  object->set("createdAt", Value::text(passkey.createdAt));
  object->set("lastUsedAt", Value::text(passkey.lastUsedAt));
  return Value::object(object);
}

Value toValue(const OneTimeLink& link) {
  const Ref<Object> object = Object::make();
  object->set("sha256", Value::text(link.digest));
  object->set("purpose", Value::text(link.purpose));
  object->set("expires", Value::integer(link.expires.ms));
  return Value::object(object);
}

template <class T>
Value listOf(const std::vector<T>& items) {
  const Ref<Collection> list = Collection::make();
  for (const T& item : items) list->push(toValue(item));
  return Value::collection(list);
}

Value toValue(const User& user) {
  const Ref<Object> object = Object::make();
  object->set("id", Value::text(user.id));
  object->set("email", Value::text(user.email));
  object->set("assignments", listOf(user.assignments));
  object->set("passwordHash", Value::text(user.passwordHash));
  object->set("epoch", Value::integer(user.epoch));
  const Ref<Object> external = Object::make();
  for (const auto& [provider, id] : user.externalIds) external->set(provider, Value::text(id));
  object->set("externalIds", Value::object(external));
  object->set("disabled", Value::boolean(user.disabled));
  object->set("instanceAdmin", Value::boolean(user.instanceAdmin));
  if (!user.totp.empty()) {
    object->set("totp", Value::text(user.totp));
    object->set("totpStep", Value::integer(static_cast<std::int64_t>(user.totpStep)));
  }
  if (!user.recoveryCodes.empty()) object->set("recoveryCodes", collectionOf(user.recoveryCodes));
  if (!user.passkeys.empty()) object->set("passkeys", listOf(user.passkeys));
  if (user.link) object->set("link", toValue(*user.link));
  object->set("createdAt", Value::text(user.createdAt));
  object->set("lastLogin", Value::text(user.lastLogin));
  if (user.unlockedAt.ms != 0) object->set("unlockedAt", Value::integer(user.unlockedAt.ms));
  return Value::object(object);
}

// Calls read(object) for each object of the array `name`.
template <class Reader>
void forEachObject(const Object& object, std::string_view name, Reader&& read) {
  const Value* list = object.find(name);
  if (list == nullptr || !list->isCollection()) return;
  for (const Value& element : list->asCollection().elements()) {
    if (element.isObject()) read(element.asObject());
  }
}

User userOf(const Object& object) {
  User user;
  user.id = textMember(object, "id");
  user.email = textMember(object, "email");
  forEachObject(object, "assignments", [&](const Object& each) {
    user.assignments.push_back({textMember(each, "environment"), textMember(each, "firstName"),
                                textMember(each, "lastName"), textMember(each, "profile")});
  });
  user.passwordHash = textMember(object, "passwordHash");
  user.epoch = static_cast<std::uint32_t>(integerMember(object, "epoch"));
  if (const Value external = object.get("externalIds"); external.isObject()) {
    for (const Object::Member& member : external.asObject().members()) {
      if (member.value.isText()) user.externalIds.emplace(member.name, std::string(member.value.asText()));
    }
  }
  user.disabled = flagMember(object, "disabled");
  user.instanceAdmin = flagMember(object, "instanceAdmin");
  user.totp = textMember(object, "totp");
  user.totpStep = static_cast<std::uint64_t>(integerMember(object, "totpStep"));
  user.recoveryCodes = textsMember(object, "recoveryCodes");
  forEachObject(object, "passkeys", [&](const Object& each) {
    auto id = fromBase64(textMember(each, "id"));
    auto key = fromBase64(textMember(each, "publicKey"));
    if (!id || !key) return;
    user.passkeys.push_back({std::move(*id), std::move(*key), textMember(each, "name"),
                             static_cast<std::uint32_t>(integerMember(each, "signCount")),
                             textMember(each, "createdAt"), textMember(each, "lastUsedAt")});
  });
  if (const Value link = object.get("link"); link.isObject()) {
    const Object& each = link.asObject();
    user.link = OneTimeLink{textMember(each, "sha256"), textMember(each, "purpose"),
                            qodly::Instant{integerMember(each, "expires")}};
  }
  user.createdAt = textMember(object, "createdAt");
  user.lastLogin = textMember(object, "lastLogin");
  user.unlockedAt = qodly::Instant{integerMember(object, "unlockedAt")};
  return user;
}

}  // namespace

std::string writeDirectory(const std::vector<UserRef>& users) {
  const Ref<Object> file = Object::make();
  const Ref<Collection> list = Collection::make();
  for (const UserRef& user : users) list->push(toValue(*user));
  file->set("format", Value::integer(formatVersion));
  file->set("users", Value::collection(list));
  return json::text(Value::object(file), {.pretty = true, .legacyDates = false}) + "\n";
}

Result<std::vector<User>> readDirectory(std::string_view text) {
  auto parsed = json::parse(text);
  if (!parsed) return std::unexpected(parsed.error());
  if (!parsed->isObject()) return std::unexpected(damaged("it must be an object."));
  const Object& file = parsed->asObject();
  if (integerMember(file, "format") != formatVersion) {
    return std::unexpected(damaged(fmt::format("its format is {}, this version of qodly reads {}.",
                                               integerMember(file, "format"), formatVersion)));
  }
  std::vector<User> users;
  std::size_t incomplete = 0;
  forEachObject(file, "users", [&](const Object& object) {
    User user = userOf(object);
    incomplete += user.id.empty() || user.email.empty() ? 1 : 0;
    users.push_back(std::move(user));
  });
  if (incomplete != 0) return std::unexpected(damaged(fmt::format("{} users lack id or email.", incomplete)));
  return users;
}

}  // namespace qodly::security
