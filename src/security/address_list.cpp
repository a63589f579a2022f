#include "security/address_list.h"

#include <algorithm>
#include <cstring>
#include <string>

#include <arpa/inet.h>
#include <fmt/format.h>

#include "base/error_codes.h"
#include "base/text.h"

namespace qodly::security {

std::optional<AddressList::Address> AddressList::addressOf(std::string_view text) {
  const std::string terminated(text);
  Address address{};
  if (::inet_pton(AF_INET6, terminated.c_str(), address.data()) == 1) return address;
  address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (::inet_pton(AF_INET, terminated.c_str(), address.data() + 12) == 1) return address;
  return std::nullopt;
}

Result<AddressList> AddressList::read(const std::vector<std::string>& entries) {
  AddressList list;
  for (const std::string& entry : entries) {
    const std::size_t slash = entry.find('/');
    const std::string_view text = std::string_view(entry).substr(0, slash);
    const auto address = addressOf(text);
    const bool isShort = text.find(':') == std::string_view::npos;  // IPv4
    const std::int64_t most = isShort ? 32 : 128;
    std::optional<std::int64_t> bits = most;
    if (slash != std::string::npos) bits = parseInteger(std::string_view(entry).substr(slash + 1));
    if (!address || !bits || *bits < 0 || *bits > most) {
      return std::unexpected(
          Error(code::wrongArgument, "rest",
                fmt::format("\"{}\" is no address: write 10.1.2.3, 10.1.0.0/16 or an IPv6 one.", entry)));
    }
    list.blocks_.push_back({*address, static_cast<unsigned int>(*bits + (isShort ? 96 : 0))});
  }
  return list;
}

bool AddressList::contains(std::string_view text) const {
  const auto address = addressOf(text);
  if (!address) return false;
  return std::ranges::any_of(blocks_, [&](const Block& block) {
    const std::size_t whole = block.bits / 8;
    if (std::memcmp(address->data(), block.address.data(), whole) != 0) return false;
    if (block.bits % 8 == 0) return true;
    const auto mask = static_cast<unsigned char>(0xFF << (8 - block.bits % 8));
    return (((*address)[whole] ^ block.address[whole]) & mask) == 0;
  });
}

}  // namespace qodly::security
