// Query text to syntax tree (query.md 2, 4). One call frame a level of parentheses: conjunctions and disjunctions of a
// level are collected in loops, so that the depth limit bounds the stack.
#include <array>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "query/lexer.h"
#include "query/syntax.h"

namespace qodly::query {

namespace {

struct Comparator {
  Operator op = Operator::equal;
  bool begins = false;
};

struct Symbol {
  std::string_view text;
  Operator op;
};

// Longest first.
constexpr std::array<Symbol, 11> symbols{{{"===", Operator::identical},
                                          {"!==", Operator::notIdentical},
                                          {"==", Operator::equal},
                                          {"!=", Operator::notEqual},
                                          {"<=", Operator::lessOrEqual},
                                          {">=", Operator::greaterOrEqual},
                                          {"=", Operator::equal},
                                          {"#", Operator::notEqual},
                                          {"<", Operator::less},
                                          {">", Operator::greater},
                                          {"%", Operator::keyword}}};

SyntaxNode nodeAt(SyntaxNode::Kind kind, std::uint32_t position) {
  SyntaxNode node;
  node.kind = kind;
  node.position = position;
  return node;
}

SyntaxNode group(SyntaxNode::Kind kind, std::vector<SyntaxNode> children, std::uint32_t position) {
  if (children.size() == 1) return std::move(children.front());
  SyntaxNode node = nodeAt(kind, position);
  node.children = std::move(children);
  return node;
}

SyntaxNode negation(SyntaxNode child, bool except) {
  SyntaxNode node = nodeAt(SyntaxNode::Kind::negation, child.position);
  node.except = except;
  node.children.push_back(std::move(child));
  return node;
}

bool takesStar(Operator op) { return op == Operator::equal || op == Operator::notEqual || op == Operator::in; }

class Parser {
 public:
  Parser(std::string_view text, const ParseOptions& options) : lexer_(text, options.rest), options_(options) {}

  Result<Syntax> query();
  Result<std::vector<SyntaxSortKey>> order();
  Result<Path> wholePath();

 private:
  Result<SyntaxNode> criteria(std::size_t depth);
  Result<SyntaxNode> primary(std::size_t depth);
  Result<SyntaxNode> comparison();
  Result<SyntaxNode> formula(std::uint32_t position);
  Result<Comparator> comparator();
  Result<Operand> operand(Comparator comparator);
  Result<Operand> list(Operator op);
  Result<std::variant<Literal, Placeholder>> value(Lexer::Place place, Operator op);
  Result<Placeholder> placeholder();
  Result<Path> path();
  Result<> suffixes(PathStep& step);
  Result<std::vector<SyntaxSortKey>> sortKeys();
  Error afterCriterion();

  bool atFormula();
  bool atComparator();
  bool andOperator() { return lexer_.symbol("&&") || lexer_.symbol("&") || lexer_.keyword("and"); }
  bool orOperator() { return lexer_.symbol("||") || lexer_.symbol("|") || lexer_.keyword("or"); }

  Lexer lexer_;
  const ParseOptions& options_;
  std::size_t conditions_ = 0;
};

Result<Syntax> Parser::query() {
  Syntax syntax;
  if (lexer_.atEnd()) return syntax;
  if (!lexer_.peekOrderBy()) {
    auto criteria = this->criteria(0);
    if (!criteria) return std::unexpected(criteria.error());
    syntax.criteria = std::move(*criteria);
  }
  if (lexer_.orderBy()) {
    auto keys = sortKeys();
    if (!keys) return std::unexpected(keys.error());
    syntax.order = std::move(*keys);
  }
  if (!lexer_.atEnd()) return std::unexpected(afterCriterion());
  return syntax;
}

Error Parser::afterCriterion() {
  if (lexer_.symbol(")")) return lexer_.error(lexer_.position() - 1, "this parenthesis closes nothing");
  if (lexer_.afterQuote()) {
    return lexer_.error(lexer_.position() - 1,
                        "a quoted text cannot contain its own quote; pass the text through a placeholder (:1)");
  }
  return lexer_.expected("`and`, `or`, `order by` or the end");
}

Result<SyntaxNode> Parser::criteria(std::size_t depth) {
  std::vector<SyntaxNode> alternatives;
  std::vector<SyntaxNode> terms;
  const std::uint32_t start = lexer_.position();
  for (bool except = false;;) {
    bool negated = false;
    while (lexer_.peekKeyword("not")) {
      const std::uint32_t back = lexer_.position();
      lexer_.keyword("not");
      if (atComparator()) {  // an attribute that is called "not"
        lexer_.rewind(back);
        break;
      }
      negated = !negated;
    }
    auto term = primary(depth);
    if (!term) return term;
    if (negated) *term = negation(std::move(*term), false);
    if (except) *term = negation(std::move(*term), true);
    terms.push_back(std::move(*term));
    except = lexer_.keyword("except");
    if (except || andOperator()) continue;
    alternatives.push_back(group(SyntaxNode::Kind::conjunction, std::move(terms), start));
    terms.clear();
    if (!orOperator()) return group(SyntaxNode::Kind::disjunction, std::move(alternatives), start);
  }
}

Result<SyntaxNode> Parser::primary(std::size_t depth) {
  if (!lexer_.symbol("(")) return comparison();
  const std::uint32_t open = lexer_.position() - 1;
  if (depth >= options_.maximumDepth) {
    return std::unexpected(
        lexer_.error(open, fmt::format("more than {} parentheses inside each other", options_.maximumDepth)));
  }
  auto inner = criteria(depth + 1);
  if (!inner) return inner;
  if (lexer_.symbol(")")) return inner;
  if (lexer_.afterQuote() && !lexer_.atEnd()) return std::unexpected(afterCriterion());
  return std::unexpected(lexer_.expected(fmt::format("`)` for the parenthesis opened at position {}", open + 1)));
}

bool Parser::atFormula() {
  const std::uint32_t back = lexer_.position();
  const bool found = lexer_.keyword("eval") && lexer_.peekSymbol("(");
  lexer_.rewind(back);
  return found;
}

bool Parser::atComparator() {
  for (const Symbol& symbol : symbols) {
    if (lexer_.peekSymbol(symbol.text)) return true;
  }
  return lexer_.peekKeyword("is") || lexer_.peekKeyword("in") || lexer_.peekKeyword("begin");
}

Result<SyntaxNode> Parser::comparison() {
  lexer_.atEnd();
  const std::uint32_t position = lexer_.position();
  if (++conditions_ > options_.maximumConditions) {
    return std::unexpected(lexer_.error(position, fmt::format("more than {} conditions", options_.maximumConditions)));
  }
  if (atFormula()) return formula(position);
  SyntaxNode node = nodeAt(SyntaxNode::Kind::comparison, position);
  if (lexer_.peekSymbol(":")) {
    auto name = placeholder();
    if (!name) return std::unexpected(name.error());
    if (!atComparator()) {
      node.kind = SyntaxNode::Kind::formula;
      node.formula = std::move(*name);
      return node;
    }
    node.left = std::move(*name);
  } else {
    auto path = this->path();
    if (!path) return std::unexpected(path.error());
    node.left = std::move(*path);
  }
  auto comparator = this->comparator();
  if (!comparator) return std::unexpected(comparator.error());
  auto right = operand(*comparator);
  if (!right) return std::unexpected(right.error());
  node.op = comparator->op;
  node.begins = comparator->begins;
  node.right = std::move(*right);
  return node;
}

Result<SyntaxNode> Parser::formula(std::uint32_t position) {
  lexer_.keyword("eval");
  lexer_.symbol("(");
  auto text = lexer_.balanced();
  if (!text) return std::unexpected(text.error());
  SyntaxNode node = nodeAt(SyntaxNode::Kind::formula, position);
  node.formula = std::move(*text);
  return node;
}

Result<Comparator> Parser::comparator() {
  for (const Symbol& symbol : symbols) {
    if (lexer_.symbol(symbol.text)) return Comparator{symbol.op};
  }
  if (lexer_.keyword("is")) return Comparator{lexer_.keyword("not") ? Operator::notIdentical : Operator::identical};
  if (lexer_.keyword("in")) return Comparator{Operator::in};
  if (lexer_.keyword("begin")) return Comparator{Operator::equal, true};
  return std::unexpected(lexer_.expected("a comparator (= == === # != !== < <= > >= % is in begin)"));
}

Result<Operand> Parser::operand(Comparator comparator) {
  if (comparator.op == Operator::in && !lexer_.peekSymbol(":")) return list(comparator.op);
  auto single = value(Lexer::Place::criterion, comparator.op);
  if (!single) return std::unexpected(single.error());
  return std::visit([](auto&& held) { return Operand(std::move(held)); }, std::move(*single));
}

Result<Operand> Parser::list(Operator op) {
  if (!lexer_.symbol("[")) return std::unexpected(lexer_.expected("a list such as [1,2] or a placeholder after `in`"));
  std::vector<std::variant<Literal, Placeholder>> elements;
  if (lexer_.symbol("]")) return elements;
  do {
    if (elements.size() == options_.maximumListSize) {
      return std::unexpected(lexer_.error(
          lexer_.position(), fmt::format("more than {} values in a list; pass a collection through a placeholder",
                                         options_.maximumListSize)));
    }
    auto element = value(Lexer::Place::list, op);
    if (!element) return std::unexpected(element.error());
    elements.push_back(std::move(*element));
  } while (lexer_.symbol(","));
  if (!lexer_.symbol("]")) return std::unexpected(lexer_.expected("`,` or `]`"));
  return elements;
}

Result<std::variant<Literal, Placeholder>> Parser::value(Lexer::Place place, Operator op) {
  if (lexer_.peekSymbol(":")) return placeholder();
  return lexer_.literal(place, takesStar(op));
}

Result<Placeholder> Parser::placeholder() {
  lexer_.symbol(":");
  const std::uint32_t position = lexer_.position() - 1;
  Placeholder placeholder;
  if (const auto first = lexer_.name()) {
    placeholder.name = *first;
    while (lexer_.symbol(".")) {
      const auto next = lexer_.name();
      if (!next) return std::unexpected(lexer_.expected("a name after the dot of a placeholder"));
      placeholder.name += '.';
      placeholder.name += *next;
    }
    return placeholder;
  }
  const auto index = lexer_.digits();
  if (!index)
    return std::unexpected(lexer_.error(position, "a placeholder is `:` and a number or a name, as :1 or :name"));
  placeholder.indexed = true;
  placeholder.index = *index;
  placeholder.name = fmt::format("{}", *index);
  return placeholder;
}

Result<Path> Parser::path() {
  Path path;
  do {
    const auto name = lexer_.name();
    if (!name) {
      return std::unexpected(lexer_.expected(path.empty() ? "an attribute name" : "a name after the dot"));
    }
    if (path.size() == maximumPathSteps) {
      return std::unexpected(
          lexer_.error(lexer_.position(), fmt::format("a path of more than {} steps", maximumPathSteps)));
    }
    path.emplace_back().name = *name;
    if (auto read = suffixes(path.back()); !read) return std::unexpected(read.error());
  } while (lexer_.symbol("."));
  return path;
}

Result<> Parser::suffixes(PathStep& step) {
  if (lexer_.symbol("{")) {
    const auto index = lexer_.digits();
    if (!index) return std::unexpected(lexer_.expected("a class index, as relation{2}"));
    if (*index == 0) return std::unexpected(lexer_.error(lexer_.position() - 1, "a class index starts at 1"));
    step.classIndex = *index;
    if (!lexer_.symbol("}")) return std::unexpected(lexer_.expected("`}`"));
  }
  if (!lexer_.symbol("[")) return {};
  step.each = true;
  if (lexer_.symbol("]")) return {};
  const std::uint32_t position = lexer_.position();
  const auto letter = lexer_.name();
  const bool single = letter && letter->size() == 1 && static_cast<unsigned char>(letter->front() | 0x20) >= 'a' &&
                      static_cast<unsigned char>(letter->front() | 0x20) <= 'z';
  if (!single || !lexer_.symbol("]")) {
    return std::unexpected(lexer_.error(
        position, "the brackets of a path hold nothing or one letter from a to z, as sails[] or sails[a]"));
  }
  step.link = static_cast<char>(letter->front() | 0x20);
  return {};
}

Result<std::vector<SyntaxSortKey>> Parser::sortKeys() {
  std::vector<SyntaxSortKey> keys;
  do {
    lexer_.atEnd();
    SyntaxSortKey key;
    key.position = lexer_.position();
    if (keys.size() == maximumSortKeys) {
      return std::unexpected(lexer_.error(key.position, fmt::format("more than {} sort keys", maximumSortKeys)));
    }
    if (lexer_.peekSymbol(":")) {
      auto name = placeholder();
      if (!name) return std::unexpected(name.error());
      key.path = std::move(*name);
    } else {
      auto path = this->path();
      if (!path) return std::unexpected(path.error());
      key.path = std::move(*path);
    }
    key.descending = lexer_.keyword("desc");
    if (!key.descending) lexer_.keyword("asc");
    keys.push_back(std::move(key));
  } while (lexer_.symbol(","));
  if (!lexer_.atEnd()) return std::unexpected(lexer_.expected("`asc`, `desc`, `,` or the end after a sort key"));
  return keys;
}

Result<std::vector<SyntaxSortKey>> Parser::order() {
  if (lexer_.atEnd()) return std::vector<SyntaxSortKey>{};
  lexer_.orderBy();
  return sortKeys();
}

Result<Path> Parser::wholePath() {
  auto path = this->path();
  if (path && !lexer_.atEnd()) return std::unexpected(lexer_.expected("the end of the path"));
  return path;
}

Result<> checkLength(std::string_view text, const ParseOptions& options) {
  if (text.size() <= options.maximumLength) return {};
  return std::unexpected(
      Error(code::querySyntax, "dbmg",
            fmt::format("The query has {} bytes, the limit is {}; pass large values through placeholders", text.size(),
                        options.maximumLength))
          .at({{}, 1, 1}));
}

// REST clients may write the quotes of a filter as JSON escapes (rest.md 10.1).
std::string decodeQuotes(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::string_view escape = text.substr(at, 6);
    if (escape == "\\u0027" || escape == "\\u0022") {
      decoded += escape.back() == '7' ? '\'' : '"';
      at += 5;
    } else {
      decoded += text[at];
    }
  }
  return decoded;
}

}  // namespace

Result<Syntax> parse(std::string_view text, const ParseOptions& options) {
  if (auto checked = checkLength(text, options); !checked) return std::unexpected(checked.error());
  if (!options.rest || text.find("\\u00") == std::string_view::npos) return Parser(text, options).query();
  const std::string decoded = decodeQuotes(text);
  return Parser(decoded, options).query();
}

Result<std::vector<SyntaxSortKey>> parseOrder(std::string_view text) {
  const ParseOptions options;
  if (auto checked = checkLength(text, options); !checked) return std::unexpected(checked.error());
  return Parser(text, options).order();
}

Result<Path> parsePath(std::string_view text) {
  const ParseOptions options;
  if (auto checked = checkLength(text, options); !checked) return std::unexpected(checked.error());
  return Parser(text, options).wholePath();
}

}  // namespace qodly::query
