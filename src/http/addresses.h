// Addresses of clients and sets of them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qodly::http {

// IPv4 as its IPv4-mapped IPv6 form, so that both forms of one address are equal.
class IpAddress {
 public:
  // "10.0.0.7", "::1", "[::1]", "::ffff:10.0.0.7"; no port, no zone.
  static std::optional<IpAddress> parse(std::string_view text);
  std::string text() const;
  bool isLoopback() const;
  // What counts as one client: the address, of IPv6 the network of 64 bits that belongs to it.
  IpAddress client() const;
  bool isIpv4() const;
  const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
  bool operator==(const IpAddress&) const = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

// "10.0.0.0/8", "fd00::/8", "127.0.0.1"
class AddressList {
 public:
  // False: not an address or network.
  bool add(std::string_view text);
  bool contains(const IpAddress& address) const;
  bool empty() const { return networks_.empty(); }

 private:
  struct Network {
    IpAddress address;
    unsigned bits;
  };
  std::vector<Network> networks_;
};

}  // namespace qodly::http
