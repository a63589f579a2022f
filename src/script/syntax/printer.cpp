// The printer's frame: lines and comments, methods, classes and their headers.
#include "script/syntax/printer.h"

#include <algorithm>

#include "script/syntax/deep_stack.h"
#include "script/syntax/keywords.h"
#include "script/syntax/printer_state.h"

namespace qodly::script::syntax {

namespace {

// The word before the name of a function.
std::string_view accessorWord(FunctionKind kind) {
  switch (kind) {
    case FunctionKind::getter:
      return "get ";
    case FunctionKind::setter:
      return "set ";
    case FunctionKind::query:
      return "query ";
    case FunctionKind::orderBy:
      return "orderBy ";
    case FunctionKind::event:
      return "event ";
    default:
      return {};
  }
}

}  // namespace

Printed print(const Tree& tree, Surface target, const Names& names) {
  Printed printed;
  onDeepStack(tree.nesting, [&] { printed = Printer(tree, target, names).run(); });
  return printed;
}

Printed Printer::run() {
  if (!tree_.attributesLine.empty()) {
    write(tree_.attributesLine);
    write("\n");
    line_ = 1;
  }
  unit();
  return {std::move(out_), std::move(losses_)};
}

void Printer::unit() {
  const auto textEnd = static_cast<std::uint32_t>(tree_.text->size());
  if (tree_.formula != nullptr) {
    const Formula& content = *tree_.formula;
    if (content.assignment != nullptr) {
      Function assigning;
      const Statement* body[] = {content.assignment};
      assigning.body = body;
      collectLocals(assigning);
    } else {
      collectLocals(content.expression);
    }
    formula(content);
    return write("\n");
  }
  if (tree_.function != nullptr) {
    const Function& function = *tree_.function;
    collectLocals(function);
    if (function.hasHeader) header(function);
    block(function.body);
    return flushComments(textEnd);
  }
  if (!tree_.extends.empty()) {
    startLine(tree_.extendsPosition);
    write(fourD_ ? "Class extends " : "extends ");
    write(tree_.extends);
    endLine(tree_.extendsPosition.offset);
  }
  for (const ClassMember& each : tree_.members) member(each);
  flushComments(textEnd);
}

void Printer::loss(Position where, std::string message) {
  losses_.push_back({Diagnostic::Level::warning, tree_.file, where, "lost-in-conversion", std::move(message)});
}

// --- lines

// As many blank lines as the source has between what was printed last and `line`.
void Printer::blankLines(std::uint32_t line) {
  for (std::uint32_t blank = line_ + 1; line_ > 0 && blank < line; ++blank) write("\n");
  line_ = std::max(line_, line);
}

void Printer::startComment(const Comment& comment) {
  // At the very start it would be read as the line of attributes.
  if (out_.empty() && comment.text.starts_with("//%")) write(" ");
  std::string_view text = comment.text;
  if (text.starts_with('`')) {  // never written (2.2)
    write("//");
    text.remove_prefix(1);
  }
  // Of a comment that goes on over several lines each gets the sign.
  const bool block = text.starts_with("/*");
  for (std::size_t end = text.find('\n'); !block && end != std::string_view::npos; end = text.find('\n')) {
    write(text.substr(0, end + 1));
    text.remove_prefix(end + 1);
    out_.append(indent_, '\t');
    write("//");
  }
  write(text);
  line_ = tree_.lineOf(comment.end);
}

// Comments that stand before `offset`, each on a line of its own.
void Printer::flushComments(std::uint32_t offset) {
  while (nextComment_ < tree_.comments.size() && tree_.comments[nextComment_].where.offset < offset) {
    const Comment& comment = tree_.comments[nextComment_++];
    blankLines(comment.where.line);
    out_.append(indent_, '\t');
    startComment(comment);
    write("\n");
  }
}

void Printer::startLine(Position where) {
  flushComments(where.offset);
  blankLines(where.line);
  out_.append(indent_, '\t');
}

// Ends the line of a statement (or of the header of a structure) whose source ends at `offset`, with the comments that
// stand in it and behind it.
void Printer::endLine(std::uint32_t offset) {
  line_ = std::max(line_, tree_.lineOf(offset));
  bool lineComment = false;
  while (nextComment_ < tree_.comments.size()) {
    const Comment& comment = tree_.comments[nextComment_];
    if (comment.where.line > line_ || lineComment) break;
    ++nextComment_;
    write(" ");
    startComment(comment);
    lineComment = !comment.block;
  }
  write("\n");
}

// Inside a statement: a line break where the source has one.
void Printer::breakBefore(Position where) {
  if (where.line <= line_ || line_ == 0) return;
  write(out_.ends_with(' ') ? "\\" : " \\");
  bool lineComment = false;
  while (nextComment_ < tree_.comments.size() && tree_.comments[nextComment_].where.offset < where.offset) {
    const Comment& comment = tree_.comments[nextComment_];
    const bool beside = comment.where.line == line_ && !lineComment;
    // A line of nothing but a comment goes on the statement only inside brackets; elsewhere it waits for the end.
    if (!beside && brackets_ == 0) break;
    ++nextComment_;
    if (beside) {
      write(" ");
    } else {
      write("\n");
      out_.append(indent_ + 1, '\t');
    }
    startComment(comment);
    lineComment = !comment.block;
  }
  write("\n");
  out_.append(indent_ + 1, '\t');
  line_ = where.line;
}

void Printer::breakBeforeEnd(std::uint32_t end) {
  if (end == 0) return;
  Position where;
  where.offset = end - 1;
  where.line = tree_.lineOf(end - 1);
  breakBefore(where);
}

// --- members

void Printer::member(const ClassMember& each) {
  if (const auto* declared = std::get_if<const Property*>(&each)) return property(**declared);
  if (const auto* made = std::get_if<const Alias*>(&each)) return alias(**made);
  const Function& function = *std::get<const Function*>(each);
  collectLocals(function);
  header(function);
  ++indent_;
  block(function.body);
  // Comments at the end of a body belong to it when they are indented; the ones before the next header do not.
  while (nextComment_ < tree_.comments.size() && tree_.comments[nextComment_].where.offset < function.bodyEnd &&
         tree_.comments[nextComment_].where.column > 1) {
    flushComments(tree_.comments[nextComment_].where.offset + 1);
  }
  --indent_;
}

void Printer::header(const Function& function) {
  startLine(function.where);
  const Modifiers& given = function.modifiers;
  const auto modifier = [this](bool present, std::string_view word) {
    if (!present) return;
    write(word);
    write(" ");
  };
  modifier(given.exposed, "exposed");
  modifier(given.local, "local");
  modifier(given.onHttpGet, fourD_ ? "onHTTPGet" : "onHttpGet");
  modifier(given.server, "server");
  modifier(given.session, "session");
  modifier(given.shared, "shared");
  modifier(given.singleton, "singleton");
  switch (function.kind) {
    case FunctionKind::method:
      write(fourD_ ? "#DECLARE" : "declare ");
      break;
    case FunctionKind::constructor:
      write(fourD_ ? "Class constructor" : "constructor");
      break;
    default:
      write(fourD_ ? "Function " : "function ");
      write(accessorWord(function.kind));
  }
  write(function.name);
  if (!function.attribute.empty()) {
    write(" ");
    write(function.attribute);
  }
  signature(function);
  endLine(function.bodyBegin > 0 ? function.bodyBegin - 1 : 0);
}

void Printer::signature(const Function& function) {
  write("(");
  ++brackets_;
  for (std::size_t i = 0; i < function.parameters.size(); ++i) {
    if (i > 0) write(separator());
    breakBefore(function.parameters[i].where);
    parameter(function.parameters[i]);
  }
  if (function.variadic) {
    if (!function.parameters.empty()) write(separator());
    write("...");
    if (function.variadicType.word != TypeWord::none) write(" : ");
    type(function.variadicType);
  }
  --brackets_;
  write(")");
  if (!function.hasResult) return;
  if (function.result.name.empty()) {
    write(" : ");
    return type(function.result.type);
  }
  write(fourD_ ? "->" : " -> ");
  parameter(function.result);
}

void Printer::parameter(const Parameter& parameter) {
  write(localSpelling(parameter.name, parameter.dollar));
  if (parameter.type.word != TypeWord::none) write(" : ");
  type(parameter.type);
}

void Printer::type(const TypeRef& type) {
  switch (type.word) {
    case TypeWord::none:
      return;
    case TypeWord::userClass:
      write("cs.");
      return write(type.className);
    case TypeWord::builtInClass:
      write("4D.");
      return write(type.className);
    default:
      return write(typeSpelling(type.word, target_));
  }
}

void Printer::property(const Property& property) {
  collectLocals(property.initialiser);
  startLine(property.where);
  write("property ");
  for (std::size_t i = 0; i < property.names.size(); ++i) {
    if (i > 0) write(separator());
    write(property.names[i].text);
  }
  if (property.type.word != TypeWord::none) write(" : ");
  type(property.type);
  if (property.initialiser != nullptr) {
    write(fourD_ ? ":=" : " = ");
    expression(*property.initialiser);
  }
  endLine(property.end);
}

void Printer::alias(const Alias& alias) {
  startLine(alias.where);
  if (alias.exposed) write("exposed ");
  write(fourD_ ? "Alias " : "alias ");
  write(alias.name);
  write(" ");
  write(alias.path);
  endLine(alias.end);
}

}  // namespace qodly::script::syntax
