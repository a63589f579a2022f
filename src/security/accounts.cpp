#include "security/accounts.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "base/text.h"
#include "security/accounts_detail.h"
#include "security/json_members.h"
#include "security/totp.h"
#include "value/json.h"

namespace qodly::security {

namespace {

constexpr std::size_t maximumCharacters = 256;
constexpr std::chrono::minutes ticketLife{5};
// How often a sign-in is written to the directory.
constexpr std::int64_t lastLoginEvery = 3'600'000;  // milliseconds

// Fits into a line of the log, whatever a client sent.
std::string shortened(std::string_view text) { return repairUtf8(text.substr(0, maximumCharacters)); }

}  // namespace

std::string SignIn::message() const {
  switch (status) {
    case Status::Accepted:
      return {};
    case Status::FactorNeeded:
      return "Second factor required";
    case Status::EnrolNeeded:
      return "Second factor required: set one up at the login page first.";
    case Status::Locked:
      return fmt::format("Too many attempts, try again in {} s.", retryAfter.count());
    case Status::Unavailable:
      return "Directory unavailable";
    case Status::NotAuthorized:
      return "Not authorized for this environment";
    case Status::Refused:
      break;
  }
  return "Incorrect username or password.";
}

Accounts::Accounts(const Instance& instance, Options options)
    : instance_(instance),
      options_(std::move(options)),
      secrets_(instance),
      activity_(instance, options_.application, options_.environment),
      signIns_(instance) {}

Accounts::~Accounts() = default;

Result<std::unique_ptr<Accounts>> Accounts::open(const Instance& instance, Options options) {
  std::unique_ptr<Accounts> accounts(new Accounts(instance, std::move(options)));
  auto directory = Directory::open(instance);
  if (!directory) return std::unexpected(directory.error());
  accounts->directory_ = std::move(*directory);
  if (accounts->options_.remembersAttempts) {
    accounts->throttle_.remember(std::make_unique<SealedJournal>(instance, instance.folder() / "attempts.bin"),
                                 accounts->throttleNow());
  }
  (void)accounts->settings();
  return accounts;
}

qodly::Instant Accounts::now() const { return options_.clock ? options_.clock() : qodly::Instant::now(); }
Instant Accounts::throttleNow() const { return Instant(std::chrono::milliseconds(now().ms)); }

// auth.json as it is now; looked at once a second at most. One that cannot be read leaves the settings known before; at
// start nobody but built-in users signs in then.
std::shared_ptr<const AuthenticationSettings> Accounts::settings() {
  std::lock_guard lock(settingsMutex_);
  const auto time = std::chrono::steady_clock::now();
  if (settings_ && time - settingsLooked_ < std::chrono::seconds(1)) return settings_;
  settingsLooked_ = time;
  std::error_code missing;
  const auto written = std::filesystem::last_write_time(instance_.folder() / "auth.json", missing);
  const auto version = missing ? std::filesystem::file_time_type::min() : written;
  if (settings_ && version == settingsRead_) return settings_;
  settingsRead_ = version;
  auto read = readAuthentication(instance_, options_.factories, {secrets_, options_.environment, options_.tell});
  if (read) {
    if (options_.tell) std::ranges::for_each(read->problems, options_.tell);
    settings_ = std::make_shared<const AuthenticationSettings>(std::move(*read));
  } else {
    if (options_.tell) options_.tell(fmt::format("auth.json cannot be read: {}", read.error().text()));
    if (!settings_) {
      AuthenticationSettings otherwise;
      otherwise.providers.push_back(nullptr);
      settings_ = std::make_shared<const AuthenticationSettings>(std::move(otherwise));
    }
  }
  return settings_;
}

std::vector<std::shared_ptr<Provider>> Accounts::redirectProviders() {
  std::vector<std::shared_ptr<Provider>> found;
  for (const auto& provider : settings()->providers) {
    if (dynamic_cast<RedirectProvider*>(provider.get()) != nullptr) found.push_back(provider);
  }
  return found;
}

void Accounts::log(std::string_view action, std::string_view user, const Caller& caller, bool succeeded, Value detail) {
  const auto written = activity_.append({.action = std::string(action),
                                         .user = shortened(user),
                                         .via = caller.via,
                                         .address = caller.address,
                                         .detail = std::move(detail),
                                         .succeeded = succeeded});
  if (!written && options_.tell) options_.tell(fmt::format("The activity log: {}", written.error().text()));
}

Throttle::Entry Accounts::enter(std::string_view account, const Caller& caller) {
  if (const UserRef user = directory_->find(account); user && user->unlockedAt.ms != 0) {
    throttle_.forgetBefore(account, Instant(std::chrono::milliseconds(user->unlockedAt.ms)));
  }
  return throttle_.enter(account, caller.address, throttleNow());
}

SignIn Accounts::refuseLocked(const Throttle::Entry& entry, std::string_view login, const Caller& caller) {
  if (entry.refusals != 0) {
    log("User Login Failed", login, caller, false,
        detailOf({{"reason", "locked"}, {"attempts", std::to_string(entry.refusals)}}));
  }
  SignIn refused;
  refused.status = SignIn::Status::Locked;
  refused.retryAfter = entry.retryAfter;
  return refused;
}

void Accounts::keyRefused(std::string_view key, std::string_view reason, std::string_view address) {
  const Caller caller{std::string(address), "rest"};
  const auto entry = keyReports_.enter("key:" + std::string(key), address, throttleNow());
  if (entry.retryAfter.count() == 0) {
    keyReports_.failure("key:" + std::string(key), address, throttleNow());
  } else if (entry.refusals == 0) {
    return;
  }
  log("API Key Refused", key, caller, false,
      detailOf({{"reason", std::string(reason)},
                {"attempts", entry.refusals == 0 ? std::string() : std::to_string(entry.refusals)}}));
}

SignIn Accounts::signIn(std::string_view login, std::string_view password, std::string_view code,
                        const Caller& caller) {
  const Credentials credentials{lowerAscii(trim(login.substr(0, 4 * maximumCharacters))), std::string(password),
                                caller.address, options_.environment};
  SignIn busy;
  busy.status = SignIn::Status::Unavailable;
  return workers_.run([&] { return attempt(credentials, code, caller); }).value_or(busy);
}

SignIn Accounts::attempt(const Credentials& credentials, std::string_view code, const Caller& caller) {
  const auto entry = enter(credentials.login, caller);
  if (entry.retryAfter.count() != 0) return refuseLocked(entry, credentials.login, caller);
  const auto settings = this->settings();
  bool answered = false;  // by a directory of elsewhere
  std::string reason = "unknown user or wrong password", unreachable;
  const bool complete = !credentials.login.empty() && !credentials.password.empty();
  std::vector<std::shared_ptr<Provider>> providers = settings->providers;
  // Instance administrators can always get in to repair the settings.
  if (!settings->builtin) providers.push_back(nullptr);
  for (const auto& provider : providers) {
    auto* byPassword = dynamic_cast<PasswordProvider*>(provider.get());
    if (provider && (byPassword == nullptr || !complete)) continue;
    Finding finding = provider ? byPassword->check(credentials) : checkBuiltin(credentials);
    if (finding.verdict == Verdict::Unavailable) {
      unreachable += fmt::format("{}{}: {}", unreachable.empty() ? "" : "; ", provider->name(), finding.reason);
      continue;
    }
    answered = answered || provider;
    if (!finding.reason.empty()) reason = finding.reason;
    if (finding.verdict != Verdict::Accepted) continue;
    const std::string how = provider ? provider->name() : "password";
    SignIn found = authorize(finding.identity);
    if (!provider && !settings->builtin && !(found.user && found.user->instanceAdmin)) continue;
    return conclude(demandFactor(std::move(found), finding.identity.secondFactorDone, code), credentials.login, caller,
                    how);
  }
  // Which of the two it is depends on the directories alone, never on who is asked for: otherwise an outage would tell
  // who has an account.
  SignIn refused;
  const bool noneAnswered = !unreachable.empty() && !answered;
  refused.status = noneAnswered ? SignIn::Status::Unavailable : SignIn::Status::Refused;
  return conclude(std::move(refused), credentials.login, caller, reason, unreachable);
}

Finding Accounts::checkBuiltin(const Credentials& credentials) {
  const UserRef user = directory_->find(credentials.login);
  const PasswordCheck check =
      checkPassword(credentials.password, user ? user->passwordHash : std::string(), options_.cost);
  if (!user) return Finding::refused("unknown user");
  if (!check.matches) return Finding::refused("wrong password");
  if (user->disabled) return Finding::refused("disabled user");
  if (check.outdated) {
    if (auto hash = hashPassword(credentials.password, options_.cost)) {
      (void)directory_->change(user->id, [&](User& changed) -> Result<> {
        if (changed.passwordHash == user->passwordHash) changed.passwordHash = *hash;
        return {};
      });
    }
  }
  Identity identity;
  identity.externalId = user->id;
  identity.email = user->email;
  return Finding::accepted(std::move(identity));
}

// The user of the directory that an identity stands for. One that is linked to somebody else at the provider is none:
// an address that was given to another person there brings no rights.
UserRef Accounts::matchUser(const Identity& identity) {
  if (identity.provider.empty()) return directory_->byId(identity.externalId);
  if (!identity.externalId.empty()) {
    if (UserRef known = directory_->byExternalId(identity.provider, identity.externalId)) return known;
  }
  UserRef user = directory_->find(identity.email);
  const bool isOther = user && !identity.externalId.empty() && user->externalIds.contains(identity.provider) &&
                       user->externalIds.at(identity.provider) != identity.externalId;
  return isOther ? nullptr : user;
}

SignIn Accounts::authorize(const Identity& identity) {
  SignIn result;
  result.status = SignIn::Status::NotAuthorized;
  UserRef user = matchUser(identity);
  const std::optional<std::string>& firstProfile = identity.profile ? identity.profile : identity.defaultProfile;
  if (!user && identity.createUser && firstProfile && !directory_->find(identity.email)) {
    User fresh;
    fresh.email = identity.email;
    if (auto added = directory_->add(std::move(fresh))) user = *added;
  }
  if (!user) return result;
  result.user = user;
  if (user->disabled) return result;
  if (!identity.provider.empty()) {
    auto changed = directory_->change(user->id, [&](User& each) -> Result<> {
      if (!identity.externalId.empty()) each.externalIds[identity.provider] = identity.externalId;
      if (!firstProfile) return {};
      const auto found = std::ranges::find_if(each.assignments, [&](const Assignment& assignment) {
        return equalsIgnoringAsciiCase(assignment.environment, options_.environment);
      });
      if (found != each.assignments.end()) {
        if (identity.profile) found->profile = *identity.profile;
      } else if (identity.createUser) {
        each.assignments.push_back({options_.environment, identity.firstName, identity.lastName, *firstProfile});
      }
      return {};
    });
    if (!changed) return result;
    user = *changed;
  }
  const Assignment* assignment = user->in(options_.environment);
  if (assignment == nullptr) return result;
  result.status = SignIn::Status::Accepted;
  result.user = user;
  result.profile = assignment->profile;
  return result;
}

SignIn Accounts::demandFactor(SignIn signIn, bool factorDone, std::string_view code) {
  if (!signIn.accepted() || factorDone) return signIn;
  if (!signIn.user->hasSecondFactor()) {
    if (!settings()->requireMfa) return signIn;
    signIn.status = SignIn::Status::EnrolNeeded;
    signIn.ticket = issue(*signIn.user, "enrol", std::chrono::minutes(15));
    return signIn;
  }
  if (code.empty()) {
    signIn.status = SignIn::Status::FactorNeeded;
    signIn.ticket = issue(*signIn.user, "factor", ticketLife);
    return signIn;
  }
  if (!acceptCode(*signIn.user, code)) signIn.status = SignIn::Status::Refused;
  return signIn;
}

// Counts the attempt and writes it down.
SignIn Accounts::conclude(SignIn signIn, std::string_view login, const Caller& caller, std::string_view how,
                          std::string_view unreachable) {
  switch (signIn.status) {
    case SignIn::Status::Accepted: {
      throttle_.success(login, caller.address);
      log("User Login", signIn.user->email, caller, true,
          detailOf({{"by", std::string(how)}, {"profile", signIn.profile}}));
      const auto last = parseInstant(signIn.user->lastLogin);
      if (last && now().ms - last->ms < lastLoginEvery) break;
      auto changed = directory_->change(signIn.user->id, [this](User& user) -> Result<> {
        user.lastLogin.clear();
        appendInstant(now(), user.lastLogin);
        return {};
      });
      if (changed) signIn.user = *changed;
      break;
    }
    case SignIn::Status::FactorNeeded:
    case SignIn::Status::EnrolNeeded:
      throttle_.cancel(login, caller.address);
      log("User Login", signIn.user->email, caller, false, detailOf({{"reason", "second factor needed"}}));
      break;
    default: {
      // Also with directories out of reach: the others have compared the password.
      const bool compared = signIn.status != SignIn::Status::Unavailable || !unreachable.empty();
      compared ? throttle_.failure(login, caller.address, throttleNow()) : throttle_.cancel(login, caller.address);
      const bool noRight = signIn.status == SignIn::Status::NotAuthorized;
      const std::string reason = noRight ? "not in this environment" : signIn.user ? "wrong code" : shortened(how);
      log("User Login Failed", login, caller, false,
          detailOf({{"reason", reason}, {"unreachable", shortened(unreachable)}}));
      break;
    }
  }
  return signIn;
}

SignIn Accounts::secondFactor(std::string_view ticket, std::string_view code, const Caller& caller) {
  const auto claims = claimsOf(ticket, "factor");
  const UserRef user = claims ? directory_->byId(claims->userId) : nullptr;
  if (!user) return {};
  const auto entry = enter(user->email, caller);
  if (entry.retryAfter.count() != 0) return refuseLocked(entry, user->email, caller);
  SignIn result = standing(user->id, claims->epoch).value_or(SignIn());
  result.user = user;
  if (result.accepted() && !acceptCode(*user, code)) result.status = SignIn::Status::Refused;
  return conclude(std::move(result), user->email, caller, "second factor");
}

std::optional<SignIn> Accounts::standing(std::string_view userId, std::uint32_t epoch) {
  const UserRef user = directory_->byId(userId);
  const Assignment* assignment = user ? user->in(options_.environment) : nullptr;
  if (assignment == nullptr || user->disabled || user->epoch != epoch) return std::nullopt;
  SignIn result;
  result.status = SignIn::Status::Accepted;
  result.user = user;
  result.profile = assignment->profile;
  return result;
}

// A code works once: the step, or the recovery code, is used up in the directory before it counts.
bool Accounts::acceptCode(const User& user, std::string_view code) {
  if (code.empty() || code.size() > maximumCharacters) return false;
  const auto wrong = std::unexpected(directoryError("E_CODE", "The code is wrong."));
  const auto used = directory_->change(user.id, [&](User& each) -> Result<> {
    if (!each.totp.empty()) {
      const auto secret = instance_.unseal(each.totp);
      if (!secret) return std::unexpected(secret.error());
      if (const auto step = acceptTotp(*secret, code, now().ms / 1000, each.totpStep)) {
        each.totpStep = *step;
        return {};
      }
    }
    const auto found = std::ranges::find(each.recoveryCodes, recoveryDigest(code));
    if (found == each.recoveryCodes.end()) return wrong;
    each.recoveryCodes.erase(found);
    return {};
  });
  return used.has_value();
}

std::string Accounts::issue(const User& user, std::string_view purpose, std::chrono::seconds life,
                            std::string_view payload) {
  const Ref<Object> claims = Object::make();
  claims->set("user", Value::text(user.id));
  claims->set("epoch", Value::integer(user.epoch));
  claims->set("purpose", Value::text(purpose));
  claims->set("until", Value::integer(now().ms + std::chrono::milliseconds(life).count()));
  claims->set("payload", Value::text(payload));
  return toBase64Url(fromBase64(instance_.seal(json::text(Value::object(claims)))).value_or(""));
}

std::optional<Accounts::Claims> Accounts::claimsOf(std::string_view ticket, std::string_view purpose) {
  if (ticket.size() > 4096) return std::nullopt;
  const auto bytes = fromBase64Url(ticket);
  const auto text = bytes ? instance_.unseal(toBase64(*bytes)) : Result<std::string>(std::unexpect, Error(0, "", ""));
  const auto parsed = text ? json::parse(*text) : Result<Value>(std::unexpect, Error(0, "", ""));
  if (!parsed || !parsed->isObject()) return std::nullopt;
  const Object& object = parsed->asObject();
  if (textMember(object, "purpose") != purpose || integerMember(object, "until") < now().ms) return std::nullopt;
  Claims claims{textMember(object, "user"), std::string(purpose), textMember(object, "payload"),
                static_cast<std::uint32_t>(integerMember(object, "epoch"))};
  const UserRef user = directory_->byId(claims.userId);
  if (!user || user->epoch != claims.epoch || user->disabled) return std::nullopt;
  return claims;
}

// A ticket for a second factor proves less: whoever has one already cannot make another with the password alone.
UserRef Accounts::ticketOwner(std::string_view ticket) {
  const auto claims = claimsOf(ticket, "enrol");
  return claims ? directory_->byId(claims->userId) : nullptr;
}

}  // namespace qodly::security
