// Text to tokens for both surfaces (language.md 2, 27). The whole text is read in one pass; errors inside tokens are
// reported and reading goes on behind them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "script/syntax/arena.h"
#include "script/syntax/diagnostic.h"
#include "script/syntax/names.h"
#include "script/syntax/token.h"
#include "script/syntax/tree.h"

namespace qodly::script::syntax {

// `text` is normalised (source_text.h) and outlives the tokens; texts made by the lexer go to `arena`.
struct LexerInput {
  std::string_view file;
  std::string_view text;
  Surface surface = Surface::qodlyScript;
  const Names* names = nullptr;
  Arena* arena = nullptr;
  Diagnostics* diagnostics = nullptr;
};

LexedText lex(const LexerInput& input);

}  // namespace qodly::script::syntax
