// Statements to text (language.md 30).
#include <algorithm>

#include <fmt/format.h>

#include "script/syntax/keywords.h"
#include "script/syntax/printer_state.h"

namespace qodly::script::syntax {

void Printer::block(Block statements) {
  for (const Statement* each : statements) statement(*each);
}

void Printer::statement(const Statement& statement) {
  startLine(statement.where);
  std::visit([&](const auto& kind) { node(kind, statement); }, statement.node);
}

void Printer::body(Block statements) {
  ++indent_;
  block(statements);
  --indent_;
}

// The closing word on its line; comments before it belong to the body.
void Printer::closing(std::string_view fourD, const Statement& whole) {
  ++indent_;
  flushComments(whole.closing.offset);
  --indent_;
  startLine(whole.closing);
  write(fourD_ ? fourD : "end");
  endLine(whole.end);
}

void Printer::divider(std::string_view word, Position where) {
  startLine(where);
  write(word);
  endLine(where.offset);
}

void Printer::node(const VariableDeclaration& declaration, const Statement& whole) {
  const bool plain = std::ranges::all_of(declaration.names, [](const DeclaredName& name) {
    return name.kind != DeclaredName::Kind::variadic && name.kind != DeclaredName::Kind::interprocess;
  });
  const bool directive = (declaration.directive && fourD_) || !plain || declaration.names.empty();
  write(directive ? directiveSpelling(declaration.type.word) : "var ");
  if (directive) write("(");
  for (std::size_t i = 0; i < declaration.names.size(); ++i) {
    if (i > 0) write(separator());
    breakBefore(declaration.names[i].where);
    declaredName(declaration.names[i]);
  }
  if (directive) {
    write(")");
  } else {
    if (declaration.type.word != TypeWord::none) write(" : ");
    type(declaration.type);
  }
  if (declaration.initialiser != nullptr) {
    write(fourD_ ? ":=" : " = ");
    breakBefore(declaration.initialiser->where);
    expression(*declaration.initialiser);
  }
  endLine(whole.end);
}

void Printer::node(const MethodInterface& interface, const Statement& whole) {
  write(directiveSpelling(interface.type.word));
  write("(");
  write(interface.method);
  for (const DeclaredName& name : interface.names) {
    write(separator());
    declaredName(name);
  }
  write(")");
  endLine(whole.end);
}

void Printer::assignment(const Assignment& assigned) {
  constexpr std::string_view fourD[] = {":=", "+=", "-=", "*=", "/="};
  constexpr std::string_view qodly[] = {" = ", " += ", " -= ", " *= ", " /= "};
  if (fourD_) {
    expression(*assigned.target);
  } else {  // no parentheses around a target
    std::visit([&](const auto& kind) { node(kind, *assigned.target); }, assigned.target->node);
  }
  const auto op = static_cast<std::size_t>(assigned.op);
  write(fourD_ ? fourD[op] : qodly[op]);
  breakBefore(assigned.value->where);
  expression(*assigned.value);
}

void Printer::node(const Assignment& assigned, const Statement& whole) {
  assignment(assigned);
  endLine(whole.end);
}

void Printer::node(const ExpressionStatement& call, const Statement& whole) {
  const bool compares = std::holds_alternative<Binary>(call.expression->node);
  if (compares && !fourD_) loss(whole.where, "A comparison cannot stand alone.");
  expression(*call.expression);
  endLine(whole.end);
}

void Printer::node(const If& structure, const Statement& whole) {
  write(fourD_ ? "If (" : "if (");
  expression(*structure.condition);
  write(")");
  endLine(structure.condition->end);
  body(structure.then);
  if (structure.hasElse) {
    ++indent_;
    flushComments(structure.elsePosition.offset);
    --indent_;
    divider(fourD_ ? "Else" : "else", structure.elsePosition);
    body(structure.otherwise);
  }
  closing("End if", whole);
}

void Printer::node(const Switch& structure, const Statement& whole) {
  write(fourD_ ? "Case of" : "switch");
  endLine(whole.where.offset);
  ++indent_;
  for (const SwitchCase& each : structure.cases) {
    startLine(each.where);
    write(": ");
    expression(*each.condition);
    endLine(each.condition->end);
    body(each.body);
  }
  if (structure.hasElse) {
    divider(fourD_ ? "Else" : "else", structure.elsePosition);
    body(structure.otherwise);
  }
  --indent_;
  closing("End case", whole);
}

void Printer::node(const While& structure, const Statement& whole) {
  write(fourD_ ? "While (" : "while (");
  expression(*structure.condition);
  write(")");
  endLine(structure.condition->end);
  body(structure.body);
  closing("End while", whole);
}

void Printer::node(const Repeat& structure, const Statement& whole) {
  write(fourD_ ? "Repeat" : "repeat");
  endLine(whole.where.offset);
  body(structure.body);
  ++indent_;
  flushComments(whole.closing.offset);
  --indent_;
  startLine(whole.closing);
  write(fourD_ ? "Until (" : "until (");
  expression(*structure.until);
  write(")");
  endLine(whole.end);
}

void Printer::node(const For& structure, const Statement& whole) {
  write(fourD_ ? "For (" : "for (");
  const Expression* last = structure.to;
  expression(*structure.counter);
  for (const Expression* each : {structure.from, structure.to, structure.step}) {
    if (each == nullptr) continue;
    write(separator());
    expression(*each);
    last = each;
  }
  write(")");
  endLine(last->end);
  body(structure.body);
  closing("End for", whole);
}

void Printer::node(const ForEach& structure, const Statement& whole) {
  write(fourD_ ? "For each (" : "forEach (");
  const Expression* last = structure.source;
  expression(*structure.item);
  for (const Expression* each : {structure.source, structure.begin, structure.end}) {
    if (each == nullptr) continue;
    write(separator());
    expression(*each);
    last = each;
  }
  write(")");
  if (structure.conditionKind != ForEach::Condition::none) {
    const bool whileTrue = structure.conditionKind == ForEach::Condition::whileTrue;
    write(fourD_ ? (whileTrue ? " While (" : " Until (") : (whileTrue ? " while (" : " until ("));
    expression(*structure.condition);
    write(")");
    last = structure.condition;
  }
  endLine(last->end);
  body(structure.body);
  closing("End for each", whole);
}

void Printer::node(const Use& structure, const Statement& whole) {
  write(fourD_ ? "Use (" : "use (");
  expression(*structure.object);
  write(")");
  endLine(structure.object->end);
  body(structure.body);
  closing("End use", whole);
}

void Printer::node(const Try& structure, const Statement& whole) {
  write(fourD_ ? "Try" : "try");
  endLine(whole.where.offset);
  body(structure.body);
  ++indent_;
  flushComments(structure.catchPosition.offset);
  --indent_;
  divider(fourD_ ? "Catch" : "catch", structure.catchPosition);
  body(structure.handler);
  closing("End try", whole);
}

void Printer::node(const Return& statement, const Statement& whole) {
  write("return");
  if (statement.value != nullptr) {
    write(" ");
    expression(*statement.value);
  }
  endLine(whole.end);
}

void Printer::node(const Break&, const Statement& whole) {
  write("break");
  endLine(whole.end);
}

void Printer::node(const Continue&, const Statement& whole) {
  write("continue");
  endLine(whole.end);
}

void Printer::node(const SqlBlock& block, const Statement& whole) {
  if (!fourD_) loss(whole.where, "An SQL block has no QodlyScript form: it becomes a comment.");
  write(fourD_ ? "Begin SQL\n" : "/* Begin SQL\n");
  write(block.text);
  write(block.text.empty() ? "" : "\n");
  out_.append(indent_, '\t');
  write(fourD_ ? "End SQL" : "End SQL */");
  endLine(whole.end);
}

}  // namespace qodly::script::syntax
