#include "base/fold_case.h"

#include <unicode/uchar.h>

#include "base/text.h"
#include "base/utf8.h"

namespace qodly {

std::string foldCase(std::string_view text) {
  std::string folded;
  folded.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const DecodedCodePoint decoded = decodeUtf8(text, at);
    at += decoded.length;
    const auto codePoint = static_cast<UChar32>(decoded.codePoint);
    appendCodePoint(static_cast<char32_t>(u_foldCase(codePoint, U_FOLD_CASE_DEFAULT)), folded);
  }
  return folded;
}

}  // namespace qodly
