#include "script/library/json_format.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/calendar.h"
#include "base/text.h"
#include "script/library/uri_reference.h"

namespace qodly::script::library {

namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isLetter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
bool isHex(char c) { return isDigit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'); }

// A number of exactly `digits` digits at the front, taken off.
std::optional<int> take(std::string_view& text, std::size_t digits) {
  if (text.size() < digits || !std::ranges::all_of(text.substr(0, digits), isDigit)) return std::nullopt;
  int number = 0;
  for (const char c : text.substr(0, digits)) number = number * 10 + (c - '0');
  text.remove_prefix(digits);
  return number;
}

bool takeCharacter(std::string_view& text, std::string_view oneOf) {
  if (text.empty() || !oneOf.contains(text.front())) return false;
  text.remove_prefix(1);
  return true;
}

// HH:MM, each within its range.
bool takeMinutes(std::string_view& text) {
  const auto hour = take(text, 2);
  if (!hour || *hour > 23 || !takeCharacter(text, ":")) return false;
  const auto minute = take(text, 2);
  return minute && *minute < 60;
}

bool isDateTime(std::string_view text) {  // RFC 3339, 5.6
  const auto year = take(text, 4);
  if (!year || !takeCharacter(text, "-")) return false;
  const auto month = take(text, 2);
  if (!month || !takeCharacter(text, "-")) return false;
  const auto day = take(text, 2);
  constexpr std::array<int, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (!day || *month < 1 || *month > 12 || *day < 1) return false;
  const bool leap = *year % 4 == 0 && (*year % 100 != 0 || *year % 400 == 0);
  if (*day > days[static_cast<std::size_t>(*month - 1)] + (leap && *month == 2 ? 1 : 0)) return false;
  if (!takeCharacter(text, "Tt") || !takeMinutes(text) || !takeCharacter(text, ":")) return false;
  const auto second = take(text, 2);
  if (!second || *second > 60) return false;
  if (takeCharacter(text, ".")) {
    if (!take(text, 1)) return false;
    while (take(text, 1)) continue;
  }
  if (takeCharacter(text, "Zz")) return text.empty();
  return takeCharacter(text, "+-") && takeMinutes(text) && text.empty();
}

bool isHostname(std::string_view text) {  // RFC 1034, 3.1
  if (text.empty() || text.size() > 255) return false;
  return std::ranges::all_of(split(text, '.'), [](std::string_view label) {
    const auto inner = [](char c) { return isLetter(c) || isDigit(c) || c == '-'; };
    return !label.empty() && label.size() <= 63 && std::ranges::all_of(label, inner) && label.front() != '-' &&
           label.back() != '-';
  });
}

bool isEmail(std::string_view text) {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || at == 0) return false;
  const std::string_view name = text.substr(0, at);
  const std::string_view host = text.substr(at + 1);
  const bool quoted = name.size() > 2 && name.front() == '"' && name.back() == '"';
  if (!quoted) {
    if (name.front() == '.' || name.back() == '.' || name.contains("..")) return false;
    const auto refused = [](char c) {
      return static_cast<unsigned char>(c) <= ' ' || std::string_view("()<>[]:;@\\,\"").contains(c);
    };
    if (std::ranges::any_of(name, refused)) return false;
  }
  return isHostname(host) || (host.starts_with('[') && host.ends_with(']'));
}

bool isIpv4(std::string_view text) {
  const std::vector<std::string_view> parts = split(text, '.');
  return parts.size() == 4 && std::ranges::all_of(parts, [](std::string_view part) {
           if (part.empty() || part.size() > 3 || !std::ranges::all_of(part, isDigit)) return false;
           if (part.size() > 1 && part.front() == '0') return false;
           return *parseInteger(part) <= 255;
         });
}

// Groups of four hexadecimal digits, of which the last two may be written as an IPv4 address; nullopt when malformed.
std::optional<std::size_t> ipv6Groups(std::string_view text) {
  if (text.empty()) return 0;
  std::size_t groups = 0;
  const std::vector<std::string_view> parts = split(text, ':');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i + 1 == parts.size() && isIpv4(parts[i])) return groups + 2;
    if (parts[i].empty() || parts[i].size() > 4 || !std::ranges::all_of(parts[i], isHex)) return std::nullopt;
    ++groups;
  }
  return groups;
}

bool isIpv6(std::string_view text) {
  const std::size_t gap = text.find("::");
  if (gap == std::string_view::npos) return ipv6Groups(text) == 8;
  const std::string_view left = text.substr(0, gap);
  const auto before = ipv6Groups(left);
  const auto after = ipv6Groups(text.substr(gap + 2));
  return before && after && !left.contains('.') && *before + *after <= 7;
}

bool isUri(std::string_view text) {  // RFC 3986; also without scheme when it names an authority
  const std::size_t colon = text.find_first_of(":/?#");
  const bool scheme = colon != std::string_view::npos && text[colon] == ':' && colon > 0 && isLetter(text.front());
  if (!scheme && !text.starts_with("//")) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c <= ' ' || c >= 0x7F || std::string_view("<>\"{}|\\^`").contains(text[i])) return false;
    if (c == '%' && (i + 2 >= text.size() || !isHex(text[i + 1]) || !isHex(text[i + 2]))) return false;
  }
  return true;
}

struct Format {
  std::string_view name;
  bool (*matches)(std::string_view);
};

constexpr std::array<Format, 7> formats{{{"date-time", isDateTime},
                                         {"email", isEmail},
                                         {"hostname", isHostname},
                                         {"host-name", isHostname},
                                         {"ipv4", isIpv4},
                                         {"ipv6", isIpv6},
                                         {"uri", isUri}}};

}  // namespace

bool hasFormat(std::string_view text, std::string_view format) {
  const auto* row = std::ranges::find(formats, format, &Format::name);
  return row == formats.end() || row->matches(text);
}

}  // namespace qodly::script::library
