// The parser's frame: reading tokens, reporting errors, one unit.
#include "script/syntax/parser.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "base/text.h"
#include "script/syntax/deep_stack.h"
#include "script/syntax/parser_state.h"
#include "script/syntax/source_text.h"

namespace qodly::script::syntax {

Tree parse(UnitKind kind, std::string file, std::string_view bytes, Surface surface, const Names& names,
           const ParseOptions& options) {
  constexpr std::size_t mostBytes = std::numeric_limits<std::int32_t>::max();  // offsets are 32 bits (language.md 1)
  Tree tree;
  tree.file = std::move(file);
  tree.surface = surface;
  tree.kind = kind;
  const bool tooLong = bytes.size() > mostBytes;
  tree.text = std::make_unique<const std::string>(normaliseSource(tooLong ? std::string_view{} : bytes));
  tree.lineStarts = findLineStarts(*tree.text);
  if (tooLong) {
    tree.diagnostics.push_back(
        {Diagnostic::Level::error, tree.file, {1, 1, 0}, "text-too-long", "The text is longer than 2 GB."});
  } else if (!isValidUtf8(bytes)) {
    tree.diagnostics.push_back({Diagnostic::Level::warning,
                                tree.file,
                                {1, 1, 0},
                                "invalid-utf8",
                                "The text is not valid UTF-8: its invalid bytes were replaced by U+FFFD."});
  }
  Parser(tree, names, options).run();
  return tree;
}

std::optional<Surface> surfaceOf(std::string_view fileName) {
  const auto endsWith = [fileName](std::string_view extension) {
    return fileName.size() >= extension.size() &&
           equalsIgnoringAsciiCase(fileName.substr(fileName.size() - extension.size()), extension);
  };
  if (endsWith(".4qs")) return Surface::qodlyScript;
  if (endsWith(".4dm")) return Surface::fourD;
  return std::nullopt;
}

std::uint32_t Tree::lineOf(std::uint32_t offset) const {
  const auto behind = std::ranges::upper_bound(lineStarts, offset);
  return static_cast<std::uint32_t>(behind - lineStarts.begin());
}

Parser::Parser(Tree& tree, const Names& names, const ParseOptions& options)
    : tree_(tree), names_(names), options_(options) {
  LexedText lexed = lex({tree.file, *tree.text, tree.surface, &names, &tree.arena, &tree.diagnostics});
  tokens_ = std::move(lexed.tokens);
  suffixes_ = std::move(lexed.suffixes);
  tree.comments = tree.arena.keep(lexed.comments);
  tree.attributesLine = lexed.attributesLine;
}

void Parser::run() {
  tree_.nesting = nestingOfTokens();
  onDeepStack(tree_.nesting, [this] { parseUnit(); });
}

// An upper bound of how deep the parser will recurse, found without recursion.
std::uint32_t Parser::nestingOfTokens() const {
  std::uint32_t structures = 0, brackets = 0, deepest = 0, chained = 0;
  for (const Token& token : tokens_) {
    switch (token.kind) {
      case TokenKind::leftParen:
      case TokenKind::leftBracket:
      case TokenKind::leftBrace:
      case TokenKind::parameterBrace:
        ++brackets;
        break;
      case TokenKind::leftDoubleBracket:
        brackets += 2;
        break;
      case TokenKind::rightParen:
      case TokenKind::rightBracket:
      case TokenKind::rightBrace:
        brackets -= brackets > 0 ? 1 : 0;
        break;
      case TokenKind::question:
      case TokenKind::caret:
        ++chained;
        break;
      case TokenKind::newline:
        brackets = chained = 0;
        break;
      case TokenKind::word:
        if (!token.firstOnLine) break;
        switch (keywordOf(token.text)) {
          case Keyword::endWord:
          case Keyword::untilWord:
            structures -= structures > 0 ? 1 : 0;
            break;
          case Keyword::ifWord:
          case Keyword::switchWord:
          case Keyword::caseWord:
          case Keyword::whileWord:
          case Keyword::repeatWord:
          case Keyword::forWord:
          case Keyword::forEachWord:
          case Keyword::useWord:
          case Keyword::tryWord:
            ++structures;
            break;
          case Keyword::functionWord:
            structures = 0;
            break;
          default:
            break;
        }
        break;
      default:
        break;
    }
    deepest = std::max(deepest, structures + brackets + chained);
  }
  return deepest;
}

void Parser::parseUnit() {
  constexpr std::size_t mostLines = 32'000;  // language.md 1
  if (tree_.kind == UnitKind::method && tree_.lineStarts.size() > mostLines) {
    report(Diagnostic::Level::error, {1, 1, 0}, "text-too-long",
           fmt::format("The method has {} lines; {} are the most.", tree_.lineStarts.size(), mostLines));
  }
  switch (tree_.kind) {
    case UnitKind::method:
      parseMethod();
      break;
    case UnitKind::classFile:
      parseClass();
      break;
    case UnitKind::formula:
      parseFormulaUnit();
      break;
  }
  settleDiagnostics();
}

void Parser::parseFormulaUnit() {
  skipNewlines();
  Formula content = formulaContent();
  if (!panic_ && !is(TokenKind::newline) && !is(TokenKind::endOfText)) fail("the end of the formula");
  endLine();
  skipNewlines();
  if (!is(TokenKind::endOfText)) fail("the end of the formula");
  resolveNames();
  content.source = trim(sourceBetween(0, static_cast<std::uint32_t>(tree_.text->size())));
  if (!hasErrors(tree_.diagnostics)) tree_.formula = tree_.arena.make(content);
}

// Sorts what was found and marks the functions it belongs to.
void Parser::settleDiagnostics() {
  std::ranges::stable_sort(tree_.diagnostics, {}, [](const Diagnostic& each) { return each.where.offset; });
  for (std::uint32_t i = 0; i < tree_.diagnostics.size(); ++i) {
    const Diagnostic& diagnostic = tree_.diagnostics[i];
    if (diagnostic.level != Diagnostic::Level::error) continue;
    const std::uint32_t offset = diagnostic.where.offset;
    const auto owner = std::ranges::find_if(functions_, [&](const Function* function) {
      return function->kind == FunctionKind::method ||
             (offset >= function->where.offset && (offset < function->bodyEnd || function == functions_.back()));
    });
    std::optional<std::uint32_t>& mark = owner == functions_.end() ? tree_.headerBroken : (*owner)->broken;
    if (!mark) mark = i;
  }
}

bool Parser::accept(TokenKind kind) {
  if (!is(kind)) return false;
  ++at_;
  return true;
}

bool Parser::acceptSeparator() { return accept(TokenKind::comma) || accept(TokenKind::semicolon); }

bool Parser::expect(TokenKind kind, std::string_view purpose) {
  if (accept(kind)) return true;
  const std::string_view sign = spelling(kind);
  fail(purpose.empty() ? fmt::format("'{}'", sign) : fmt::format("'{}' {}", sign, purpose));
  return false;
}

Keyword Parser::keywordAt(std::size_t count) const {
  const Token& token = ahead(count);
  return token.kind == TokenKind::word && !token.afterDot && !token.hasSuffix ? keywordOf(token.text) : Keyword::none;
}

// The token `count` ahead is a word that one blank separates from the word before it.
bool Parser::adjacentWord(std::size_t count) const {
  const Token& token = ahead(count);
  const Token& before = ahead(count - 1);
  return token.kind == TokenKind::word && !token.afterDot && before.kind == TokenKind::word && !before.hasSuffix &&
         token.where.offset == before.end + 1 && (*tree_.text)[before.end] == ' ';
}

// Where names are made, several words that happen to be one known name are words again.
void Parser::splitWord() {
  const Token whole = current();
  const std::size_t blank = whole.kind == TokenKind::word ? whole.text.find(' ') : std::string_view::npos;
  if (blank == std::string_view::npos) return;
  Token rest = whole;
  rest.text = whole.text.substr(blank + 1);
  rest.where.offset += static_cast<std::uint32_t>(blank + 1);
  rest.where.column += static_cast<std::uint32_t>(utf16Length(whole.text.substr(0, blank)) + 1);
  rest.firstOnLine = false;
  rest.known = nullptr;
  Token& first = tokens_[at_];
  first.text = whole.text.substr(0, blank);
  first.end = whole.where.offset + static_cast<std::uint32_t>(blank);
  first.known = nullptr;
  first.hasSuffix = false;
  tokens_.insert(tokens_.begin() + static_cast<std::ptrdiff_t>(at_) + 1, rest);
}

void Parser::report(Diagnostic::Level level, Position where, std::string_view code, std::string message) {
  tree_.diagnostics.push_back({level, tree_.file, where, std::string(code), std::move(message)});
}

void Parser::failAt(Position where, std::string_view code, std::string message) {
  if (!panic_) report(Diagnostic::Level::error, where, code, std::move(message));
  panic_ = true;
  while (!is(TokenKind::newline) && !is(TokenKind::endOfText)) ++at_;
}

void Parser::fail(std::string_view expected) {
  const Token& token = current();
  if (token.kind == TokenKind::invalid) panic_ = true;  // the lexer has told
  std::string hint;
  if (token.kind == TokenKind::equals && !fourD()) hint = " To compare, use '=='.";
  if (token.kind == TokenKind::equalsEquals && fourD()) hint = " To compare, use '='.";
  failAt(token.where, "unexpected-token", fmt::format("Found {}; expected {}.{}", describe(token), expected, hint));
}

// The end of a statement: of the line, and of what an error on it made impossible.
void Parser::endLine() {
  // Behind a structure that was not closed, what comes next is still to be read.
  if (!panic_ && current().firstOnLine) return;
  if (!panic_ && !is(TokenKind::newline) && !is(TokenKind::endOfText)) fail("the end of the line");
  skipLine();
}

void Parser::skipLine() {
  while (!is(TokenKind::newline) && !is(TokenKind::endOfText)) ++at_;
  accept(TokenKind::newline);
  panic_ = false;
}

void Parser::skipNewlines() {
  while (accept(TokenKind::newline)) {
  }
}

}  // namespace qodly::script::syntax
