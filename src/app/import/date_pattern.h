// Dates written by a pattern of date-fns tokens ("dd/MM/yyyy HH:mm"), as the import options give them (orda.md 3).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "value/value.h"

namespace qodly::app {

// Thread-safe once made.
class DatePattern {
 public:
  // Tokens: yyyy yy MM M dd d HH H mm m ss s SSS; 'quoted' and other characters stand for themselves. Error:
  // wrongArgument, naming the part that is no token.
  static Result<DatePattern> make(std::string_view pattern);

  // A date when the pattern has no time of day, else an instant in the server's time zone. nullopt: does not match.
  std::optional<Value> parse(std::string_view text) const;

 private:
  enum class Part { literal, year, shortYear, month, day, hour, minute, second, millisecond };
  struct Token {
    Part part;
    std::size_t minimumDigits = 1, maximumDigits = 2;
    std::string literal;
  };
  static std::optional<Token> tokenOf(std::string_view letters);
  std::vector<Token> tokens_;
  bool timed_ = false;
};

}  // namespace qodly::app
