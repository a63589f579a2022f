// Regular expressions as JSON schemas write them (ECMA 262), run by ICU. Differences are translated: \d \w \s and their
// opposites mean ASCII digits, word characters and blanks, `$` is the very end, `[` inside a class is a character.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

struct URegularExpression;

namespace qodly::script::library {

// Not thread-safe. A match that takes too long counts as none.
class JsonPattern {
 public:
  static Result<JsonPattern> compile(std::string_view pattern);  // error -20022

  bool foundIn(std::string_view text) const;  // anywhere in the text

 private:
  struct Close {
    void operator()(URegularExpression* regex) const;
  };
  std::unique_ptr<URegularExpression, Close> regex_;
};

}  // namespace qodly::script::library
