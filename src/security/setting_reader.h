// Reads the members of one entry of auth.json. The first thing that is wrong is kept and told by finish(), with the
// member's name and what would be right; until then every read gives something.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "value/value.h"

namespace qodly::security {

class SettingReader {
 public:
  explicit SettingReader(const Object& settings) : settings_(settings) {}

  // A text that must be there and not be empty.
  std::string required(std::string_view name);
  std::string text(std::string_view name, std::string_view otherwise = {});  // null: as if absent
  bool boolean(std::string_view name, bool otherwise);
  std::int64_t integer(std::string_view name, std::int64_t otherwise, std::int64_t least, std::int64_t most);
  // A text of the given ones.
  std::string choice(std::string_view name, const std::vector<std::string_view>& choices, std::string_view otherwise);
  std::vector<std::string> texts(std::string_view name, const std::vector<std::string>& otherwise);
  // A text or {"secret":"name"}; null when absent.
  Value secret(std::string_view name);
  // The member as it is, for a reader of its own; undefined when absent.
  Value value(std::string_view name);

  // Keeps a problem found by the caller.
  void refuse(std::string_view name, std::string_view problem);
  // Error (wrongArgument): the first problem, or a member that nobody has read.
  Result<> finish();

 private:
  const Object& settings_;
  std::set<std::string, std::less<>> read_;
  std::optional<std::string> problem_;
};

}  // namespace qodly::security
