#include "base/json_writer.h"

#include <array>
#include <bit>
#include <cmath>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/text.h"

namespace qodly::json {

namespace {

// For each byte the letter after the backslash; 'u' = \u00xx; 0 = as it is.
constexpr std::array<char, 256> escapes = [] {
  std::array<char, 256> table{};
  for (std::size_t c = 0; c < 0x20; ++c) table[c] = 'u';
  table['"'] = '"';
  table['\\'] = '\\';
  table['\b'] = 'b';
  table['\f'] = 'f';
  table['\n'] = 'n';
  table['\r'] = 'r';
  table['\t'] = 't';
  return table;
}();

// Offset of the first byte from `at` on that must be escaped; text.size() when there is none.
std::size_t findEscape(std::string_view text, std::size_t at) {
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i lastControl = _mm_set1_epi8(0x1F);
  for (; at + 16 <= text.size(); at += 16) {
    __m128i block;
    __builtin_memcpy(&block, text.data() + at, sizeof block);
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, lastControl), block);
    const __m128i found =
        _mm_or_si128(control, _mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_cmpeq_epi8(block, backslash)));
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(found));
    if (mask != 0) return at + static_cast<std::size_t>(std::countr_zero(mask));
  }
#endif
  while (at < text.size() && escapes[static_cast<unsigned char>(text[at])] == 0) ++at;
  return at;
}

}  // namespace

void appendString(std::string_view utf8, std::string& out) {
  out.push_back('"');
  for (std::size_t from = 0;;) {
    const std::size_t to = findEscape(utf8, from);
    out.append(utf8.data() + from, to - from);
    if (to == utf8.size()) break;
    const auto byte = static_cast<unsigned char>(utf8[to]);
    out.push_back('\\');
    out.push_back(escapes[byte]);
    if (escapes[byte] == 'u') {
      out += byte < 0x10 ? "000" : "001";
      out.push_back("0123456789abcdef"[byte & 15]);
    }
    from = to + 1;
  }
  out.push_back('"');
}

void appendNumber(double value, std::string& out) {
  if (std::isfinite(value)) {
    appendReal(value, out);
  } else {
    out += "null";
  }
}

void appendNumber(std::int64_t value, std::string& out) { appendInteger(value, out); }

}  // namespace qodly::json
