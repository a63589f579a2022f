// roles.json into Roles (roles.md 2). One wrong entry is reported and skipped; a wrong structure breaks the file.
#include <algorithm>

#include <fmt/format.h>

#include "base/fold_case.h"
#include "security/roles.h"
#include "value/json.h"

namespace qodly::security {

namespace {

constexpr std::array<std::pair<std::string_view, ResourceType>, 6> typeNames = {{
    {"datastore", ResourceType::datastore},
    {"dataclass", ResourceType::dataClass},
    {"attribute", ResourceType::attribute},
    {"method", ResourceType::method},
    {"singleton", ResourceType::singleton},
    {"singletonMethod", ResourceType::singletonMethod},
}};

std::optional<ResourceType> typeNamed(std::string_view typeName) {
  const auto* found = std::ranges::find(typeNames, typeName, [](const auto& row) { return row.first; });
  return found == typeNames.end() ? std::nullopt : std::optional(found->second);
}

std::string textOf(const Value& object, std::string_view key) {
  const Value value = object.isObject() ? object.asObject().get(key) : Value();
  return value.isText() ? std::string(value.asText()) : std::string();
}

}  // namespace

class Roles::Reader {
 public:
  explicit Reader(Roles& roles) : roles_(roles) {}

  void read(const Value& file) {
    if (!file.isObject())
      return refuse("The file must be one JSON object with \"permissions\" and \"privileges\".", "");
    const Object& root = file.asObject();
    if (!readFlag(root, "forceLogin", roles_.forceLogin_) ||
        !readFlag(root, "restrictedByDefault", roles_.restrictedByDefault_)) {
      return;
    }
    const Value permissions = root.get("permissions");
    if (!permissions.isMissing() && !permissions.isObject()) {
      return refuse("\"permissions\" must be an object with the array \"allowed\".", "permissions");
    }
    if (!readPrivileges(root.get("privileges")) || !readRoles(root.get("roles"))) return;
    if (permissions.isObject()) readPermissions(permissions.asObject().get("allowed"));
  }

 private:
  void refuse(std::string message, std::string path) {
    roles_.broken_ = true;
    roles_.fileProblems_.push_back({std::move(message), std::move(path), ""});
  }

  bool readFlag(const Object& root, std::string_view key, bool& flag) {
    const Value value = root.get(key);
    if (value.isMissing()) return true;
    if (value.type() != Type::boolean) {
      refuse(fmt::format("\"{}\" must be true or false.", key), std::string(key));
      return false;
    }
    flag = value.asBoolean();
    return true;
  }

  // The elements of an array; nullptr, and the file refused, when it is something else. Absent: empty.
  const std::vector<Value>* array(const Value& value, std::string_view path) {
    static const std::vector<Value> none;
    if (value.isMissing()) return &none;
    if (value.isCollection()) return &value.asCollection().elements();
    refuse(fmt::format("\"{}\" must be an array.", path), std::string(path));
    return nullptr;
  }

  bool readPrivileges(const Value& value) {
    const std::vector<Value>* declared = array(value, "privileges");
    if (declared == nullptr) return false;
    for (std::size_t i = 0; i < declared->size(); ++i) {
      const std::string privilegeName = textOf((*declared)[i], "privilege");
      if (privilegeName.empty()) {
        refuse("A privilege needs a name in \"privilege\".", fmt::format("privileges[{}].privilege", i));
        return false;
      }
      roles_.privileges_[roles_.intern(privilegeName)].declared = true;
    }
    for (std::size_t i = 0; i < declared->size(); ++i) {
      if (!readIncludes((*declared)[i], i)) return false;
    }
    for (std::size_t i = 0; i < declared->size(); ++i) {
      const std::string privilegeName = textOf((*declared)[i], "privilege");
      if (!roles_.includesItself(*roles_.privilege(privilegeName))) continue;
      roles_.fileProblems_.push_back({fmt::format("Circular inclusion of privilege \"{}\".", privilegeName),
                                      fmt::format("privileges[{}].includes", i), privilegeName});
    }
    return true;
  }

  bool readIncludes(const Value& declaration, std::size_t index) {
    const std::string path = fmt::format("privileges[{}].includes", index);
    const std::vector<Value>* includes = array(declaration.asObject().get("includes"), path);
    if (includes == nullptr) return false;
    const std::uint32_t owner = *roles_.privilege(textOf(declaration, "privilege"));
    for (std::size_t j = 0; j < includes->size(); ++j) {
      if (const auto included = known((*includes)[j], fmt::format("{}[{}]", path, j))) {
        roles_.privileges_[owner].includes.push_back(*included);
      }
    }
    return true;
  }

  // A declared privilege; an unknown one is reported.
  std::optional<std::uint32_t> known(const Value& privilegeName, std::string path) {
    const std::string text = privilegeName.isText() ? std::string(privilegeName.asText()) : std::string();
    const auto found = roles_.privilege(text);
    if (!found) {
      roles_.fileProblems_.push_back({fmt::format("Cannot find privilege \"{}\".", text), std::move(path), text});
    }
    return found;
  }

  bool readRoles(const Value& value) {
    const std::vector<Value>* declared = array(value, "roles");
    if (declared == nullptr) return false;
    for (std::size_t i = 0; i < declared->size(); ++i) {
      const std::string roleName = textOf((*declared)[i], "role");
      if (roleName.empty()) {
        refuse("A role needs a name in \"role\".", fmt::format("roles[{}].role", i));
        return false;
      }
      const std::string path = fmt::format("roles[{}].privileges", i);
      const std::vector<Value>* privileges = array((*declared)[i].asObject().get("privileges"), path);
      if (privileges == nullptr) return false;
      const auto [role, isNew] = roles_.roles_.try_emplace(foldCase(roleName));
      if (isNew) roles_.roleNames_.push_back(roleName);
      for (std::size_t j = 0; j < privileges->size(); ++j) {
        if (const auto privilege = known((*privileges)[j], fmt::format("{}[{}]", path, j)))
          role->second.add(*privilege);
      }
    }
    return true;
  }

  void readPermissions(const Value& value) {
    const std::vector<Value>* allowed = array(value, "permissions.allowed");
    if (allowed == nullptr) return;
    for (std::size_t i = 0; i < allowed->size(); ++i) readPermission((*allowed)[i], i);
  }

  void readPermission(const Value& permission, std::size_t index) {
    const std::string path = fmt::format("permissions.allowed[{}]", index);
    if (!permission.isObject()) return refuse(fmt::format("\"{}\" must be an object.", path), path);
    const std::string typeName = textOf(permission, "type");
    const std::string applyTo = textOf(permission, "applyTo");
    const auto type = typeNamed(typeName);
    if (!type) {
      roles_.fileProblems_.push_back({fmt::format("Unknown resource type \"{}\".", typeName), path + ".type", applyTo});
      return;
    }
    roles_.entries_.push_back({*type, applyTo, index});
    Permission& merged = roles_.permissions_[static_cast<std::size_t>(*type)][applyTo];
    for (std::size_t action = 0; action < actionCount; ++action) {
      const std::string_view actionName = name(static_cast<Action>(action));
      const std::vector<Value>* privileges =
          array(permission.asObject().get(actionName), fmt::format("{}.{}", path, actionName));
      if (privileges == nullptr) return;
      // An undeclared name is legal: nobody can hold it, so it only locks.
      for (const Value& privilege : *privileges) {
        if (privilege.isText()) merged.lists[action].add(roles_.intern(privilege.asText()));
      }
    }
  }

  Roles& roles_;
};

Roles Roles::read(std::string_view text) {
  Roles roles;
  auto file = json::parse(text, {.maximumDepth = 64, .tolerant = true});
  if (!file) {
    roles.broken_ = true;
    roles.fileProblems_.push_back({file.error().text(), "", ""});
    return roles;
  }
  Reader(roles).read(*file);
  return roles;
}

bool Roles::includesItself(std::uint32_t privilege) const {
  PrivilegeSet included;
  for (const std::uint32_t direct : privileges_[privilege].includes) included.add(direct);
  return closure(included).contains(privilege);
}

}  // namespace qodly::security
