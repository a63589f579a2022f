// roles.json: privileges, roles and permissions, and the one algorithm that decides what a set of privileges may do
// (roles.md 2 to 7). Knows names only; what a name means in the model is looked up by ResourceNames when the file is
// checked. Immutable once read: safe from every thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "value/value.h"

namespace qodly::security {

enum class Action : std::uint8_t { create, read, update, drop, execute, promote, describe };
inline constexpr std::size_t actionCount = 7;
std::string_view name(Action action);  // as the file and the messages write it; drop is "drop"

// A set of privileges of one Roles object.
class PrivilegeSet {
 public:
  void add(std::uint32_t privilege);
  void add(const PrivilegeSet& others);
  bool contains(std::uint32_t privilege) const;
  bool intersects(const PrivilegeSet& other) const;
  bool empty() const { return words_.empty(); }  // words are only there once something is in them
  bool operator==(const PrivilegeSet&) const = default;
  std::vector<std::uint32_t> members() const;

 private:
  std::vector<std::uint64_t> words_;
};

// What a permission is about (roles.md 2).
enum class ResourceType : std::uint8_t { datastore, dataClass, attribute, method, singleton, singletonMethod };

// One line of Roles_Errors.json (roles.md 3).
struct RoleProblem {
  std::string message;
  std::string path;
  std::string offender;  // what the report is sorted by
};

// Which resources exist. Implemented by whoever knows the model and the classes.
class ResourceNames {
 public:
  virtual ~ResourceNames() = default;
  virtual bool hasDataClass(std::string_view dataClass) const = 0;
  virtual bool hasAttribute(std::string_view dataClass, std::string_view attribute) const = 0;
  // "ds" for datastore functions; dataclass, entity and selection functions share the dataclass's names.
  virtual bool hasFunction(std::string_view dataClass, std::string_view function) const = 0;
  virtual bool hasSingleton(std::string_view singleton) const = 0;
  virtual bool hasSingletonFunction(std::string_view singleton, std::string_view function) const = 0;
};

class Roles {
 public:
  static constexpr std::uint32_t guest = 0;
  static constexpr std::uint32_t webAdmin = 1;

  Roles();  // no file: everything open
  // A file that is no JSON or has the wrong structure gives Roles that deny everything (roles.md 15.1); problems()
  // then has the reason.
  static Roles read(std::string_view json);

  bool forceLogin() const { return forceLogin_; }
  bool restrictedByDefault() const { return restrictedByDefault_; }
  bool isBroken() const { return broken_; }
  // Nothing is locked for anybody, and nobody has to log in.
  bool isOpen() const;
  // What is wrong inside the file itself; with `names`, also the entries about resources that do not exist, all in the
  // order of the report.
  std::vector<RoleProblem> problems(const ResourceNames* names = nullptr) const;
  // Declared privileges and roles in the order of the file.
  const std::vector<std::string>& roleNames() const { return roleNames_; }
  std::vector<std::string> privilegeNames() const;

  std::optional<std::uint32_t> privilege(std::string_view name) const;  // declared, guest or WebAdmin; any case
  const std::string& privilegeName(std::uint32_t privilege) const { return privileges_[privilege].name; }
  std::optional<PrivilegeSet> role(std::string_view name) const;  // its privileges, not closed; any case
  PrivilegeSet closure(const PrivilegeSet& privileges) const;
  // closure(assigned and guest): what a session holds (roles.md 4).
  PrivilegeSet held(const PrivilegeSet& assigned) const;

  // The decisions of roles.md 6, for what is held. WebAdmin passes everything.
  bool allowsDataClass(std::string_view dataClass, Action action, const PrivilegeSet& held) const;
  bool allowsAttribute(std::string_view dataClass, std::string_view attribute, Action action,
                       const PrivilegeSet& held) const;
  // Whether the attribute has a list of its own for the action (roles.md 15.9).
  bool locksAttribute(std::string_view dataClass, std::string_view attribute, Action action) const;
  // dataClass "ds": datastore functions.
  bool allowsFunction(std::string_view dataClass, std::string_view function, const PrivilegeSet& held) const;
  bool allowsSingleton(std::string_view singleton, std::string_view function, const PrivilegeSet& held) const;
  // Whether a list of the function itself lets guests execute it.
  bool grantsToGuest(std::string_view dataClass, std::string_view function) const;
  bool describesDataClass(std::string_view dataClass, const PrivilegeSet& held) const;
  bool describesAttribute(std::string_view dataClass, std::string_view attribute, const PrivilegeSet& held) const;
  bool describesFunction(std::string_view dataClass, std::string_view function, const PrivilegeSet& held) const;
  bool describesSingleton(std::string_view singleton, const PrivilegeSet& held) const;
  // Privileges that the function adds while it runs, closed; empty when none (roles.md 7). singleton: its class.
  PrivilegeSet promotedBy(std::string_view dataClass, std::string_view function) const;
  PrivilegeSet promotedBySingleton(std::string_view singleton, std::string_view function) const;

  // Why a decision fell as it did, for the administrator: "Garment.read is restricted to [\"clerk\"] (dataclass
  // level)".
  std::string explain(ResourceType type, std::string_view resource, Action action, const PrivilegeSet& held) const;

 private:
  struct Privilege {
    std::string name;
    bool declared = false;
    std::vector<std::uint32_t> includes;
  };
  struct Permission {
    std::array<PrivilegeSet, actionCount> lists;  // empty: no list
  };
  struct Entry {  // of the file, for the report
    ResourceType type;
    std::string applyTo;
    std::size_t index;
  };
  class Reader;
  struct Level {  // the list that decides
    const PrivilegeSet* list = nullptr;
    ResourceType type = ResourceType::datastore;
  };

  const PrivilegeSet* list(ResourceType type, std::string_view resource, Action action) const;  // nullptr: none
  Level dataClassLevel(std::string_view dataClass, Action action) const;
  Level functionLevel(std::string_view dataClass, std::string_view function, Action action) const;
  Level singletonLevel(std::string_view singleton, std::string_view function, Action action) const;
  bool passes(const Level& level, const PrivilegeSet& held) const;
  bool isAdministrator(const PrivilegeSet& held) const { return held.contains(webAdmin); }
  std::uint32_t intern(std::string_view name);
  bool includesItself(std::uint32_t privilege) const;

  bool forceLogin_ = false;
  bool restrictedByDefault_ = false;
  bool broken_ = false;
  std::vector<Privilege> privileges_;
  std::unordered_map<std::string, std::uint32_t> privilegeIndex_;  // by name without case
  std::vector<std::string> roleNames_;
  std::unordered_map<std::string, PrivilegeSet> roles_;                        // by name without case
  std::array<std::map<std::string, Permission, std::less<>>, 6> permissions_;  // by type, then by applyTo
  std::vector<Entry> entries_;
  std::vector<RoleProblem> fileProblems_;
};

// The report as Roles_Errors.json has it: an array of {"message", "path"}.
std::string rolesReport(const std::vector<RoleProblem>& problems);

}  // namespace qodly::security
