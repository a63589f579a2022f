#include "script/library/file_text.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace qodly::script::library {

namespace {

struct Row {
  Breaks breaks;
  std::string_view name, delimiter;
};

constexpr std::array rows{
    Row{Breaks::native, "native", "\n"}, Row{Breaks::crlf, "crlf", "\r\n"}, Row{Breaks::cr, "cr", "\r"},
    Row{Breaks::lf, "lf", "\n"},         Row{Breaks::unchanged, "", "\n"},
};

const Row& rowOf(Breaks breaks) { return *std::ranges::find(rows, breaks, &Row::breaks); }

}  // namespace

std::optional<Breaks> breaksNumbered(std::int64_t number) {
  if (number < 0 || number > 4) return std::nullopt;
  return static_cast<Breaks>(number);
}

std::optional<Breaks> breaksNamed(std::string_view name) {
  const auto* row = std::ranges::find(rows, name, &Row::name);
  if (name.empty() || row == rows.end()) return std::nullopt;
  return row->breaks;
}

std::string_view nameOf(Breaks breaks) { return rowOf(breaks).name; }

std::string_view delimiterOf(Breaks breaks) { return rowOf(breaks).delimiter; }

std::string withBreaks(std::string text, Breaks breaks) {
  if (breaks == Breaks::unchanged) return text;
  const std::string_view delimiter = delimiterOf(breaks);
  if (text.find('\r') == text.npos && (delimiter == "\n" || text.find('\n') == text.npos)) return text;
  std::string out;
  out.reserve(text.size() + text.size() / 16);
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\r' && text[at] != '\n') {
      out += text[at];
      continue;
    }
    if (text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n') ++at;
    out += delimiter;
  }
  return out;
}

std::string textOfContent(std::string_view content, const Charset& charset, Breaks breaks) {
  return withBreaks(charset.decodeMarked(content), breaks);
}

Result<TextEncoding> textEncoding(std::string_view name) {
  if (name.empty()) return TextEncoding{};
  constexpr std::string_view withoutMark = "-no-bom";
  const bool mark = !lowerAscii(name).ends_with(withoutMark);
  if (!mark) name.remove_suffix(withoutMark.size());
  auto charset = Charset::named(name);
  if (!charset) return std::unexpected(charset.error());
  return TextEncoding{std::move(*charset), mark};
}

std::string contentOfText(std::string text, const TextEncoding& encoding, Breaks breaks) {
  text = withBreaks(std::move(text), breaks);
  if (!encoding.mark && encoding.charset.isUtf8()) return text;
  std::string content(encoding.mark ? encoding.charset.byteOrderMark() : std::string_view());
  return content += encoding.charset.encode(text);
}

}  // namespace qodly::script::library
