// Who may sign in, and how it is found out (admin.md 10): the interface of authentication providers, and the order in
// which <instance>/auth.json names them. The first provider that accepts wins.
//
//   auth.json:  { "providers": [ {"type":"builtin"}, {"type":"ldap","name":"corp",...},
//   {"type":"oidc","name":"staff",...} ],
//                 "requireMfa": false }
//
// Without the file there is the built-in provider alone. With a list that does not name "builtin", built-in users
// cannot sign in, except instance administrators.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "security/instance.h"
#include "security/secrets.h"
#include "value/value.h"

namespace qodly::security {

// The name of a user's role in an environment as a group of a directory gives it: the first rule that matches wins.
struct ProfileRule {
  std::string group;        // '*' stands for any text, ignoring case
  std::string environment;  // "" or "*": every environment
  std::string profile;
};
// Reads the member "profiles" of a provider's settings. Error: no array, a rule without group or profile.
Result<std::vector<ProfileRule>> readProfileRules(const Value& value);
std::optional<std::string> profileOf(const std::vector<ProfileRule>& rules, const std::vector<std::string>& groups,
                                     std::string_view environment);

// Who somebody is, as a provider has found out.
struct Identity {
  std::string provider;    // name of the provider
  std::string externalId;  // what never changes about the user there: `sub`, DN or entryUUID; "" when there is none
  std::string email;       // lower case
  std::string firstName, lastName;
  std::vector<std::string> groups;
  std::optional<std::string> profile;         // by the rules of the provider; none: the assigned one stays
  std::optional<std::string> defaultProfile;  // when neither the rules nor an assignment give one
  bool createUser = false;                    // an unknown user may be made, when a profile is known
  bool secondFactorDone = false;              // the provider has asked for one itself: ours is not asked for
};

enum class Verdict : std::uint8_t { Accepted, Refused, Unavailable };

// What a provider answers. `reason` is for the log alone, never for the client.
struct Finding {
  Verdict verdict = Verdict::Refused;
  Identity identity;  // when accepted
  std::string reason;

  static Finding accepted(Identity identity) { return {Verdict::Accepted, std::move(identity), {}}; }
  static Finding refused(std::string reason) { return {Verdict::Refused, {}, std::move(reason)}; }
  static Finding unavailable(std::string reason) { return {Verdict::Unavailable, {}, std::move(reason)}; }
};

struct Credentials {
  std::string login, password;  // never empty; at most 256 characters each
  std::string address;          // of the client
  std::string environment;      // where the user wants to be signed in
};

// All functions of a provider are called on a helper thread: they may wait, but must keep to a time limit of their own
// (some seconds). Thread-safe: several calls run at once. Nothing that a client sends reaches a log unescaped.
class Provider {
 public:
  virtual ~Provider() = default;
  virtual const std::string& name() const = 0;          // of auth.json; part of URLs: letters, digits, '-', '_'
  virtual std::string label() const { return name(); }  // for people, on the login page
  // Tries to reach the directory (connect, bind, discovery): what it found, one sentence. Error: what is wrong.
  virtual Result<std::string> probe() { return std::string("There is nothing to reach."); }
};

// Checks a login and a password: built-in users, LDAP.
class PasswordProvider : public Provider {
 public:
  virtual Finding check(const Credentials& credentials) = 0;
};

// Sends the browser to an identity provider and takes it back: OpenID Connect, Cognito.
class RedirectProvider : public Provider {
 public:
  struct Begin {
    std::string url;  // where the browser goes
    std::string
        state;  // the `state` of the answer: the callback is accepted for this one only, once, within 10 minutes
    std::string memory;  // what callback() needs again (nonce, code verifier); kept by the server, never sent out
  };
  // callbackUrl: the redirect URI, <origin>/auth/callback/<name>.
  virtual Result<Begin> begin(const std::string& callbackUrl) = 0;
  // query: of the callback's URL, decoded. `state` has been compared already; `memory` is that of begin().
  virtual Finding callback(const std::map<std::string, std::string>& query, const std::string& memory,
                           const std::string& callbackUrl, const std::string& environment) = 0;
  // Where the browser goes to end the session there, too; none: nowhere. returnUrl: where it comes back to.
  virtual std::optional<std::string> logoutUrl(const std::string& returnUrl) const = 0;
};

// What a provider is made with.
struct ProviderContext {
  const Secrets& secrets;  // resolves {"secret":"name"}; read again at each use
  std::string environment;
  // Lines for the log; from any thread.
  std::function<void(std::string_view)> log;
};
// Makes a provider of its entry in auth.json. Error: says which member is wrong and what would be right.
using ProviderFactory =
    std::function<Result<std::unique_ptr<Provider>>(const Object& settings, const ProviderContext& context)>;
using ProviderFactories = std::map<std::string, ProviderFactory, std::less<>>;  // by "type"

// auth.json, read.
struct AuthenticationSettings {
  // In order; nullptr stands for the built-in users.
  std::vector<std::shared_ptr<Provider>> providers;
  bool builtin = true;
  bool requireMfa = false;
  std::vector<std::string> problems;  // of single entries, which are left out
};
// A missing file gives the default. Error: the file cannot be read, or is no JSON of this form.
Result<AuthenticationSettings> readAuthentication(const Instance& instance, const ProviderFactories& factories,
                                                  const ProviderContext& context);

}  // namespace qodly::security
