#include "script/build/build_environment.h"

#include "base/text.h"
#include "script/syntax/names.h"
#include "script/syntax/walk.h"

namespace qodly::script::build {

namespace {

using Kind = syntax::DeclaredName::Kind;

std::string keyOf(std::string_view name, bool interprocess) {
  return (interprocess ? "<>" : "") + syntax::foldName(name);
}

}  // namespace

bool BuildEnvironment::isCompilerMethod(std::string_view name) {
  constexpr std::string_view prefix = "compiler";
  return name.size() >= prefix.size() && equalsIgnoringAsciiCase(name.substr(0, prefix.size()), prefix) &&
         (name.size() == prefix.size() || name[prefix.size()] == '_');
}

void BuildEnvironment::declare(const syntax::Tree& compilerMethod) {
  if (compilerMethod.function != nullptr) declare(compilerMethod.function->body);
}

void BuildEnvironment::declare(syntax::Block block) {
  for (const syntax::Statement* statement : block) {
    if (const auto* declaration = std::get_if<syntax::VariableDeclaration>(&statement->node)) {
      for (const syntax::DeclaredName& name : declaration->names) {
        if (name.kind != Kind::process && name.kind != Kind::interprocess) continue;
        variables_[keyOf(name.text, name.kind == Kind::interprocess)] = declaration->type.word;
      }
    }
    syntax::forEachPart(
        *statement, [](const syntax::Expression&) {},
        [&](const syntax::Statement& inner) {
          const syntax::Statement* const one = &inner;
          declare({&one, 1});
        });
  }
}

std::optional<std::uint32_t> BuildEnvironment::command(std::string_view canonical) const {
  return builtins_.command(canonical);
}

const vm::Signature& BuildEnvironment::commandSignature(std::uint32_t index) const {
  return builtins_.commands()[index].signature;
}

bool BuildEnvironment::isUnavailable(std::string_view canonical) const { return builtins_.isUnavailable(canonical); }

std::optional<Value> BuildEnvironment::constant(std::string_view canonical) const {
  return builtins_.constant(canonical);
}

compile::DeclaredType BuildEnvironment::processVariable(std::string_view name, bool interprocess) const {
  const auto found = variables_.find(keyOf(name, interprocess));
  return found == variables_.end() ? compile::DeclaredType{} : compile::DeclaredType{found->second, {}};
}

}  // namespace qodly::script::build
