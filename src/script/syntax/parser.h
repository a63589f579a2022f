// Text to tree, for both surfaces (language.md 5, 28). One run reports every error: reading goes on at the next
// statement, and an error in a function leaves the other functions of a class usable.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "script/syntax/names.h"
#include "script/syntax/tree.h"

namespace qodly::script::syntax {

struct ParseOptions {
  // .4dm files grouped by the table of 6.1 instead of left to right: project setting operatorPrecedence "standard"
  // (29).
  bool standardPrecedence = false;
  // Statements may be any expression, not only calls: for consoles and test cases that look at values.
  bool anyExpressionStatement = false;
  // Names without `$` are process variables in .4qs, too, `var` included: what a console's lines share.
  bool processVariables = false;
};

// `file` is only copied into tree and diagnostics; `bytes` is the content as read from disk. `names` is used during the
// call only. Never fails: what is wrong stands in Tree::diagnostics, and functions with errors are marked.
// May be called from a fiber: a text that nests deeply is read on a thread of its own.
Tree parse(UnitKind kind, std::string file, std::string_view bytes, Surface surface, const Names& names,
           const ParseOptions& options = {});

// By the extension of the file's name: ".4qs", ".4dm" (any case); nullopt for another one.
std::optional<Surface> surfaceOf(std::string_view fileName);

}  // namespace qodly::script::syntax
