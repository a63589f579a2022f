#include "rest/script_session.h"

#include "script/vm/shared.h"
#include "security/session_privileges.h"

namespace qodly::rest {

namespace {

// What scripts keep in the session: session.storage.
struct ScriptStorage {
  Value object = script::vm::newSharedObject();
};

class ScriptSession final : public script::data::WebSession {
 public:
  explicit ScriptSession(Call& call) : call_(call) {}

  std::string id() const override {
    const auto session = this->session();
    return session ? session->id() : "";
  }
  void clearPrivileges() override {
    if (const auto granted = this->granted()) granted->clear();
    call_.refreshRights();
  }
  std::string expirationDate() const override {
    const auto session = this->session();
    return session ? session->expirationDate() : "";
  }
  std::vector<std::string> privileges() const override {
    const auto granted = this->granted();
    return granted ? granted->names(*call_.rights.roles) : std::vector<std::string>();
  }
  bool hasPrivilege(std::string_view privilege) const override {
    const auto wanted = call_.rights.roles->privilege(privilege);
    return wanted && (call_.rights.held.contains(*wanted) || call_.promoted.contains(*wanted));
  }
  int idleTimeout() const override {
    const auto session = this->session();
    return session ? static_cast<int>(session->idleTimeout().count()) : 0;
  }
  void setIdleTimeout(int minutes) override {
    if (const auto session = this->session()) session->setIdleTimeout(std::chrono::minutes(minutes));
  }
  bool isGuest() const override {
    const auto granted = this->granted();
    return !granted || granted->isGuest();
  }
  bool setPrivileges(const Settings& settings) override {
    const auto session = this->session();
    if (!session) return false;
    const bool done =
        granted()->set(*call_.rights.roles,
                       {.privileges = settings.privileges, .roles = settings.roles, .userName = settings.userName});
    session->confirm();
    session->requestRotation();
    call_.refreshRights();
    return done;
  }
  Value storage() override {
    const auto session = this->session();
    return session ? session->slot<ScriptStorage>()->object : Value::null();
  }
  std::string userName() const override {
    return call_.rights.privileges ? call_.rights.privileges->userName() : std::string();
  }

 private:
  std::shared_ptr<security::Session> session() const { return call_.request.session(); }
  std::shared_ptr<security::SessionPrivileges> granted() const {
    const auto session = this->session();
    return session ? session->slot<security::SessionPrivileges>() : nullptr;
  }

  Call& call_;
};

}  // namespace

std::shared_ptr<script::data::WebSession> scriptSession(Call& call) { return std::make_shared<ScriptSession>(call); }

}  // namespace qodly::rest
