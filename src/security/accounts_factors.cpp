// Second factors: authenticator apps and passkeys (admin.md 10.1).
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "security/accounts.h"
#include "security/accounts_detail.h"
#include "security/json_members.h"
#include "security/totp.h"
#include "value/json.h"

namespace qodly::security {

namespace {

constexpr std::chrono::minutes setupLife{10};
constexpr std::size_t maximumPasskeys = 20;
constexpr std::size_t challengeBytes = 32;
constexpr int browserTimeout = 300'000;  // milliseconds

Value objectOf(std::initializer_list<std::pair<std::string_view, Value>> members) {
  const Ref<Object> object = Object::make();
  for (const auto& [name, value] : members) object->set(name, value);
  return Value::object(object);
}

Value credentialOf(const Passkey& passkey) {
  return objectOf({{"type", Value::text("public-key")}, {"id", Value::text(toBase64Url(passkey.id))}});
}

Value credentialsOf(const User* user) {
  const Ref<Collection> list = Collection::make();
  if (user != nullptr) {
    for (const Passkey& passkey : user->passkeys) list->push(credentialOf(passkey));
  }
  return Value::collection(list);
}

std::string newChallenge() { return *fromHex(randomHex(challengeBytes)); }

// The challenge that the browser says it has answered: what is kept under it says what it was for.
std::string challengeIn(std::string_view clientData) {
  if (clientData.size() > 8 * 1024) return {};
  const auto parsed = json::parse(clientData, {.maximumDepth = 8});
  if (!parsed || !parsed->isObject()) return {};
  return fromBase64Url(textMember(parsed->asObject(), "challenge")).value_or("");
}

std::string bytesMember(const Object& object, std::string_view name) {
  const Value* value = object.find(name);
  if (value == nullptr || !value->isText() || value->asText().size() > 128 * 1024) return {};
  return fromBase64Url(value->asText()).value_or("");
}

const Object* responseOf(const Object& credential) {
  const Value* response = credential.find("response");
  return response != nullptr && response->isObject() ? &response->asObject() : nullptr;
}

std::string passkeyName(std::string_view given) {
  constexpr std::size_t longest = 64;
  std::string name;
  for (const char c : trim(given.substr(0, longest))) name += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  return name.empty() ? "Passkey" : repairUtf8(name);
}

auto passkeyOf(User& user, std::string_view id) {
  return std::ranges::find_if(user.passkeys, [id](const Passkey& passkey) { return passkey.id == id; });
}

// Codes that stand in for a factor end with the last one.
void tidyFactors(User& user) {
  if (!user.hasSecondFactor()) user.recoveryCodes.clear();
  ++user.epoch;
}

Error noSuchPasskey() { return directoryError("E_PASSKEY", "There is no such passkey."); }
Error passkeyRefused() { return directoryError("E_PASSKEY", "The passkey was not accepted."); }

}  // namespace

Result<Accounts::Enrolment> Accounts::beginTotp(const User& user) {
  const std::string secret = newTotpSecret();
  return Enrolment{toBase32(secret), totpUri(secret, options_.application, user.email),
                   issue(user, "totp", setupLife, toBase32(secret))};
}

Result<std::vector<std::string>> Accounts::finishTotp(const User& user, std::string_view setup, std::string_view code,
                                                      const Caller& caller) {
  const auto claims = claimsOf(setup, "totp");
  const auto secret = claims && claims->userId == user.id ? fromBase32(claims->payload) : std::nullopt;
  const auto entry = enter(user.email, caller);
  if (entry.retryAfter.count() != 0) {
    return std::unexpected(
        directoryError("E_LOCKED", fmt::format("Too many attempts, try again in {} s.", entry.retryAfter.count())));
  }
  const auto step = secret ? acceptTotp(*secret, code, now().ms / 1000, 0) : std::nullopt;
  if (!step) {
    throttle_.failure(user.email, caller.address, throttleNow());
    return std::unexpected(directoryError("E_CODE", "The code is wrong. Codes change every 30 seconds."));
  }
  throttle_.success(user.email, caller.address);
  const std::vector<std::string> codes = newRecoveryCodes();
  const auto changed = directory_->change(user.id, [&](User& each) -> Result<> {
    if (each.epoch != claims->epoch) return std::unexpected(directoryError("E_CODE", "Begin again."));
    each.totp = instance_.seal(*secret);
    each.totpStep = *step;
    each.recoveryCodes.clear();
    for (const std::string& each_code : codes) each.recoveryCodes.push_back(recoveryDigest(each_code));
    ++each.epoch;
    return {};
  });
  if (!changed) return std::unexpected(changed.error());
  log("Add Second Factor", user.email, caller, true);
  return codes;
}

Result<std::vector<std::string>> Accounts::renewRecoveryCodes(const User& user, const Caller& caller) {
  std::vector<std::string> codes = newRecoveryCodes();
  const auto changed = directory_->change(user.id, [&](User& each) -> Result<> {
    if (!each.hasSecondFactor()) {
      return std::unexpected(directoryError("E_FACTOR", "Recovery codes belong to a second factor: set one up first."));
    }
    each.recoveryCodes.clear();
    for (const std::string& code : codes) each.recoveryCodes.push_back(recoveryDigest(code));
    return {};
  });
  if (!changed) return std::unexpected(changed.error());
  log("Renew Recovery Codes", user.email, caller, true);
  return codes;
}

Result<UserRef> Accounts::removeTotp(const User& user, const Caller& caller) {
  auto changed = directory_->change(user.id, [](User& each) -> Result<> {
    each.totp.clear();
    each.totpStep = 0;
    tidyFactors(each);
    return {};
  });
  if (changed) log("Remove Second Factor", user.email, caller, true);
  return changed;
}

Result<UserRef> Accounts::removeFactors(std::string_view userId, const Caller& caller, std::string_view by) {
  auto changed = directory_->change(userId, [](User& user) -> Result<> {
    user.totp.clear();
    user.totpStep = 0;
    user.recoveryCodes.clear();
    user.passkeys.clear();
    ++user.epoch;
    return {};
  });
  if (changed) log("Remove Second Factors", by, caller, true, detailOf({{"email", (*changed)->email}}));
  return changed;
}

Result<Value> Accounts::passkeyRegistration(const User& user, std::string_view host) {
  const std::string challenge = newChallenge();
  challenges_.keep(challenge, {user.id, true, false}, now());
  const Ref<Collection> algorithms = Collection::make();
  for (const int algorithm : {-7, -8, -257}) {
    algorithms->push(objectOf({{"type", Value::text("public-key")}, {"alg", Value::integer(algorithm)}}));
  }
  return objectOf({{"challenge", Value::text(toBase64Url(challenge))},
                   {"rp", objectOf({{"id", Value::text(host)}, {"name", Value::text(options_.application)}})},
                   {"user", objectOf({{"id", Value::text(toBase64Url(user.id))},
                                      {"name", Value::text(user.email)},
                                      {"displayName", Value::text(user.email)}})},
                   {"pubKeyCredParams", Value::collection(algorithms)},
                   {"excludeCredentials", credentialsOf(&user)},
                   {"authenticatorSelection", objectOf({{"residentKey", Value::text("preferred")},
                                                        {"userVerification", Value::text("preferred")}})},
                   {"attestation", Value::text("none")},
                   {"timeout", Value::integer(browserTimeout)}});
}

Result<Passkey> Accounts::finishPasskey(const User& user, const Object& credential, std::string_view name,
                                        std::string_view origin, std::string_view host, const Caller& caller) {
  const Object* response = responseOf(credential);
  if (response == nullptr) return std::unexpected(passkeyRefused());
  const std::string clientData = bytesMember(*response, "clientDataJSON");
  const std::string challenge = challengeIn(clientData);
  const auto kept = challenges_.take(challenge, now());
  if (!kept || !kept->registration || kept->userId != user.id) return std::unexpected(passkeyRefused());
  auto passkey = checkRegistration(clientData, bytesMember(*response, "attestationObject"),
                                   {challenge, std::string(origin), std::string(host), false});
  if (!passkey) {
    log("Add Passkey", user.email, caller, false, detailOf({{"reason", passkey.error().message()}}));
    return std::unexpected(passkeyRefused());
  }
  passkey->name = passkeyName(name);
  appendInstant(now(), passkey->createdAt);
  if (directory_->byPasskey(passkey->id)) return std::unexpected(passkeyRefused());
  const auto changed = directory_->change(user.id, [&](User& each) -> Result<> {
    if (each.passkeys.size() >= maximumPasskeys) {
      return std::unexpected(directoryError("E_LIMIT", "An account has at most 20 passkeys: remove one first."));
    }
    each.passkeys.push_back(*passkey);
    return {};
  });
  if (!changed) return std::unexpected(changed.error());
  log("Add Passkey", user.email, caller, true, detailOf({{"name", passkey->name}}));
  return passkey;
}

Result<UserRef> Accounts::renamePasskey(const User& user, std::string_view id, std::string_view name,
                                        const Caller& caller) {
  auto changed = directory_->change(user.id, [&](User& each) -> Result<> {
    const auto passkey = passkeyOf(each, id);
    if (passkey == each.passkeys.end()) return std::unexpected(noSuchPasskey());
    passkey->name = passkeyName(name);
    return {};
  });
  if (changed) log("Rename Passkey", user.email, caller, true, detailOf({{"name", passkeyName(name)}}));
  return changed;
}

Result<UserRef> Accounts::removePasskey(const User& user, std::string_view id, const Caller& caller) {
  std::string name;
  auto changed = directory_->change(user.id, [&](User& each) -> Result<> {
    const auto passkey = passkeyOf(each, id);
    if (passkey == each.passkeys.end()) return std::unexpected(noSuchPasskey());
    name = passkey->name;
    each.passkeys.erase(passkey);
    tidyFactors(each);
    return {};
  });
  if (changed) log("Remove Passkey", user.email, caller, true, detailOf({{"name", name}}));
  return changed;
}

Result<Value> Accounts::passkeyRequest(std::string_view ticket, std::string_view host) {
  UserRef user;
  if (!ticket.empty()) {
    const auto claims = claimsOf(ticket, "factor");
    user = claims ? directory_->byId(claims->userId) : nullptr;
    if (!user) return std::unexpected(directoryError("E_TICKET", "Sign in again: too much time has passed."));
  }
  const std::string challenge = newChallenge();
  challenges_.keep(challenge, {user ? user->id : std::string(), false, user != nullptr}, now());
  return objectOf({{"challenge", Value::text(toBase64Url(challenge))},
                   {"rpId", Value::text(host)},
                   {"allowCredentials", credentialsOf(user.get())},
                   {"userVerification", Value::text(user ? "preferred" : "required")},
                   {"timeout", Value::integer(browserTimeout)}});
}

SignIn Accounts::signInByPasskey(const Object& credential, std::string_view origin, std::string_view host,
                                 const Caller& caller) {
  const Object* response = responseOf(credential);
  if (response == nullptr) return {};
  const std::string clientData = bytesMember(*response, "clientDataJSON");
  const std::string challenge = challengeIn(clientData);
  const auto kept = challenges_.take(challenge, now());
  const std::string id = bytesMember(credential, credential.find("rawId") != nullptr ? "rawId" : "id");
  const UserRef user = kept && !kept->registration ? directory_->byPasskey(id) : nullptr;
  const std::string account = user ? user->email : "passkey:" + caller.address;
  const auto entry = throttle_.enter(account, caller.address, throttleNow());
  if (entry.retryAfter.count() != 0) return refuseLocked(entry, account, caller);
  SignIn result;
  const bool forThis = user && !user->disabled && (kept->userId.empty() || kept->userId == user->id);
  if (!forThis) return conclude(std::move(result), account, caller, "passkey not known");
  const std::string data = bytesMember(*response, "authenticatorData"), signature = bytesMember(*response, "signature");
  std::string reason = "passkey refused";
  const auto changed = directory_->change(user->id, [&](User& each) -> Result<> {
    for (Passkey& passkey : each.passkeys) {
      if (passkey.id != id) continue;
      const auto counter = checkAssertion({clientData, data, signature}, passkey,
                                          {challenge, std::string(origin), std::string(host), !kept->firstFactorDone});
      if (!counter) return std::unexpected(counter.error());
      passkey.signCount = *counter;
      passkey.lastUsedAt.clear();
      appendInstant(now(), passkey.lastUsedAt);
      return {};
    }
    return std::unexpected(passkeyRefused());
  });
  if (!changed) return conclude(std::move(result), account, caller, changed.error().message());
  result = standing(user->id, user->epoch).value_or(SignIn());
  if (!result.accepted()) {
    result.status = SignIn::Status::NotAuthorized;
    result.user = user;
  }
  return conclude(std::move(result), account, caller, "passkey");
}

}  // namespace qodly::security
