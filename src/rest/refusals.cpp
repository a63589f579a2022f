#include "rest/refusals.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "rest/errors.h"
#include "script/vm/runtime.h"
#include "security/decision_log.h"

namespace qodly::rest {

namespace {

struct Refused {
  security::ResourceType type;
  std::string resource;
  security::Action action;
};

// What a message of error 1557 is about; it is always of the form of rest.md 5.2.
std::optional<Refused> read(std::string_view message) {
  constexpr std::string_view begin = "No permission to ";
  constexpr std::array<std::pair<std::string_view, security::Action>, 5> actions = {
      {{"create", security::Action::create},
       {"read", security::Action::read},
       {"update", security::Action::update},
       {"delete", security::Action::drop},
       {"execute", security::Action::execute}}};
  if (!message.starts_with(begin)) return std::nullopt;
  message.remove_prefix(begin.size());
  const auto action = std::ranges::find_if(actions, [&](const auto& row) { return message.starts_with(row.first); });
  if (action == actions.end()) return std::nullopt;
  std::string member;
  if (const std::size_t quote = message.find('"'); quote != std::string_view::npos) {
    const std::size_t end = message.find('"', quote + 1);
    if (end == std::string_view::npos) return std::nullopt;
    member = "." + std::string(message.substr(quote + 1, end - quote - 1));
  }
  const bool isFunction = message.contains("\" function in ");
  if (message.ends_with(" in the datastore"))
    return Refused{security::ResourceType::method, "ds" + member, action->second};
  const std::size_t the = message.rfind(" the ");
  const std::size_t last = message.rfind(' ');
  if (the == std::string_view::npos || last < the + 5) return std::nullopt;
  const std::string owner(message.substr(the + 5, last - the - 5));
  if (message.ends_with(" singleton")) {
    return Refused{security::ResourceType::singletonMethod, owner + member, action->second};
  }
  const auto type = isFunction       ? security::ResourceType::method
                    : member.empty() ? security::ResourceType::dataClass
                                     : security::ResourceType::attribute;
  return Refused{type, owner + member, action->second};
}

}  // namespace

void recordRefusal(const Call& call, const Error& error) {
  const bool noPermission = error.code() == code::noPermission;
  const int status = httpStatus(error);
  if (!noPermission && status != 401 && status != 403) return;
  const auto& scripts = call.services.options.scripts;
  auto* log = scripts ? scripts->service<security::DecisionLog>() : nullptr;
  if (log == nullptr) return;
  const Rights& rights = call.rights;
  security::Decision decision;
  const auto session = call.request.visit().known();
  decision.user = rights.privileges ? rights.privileges->userName() : std::string();
  if (decision.user.empty()) decision.user = "guest";
  if (session) decision.session = session->id();
  decision.address = call.clientAddress();
  decision.request = fmt::format("{} {}", call.request.methodName(), call.request.path());
  decision.refusal = error.message();
  if (rights.privileges && rights.roles) decision.held = rights.privileges->names(*rights.roles);
  if (const auto refused = noPermission && rights.roles ? read(error.message()) : std::nullopt) {
    decision.rule = rights.roles->explain(refused->type, refused->resource, refused->action, rights.held);
  } else if (isKeyError(error)) {
    decision.rule = "API key";
  } else {
    decision.rule = status == 401 ? "forceLogin of roles.json" : "origin of the request";
  }
  log->record(decision);
}

}  // namespace qodly::rest
