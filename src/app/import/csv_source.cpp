// Reading CSV rows.
#include "app/import/csv_source.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "base/text.h"

namespace qodly::app {

namespace {

constexpr std::size_t sampleBytes = 64 * 1024;
constexpr std::size_t maximumColumns = 32767;

Error wrongOption(std::string message) { return Error(code::wrongArgument, "dbmg", std::move(message)); }

Result<char> oneCharacter(std::string_view name, std::string_view text) {
  if (text == "tab" || text == "\\t") return '\t';
  if (text.size() == 1 && text != "\n" && text != "\r" && static_cast<unsigned char>(text.front()) < 0x80) {
    return text.front();
  }
  return std::unexpected(
      wrongOption(fmt::format("--{} is \"{}\"; one ASCII character (or the word tab) is expected.", name, text)));
}

// How many times `delimiter` cuts each line outside quotes.
std::vector<std::size_t> cutsPerLine(std::string_view sample, char delimiter, char quote) {
  std::vector<std::size_t> cuts;
  std::size_t count = 0;
  bool inQuotes = false;
  bool blank = true;
  for (const char c : sample) {
    if (c == quote) inQuotes = !inQuotes;
    if (c == '\n' && !inQuotes) {
      if (!blank) cuts.push_back(count);
      count = 0;
      blank = true;
      continue;
    }
    blank = blank && (c == '\r' || c == ' ');
    if (!inQuotes && c == delimiter) ++count;
  }
  if (cuts.empty() && !blank) cuts.push_back(count);
  return cuts;
}

}  // namespace

char guessDelimiter(std::string_view sample, char quote) {
  char best = ',';
  double bestScore = 0;
  for (const char delimiter : {',', ';', '\t', '|'}) {
    const auto cuts = cutsPerLine(sample, delimiter, quote);
    std::map<std::size_t, std::size_t> frequency;
    for (const std::size_t count : cuts) ++frequency[count];
    // The share of lines cut into the same number of cells counts most, then how many cells they are.
    double score = 0;
    for (const auto& [count, lines] : frequency) {
      if (count == 0) continue;
      const double share = static_cast<double>(lines) / static_cast<double>(cuts.size());
      score = std::max(score, share * 1000 + static_cast<double>(std::min<std::size_t>(count, 999)));
    }
    if (score > bestScore) {
      bestScore = score;
      best = delimiter;
    }
  }
  return best;
}

Result<CsvDialect> dialectOf(const CsvOptions& options, std::string_view sample) {
  CsvDialect dialect;
  dialect.quotes = !options.quote.empty();
  if (dialect.quotes) {
    const auto quote = oneCharacter("quote", options.quote);
    if (!quote) return std::unexpected(quote.error());
    dialect.quote = *quote;
  }
  if (options.escape) {
    const auto escape = oneCharacter("escape", *options.escape);
    if (!escape) return std::unexpected(escape.error());
    dialect.escapeCharacter = *escape;
    dialect.escape = *escape == dialect.quote ? CsvDialect::Escape::doubled : CsvDialect::Escape::character;
  }
  if (options.delimiter.empty()) {
    dialect.delimiter = guessDelimiter(sample, dialect.quotes ? dialect.quote : '\0');
    return dialect;
  }
  const auto delimiter = oneCharacter("delimiter", options.delimiter);
  if (!delimiter) return std::unexpected(delimiter.error());
  dialect.delimiter = *delimiter;
  return dialect;
}

Result<std::unique_ptr<CsvSource>> CsvSource::open(std::unique_ptr<TextInput> input, const CsvOptions& options) {
  while (input->line() < options.startLine) {
    const std::size_t end = input->window().find('\n');
    if (end != std::string_view::npos) {
      input->consume(end + 1);
      continue;
    }
    input->consume(input->window().size());
    auto more = input->more();
    if (!more) return std::unexpected(more.error());
    if (!*more) break;
  }
  while (input->window().size() < sampleBytes) {
    auto more = input->more();
    if (!more) return std::unexpected(more.error());
    if (!*more) break;
  }
  const auto dialect = dialectOf(options, input->window().substr(0, sampleBytes));
  if (!dialect) return std::unexpected(dialect.error());
  std::unique_ptr<CsvSource> source(new CsvSource(std::move(input), *dialect));  // NOLINT: private constructor
  if (auto done = source->readHeader(options); !done) return std::unexpected(done.error());
  return source;
}

Result<> CsvSource::readHeader(const CsvOptions& options) {
  auto first = read();
  if (!first) return std::unexpected(first.error());
  if (!*first) return {};
  const std::span<const Cell> cells(cells_.data(), cellCount_);
  const auto known = [&](const Cell& cell) {
    return std::ranges::any_of(options.knownNames,
                               [&](const std::string& name) { return equalsIgnoringAsciiCase(name, trim(cell.text)); });
  };
  if (options.header.value_or(std::ranges::any_of(cells, known))) {
    for (const Cell& cell : cells) columns_.emplace_back(trim(cell.text));
    header_ = input_->window().substr(0, rowEnd_);
    input_->consume(at_);
    at_ = 0;
    return {};
  }
  for (std::size_t i = 0; i < cells.size(); ++i) columns_.push_back(fmt::format("column_{}", i + 1));
  pending_ = true;
  return {};
}

// True when there is a byte at `at_`, read from the file where necessary.
Result<bool> CsvSource::available() {
  if (at_ < input_->window().size()) return true;
  return input_->more();
}

Cell& CsvSource::nextCell() {
  if (cellCount_ == cells_.size()) cells_.emplace_back();
  Cell& cell = cells_[cellCount_++];
  cell.text.clear();
  cell.quoted = false;
  return cell;
}

// At a quote, or at the escape character before one: whether it stands for a quote inside the text.
bool CsvSource::escapesQuote() const {
  const std::string_view window = input_->window();
  const char c = window[at_];
  const auto ahead = [&](std::size_t distance) {
    return at_ + distance < window.size() ? window[at_ + distance] : '\n';
  };
  using Escape = CsvDialect::Escape;
  if (c == dialect_.quote) return ahead(1) == dialect_.quote;
  if (c != dialect_.escapeCharacter || dialect_.escape == Escape::doubled) return false;
  if (dialect_.escape == Escape::character) return ahead(1) == dialect_.quote || ahead(1) == c;
  // Guessed: `\"` before a delimiter or line end is a text that ends in a backslash.
  const char next = ahead(2);
  return ahead(1) == dialect_.quote && next != dialect_.delimiter && next != '\n' && next != '\r';
}

// From behind the opening quote to behind the closing one. False: the file ended inside.
Result<bool> CsvSource::readQuoted(Cell& cell) {
  cell.quoted = true;
  while (true) {
    // Two bytes beyond the one looked at decide what a quote means.
    while (at_ + 2 >= input_->window().size()) {
      auto more = input_->more();
      if (!more) return std::unexpected(more.error());
      if (!*more) break;
    }
    const std::string_view window = input_->window();
    if (at_ >= window.size()) return false;
    const char stops[] = {dialect_.quote, dialect_.escapeCharacter};
    const std::size_t stop = window.find_first_of(std::string_view(stops, 2), at_);
    if (stop == std::string_view::npos || stop > at_) {
      const std::size_t end = std::min(stop, window.size());
      cell.text += window.substr(at_, end - at_);
      at_ = end;
      continue;
    }
    if (escapesQuote()) {
      cell.text += window[at_ + 1];
      at_ += 2;
    } else if (window[at_] == dialect_.quote) {
      ++at_;
      return true;
    } else {
      cell.text += window[at_++];
    }
  }
}

// Up to the delimiter or line end.
Result<bool> CsvSource::readPlain(Cell& cell) {
  while (true) {
    const std::string_view window = input_->window();
    std::size_t end = at_;
    while (end < window.size() && window[end] != dialect_.delimiter && window[end] != '\n') ++end;
    cell.text += window.substr(at_, end - at_);
    at_ = end;
    if (end < window.size()) break;
    auto more = input_->more();
    if (!more) return std::unexpected(more.error());
    if (!*more) break;
  }
  const std::string_view window = input_->window();
  const bool lineEnd = at_ == window.size() || window[at_] == '\n';
  if (lineEnd && cell.text.ends_with('\r')) cell.text.pop_back();
  return true;
}

Result<bool> CsvSource::read() {
  cellCount_ = 0;
  at_ = 0;
  openQuote_ = 0;
  auto more = available();
  if (!more || !*more) return more;
  while (true) {
    Cell& cell = nextCell();
    more = available();
    if (!more) return more;
    if (*more && dialect_.quotes && input_->window()[at_] == dialect_.quote) {
      const std::uint64_t line = input_->line();
      ++at_;
      auto closed = readQuoted(cell);
      if (!closed) return closed;
      if (!*closed) openQuote_ = line;
    }
    if (auto plain = readPlain(cell); !plain) return plain;
    const std::string_view window = input_->window();
    if (at_ < window.size() && window[at_] == dialect_.delimiter && cellCount_ < maximumColumns) {
      ++at_;
      continue;
    }
    rowEnd_ = at_ > 0 && at_ < window.size() && window[at_ - 1] == '\r' ? at_ - 1 : at_;
    if (at_ < window.size()) ++at_;
    return true;
  }
}

Result<bool> CsvSource::next(Row& row) {
  row.problem.reset();
  while (true) {
    if (!std::exchange(pending_, false)) {
      input_->consume(at_);
      auto more = read();
      if (!more || !*more) {
        at_ = 0;
        return more;
      }
    }
    const bool blank = cellCount_ == 1 && cells_.front().text.empty() && !cells_.front().quoted;
    if (!blank || columns_.size() == 1) break;
  }
  row.line = input_->line();
  row.raw = input_->window().substr(0, rowEnd_);
  row.cells = std::span<const Cell>(cells_.data(), cellCount_);
  if (openQuote_ != 0) {
    row.problem = fmt::format("a quote is opened in the row of line {} and never closed", openQuote_);
  } else if (cellCount_ != columns_.size()) {
    row.problem = fmt::format("the row has {} columns, the {} {}", cellCount_,
                              header_.empty() ? "first one has" : "header names", columns_.size());
  }
  return true;
}

FilePosition CsvSource::position() const {
  const auto lines = std::ranges::count(input_->window().substr(0, at_), '\n');
  return {input_->offset() + at_, input_->line() + static_cast<std::uint64_t>(lines)};
}

Result<> CsvSource::resumeAt(FilePosition where) {
  pending_ = false;
  at_ = 0;
  return input_->skipTo(where.offset, where.line);
}

}  // namespace qodly::app
