#include "security/user_session.h"

#include "security/session_privileges.h"

namespace qodly::security {

namespace {

void grant(Session& session, const Roles& roles, const SignIn& accepted) {
  const auto privileges = session.slot<SessionPrivileges>();
  privileges->logout();
  SessionPrivileges::Grant grant;
  grant.roles.push_back(accepted.profile);
  grant.userName = accepted.user->email;
  privileges->set(roles, grant);
}

}  // namespace

std::optional<UserSession::Who> UserSession::who() const {
  std::lock_guard lock(mutex_);
  return who_;
}

void UserSession::signIn(Session& session, const Roles& roles, const SignIn& accepted, Accounts& accounts,
                         std::string token) {
  const auto state = session.slot<UserSession>();
  {
    std::lock_guard lock(state->mutex_);
    state->who_ = Who{accepted.user->id, accepted.user->epoch, std::move(token)};
    state->profile_ = accepted.profile;
    state->generation_ = accounts.directory().generation();
  }
  grant(session, roles, accepted);
  session.confirm();
  session.requestRotation();
}

void UserSession::signOut(Session& session, Accounts& accounts) {
  if (const auto state = session.find<UserSession>()) {
    std::optional<Who> who;
    {
      std::lock_guard lock(state->mutex_);
      who = std::exchange(state->who_, std::nullopt);
    }
    if (who && !who->token.empty()) accounts.signIns().end(who->token);
  }
  if (const auto privileges = session.find<SessionPrivileges>()) privileges->logout();
}

void UserSession::refresh(Session& session, const Roles& roles, Accounts& accounts) {
  const auto state = session.find<UserSession>();
  if (!state) return;
  const std::uint64_t generation = accounts.directory().generation();
  Who who;
  {
    std::lock_guard lock(state->mutex_);
    if (!state->who_ || state->generation_ == generation) return;
    state->generation_ = generation;
    who = *state->who_;
  }
  const auto standing = accounts.standing(who.userId, who.epoch);
  if (!standing) return signOut(session, accounts);
  bool changed = false;
  {
    std::lock_guard lock(state->mutex_);
    changed = state->profile_ != standing->profile;
    state->profile_ = standing->profile;
  }
  if (!changed) return;
  grant(session, roles, *standing);
}

}  // namespace qodly::security
