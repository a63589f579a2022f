// The folder where a server keeps what belongs to the machine and not to the project (admin.md 2): its key, API keys,
// activity log. Never under version control.
//
//   instance.key      32 random bytes, mode 0600
//   api-keys.json     api_keys.h
//   activity.jsonl    activity_log.h
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"

namespace qodly::security {

class Instance {
 public:
  // Makes folder and key when they are not there. Errors: input/output; a key file of the wrong size or that others
  // may read.
  static Result<Instance> open(const std::filesystem::path& folder);

  const std::filesystem::path& folder() const { return folder_; }
  // AES-256-GCM under the instance's key, as base64 text: nonce, cipher text, tag.
  std::string seal(std::string_view plain) const;
  // Error: sealed under another key, or changed.
  Result<std::string> unseal(std::string_view sealed) const;

 private:
  using Key = std::array<unsigned char, 32>;
  Instance(std::filesystem::path folder, const Key& key) : folder_(std::move(folder)), key_(key) {}
  std::filesystem::path folder_;
  Key key_;
};

// Writes the file whole or not at all (new file, synced, renamed), readable by its owner only.
Result<> writePrivateFile(const std::filesystem::path& file, std::string_view content);
Result<std::string> readFile(const std::filesystem::path& file);
std::string sha256Hex(std::string_view bytes);  // 64 lower-case digits

}  // namespace qodly::security
