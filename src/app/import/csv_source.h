// CSV (RFC 4180, and what is met in its name): delimiter and header found out when not given, quotes doubled or
// escaped.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/import/row_source.h"

namespace qodly::app {

struct CsvOptions {
  std::string delimiter;              // "": found out among , ; tab and |
  std::string quote = "\"";           // "": no quotes
  std::optional<std::string> escape;  // absent: doubled quotes, and `\` before a quote that cannot be a closing one
  std::optional<bool> header;         // absent: found out by the names in `knownNames`
  std::uint64_t startLine = 1;
  std::vector<std::string> knownNames;  // columns a header would hold: attributes and mapped columns
};

// How the cells of a file are told apart.
struct CsvDialect {
  char delimiter = ',';
  char quote = '"';
  bool quotes = true;
  enum class Escape { doubledOrGuessed, doubled, character } escape = Escape::doubledOrGuessed;
  char escapeCharacter = '\\';
};

// Errors: wrongArgument (an option that is not one ASCII character).
Result<CsvDialect> dialectOf(const CsvOptions& options, std::string_view sample);

// The delimiter that cuts the lines of the sample most evenly.
char guessDelimiter(std::string_view sample, char quote);

class CsvSource final : public RowSource {
 public:
  static Result<std::unique_ptr<CsvSource>> open(std::unique_ptr<TextInput> input, const CsvOptions& options);

  Result<bool> next(Row& row) override;
  FilePosition position() const override;
  Result<> resumeAt(FilePosition where) override;
  const std::vector<std::string>& columns() const override { return columns_; }
  const TextInput& input() const override { return *input_; }

  std::string_view headerText() const { return header_; }  // the header row as it stands in the file; "" without
  const CsvDialect& dialect() const { return dialect_; }

 private:
  CsvSource(std::unique_ptr<TextInput> input, CsvDialect dialect) : input_(std::move(input)), dialect_(dialect) {}
  Result<bool> read();  // one row into cells_
  Result<bool> available();
  Result<bool> readQuoted(Cell& cell);
  Result<bool> readPlain(Cell& cell);
  bool escapesQuote() const;
  Cell& nextCell();
  Result<> readHeader(const CsvOptions& options);

  std::unique_ptr<TextInput> input_;
  CsvDialect dialect_;
  std::vector<std::string> columns_;
  std::string header_;
  bool pending_ = false;  // the first row was read while looking for a header and has not been handed out

  std::vector<Cell> cells_;  // kept between rows for their memory
  std::size_t cellCount_ = 0;
  std::size_t at_ = 0;           // in the window, where the row being read has come to
  std::size_t rowEnd_ = 0;       // without the line end
  std::uint64_t openQuote_ = 0;  // line of a quote that was never closed; 0: none
};

}  // namespace qodly::app
