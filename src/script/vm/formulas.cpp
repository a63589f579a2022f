// Functions and values from text: formulaFromString, evaluation for consoles and debuggers.
#include "script/compile/compiler.h"
#include "script/syntax/parser.h"
#include "script/syntax/walk.h"
#include "script/vm/codes.h"
#include "script/vm/environment.h"
#include "script/vm/machine.h"
#include "script/vm/program.h"

namespace qodly::script::vm {

namespace {

// Whether a formula uses local variables, which formulaFromString does not know (language.md 13).
class VariableSearch {
 public:
  void look(const syntax::Expression& expression) {
    if (found_) return;
    if (const auto* name = std::get_if<syntax::Name>(&expression.node)) {
      if (name->kind == syntax::NameKind::local || name->kind == syntax::NameKind::dollarLocal) found_ = name->text;
      return;
    }
    const auto onExpression = [this](const syntax::Expression& part) { look(part); };
    const auto onStatement = [this](const syntax::Statement& part) { look(part); };
    syntax::PartVisitor visitor(onExpression, onStatement);
    std::visit(visitor, expression.node);
  }
  void look(const syntax::Statement& statement) {
    const auto onExpression = [this](const syntax::Expression& part) { look(part); };
    const auto onStatement = [this](const syntax::Statement& part) { look(part); };
    syntax::PartVisitor visitor(onExpression, onStatement);
    std::visit(visitor, statement.node);
  }
  const std::optional<std::string_view>& found() const { return found_; }

 private:
  std::optional<std::string_view> found_;
};

std::unexpected<Error> syntaxError(const syntax::Diagnostics& diagnostics) {
  for (const syntax::Diagnostic& each : diagnostics) {
    if (each.level != syntax::Diagnostic::Level::error) continue;
    return std::unexpected(
        hostError(code::syntax, each.message + " (column " + std::to_string(each.where.column) + ")"));
  }
  return std::unexpected(hostError(code::syntax, "the text is no expression"));
}

constexpr std::size_t longestFormula = 1U << 20U;

}  // namespace

Result<Value> Machine::formula(std::string_view text, bool fourD, bool mayUseVariables) {
  if (text.size() > longestFormula) {
    return std::unexpected(hostError(code::syntax, "a formula may have 1 MB at most"));
  }
  const std::shared_ptr<const Program> current = program();
  const Builtins& builtins = process_.runtime().builtins();
  const syntax::Names* names = current && current->names() ? current->names() : builtins.names();
  if (names == nullptr) return std::unexpected(hostError(code::syntax, "no names are known"));
  const auto surface = fourD ? syntax::Surface::fourD : syntax::Surface::qodlyScript;
  const syntax::Tree tree = syntax::parse(syntax::UnitKind::formula, "", text, surface, *names);
  if (tree.formula == nullptr || syntax::hasErrors(tree.diagnostics)) return syntaxError(tree.diagnostics);
  if (!mayUseVariables && tree.nesting < 1000) {
    VariableSearch search;
    if (tree.formula->expression != nullptr) search.look(*tree.formula->expression);
    if (tree.formula->assignment != nullptr) search.look(*tree.formula->assignment);
    if (search.found()) {
      return std::unexpected(hostError(code::formulaVariable, "variables are not supported in a formula from a text: " +
                                                                  std::string(*search.found())));
    }
  }
  const RunningEnvironment environment(builtins, current.get());
  std::shared_ptr<const compile::Unit> unit = compile::compile(tree, "", environment);
  if (unit->main == nullptr) return syntaxError(tree.diagnostics);
  if (!unit->main->broken.empty()) return std::unexpected(hostError(code::syntax, unit->main->broken));
  const compile::Code& body = *unit->main;
  return handleValue(Function::formula(std::move(unit), body, std::vector<Value>(body.captures.size())));
}

Result<Value> Process::formula(std::string_view text, bool fourD) { return machine_->formula(text, fourD, false); }

Result<Value> Process::evaluate(std::string_view expression, bool fourD) {
  const auto made = machine_->formula(expression, fourD, true);
  if (!made) return std::unexpected(made.error());
  return call(*made, Value::null(), {});
}

bool Process::runsFourD() const {
  const auto frames = machine_->frames();
  return !frames.empty() && frames.back().code->unit != nullptr &&
         frames.back().code->unit->surface == syntax::Surface::fourD;
}

}  // namespace qodly::script::vm
