// Lists of client addresses: IPv4, IPv6 and CIDR blocks ("10.1.0.0/16"), as API keys and trusted proxies have them
// (admin.md 8, 12).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace qodly::security {

class AddressList {
 public:
  // Error: an entry that is no address or block; names it.
  static Result<AddressList> read(const std::vector<std::string>& entries);
  bool empty() const { return blocks_.empty(); }
  // false for a text that is no address. IPv4-mapped IPv6 addresses count as their IPv4 address.
  bool contains(std::string_view address) const;

 private:
  using Address = std::array<unsigned char, 16>;  // IPv4 in its mapped form
  struct Block {
    Address address;
    unsigned int bits;
  };
  static std::optional<Address> addressOf(std::string_view text);
  std::vector<Block> blocks_;
};

}  // namespace qodly::security
