// Text tables: columns aligned, numbers to the right, cut to the width of the terminal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace qodly::app {

class Table {
 public:
  // `rightAligned` by column.
  Table(std::vector<std::string> headings, std::vector<bool> rightAligned);
  void add(std::vector<std::string> row);
  // `width` 0: nothing is cut.
  std::string text(unsigned int width) const;

 private:
  std::vector<std::size_t> widths(unsigned int width) const;
  std::vector<std::string> headings_;
  std::vector<bool> rightAligned_;
  std::vector<std::vector<std::string>> rows_;
};

// Columns a terminal needs for the text.
std::size_t displayWidth(std::string_view utf8);
// At most `width` columns, the last one "…" when something was cut.
std::string cutToWidth(std::string_view utf8, std::size_t width);

}  // namespace qodly::app
