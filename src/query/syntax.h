// The query language as text: syntax tree and parser (query.md 2 and 3). Knows no model.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "value/value.h"

namespace qodly::query {

enum class Operator : std::uint8_t {
  equal,         // = ==      `@` is a wildcard
  identical,     // === is    `@` is a character
  notEqual,      // # !=
  notIdentical,  // !== is not
  less,
  lessOrEqual,
  greater,
  greaterOrEqual,
  in,
  keyword,  // %
};

std::string_view canonical(Operator op);  // query.md 6: "==", "===", "!=", "!==", "<", "<=", ">", ">=", "IN", "%"
bool isNegative(Operator op);             // notEqual, notIdentical
Operator negated(Operator op);  // positive counterpart of a negative operator and vice versa (== / !=, === / !==)

struct PathStep {
  std::string name;
  std::uint32_t classIndex = 0;  // relation{n}
  bool each = false;             // []
  char link = 0;                 // [a]: 'a'..'z', lower case
};
using Path = std::vector<PathStep>;

struct Placeholder {
  std::string name;  // "1" for :1, "form.name" for :form.name
  bool indexed = false;
  std::uint32_t index = 0;  // from 1
};

struct Literal {
  Value value;  // text, number, boolean, null; dates stay text and are converted by the attribute's type
  bool quoted = false;
  std::string spelling;  // number: as it was typed, for text attributes (`zip = 01234`)
};

using Operand = std::variant<Literal, Placeholder, std::vector<std::variant<Literal, Placeholder>>>;

struct SyntaxNode {
  enum class Kind : std::uint8_t { comparison, formula, conjunction, disjunction, negation } kind;
  std::uint32_t position = 0;  // byte offset in the query text
  // conjunction, disjunction, negation. `a except b` is conjunction(a, negation(b)) with `except` set on the negation,
  // so that a plan can print it.
  std::vector<SyntaxNode> children;
  bool except = false;
  // comparison
  std::variant<Path, Placeholder> left;
  Operator op = Operator::equal;
  Operand right;
  bool begins = false;  // REST `begin`: equal with `value@`
  // formula: text of eval(...), or a placeholder
  std::variant<std::string, Placeholder> formula;
};

struct SyntaxSortKey {
  std::variant<Path, Placeholder> path;
  bool descending = false;
  std::uint32_t position = 0;
};

struct Syntax {
  std::optional<SyntaxNode> criteria;  // absent: all
  std::vector<SyntaxSortKey> order;
};

struct ParseOptions {
  bool rest = false;  // rest.md 10.1: values may contain blanks up to the next conjunction, apostrophes tolerated, `*`
                      // at an end of an unquoted word is `@`
  std::size_t maximumLength = 1 << 20;
  std::size_t maximumDepth = 100;  // nested parentheses
  std::size_t maximumConditions = 65536;
  std::size_t maximumListSize = 65536;  // elements of one literal list
};

inline constexpr std::size_t maximumPathSteps = 128;
inline constexpr std::size_t maximumSortKeys = 128;

// Error: querySyntax, with where().column = 1-based byte position in the query text (REST: after decoding `\u0027` and
// `\u0022`) and a message that says what was found and what was expected there.
Result<Syntax> parse(std::string_view text, const ParseOptions& options = {});
// `path [asc|desc], ...` alone: orderBy(pathString), REST $orderby.
Result<std::vector<SyntaxSortKey>> parseOrder(std::string_view text);
// One dotted attribute path ("gear.sails[].kind"), as extract, distinct, $attributes use it.
Result<Path> parsePath(std::string_view text);
// Content of a path placeholder (query.md 10.1): levels separated by dots, each a name of any characters, at whose end
// `{n}`, `[]` or `[a]` may stand. Never read as query text.
Result<Path> parseLoosePath(std::string_view text);
// One level of a path placeholder given as a collection of strings: like above, but a dot belongs to the name.
Result<PathStep> parseLooseStep(std::string_view level);
std::string pathText(const Path& path);

}  // namespace qodly::query
