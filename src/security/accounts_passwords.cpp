// Passwords and one-time links of users (admin.md 10.1), and the first administrator (2.3).
#include <fmt/format.h>

#include "base/text.h"
#include "crypto/digest.h"
#include "security/accounts.h"
#include "security/accounts_detail.h"

namespace qodly::security {

namespace {

constexpr std::chrono::hours inviteLife{7 * 24}, resetLife{1}, setupLife{1};
constexpr std::size_t tokenBytes = 32;
constexpr std::size_t longestToken = 256;

std::string newToken() { return toBase64Url(*fromHex(randomHex(tokenBytes))); }

Error linkRefused() {
  return directoryError("E_LINK", "This link is not valid any more: each works once, and for a limited time.");
}

Error lockedOut(std::chrono::seconds wait) {
  return directoryError("E_LOCKED", fmt::format("Too many attempts, try again in {} s.", wait.count()));
}

Error busy() { return directoryError("E_BUSY", "Too many people sign in at this moment: try again."); }

}  // namespace

Result<Accounts::Link> Accounts::makeLink(std::string_view userId, std::string_view purpose, std::chrono::hours life) {
  const std::string token = newToken();
  const auto changed = directory_->change(userId, [&](User& user) -> Result<> {
    user.link = OneTimeLink{sha256Hex(token), std::string(purpose),
                            qodly::Instant{now().ms + std::chrono::milliseconds(life).count()}};
    return {};
  });
  if (!changed) return std::unexpected(changed.error());
  const std::string origin = options_.origin ? options_.origin() : std::string();
  Link link{fmt::format("{}/auth/{}?token={}", origin, purpose, token), false};
  link.mailed = deliver(**changed, link, purpose).has_value();
  return link;
}

Result<> Accounts::deliver(const User& user, const Link& link, std::string_view purpose) {
  if (!options_.sendMail) return std::unexpected(directoryError("E_MAIL", "There is no mail server."));
  const bool invitation = purpose == "invite";
  Mail mail;
  mail.to = user.email;
  mail.subject = invitation ? fmt::format("Your invitation to {}", options_.application)
                            : fmt::format("Your password for {}", options_.application);
  mail.text = fmt::format(
      "{}\n\n{}\n\nThe link works once, for {}. {}\n",
      invitation ? fmt::format("You have been invited to {}. Choose your password here:", options_.application)
                 : "Choose a new password here:",
      link.url, invitation ? "seven days" : "one hour",
      invitation ? "If you do not expect it, ignore this message."
                 : "If you did not ask for it, ignore this message: your password stays as it is.");
  auto sent = options_.sendMail(mail);
  if (!sent && options_.tell) options_.tell(fmt::format("A mail could not be sent: {}", sent.error().text()));
  return sent;
}

Result<Accounts::Link> Accounts::invite(std::string_view userId, const Caller& caller, std::string_view by) {
  auto link = makeLink(userId, "invite", inviteLife);
  if (const UserRef user = directory_->byId(userId); link && user) {
    log("Invite User", by, caller, true, detailOf({{"email", user->email}}));
  }
  return link;
}

Result<Accounts::Link> Accounts::reset(std::string_view userId, const Caller& caller, std::string_view by) {
  auto link = makeLink(userId, "reset", resetLife);
  if (const UserRef user = directory_->byId(userId); link && user) {
    log("Reset Password", by, caller, true, detailOf({{"email", user->email}}));
  }
  return link;
}

void Accounts::requestReset(std::string_view email, const Caller& caller) {
  const std::string wanted = lowerAscii(trim(email.substr(0, 1024)));
  const auto entry = mailThrottle_.enter(wanted, caller.address, throttleNow());
  if (entry.retryAfter.count() != 0) return;
  mailThrottle_.failure(wanted, caller.address, throttleNow());
  (void)workers_.post([this, wanted, caller] {
    const UserRef user = directory_->find(wanted);
    const bool known = user && !user->disabled && user->in(options_.environment) != nullptr;
    log("Reset Requested", wanted, caller, known);
    if (!known) return;
    if (options_.sendMail) {
      (void)makeLink(user->id, "reset", resetLife);
    } else if (options_.tell) {
      options_.tell(fmt::format("{} asks for a new password, but there is no mail server: qodly user reset", wanted));
    }
  });
}

UserRef Accounts::linkOwner(std::string_view token) {
  if (token.empty() || token.size() > longestToken) return nullptr;
  const UserRef user = directory_->byLink(sha256Hex(token));
  return user && !user->disabled && user->link->expires >= now() ? user : nullptr;
}

Result<UserRef> Accounts::redeem(std::string_view token, std::string_view password, const Caller& caller) {
  const std::string account = "link:" + caller.address;
  const auto entry = throttle_.enter(account, caller.address, throttleNow());
  if (entry.retryAfter.count() != 0) return std::unexpected(lockedOut(entry.retryAfter));
  const UserRef owner = linkOwner(token);
  if (!owner) {
    throttle_.failure(account, caller.address, throttleNow());
    log("Set Password", "", caller, false, detailOf({{"reason", "link not valid"}}));
    return std::unexpected(linkRefused());
  }
  throttle_.success(account, caller.address);
  if (auto good = checkPasswordPolicy(password, owner->email); !good) return std::unexpected(good.error());
  const auto hash = workers_.run([&] { return hashPassword(password, options_.cost); });
  if (!hash) return std::unexpected(busy());
  if (!*hash) return std::unexpected(hash->error());
  const std::string digest = sha256Hex(token);
  auto changed = directory_->change(owner->id, [&](User& user) -> Result<> {
    // Of two that use the link at the same time, one wins.
    if (!user.link || user.link->digest != digest || user.disabled) return std::unexpected(linkRefused());
    user.link.reset();
    user.passwordHash = **hash;
    ++user.epoch;
    return {};
  });
  if (!changed) return changed;
  throttle_.forget(owner->email);
  log("Set Password", owner->email, caller, true, detailOf({{"by", owner->link->purpose}}));
  return changed;
}

Result<UserRef> Accounts::changePassword(std::string_view userId, std::string_view oldPassword,
                                         std::string_view newPassword, const Caller& caller) {
  const UserRef user = directory_->byId(userId);
  if (!user) return std::unexpected(directoryError("E_UNKNOWN_USER", "There is no such user."));
  const auto entry = enter(user->email, caller);
  if (entry.retryAfter.count() != 0) return std::unexpected(lockedOut(entry.retryAfter));
  const auto right =
      workers_.run([&] { return checkPassword(oldPassword, user->passwordHash, options_.cost).matches; });
  if (!right.value_or(false)) {
    right ? throttle_.failure(user->email, caller.address, throttleNow())
          : throttle_.cancel(user->email, caller.address);
    log("Set Password", user->email, caller, false, detailOf({{"reason", "wrong old password"}}));
    return std::unexpected(directoryError("E_BAD_PASSWORD", "The old password is wrong."));
  }
  throttle_.success(user->email, caller.address);
  return setPassword(userId, newPassword, caller, user->email);
}

Result<UserRef> Accounts::setPassword(std::string_view userId, std::string_view password, const Caller& caller,
                                      std::string_view by) {
  const UserRef user = directory_->byId(userId);
  if (!user) return std::unexpected(directoryError("E_UNKNOWN_USER", "There is no such user."));
  std::string hash(password);
  if (!isPasswordHash(password)) {
    if (auto good = checkPasswordPolicy(password, user->email); !good) return std::unexpected(good.error());
    auto made = workers_.run([&] { return hashPassword(password, options_.cost); });
    if (!made) return std::unexpected(busy());
    if (!*made) return std::unexpected(made->error());
    hash = **made;
  }
  auto changed = directory_->change(userId, [&](User& each) -> Result<> {
    each.passwordHash = hash;
    each.link.reset();
    each.unlockedAt = now();
    ++each.epoch;
    return {};
  });
  if (changed) {
    throttle_.forget(user->email);
    log("Set Password", by, caller, true, detailOf({{"email", user->email}}));
  }
  return changed;
}

Result<UserRef> Accounts::unlock(std::string_view userId, const Caller& caller, std::string_view by) {
  auto changed = directory_->change(userId, [this](User& user) -> Result<> {
    user.unlockedAt = now();
    return {};
  });
  if (changed) log("Unlock User", by, caller, true, detailOf({{"email", (*changed)->email}}));
  return changed;
}

bool Accounts::hasAdministrator() {
  for (const UserRef& user : directory_->users()) {
    if (user->instanceAdmin && !user->disabled) return true;
  }
  return false;
}

std::string Accounts::beginSetup() {
  const std::string token = newToken();
  std::lock_guard lock(setupMutex_);
  setupDigest_ = sha256Hex(token);
  setupUntil_ = {now().ms + std::chrono::milliseconds(setupLife).count()};
  return token;
}

bool Accounts::isSetupToken(std::string_view token) {
  const std::string digest = sha256Hex(token.substr(0, longestToken));
  std::lock_guard lock(setupMutex_);
  return setupUntil_ >= now() && crypto::equalSecrets(setupDigest_, digest) && !hasAdministrator();
}

Result<UserRef> Accounts::setup(std::string_view token, std::string_view email, std::string_view password,
                                const Caller& caller) {
  const std::string account = "setup:" + caller.address;
  const auto entry = throttle_.enter(account, caller.address, throttleNow());
  if (entry.retryAfter.count() != 0) return std::unexpected(lockedOut(entry.retryAfter));
  if (!isSetupToken(token)) {
    throttle_.failure(account, caller.address, throttleNow());
    return std::unexpected(linkRefused());
  }
  throttle_.success(account, caller.address);
  if (auto good = normaliseEmail(email); !good) return std::unexpected(good.error());
  if (auto good = checkPasswordPolicy(password, email); !good) return std::unexpected(good.error());
  auto hash = workers_.run([&] { return hashPassword(password, options_.cost); });
  if (!hash) return std::unexpected(busy());
  if (!*hash) return std::unexpected(hash->error());
  {
    std::lock_guard lock(setupMutex_);
    if (std::exchange(setupDigest_, {}).empty()) return std::unexpected(linkRefused());
  }
  User user;
  user.email = email;
  user.passwordHash = **hash;
  user.instanceAdmin = true;
  user.assignments.push_back({options_.environment, {}, {}, "Admin"});
  auto added = directory_->add(std::move(user));
  if (added) log("Create Administrator", (*added)->email, caller, true);
  return added;
}

}  // namespace qodly::security
