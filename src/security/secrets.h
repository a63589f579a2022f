// Secrets by name (admin.md 24.3): <instance>/secrets.json, each value sealed under the instance's key. Settings refer
// to one as {"secret":"name"}.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "security/instance.h"
#include "value/value.h"

namespace qodly::security {

// Thread-safe; several programs may change the file: each call reads it again when it has changed.
class Secrets {
 public:
  explicit Secrets(Instance instance) : instance_(std::move(instance)) {}

  // Error: no such secret; sealed under another key.
  Result<std::string> get(std::string_view name) const;
  // A text as it is; {"secret":"name"}: the secret. Error: anything else.
  Result<std::string> resolve(const Value& value) const;
  // name: 1 to 64 letters, digits, '-', '_', '.'; value: at most 64 KiB.
  Result<> set(std::string_view name, std::string_view value);
  Result<> remove(std::string_view name);  // error: there is none
  Result<std::vector<std::string>> names() const;

 private:
  std::filesystem::path file() const { return instance_.folder() / "secrets.json"; }
  Result<std::map<std::string, std::string, std::less<>>> load() const;  // sealed values
  Result<> store(const std::map<std::string, std::string, std::less<>>& sealed) const;

  Instance instance_;
  mutable std::mutex mutex_;
};

}  // namespace qodly::security
