// Users signing in and looking after their account (admin.md 10.1): the providers in their order, throttling, second
// factors, one-time links, passkeys. What it does is written to the activity log. Web and language call the same
// functions.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/calendar.h"
#include "base/error.h"
#include "security/activity_log.h"
#include "security/authentication.h"
#include "security/directory.h"
#include "security/instance.h"
#include "security/password_hash.h"
#include "security/short_memory.h"
#include "security/sign_ins.h"
#include "security/throttle.h"
#include "security/webauthn.h"
#include "security/workers.h"

namespace qodly::security {

struct Mail {
  std::string to, subject, text;
};

// From where somebody acts: for throttling and the log.
struct Caller {
  std::string address;      // "" when there is none
  std::string via = "web";  // "web", "script", "cli"
};

// How an attempt to sign in ended.
struct SignIn {
  enum class Status : std::uint8_t {
    Accepted,       // user, profile
    Refused,        // wrong, or unknown: never told apart
    FactorNeeded,   // the password was right: go on with secondFactor(ticket, code)
    EnrolNeeded,    // a second factor is demanded here and the user has none: go on with enrolment and the ticket
    Locked,         // retryAfter
    Unavailable,    // there are directories, but none could be reached; or too many sign in at this moment
    NotAuthorized,  // a known person, but not in this environment
  };
  Status status = Status::Refused;
  UserRef user;
  std::string profile;  // role of the user in the environment
  std::string ticket;   // proves for five minutes that the password was right
  std::chrono::seconds retryAfter{0};

  bool accepted() const { return status == Status::Accepted; }
  // For the client: "Incorrect username or password."
  std::string message() const;
};

// Thread-safe. Functions that hash or ask a directory wait for a helper thread; requests are parked meanwhile.
class Accounts {
 public:
  struct Options {
    std::string application;
    std::string environment = std::string(developmentEnvironment);
    std::function<std::string()> origin;            // "https://app.example": for links in mails
    std::function<Result<>(const Mail&)> sendMail;  // empty: there is no mail server
    std::function<void(std::string_view)> tell;     // lines for the console
    std::function<qodly::Instant()> clock;          // empty: that of the system
    ProviderFactories factories;
    HashCost cost;
    bool remembersAttempts = false;  // failed ones count over a restart; for one server alone of an instance
  };
  static Result<std::unique_ptr<Accounts>> open(const Instance& instance, Options options);
  ~Accounts();

  Directory& directory() { return *directory_; }
  SignIns& signIns() { return signIns_; }
  ActivityLog& activity() { return activity_; }
  Workers& workers() { return workers_; }
  const std::string& environment() const { return options_.environment; }
  // Those that the login page offers, as auth.json is now.
  std::vector<std::shared_ptr<Provider>> redirectProviders();

  // --- Signing in
  SignIn signIn(std::string_view login, std::string_view password, std::string_view code, const Caller& caller);
  SignIn secondFactor(std::string_view ticket, std::string_view code, const Caller& caller);
  // The user and role that a sign-in of before still stands for; nullopt when the user is gone, disabled, no longer in
  // this environment, or has changed password or factors since.
  std::optional<SignIn> standing(std::string_view userId, std::uint32_t epoch);

  // --- Providers that take the browser away. `browser`: a secret in a cookie of the browser that begins.
  Result<std::string> beginRedirect(std::string_view provider, std::string_view callbackUrl, std::string_view browser,
                                    std::string_view next);
  struct Returned {
    SignIn signIn;
    std::string next;
  };
  Returned finishRedirect(std::string_view provider, const std::map<std::string, std::string>& query,
                          std::string_view browser, const Caller& caller);

  // --- Passwords and links
  // A link for its user alone to set a password: "https://app.example/auth/invite?token=...". It works once, for
  // seven days; a new one voids the old. mailed: it was sent.
  struct Link {
    std::string url;
    bool mailed = false;
  };
  Result<Link> invite(std::string_view userId, const Caller& caller, std::string_view by);
  Result<Link> reset(std::string_view userId, const Caller& caller, std::string_view by);
  // Somebody has forgotten a password. Returns at once and tells nothing; a mail goes out when there is such a user.
  void requestReset(std::string_view email, const Caller& caller);
  // The user that a link is for; nullptr when it is not valid (any more).
  UserRef linkOwner(std::string_view token);
  // Errors: E_LINK, E_WEAK_PASSWORD.
  Result<UserRef> redeem(std::string_view token, std::string_view password, const Caller& caller);
  // Errors: E_BAD_PASSWORD, E_WEAK_PASSWORD, E_LOCKED.
  Result<UserRef> changePassword(std::string_view userId, std::string_view oldPassword, std::string_view newPassword,
                                 const Caller& caller);
  // What an administrator gives or a command brings along: a password (kept to the policy) or a hash.
  Result<UserRef> setPassword(std::string_view userId, std::string_view password, const Caller& caller,
                              std::string_view by);

  // --- Authenticator apps
  struct Enrolment {
    std::string secret;  // base 32
    std::string uri;     // otpauth://
    std::string setup;   // to be given to finishTotp within ten minutes
  };
  // The user whom a ticket of signIn() stands for; nullptr when it is not valid.
  UserRef ticketOwner(std::string_view ticket);
  Result<Enrolment> beginTotp(const User& user);
  // The recovery codes, shown once; they stand in for the app and for a passkey. Error E_CODE.
  Result<std::vector<std::string>> finishTotp(const User& user, std::string_view setup, std::string_view code,
                                              const Caller& caller);
  // New recovery codes in place of all before, for a user with a second factor. Error E_FACTOR: there is none.
  Result<std::vector<std::string>> renewRecoveryCodes(const User& user, const Caller& caller);
  // The user gives the app up. As with every change of factors, other sign-ins end.
  Result<UserRef> removeTotp(const User& user, const Caller& caller);
  // Ends the lock that failed attempts have brought upon the account, in the server too when a command does it.
  Result<UserRef> unlock(std::string_view userId, const Caller& caller, std::string_view by);
  Result<UserRef> removeFactors(std::string_view userId, const Caller& caller, std::string_view by);

  // --- Passkeys; origin, host: of the page ("https://app.example:8443", "app.example"). Values are the options that a
  // browser's navigator.credentials takes, binary members as base64url.
  Result<Value> passkeyRegistration(const User& user, std::string_view host);
  Result<Passkey> finishPasskey(const User& user, const Object& credential, std::string_view name,
                                std::string_view origin, std::string_view host, const Caller& caller);
  // id: of the credential, as bytes. Names are for people, 64 characters at most. Error E_PASSKEY: there is none.
  Result<UserRef> renamePasskey(const User& user, std::string_view id, std::string_view name, const Caller& caller);
  Result<UserRef> removePasskey(const User& user, std::string_view id, const Caller& caller);
  // ticket: of the sign-in for which the passkey is the second factor; "": it is the whole sign-in, and the user is
  // verified by the device.
  Result<Value> passkeyRequest(std::string_view ticket, std::string_view host);
  SignIn signInByPasskey(const Object& credential, std::string_view origin, std::string_view host,
                         const Caller& caller);

  // --- The first administrator (admin.md 2.3): a token that is good for an hour, while there is no administrator.
  bool hasAdministrator();
  std::string beginSetup();
  bool isSetupToken(std::string_view token);
  // A user with the profile Admin here. Errors: E_LINK, E_EMAIL, E_WEAK_PASSWORD.
  Result<UserRef> setup(std::string_view token, std::string_view email, std::string_view password,
                        const Caller& caller);

  // An API key was refused to somebody; key: its description, "" when it is unknown.
  void keyRefused(std::string_view key, std::string_view reason, std::string_view address);

  qodly::Instant now() const;
  void log(std::string_view action, std::string_view user, const Caller& caller, bool succeeded, Value detail = {});

 private:
  struct Challenge {
    std::string userId;  // "": anybody
    bool registration = false, firstFactorDone = false;
  };
  struct Redirect {
    std::string provider, browserDigest, memory, callbackUrl, next;
  };
  struct Claims {
    std::string userId, purpose, payload;
    std::uint32_t epoch = 0;
  };

  Accounts(const Instance& instance, Options options);
  Instant throttleNow() const;
  std::shared_ptr<const AuthenticationSettings> settings();

  SignIn attempt(const Credentials& credentials, std::string_view code, const Caller& caller);
  SignIn attemptAs(const std::shared_ptr<Provider>& provider, const Credentials& credentials, Finding& finding);
  Finding checkBuiltin(const Credentials& credentials);
  SignIn authorize(const Identity& identity);
  SignIn demandFactor(SignIn signIn, bool factorDone, std::string_view code);
  // how: by what it was accepted, or why it was refused; unreachable: directories that did not compare the password.
  SignIn conclude(SignIn signIn, std::string_view login, const Caller& caller, std::string_view how,
                  std::string_view unreachable = {});
  // Of a sign-in to an account; see Throttle.
  Throttle::Entry enter(std::string_view account, const Caller& caller);
  SignIn refuseLocked(const Throttle::Entry& entry, std::string_view login, const Caller& caller);
  bool acceptCode(const User& user, std::string_view code);
  UserRef matchUser(const Identity& identity);

  std::string issue(const User& user, std::string_view purpose, std::chrono::seconds life,
                    std::string_view payload = {});
  std::optional<Claims> claimsOf(std::string_view ticket, std::string_view purpose);
  Result<Link> makeLink(std::string_view userId, std::string_view purpose, std::chrono::hours life);
  Result<> deliver(const User& user, const Link& link, std::string_view purpose);

  const Instance instance_;
  Options options_;
  Secrets secrets_;
  std::unique_ptr<Directory> directory_;
  ActivityLog activity_;
  SignIns signIns_;
  Throttle throttle_;
  Throttle keyReports_{{.account = 1, .address = 1}};  // only counts
  Throttle mailThrottle_{{.account = 3, .address = 20}};
  ShortMemory<Challenge> challenges_{10'000, std::chrono::minutes(5)};
  ShortMemory<Redirect> redirects_{10'000, std::chrono::minutes(10)};
  std::mutex setupMutex_;
  std::string setupDigest_;
  qodly::Instant setupUntil_;
  std::mutex settingsMutex_;
  std::shared_ptr<const AuthenticationSettings> settings_;
  std::filesystem::file_time_type settingsRead_{};
  std::chrono::steady_clock::time_point settingsLooked_{};
  Workers workers_;  // last: its threads use what stands above
};

}  // namespace qodly::security
