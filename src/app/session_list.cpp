#include "app/session_list.h"

#include <algorithm>

#include "base/text.h"
#include "security/json_members.h"
#include "security/session_privileges.h"
#include "security/user_session.h"

namespace qodly::app {

namespace {

using Sessions = std::vector<std::shared_ptr<security::Session>>;

std::string userOf(const security::Session& session) {
  const auto privileges = session.find<security::SessionPrivileges>();
  return privileges ? privileges->userName() : std::string();
}

Value textOf(security::Instant instant) {
  std::string text;
  appendInstant(qodly::Instant{instant.time_since_epoch().count()}, text);
  return Value::text(text);
}

Value valueOf(const security::Session& session, const security::Roles& roles) {
  const auto privileges = session.find<security::SessionPrivileges>();
  const Ref<Object> object = Object::make();
  object->set("id", Value::text(session.id()));
  object->set("userName", Value::text(userOf(session)));
  object->set("privileges", security::collectionOf(privileges ? privileges->names(roles) : std::vector<std::string>()));
  object->set("createdAt", textOf(session.created()));
  object->set("lastUsedAt", textOf(session.lastUsed()));
  object->set("expiresAt", textOf(session.expiration()));
  return Value::object(object);
}

template <class Test>
std::size_t endWhere(security::SessionTable& sessions, security::Accounts& accounts, Test&& test) {
  std::size_t ended = 0;
  for (const auto& session : sessions.all()) {
    if (!test(*session)) continue;
    security::UserSession::signOut(*session, accounts);
    sessions.end(session);
    ++ended;
  }
  return ended;
}

}  // namespace

LogPart listSessions(const security::SessionTable& sessions, const security::Roles& roles, const LogWish& wish) {
  const std::string wanted = lowerAscii(wish.text);
  Sessions found = sessions.all();
  if (!wanted.empty()) {
    std::erase_if(found, [&](const auto& session) {
      return !lowerAscii(userOf(*session)).contains(wanted) && !lowerAscii(session->id()).contains(wanted);
    });
  }
  // Times of use go on while they are compared: taken once.
  std::vector<std::pair<security::Instant, std::shared_ptr<security::Session>>> order;
  for (auto& session : found) order.emplace_back(session->lastUsed(), std::move(session));
  std::ranges::sort(order, std::greater(), &decltype(order)::value_type::first);
  LogPart part;
  part.total = order.size();
  for (std::size_t i = wish.offset; i < order.size() && part.items.size() < wish.limit; ++i) {
    part.items.push_back(valueOf(*order[i].second, roles));
  }
  return part;
}

std::size_t endSession(security::SessionTable& sessions, std::string_view id, security::Accounts& accounts) {
  return endWhere(sessions, accounts, [id](const security::Session& session) { return session.id() == id; });
}

std::size_t endSessionsOf(security::SessionTable& sessions, std::string_view userName, security::Accounts& accounts) {
  return endWhere(sessions, accounts, [userName](const security::Session& session) {
    return !userName.empty() && equalsIgnoringAsciiCase(userOf(session), userName);
  });
}

}  // namespace qodly::app
