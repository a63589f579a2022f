// API keys: server-to-server access without cookies (admin.md 8, rest.md 4). Kept in <instance>/api-keys.json, each key
// sealed under the instance's key and found by its SHA-256. Several programs may change the file: the server notices.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.h"
#include "base/error.h"
#include "security/address_list.h"
#include "security/instance.h"

namespace qodly::security {

struct ApiKey {
  std::string id;  // 32 hexadecimal digits; for people and commands
  std::string description;
  bool administration = false;  // passes roles, not exposure
  std::string role = "Admin";
  Date expiresAt;  // valid to the end of that day, UTC
  std::vector<std::string> allowedHosts;
  AddressList hosts;  // allowedHosts, read
  std::string createdAt;
  std::string sealed;  // the key's text under the instance's key
  std::string digest;  // SHA-256 of the key's text

  bool isExpired(qodly::Instant now) const;
  bool allowsHost(std::string_view address) const { return hosts.empty() || hosts.contains(address); }
};

struct NewApiKey {
  std::string description;
  bool administration = false;
  std::string role = "Admin";
  std::optional<Date> expiresAt{};  // default and latest: one year ahead
  std::vector<std::string> allowedHosts{};
};

// Thread-safe.
class ApiKeys {
 public:
  static Result<std::unique_ptr<ApiKeys>> open(Instance instance);

  std::vector<std::shared_ptr<const ApiKey>> list();
  // The new key and its text, which can be shown again with reveal(). Errors: no description, a date in the past or
  // more than a year ahead, a bad address.
  Result<std::pair<std::shared_ptr<const ApiKey>, std::string>> create(const NewApiKey& settings);
  Result<std::string> reveal(const ApiKey& key) const;
  // id: whole or any part from its beginning that only one key has. Error: none, or several.
  Result<std::shared_ptr<const ApiKey>> named(std::string_view id);
  Result<> revoke(const ApiKey& key);
  // The key of a request; nullptr when it is unknown. Expired ones are found too: the answer differs.
  std::shared_ptr<const ApiKey> find(std::string_view text);

 private:
  explicit ApiKeys(Instance instance) : instance_(std::move(instance)) {}
  std::filesystem::path file() const { return instance_.folder() / "api-keys.json"; }
  Result<> load();
  Result<> store() const;
  void refresh();

  Instance instance_;
  std::mutex mutex_;
  std::vector<std::shared_ptr<const ApiKey>> keys_;
  std::filesystem::file_time_type loaded_;
  std::chrono::steady_clock::time_point looked_;
};

}  // namespace qodly::security
