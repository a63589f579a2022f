// Laying out tables.
#include "app/output/table.h"

#include <algorithm>
#include <numeric>

#include <unicode/uchar.h>
#include <unicode/unistr.h>

namespace qodly::app {

namespace {

constexpr std::size_t narrowest = 6;

std::size_t widthOf(UChar32 c) {
  const auto type = u_charType(c);
  if (type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || type == U_FORMAT_CHAR) return 0;
  const int east = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
  return east == U_EA_WIDE || east == U_EA_FULLWIDTH ? 2 : 1;
}

// On one line: control characters would break the table.
std::string printable(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
  return text;
}

}  // namespace

std::size_t displayWidth(std::string_view utf8) {
  const auto text = icu::UnicodeString::fromUTF8({utf8.data(), static_cast<std::int32_t>(utf8.size())});
  std::size_t width = 0;
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) width += widthOf(text.char32At(i));
  return width;
}

std::string cutToWidth(std::string_view utf8, std::size_t width) {
  if (displayWidth(utf8) <= width) return std::string(utf8);
  const auto text = icu::UnicodeString::fromUTF8({utf8.data(), static_cast<std::int32_t>(utf8.size())});
  std::size_t used = 0;
  std::int32_t end = 0;
  while (end < text.length() && used + widthOf(text.char32At(end)) + 1 <= width) {
    used += widthOf(text.char32At(end));
    end = text.moveIndex32(end, 1);
  }
  std::string cut;
  text.tempSubString(0, end).toUTF8String(cut);
  return width == 0 ? std::string() : cut + "…";
}

Table::Table(std::vector<std::string> headings, std::vector<bool> rightAligned)
    : headings_(std::move(headings)), rightAligned_(std::move(rightAligned)) {
  rightAligned_.resize(headings_.size());
}

void Table::add(std::vector<std::string> row) {
  row.resize(headings_.size());
  for (std::string& cell : row) cell = printable(std::move(cell));
  rows_.push_back(std::move(row));
}

// Natural widths, the widest columns narrowed first until all fit.
std::vector<std::size_t> Table::widths(unsigned int width) const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < headings_.size(); ++i) {
    std::size_t widest = displayWidth(headings_[i]);
    for (const auto& row : rows_) widest = std::max(widest, displayWidth(row[i]));
    widths.push_back(widest);
  }
  if (width == 0 || widths.empty()) return widths;
  const std::size_t gaps = 2 * (widths.size() - 1);
  auto total = std::accumulate(widths.begin(), widths.end(), gaps);
  while (total > width) {
    const auto widest = std::ranges::max_element(widths);
    if (*widest <= narrowest) break;
    --*widest;
    --total;
  }
  return widths;
}

std::string Table::text(unsigned int width) const {
  const auto columns = widths(width);
  std::string out;
  const auto line = [&](const std::vector<std::string>& cells) {
    const std::size_t start = out.size();
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::string cell = cutToWidth(cells[i], columns[i]);
      const std::string blanks(columns[i] - std::min(columns[i], displayWidth(cell)), ' ');
      if (i > 0) out += "  ";
      out += rightAligned_[i] ? blanks + cell : cell + blanks;
    }
    out.erase(std::max(start, out.find_last_not_of(' ') + 1));
    out += '\n';
  };
  line(headings_);
  std::vector<std::string> rule;
  for (const std::size_t column : columns) {
    std::string dashes;
    for (std::size_t i = 0; i < column; ++i) dashes += "─";
    rule.push_back(std::move(dashes));
  }
  line(rule);
  for (const auto& row : rows_) line(row);
  return out;
}

}  // namespace qodly::app
