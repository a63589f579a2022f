#include "http/addresses.h"

#include <algorithm>
#include <charconv>

#include <arpa/inet.h>

namespace qodly::http {

namespace {
constexpr std::array<std::uint8_t, 12> mappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr unsigned mappedBits = 96, allBits = 128, clientBytes = 8;
}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  if (text.size() >= INET6_ADDRSTRLEN) return std::nullopt;
  const std::string terminated(text);
  IpAddress address;
  if (::inet_pton(AF_INET6, terminated.c_str(), address.bytes_.data()) == 1) return address;
  std::ranges::copy(mappedPrefix, address.bytes_.begin());
  if (::inet_pton(AF_INET, terminated.c_str(), address.bytes_.data() + mappedPrefix.size()) == 1) return address;
  return std::nullopt;
}

bool IpAddress::isIpv4() const { return std::equal(mappedPrefix.begin(), mappedPrefix.end(), bytes_.begin()); }

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> out{};
  if (isIpv4()) {
    ::inet_ntop(AF_INET, bytes_.data() + mappedPrefix.size(), out.data(), out.size());
  } else {
    ::inet_ntop(AF_INET6, bytes_.data(), out.data(), out.size());
  }
  return out.data();
}

bool IpAddress::isLoopback() const {
  if (isIpv4()) return bytes_[mappedPrefix.size()] == 127;
  static const IpAddress one = *parse("::1");
  return *this == one;
}

IpAddress IpAddress::client() const {
  IpAddress network = *this;
  if (!isIpv4()) std::fill(network.bytes_.begin() + clientBytes, network.bytes_.end(), std::uint8_t{0});
  return network;
}

bool AddressList::add(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return false;
  unsigned bits = allBits;
  if (slash != std::string_view::npos) {
    const std::string_view length = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), bits);
    if (error != std::errc() || end != length.data() + length.size() || length.empty()) return false;
    if (address->isIpv4() && text.find(':') == std::string_view::npos) bits += mappedBits;
    if (bits > allBits) return false;
  }
  networks_.push_back({*address, bits});
  return true;
}

bool AddressList::contains(const IpAddress& address) const {
  return std::ranges::any_of(networks_, [&](const Network& network) {
    const auto& left = network.address.bytes();
    const auto& right = address.bytes();
    const std::size_t whole = network.bits / 8;
    if (!std::equal(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(whole), right.begin())) return false;
    const unsigned rest = network.bits % 8;
    return rest == 0 || (left[whole] ^ right[whole]) >> (8 - rest) == 0;
  });
}

}  // namespace qodly::http
