#include "rest/function_rights.h"

#include <vector>

#include <fmt/format.h>

#include "base/error_codes.h"

namespace qodly::rest {

namespace {

using script::data::CalledFunction;

// What is promoted is kept in call.promoted, closed: the union of what the running functions add.
class FunctionRights final : public script::data::CallRights {
 public:
  explicit FunctionRights(Call& call) : call_(call) {}

  Result<bool> enter(const CalledFunction& function) override {
    if (auto allowed = demandExecute(call_, function); !allowed) return std::unexpected(allowed.error());
    const security::Roles& roles = *call_.rights.roles;
    auto promoted = function.singleton.empty() ? roles.promotedBy(function.dataClass, function.name)
                                               : roles.promotedBySingleton(function.singleton, function.name);
    if (promoted.empty()) return false;
    const bool lifted = call_.rights.access && !call_.process().access();
    running_.push_back({call_.promoted, lifted});
    call_.promoted.add(promoted);
    apply(lifted);
    return true;
  }

  void leave() override {
    const bool lifted = running_.back().lifted;
    call_.promoted = std::move(running_.back().before);
    running_.pop_back();
    apply(lifted);
  }

 private:
  struct Promotion {
    security::PrivilegeSet before;
    bool lifted = false;  // a calculated attribute had lifted all restrictions: they stay lifted
  };

  void apply(bool lifted) {
    call_.refreshRights();
    if (lifted) call_.process().setAccess(nullptr);
  }

  Call& call_;
  std::vector<Promotion> running_;
};

}  // namespace

Result<> demandExecute(const Call& call, const CalledFunction& function) {
  const security::Roles& roles = *call.rights.roles;
  security::PrivilegeSet held = call.rights.held;
  held.add(call.promoted);
  const bool allowed = function.singleton.empty() ? roles.allowsFunction(function.dataClass, function.name, held)
                                                  : roles.allowsSingleton(function.singleton, function.name, held);
  if (allowed) return {};
  const std::string where = !function.singleton.empty()  ? fmt::format("the {} singleton", function.singleton)
                            : function.dataClass == "ds" ? "the datastore"
                                                         : fmt::format("the {} dataclass", function.dataClass);
  return std::unexpected(
      Error(code::noPermission, "dbmg",
            fmt::format("No permission to execute for \"{}\" function in {}", function.name, where)));
}

std::shared_ptr<script::data::CallRights> functionRights(Call& call) { return std::make_shared<FunctionRights>(call); }

}  // namespace qodly::rest
