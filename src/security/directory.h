// The built-in directory (admin.md 6.1, 10.1): users and the roles they have in environments. Kept in
// <instance>/directory.json (docs/formats.md), which is replaced as a whole at each change, so that a crash leaves the
// old or the new one. Several programs may change it: changes are made one at a time under a file lock, and the server
// notices those of others.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
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
#include "security/instance.h"

namespace qodly::security {

inline constexpr std::string_view developmentEnvironment = "Development";

// A user in one environment.
struct Assignment {
  std::string environment;
  std::string firstName, lastName;
  std::string profile;  // a role of roles.json
};

// A WebAuthn credential.
struct Passkey {
  std::string id;         // bytes
  std::string publicKey;  // COSE key, bytes
  std::string name;       // for people
  std::uint32_t signCount = 0;
  std::string createdAt{}, lastUsedAt{};  // instants; "" when never
};

// A link that works once: an invitation or a reset.
struct OneTimeLink {
  std::string digest;   // SHA-256 of the token
  std::string purpose;  // "invite", "reset", "setup"
  qodly::Instant expires;
};

struct User {
  std::string id;     // 32 hexadecimal digits, never used again
  std::string email;  // lower case; unique
  std::vector<Assignment> assignments;
  std::string passwordHash;  // "": cannot sign in by password
  // Changes with the password, the second factor and when sign-ins are revoked: what was issued before is void.
  std::uint32_t epoch = 0;
  std::map<std::string, std::string> externalIds;  // by provider
  bool disabled = false;
  bool instanceAdmin = false;
  std::string totp;                        // sealed secret; "": no authenticator app
  std::uint64_t totpStep = 0;              // the last one used: a code works once
  std::vector<std::string> recoveryCodes;  // SHA-256 of those not used yet
  std::vector<Passkey> passkeys;
  std::optional<OneTimeLink> link;   // one at a time: a new one voids the old
  std::string createdAt, lastLogin;  // instants; "" when never
  qodly::Instant unlockedAt{};       // failed attempts of before do not count any more; 0: never

  const Assignment* in(std::string_view environment) const;
  bool hasSecondFactor() const { return !totp.empty() || !passkeys.empty(); }
};
using UserRef = std::shared_ptr<const User>;

// Thread-safe.
class Directory {
 public:
  static constexpr std::size_t maximumUsers = 100'000;
  static Result<std::unique_ptr<Directory>> open(const Instance& instance);

  std::vector<UserRef> users();  // by e-mail
  UserRef find(std::string_view email);
  UserRef byId(std::string_view id);
  UserRef byExternalId(std::string_view provider, std::string_view id);
  UserRef byPasskey(std::string_view credentialId);
  UserRef byLink(std::string_view tokenDigest);

  // Makes a user; id, createdAt are filled in. Errors: E_EMAIL, E_DUPLICATE, too many users, input/output.
  Result<UserRef> add(User user);
  // Changes the user of the id as `change` says, on the state that is on disk at that moment; what `change` refuses is
  // not stored. Errors: that of `change`; there is no such user; E_DUPLICATE when the e-mail is taken; input/output.
  Result<UserRef> change(std::string_view id, const std::function<Result<>(User&)>& change);
  Result<> remove(std::string_view id);

  // Increases with every change seen: whoever has looked at a user needs to look again only when it differs. Notices
  // changes of other programs within a second.
  std::uint64_t generation();

 private:
  struct State {
    std::unordered_map<std::string, UserRef> byId;
    std::unordered_map<std::string, UserRef> byEmail;
  };
  explicit Directory(const Instance& instance) : folder_(instance.folder()) {}
  std::filesystem::path file() const { return folder_ / "directory.json"; }
  Result<> load();  // mutex_ held
  Result<> store(const State& state);
  void refresh();
  Result<> update(const std::function<Result<>(State&)>& change);
  static UserRef first(const State& state, const std::function<bool(const User&)>& test);

  std::filesystem::path folder_;
  std::mutex mutex_;  // guards what follows
  std::shared_ptr<const State> state_ = std::make_shared<State>();
  struct Version {
    std::uint64_t inode = 0;
    std::int64_t modified = 0, size = 0;
    bool operator==(const Version&) const = default;
  } version_;
  Version onDisk() const;
  std::atomic<std::int64_t> nextLook_{0};
  std::atomic<std::uint64_t> generation_{1};
};

// Lower case, without blanks around. Error E_EMAIL: no '@' with a dotted domain behind it, longer than 254 bytes,
// control characters.
Result<std::string> normaliseEmail(std::string_view email);
// "E_DUPLICATE" and so on stand at the beginning of the message, as admin.md 27 lists them.
Error directoryError(std::string_view code, std::string_view message);

}  // namespace qodly::security
