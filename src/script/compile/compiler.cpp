// Files to units: which bodies there are, and what a class file says (language.md 12, 14, 15).
#include "script/compile/compiler.h"

#include <array>

#include <fmt/format.h>

#include "script/compile/body.h"
#include "script/syntax/deep_stack.h"

namespace qodly::script::compile {

using namespace syntax;

namespace {

// Error -20001 says where: the message names file, line and column.
std::string messageOf(const Tree& tree, std::uint32_t diagnostic) {
  const Diagnostic& found = tree.diagnostics.at(diagnostic);
  return fmt::format("{}:{}:{}: {}", tree.file, found.where.line, found.where.column, found.message);
}

class UnitCompiler {
 public:
  UnitCompiler(const Tree& tree, std::string name, const Environment& environment)
      : tree_(tree), unit_(std::make_shared<Unit>()), context_{tree, environment, *unit_} {
    unit_->file = tree.file;
    unit_->surface = tree.surface;
    unit_->kind = tree.kind;
    unit_->name = std::move(name);
  }

  std::shared_ptr<const Unit> run() {
    switch (tree_.kind) {
      case UnitKind::method:
        unit_->main = function(*tree_.function, CodeKind::method, unit_->name, false);
        break;
      case UnitKind::formula:
        unit_->main = formula();
        break;
      case UnitKind::classFile:
        classFile();
        break;
    }
    return unit_;
  }

 private:
  // Compiles a body with short jumps, and again when it is too long for them.
  template <class Write>
  Code* body(const Write& write, const auto& describe) {
    const std::size_t before = unit_->codes.size();
    Code* code = nullptr;
    for (const bool longJumps : {false, true}) {
      unit_->codes.resize(before);
      code = &unit_->codes.emplace_back();
      code->unit = unit_.get();
      describe(*code);
      if (!code->broken.empty()) return code;
      Body writer(context_, *code, nullptr, longJumps);
      write(writer);
      if (writer.overflowed()) {
        code->broken = fmt::format("{}: '{}' is too large to be compiled; split it.", tree_.file, code->name);
      }
      if (!writer.needsLongJumps()) break;
    }
    return code;
  }

  Code* function(const Function& node, CodeKind kind, std::string name, bool locksReceiver) {
    return body([&](Body& writer) { writer.function(node, locksReceiver); },
                [&](Code& code) {
                  code.kind = kind;
                  code.name = name;
                  code.line = node.where.line;
                  code.modifiers = node.modifiers;
                  code.function = node.kind;
                  code.source = tree_.text->substr(node.bodyBegin, node.bodyEnd - node.bodyBegin);
                  if (node.broken) code.broken = messageOf(tree_, *node.broken);
                });
  }

  Code* formula() {
    return body([&](Body& writer) { writer.formula(*tree_.formula); },
                [&](Code& code) {
                  code.kind = CodeKind::formula;
                  code.name = "formula";
                  code.line = 1;
                  if (tree_.formula == nullptr) {
                    code.broken = tree_.diagnostics.empty() ? "The formula is empty." : messageOf(tree_, 0);
                  }
                });
  }

  void classFile() {
    ClassLayout& layout = unit_->layout;
    layout.name = unit_->name;
    layout.extends = std::string(tree_.extends);
    if (tree_.headerBroken) layout.broken = messageOf(tree_, *tree_.headerBroken);
    for (const ClassMember& each : tree_.members) {
      const auto* node = std::get_if<const Function*>(&each);
      if (node != nullptr && (*node)->kind == FunctionKind::constructor)
        layout.constructorModifiers = (*node)->modifiers;
    }
    for (const ClassMember& each : tree_.members) {
      std::visit([this](const auto* node) { member(*node); }, each);
    }
    initialiser();
  }

  void member(const Function& node) {
    ClassLayout& layout = unit_->layout;
    if (node.kind == FunctionKind::constructor) {
      if (layout.constructor != nullptr) return;  // the second one is an error of the reader
      layout.constructor = function(node, CodeKind::constructor, unit_->name + ":constructor", false);
      return;
    }
    const bool sharedClass = layout.constructorModifiers.shared || layout.constructorModifiers.session;
    const Code* code = function(node, CodeKind::function, fmt::format("{}.{}", unit_->name, node.name),
                                node.modifiers.shared && sharedClass);
    layout.functions.push_back({std::string(node.name), std::string(node.attribute), node.kind, node.modifiers, code});
  }

  void member(const Property& node) {
    for (const DeclaredName& each : node.names) {
      unit_->layout.properties.push_back(
          {std::string(each.text), node.type.word == TypeWord::none && node.initialiser != nullptr
                                       ? inferredType(*node.initialiser)
                                       : declaredType(node.type)});
    }
    if (node.initialiser != nullptr) initialised_.push_back(&node);
  }

  void member(const Alias& node) {
    unit_->layout.aliases.push_back({std::string(node.name), std::string(node.path), node.exposed});
  }

  void initialiser() {
    if (initialised_.empty()) return;
    unit_->layout.initialiser = body([&](Body& writer) { writer.initialiser(initialised_); },
                                     [&](Code& code) {
                                       code.kind = CodeKind::initialiser;
                                       code.name = unit_->name + ":constructor";
                                       code.line = initialised_.front()->where.line;
                                     });
  }

  const Tree& tree_;
  std::shared_ptr<Unit> unit_;
  UnitContext context_;
  std::vector<const Property*> initialised_;
};

}  // namespace

std::shared_ptr<const Unit> compile(const Tree& tree, std::string name, const Environment& environment) {
  std::shared_ptr<const Unit> unit;
  onDeepStack(tree.nesting, [&] { unit = UnitCompiler(tree, std::move(name), environment).run(); });
  return unit;
}

}  // namespace qodly::script::compile
