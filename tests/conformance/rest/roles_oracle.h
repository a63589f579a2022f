// What roles.md 4 and 6 say, written down a second time, straight from the specification and without the product's
// code: what the permission matrix is checked against.
#pragma once

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/text.h"
#include "tests/conformance/support/fixture.h"

namespace qodly::conformance {

class RolesOracle {
 public:
  explicit RolesOracle(Value roles) : roles_(std::move(roles)) {}

  bool forceLogin() const { return flagOf(roles_, "forceLogin"); }

  // Privileges with all they include, guest too; names of roles bring theirs.
  std::set<std::string> closure(const std::set<std::string>& privileges, const std::set<std::string>& roles) const {
    std::set<std::string> held{"guest"};
    for (const std::string& name : privileges) add(name, held);
    for (const Value& role : list(roles_, "roles")) {
      if (!roles.contains(lowerAscii(textOf(role, "role")))) continue;
      for (const Value& name : list(role, "privileges")) add(lowerAscii(name.asText()), held);
    }
    return held;
  }

  // "Vault", "Vault.secret", "ds.ask", "Desk.ring"; action as in the file.
  bool allows(std::string_view action, std::string_view name, const std::set<std::string>& held) const {
    const std::string owner(name.substr(0, name.find('.')));
    const bool member = name.contains('.');
    const bool datastore = owner == "ds", singleton = owner == "Desk";
    if (action == "execute") {
      const auto own = lookUp(singleton ? "singletonMethod" : "method", name, action);
      const auto whole = datastore ? std::nullopt : lookUp(singleton ? "singleton" : "dataclass", owner, action);
      return decide(own ? own : whole ? whole : lookUp("datastore", "ds", action), held, isOpen());
    }
    if (action == "describe") return describes(name, owner, member, held);
    auto dataClass = lookUp("dataclass", owner, action);
    if (!dataClass) dataClass = lookUp("datastore", "ds", action);
    if (!decide(dataClass, held, isOpen())) return false;
    return !member || decide(lookUp("attribute", name, action), held, true);
  }

 private:
  using Names = std::set<std::string>;

  static std::vector<Value> list(const Value& object, std::string_view name) {
    const Value value = object.asObject().get(name);
    return value.isCollection() ? value.asCollection().elements() : std::vector<Value>();
  }
  bool isOpen() const { return !flagOf(roles_, "restrictedByDefault"); }

  void add(const std::string& name, Names& held) const {
    for (const Value& privilege : list(roles_, "privileges")) {
      if (lowerAscii(textOf(privilege, "privilege")) != lowerAscii(name) || !held.insert(lowerAscii(name)).second) {
        continue;
      }
      for (const Value& included : list(privilege, "includes")) add(std::string(included.asText()), held);
    }
  }

  // The union of the lists for one resource; nullopt when there is none, or only empty ones.
  std::optional<Names> lookUp(std::string_view type, std::string_view name, std::string_view action) const {
    Names names;
    for (const Value& entry : list(roles_.asObject().get("permissions"), "allowed")) {
      if (textOf(entry, "type") != type || textOf(entry, "applyTo") != name) continue;
      for (const Value& privilege : list(entry, action)) names.insert(lowerAscii(privilege.asText()));
    }
    return names.empty() ? std::nullopt : std::optional(std::move(names));
  }

  static bool decide(const std::optional<Names>& names, const Names& held, bool otherwise) {
    if (!names) return otherwise;
    return std::ranges::any_of(*names, [&](const std::string& name) { return held.contains(name); });
  }

  bool describes(std::string_view name, const std::string& owner, bool member, const Names& held) const {
    std::optional<Names> names;
    if (member) names = lookUp("attribute", name, "describe");
    if (member && !names) names = lookUp("method", name, "describe");
    if (!names && owner != "ds" && owner != "Desk") names = lookUp("dataclass", owner, "describe");
    if (!names) names = lookUp("datastore", "ds", "describe");
    return decide(names, held, true);
  }

  Value roles_;
};

}  // namespace qodly::conformance
