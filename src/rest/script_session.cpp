#include "rest/script_session.h"

#include <mutex>

#include "orda/read_watch.h"
#include "script/vm/group.h"
#include "script/vm/process.h"
#include "script/vm/runtime.h"
#include "script/vm/shared.h"
#include "security/session_privileges.h"
#include "security/session_tokens.h"
#include "security/user_session.h"
#include "value/packed.h"

namespace qodly::rest {

namespace {

// Of one session, in packed form.
constexpr std::uint64_t largestStorage = 64U << 20U;

// What is put into it keeps its own group, as in `storage` (language.md 18).
Value emptyStorage() {
  Ref<Object> object = Object::make();
  object->setGroup(Ref<Box>(new script::vm::Group(script::vm::Group::Sort::store)));
  return Value::object(std::move(object));
}

// What scripts keep in the session: session.storage. Thread-safe.
class ScriptStorage {
 public:
  Value object() const {
    std::lock_guard lock(mutex_);
    return object_;
  }
  void replace(Value object) {
    std::lock_guard lock(mutex_);
    object_ = std::move(object);
    bytes_ = 0;
  }
  // What it holds, as it was measured last.
  void measured(std::uint64_t bytes) {
    std::lock_guard lock(mutex_);
    bytes_ = bytes;
  }
  bool isTooLarge() const {
    std::lock_guard lock(mutex_);
    return bytes_ > largestStorage;
  }

 private:
  mutable std::mutex mutex_;
  Value object_ = emptyStorage();
  std::uint64_t bytes_ = 0;
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
    security::PrivilegeSet held = call_.rights.held;
    held.add(call_.promoted);
    if (held.contains(security::Roles::webAdmin)) return true;
    const auto wanted = call_.rights.roles->privilege(privilege);
    return wanted && held.contains(*wanted);
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
    return !granted || granted->isGuest(*call_.rights.roles);
  }
  bool setPrivileges(const Settings& settings) override {
    const auto session = this->session();
    if (!session) return false;
    const auto granted = this->granted();
    const std::uint64_t raises = granted->raises();
    const bool done =
        granted->set(*call_.rights.roles,
                     {.privileges = settings.privileges, .roles = settings.roles, .userName = settings.userName});
    session->confirm();
    // What gives nothing new leaves the cookie as it is: code may do it in every request.
    if (granted->raises() != raises) {
      session->requestRotation();
      call_.outer().visit().use(session, true);
    }
    call_.refreshRights();
    return done;
  }
  Value storage() override {
    orda::ReadWatch* const watch = orda::readWatch(call_.engine());
    if (orda::Footprint* notes = watch != nullptr ? watch->notes() : nullptr) notes->noteSession();
    const auto session = this->session();
    if (!session) return Value::null();
    const auto storage = session->slot<ScriptStorage>();
    if (!storage->isTooLarge()) return storage->object();
    storage->replace(emptyStorage());
    return {};
  }
  std::string userName() const override {
    return call_.rights.privileges ? call_.rights.privileges->userName() : std::string();
  }
  std::string createOneTimeToken(std::optional<int> seconds) override {
    const auto session = this->session();
    auto* tokens = call_.services.options.scripts->service<security::SessionTokens>();
    return session && tokens != nullptr ? tokens->make(session, seconds) : std::string();
  }
  bool restore(std::string_view token) override {
    auto* tokens = call_.services.options.scripts->service<security::SessionTokens>();
    auto restored = tokens == nullptr ? nullptr : tokens->take(token);
    if (!restored) return false;
    call_.request.visit().use(std::move(restored), true);
    establishSession(call_);
    call_.refreshRights();
    return true;
  }
  std::optional<script::data::DirectoryUser> currentUser() const override {
    const auto known = call_.request.visit().known();
    const auto state = known ? known->find<security::UserSession>() : nullptr;
    const auto who = state ? state->who() : std::nullopt;
    security::Accounts* accounts = this->accounts();
    const auto standing = who && accounts != nullptr ? accounts->standing(who->userId, who->epoch) : std::nullopt;
    return standing ? std::optional(seen(*standing)) : std::nullopt;
  }
  script::data::DirectorySignIn signIn(std::string_view email, std::string_view password,
                                       std::string_view code) override {
    security::Accounts* accounts = this->accounts();
    if (accounts == nullptr) return {};
    const security::SignIn result = accounts->signIn(email, password, code, {call_.clientAddress(), "script"});
    if (!result.accepted()) return {false, result.message(), {}};
    const auto session = this->session();
    if (!session) return {false, "The maximum number of sessions is reached.", {}};
    security::UserSession::signIn(*session, *call_.rights.roles, result, *accounts);
    call_.outer().visit().use(session, true);
    call_.refreshRights();
    return {true, {}, seen(result)};
  }

 private:
  std::shared_ptr<security::Session> session() const { return call_.request.session(); }
  std::shared_ptr<security::SessionPrivileges> granted() const {
    const auto session = this->session();
    return session ? session->slot<security::SessionPrivileges>() : nullptr;
  }

  // Users are a service of the runtime, so that every server of the application finds the same ones.
  security::Accounts* accounts() const { return call_.services.options.scripts->service<security::Accounts>(); }
  static script::data::DirectoryUser seen(const security::SignIn& standing) {
    const security::Assignment* assignment = nullptr;
    for (const security::Assignment& each : standing.user->assignments) {
      if (each.profile == standing.profile) assignment = &each;
    }
    script::data::DirectoryUser user{standing.user->email, standing.profile, {}, {}};
    if (assignment != nullptr) {
      user.firstName = assignment->firstName;
      user.lastName = assignment->lastName;
    }
    return user;
  }

  Call& call_;
};

}  // namespace

namespace {

Value sharedCopy(script::vm::Process& process, const Value& value);

// Puts shared copies of the members into a shared object and gives that.
Value filled(script::vm::Process& process, Value copy, const Object& members) {
  for (const Object::Member& member : members.members()) {
    if (auto stored = script::vm::valueForContainer(process, copy.asObject(), sharedCopy(process, member.value))) {
      copy.asObject().set(member.name, std::move(*stored));
    }
  }
  return copy;
}

// A shared copy of plain values.
Value sharedCopy(script::vm::Process& process, const Value& value) {
  if (value.isObject()) return filled(process, script::vm::newSharedObject(), value.asObject());
  if (value.isCollection()) {
    const Value copy = script::vm::newSharedCollection();
    for (const Value& element : value.asCollection().elements()) {
      if (auto stored = script::vm::valueForContainer(process, copy.asCollection(), sharedCopy(process, element))) {
        copy.asCollection().push(std::move(*stored));
      }
    }
    return copy;
  }
  return value;
}

}  // namespace

std::string packedStorage(const security::Session& session) {
  std::string packed;
  const auto storage = session.find<ScriptStorage>();
  if (!storage) return packed;
  const Value whole = storage->object();
  const Object& object = whole.asObject();
  const script::vm::ReadGuard guard(object);
  if (object.size() == 0) return packed;
  const bool packs = pack(whole, packed).has_value();
  storage->measured(packed.size());
  if (packs) return packed;
  // Something of the running program is in it (an entity selection, a file): the rest is kept.
  const Ref<Object> rest = Object::make();
  for (const Object::Member& member : object.members()) {
    std::string one;
    if (pack(member.value, one)) rest->set(member.name, member.value);
  }
  if (rest->size() != 0) (void)pack(Value::object(rest), packed);
  storage->measured(packed.size());
  return packed;
}

void restoreStorage(security::Session& session, std::string_view packed,
                    const std::shared_ptr<script::vm::Runtime>& runtime) {
  const PackedView view(packed);
  if (view.type() != Type::object || !view.isSound()) return;
  script::vm::Process process(runtime, "Session", script::vm::ProcessType::internal);
  const Value kept = view.unpack();
  session.slot<ScriptStorage>()->replace(filled(process, emptyStorage(), kept.asObject()));
}

std::shared_ptr<script::data::WebSession> scriptSession(Call& call) { return std::make_shared<ScriptSession>(call); }

}  // namespace qodly::rest
