#include "tests/conformance/language/case_file.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "script/syntax/walk.h"

namespace qodly::conformance {

namespace syntax = script::syntax;

namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") + 1 - first);
}

// "-20002 the message" after "expect error:".
void readError(std::string_view text, Expectation& expectation) {
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), expectation.code);
  if (failed == std::errc()) text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  expectation.text = trimmed(text);
}

std::optional<Expectation> readExpectation(std::string_view comment) {
  comment = trimmed(comment.substr(std::min<std::size_t>(2, comment.size())));
  Expectation expectation;
  const auto starts = [&](std::string_view word) {
    if (!comment.starts_with(word)) return false;
    comment.remove_prefix(word.size());
    return true;
  };
  if (starts("expect error")) {
    expectation.kind = Expectation::Kind::error;
    if (comment.starts_with(':')) comment.remove_prefix(1);
    readError(trimmed(comment), expectation);
  } else if (starts("expect type:")) {
    expectation.kind = Expectation::Kind::type;
    expectation.text = trimmed(comment);
  } else if (starts("expect:")) {
    expectation.text = trimmed(comment);
  } else {
    return std::nullopt;
  }
  return expectation;
}

bool isLeaf(const syntax::Statement& statement) {
  bool leaf = true;
  syntax::forEachPart(
      statement, [](const syntax::Expression&) {}, [&](const syntax::Statement&) { leaf = false; });
  return leaf && (std::holds_alternative<syntax::VariableDeclaration>(statement.node) ||
                  std::holds_alternative<syntax::Assignment>(statement.node) ||
                  std::holds_alternative<syntax::ExpressionStatement>(statement.node));
}

}  // namespace

CaseFile::CaseFile(const syntax::Tree& tree) : tree_(tree) {
  if (tree.function != nullptr) collect(tree.function->body);
  readComments();
}

void CaseFile::collect(syntax::Block block) {
  for (const syntax::Statement* statement : block) {
    if (isLeaf(*statement)) {
      leaves_.push_back({statement, statement->where.line, tree_.lineOf(statement->end - 1)});
      continue;
    }
    syntax::forEachPart(
        *statement, [](const syntax::Expression&) {},
        [&](const syntax::Statement& inner) {
          const syntax::Statement* const one = &inner;
          collect({&one, 1});
        });
  }
}

void CaseFile::readComments() {
  for (const syntax::Comment& comment : tree_.comments) {
    auto expectation = readExpectation(comment.text);
    if (!expectation) continue;
    expectation->line = comment.where.line;
    if (leafAt(expectation->line) == nullptr) {
      problems_.push_back(fmt::format("{}:{}: this line can have no expectation", tree_.file, expectation->line));
      continue;
    }
    expectations_.push_back(std::move(*expectation));
  }
}

const CaseFile::Leaf* CaseFile::leafAt(std::uint32_t line) const {
  const auto found = std::ranges::find_if(leaves_, [&](const Leaf& leaf) { return leaf.last == line; });
  return found == leaves_.end() ? nullptr : &*found;
}

bool CaseFile::canGuard(std::uint32_t line) const {
  return std::ranges::any_of(leaves_, [&](const Leaf& leaf) { return leaf.first <= line && line <= leaf.last; });
}

std::string CaseFile::source(const syntax::Expression& expression) const {
  return tree_.text->substr(expression.where.offset, expression.end - expression.where.offset);
}

// What names the value that an assignment or declaration has set.
std::string CaseFile::target(const syntax::Statement& statement) const {
  if (const auto* declaration = std::get_if<syntax::VariableDeclaration>(&statement.node)) {
    const syntax::DeclaredName& name = declaration->names.front();
    const bool dollar = name.kind == syntax::DeclaredName::Kind::dollarLocal ||
                        (tree_.surface == syntax::Surface::fourD && name.kind == syntax::DeclaredName::Kind::local);
    return (dollar ? "$" : "") + std::string(name.text);
  }
  const syntax::Expression& target = *std::get<syntax::Assignment>(statement.node).target;
  if (const auto* character = std::get_if<syntax::CharacterAt>(&target.node)) return source(*character->text);
  return source(target);
}

void CaseFile::probe(const Leaf& leaf, const Expectation* expectation, std::size_t number, bool guard,
                     std::vector<Edit>& edits) const {
  const syntax::Statement& statement = *leaf.statement;
  const bool isExpression = std::holds_alternative<syntax::ExpressionStatement>(statement.node);
  const std::string written = tree_.text->substr(statement.where.offset, statement.end - statement.where.offset);
  const bool isType = expectation != nullptr && expectation->kind == Expectation::Kind::type;
  const auto record = [&](const std::string& value) {
    return fmt::format("testRecord({}; {})", number, isType ? "valueType(" + value + ")" : value);
  };
  std::string probed = written;
  if (expectation != nullptr) {
    probed = isExpression ? record(written) : written + "\n" + record(target(statement));
  }
  const bool wantsError = expectation != nullptr && expectation->kind == Expectation::Kind::error;
  if (guard || wantsError) probed = fmt::format("try\n{}\ncatch\ntestCaught({})\nend try", probed, number);
  edits.push_back({statement.where.offset, written.size(), std::move(probed)});
}

Probed CaseFile::probed(const std::vector<std::uint32_t>& guarded) const {
  std::vector<Edit> edits;
  for (const Leaf& leaf : leaves_) {
    const auto expectation =
        std::ranges::find_if(expectations_, [&](const Expectation& each) { return each.line == leaf.last; });
    const bool guard = std::ranges::any_of(guarded, [&](auto line) { return leaf.first <= line && line <= leaf.last; });
    if (expectation == expectations_.end() && !guard) continue;
    const bool expected = expectation != expectations_.end() && leafAt(leaf.last) == &leaf;
    const auto number = expected ? static_cast<std::size_t>(expectation - expectations_.begin()) : expectations_.size();
    probe(leaf, expected ? &*expectation : nullptr, number, guard, edits);
  }
  std::ranges::sort(edits, {}, &Edit::at);

  Probed result;
  std::uint32_t line = 1;
  // Every character goes out through here: a line of what is run belongs to the line of the file that it starts in.
  bool lineStart = true;
  const auto put = [&](char c, bool original) {
    if (lineStart) result.lines.push_back(line);
    lineStart = c == '\n';
    if (c == '\n' && original) ++line;
    result.text.push_back(c);
  };
  std::size_t at = 0;
  for (const Edit& edit : edits) {
    for (; at < edit.at; ++at) put((*tree_.text)[at], true);
    for (const char c : edit.text) put(c, false);
    for (; at < edit.at + edit.removed; ++at) line += (*tree_.text)[at] == '\n' ? 1 : 0;
  }
  for (; at < tree_.text->size(); ++at) put((*tree_.text)[at], true);
  return result;
}

}  // namespace qodly::conformance
