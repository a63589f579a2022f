// Signing in at an identity provider that takes the browser away and sends it back (admin.md 10.4).
#include <fmt/format.h>

#include "crypto/digest.h"
#include "security/accounts.h"

namespace qodly::security {

namespace {

RedirectProvider* redirectNamed(const AuthenticationSettings& settings, std::string_view name) {
  for (const auto& provider : settings.providers) {
    auto* found = dynamic_cast<RedirectProvider*>(provider.get());
    if (found != nullptr && found->name() == name) return found;
  }
  return nullptr;
}

}  // namespace

Result<std::string> Accounts::beginRedirect(std::string_view provider, std::string_view callbackUrl,
                                            std::string_view browser, std::string_view next) {
  const auto settings = this->settings();
  RedirectProvider* found = redirectNamed(*settings, provider);
  if (found == nullptr) return std::unexpected(directoryError("E_PROVIDER", "There is no such way to sign in."));
  const std::string callback(callbackUrl);
  auto begun = workers_.run([&] { return found->begin(callback); });
  if (!begun) return std::unexpected(directoryError("E_BUSY", "Too many people sign in at this moment: try again."));
  if (!*begun) return std::unexpected((*begun).error());
  redirects_.keep((*begun)->state,
                  {std::string(provider), sha256Hex(browser), (*begun)->memory, callback, std::string(next)}, now());
  return (*begun)->url;
}

Accounts::Returned Accounts::finishRedirect(std::string_view provider, const std::map<std::string, std::string>& query,
                                            std::string_view browser, const Caller& caller) {
  Returned returned{{}, "/"};
  const auto state = query.find("state");
  const auto kept = state == query.end() ? std::nullopt : redirects_.take(state->second, now());
  const std::string digest = sha256Hex(browser);
  const bool begunHere =
      kept && kept->provider == provider && !browser.empty() && crypto::equalSecrets(kept->browserDigest, digest);
  const std::string account = "provider:" + caller.address;
  const auto entry = throttle_.enter(account, caller.address, throttleNow());
  if (entry.retryAfter.count() != 0) {
    returned.signIn = refuseLocked(entry, account, caller);
    return returned;
  }
  const auto settings = this->settings();
  RedirectProvider* found = redirectNamed(*settings, provider);
  if (!begunHere || found == nullptr) {
    returned.signIn = conclude({}, account, caller, "the sign-in was not begun in this browser, or too long ago");
    return returned;
  }
  returned.next = kept->next;
  const auto finding =
      workers_.run([&] { return found->callback(query, kept->memory, kept->callbackUrl, options_.environment); });
  if (!finding || finding->verdict != Verdict::Accepted) {
    SignIn refused;
    const bool unavailable = !finding || finding->verdict == Verdict::Unavailable;
    refused.status = unavailable ? SignIn::Status::Unavailable : SignIn::Status::Refused;
    returned.signIn = conclude(std::move(refused), account, caller, finding ? finding->reason : "busy");
    return returned;
  }
  SignIn found_user = demandFactor(authorize(finding->identity), finding->identity.secondFactorDone, {});
  returned.signIn = conclude(std::move(found_user), account, caller, provider);
  return returned;
}

}  // namespace qodly::security
