#include "script/intelligence/hover.h"

#include <algorithm>

#include <fmt/format.h>

#include "script/intelligence/body_types.h"
#include "script/intelligence/describe.h"
#include "script/intelligence/navigation.h"
#include "script/library/names_4d_tables.h"
#include "script/syntax/deep_stack.h"

namespace qodly::script::intelligence {

using namespace syntax;

namespace {

class Describer {
 public:
  Describer(Workspace& workspace, const Document& document)
      : workspace_(workspace), knowledge_(workspace.knowledge()), document_(document) {}

  // Leaves the signature empty when there is nothing to tell.
  void describe(const Occurrence& at, Hover& hover) {
    const Symbol& symbol = at.symbol;
    switch (symbol.kind) {
      case Symbol::Kind::local:
        return local(at, hover);
      case Symbol::Kind::method:
        return method(symbol, hover);
      case Symbol::Kind::userClass:
        return userClass(symbol.name, hover);
      case Symbol::Kind::dataClass:
        hover.signature = "dataclass " + symbol.name;
        return;
      case Symbol::Kind::member:
        return member(symbol, hover);
      case Symbol::Kind::attribute:
        return fact({CheckType::Kind::entity, symbol.owner}, symbol.name, hover);
      case Symbol::Kind::command:
        return command(symbol.name, hover);
      case Symbol::Kind::constant:
        return constant(symbol.name, hover);
      case Symbol::Kind::nativeClass:
        return nativeClass(symbol.name, hover);
      case Symbol::Kind::nativeMember:
        return nativeMember(symbol, hover);
      case Symbol::Kind::looseMember:
        return;
    }
  }

 private:
  void local(const Occurrence& at, Hover& hover) {
    const auto functions = functionsOf(*document_.tree);
    const std::string className = document_.unit == UnitKind::classFile ? document_.name : std::string();
    const BodyTypes types(knowledge_, className, functions[at.function]);
    const auto found = types.variables().find(at.symbol.name);
    if (found == types.variables().end()) return;
    const LocalVariable& variable = found->second;
    const bool dollar = variable.dollar || document_.surface == Surface::fourD;
    hover.signature = fmt::format("{}{}{} : {}", variable.isParameter ? "(parameter) " : "", dollar ? "$" : "",
                                  variable.name, typeName(variable.declaredType, variable.type));
  }

  void method(const Symbol& symbol, Hover& hover) {
    const Document* file = workspace_.method(symbol.name);
    const check::Header* header = knowledge_.method(symbol.name);
    if (header == nullptr) return;
    hover.signature = signatureOf("method " + header->name, *header);
    if (file != nullptr && file->tree->function != nullptr) {
      hover.documentation = commentAbove(*file->tree, *file->tree->function);
    }
  }

  void userClass(std::string_view name, Hover& hover) {
    const check::ClassHeader* header = knowledge_.userClass(name);
    if (header == nullptr) return;
    hover.signature =
        fmt::format("{}{}class {}{}", header->isShared ? "shared " : "", header->isSingleton ? "singleton " : "", name,
                    header->extends.empty() ? std::string() : " extends " + header->extends);
    if (header->constructor) hover.signature += "\n" + signatureOf("constructor", *header->constructor);
    for (const auto& [each, function] : header->functions) hover.signature += "\n" + signatureOf(each, function);
  }

  void member(const Symbol& symbol, Hover& hover) {
    const CheckType type = knowledge_.typeOfThis(symbol.owner);
    fact(type, symbol.name, hover);
    const check::ClassHeader* header = knowledge_.userClass(symbol.owner);
    if (header == nullptr) return;
    if (const auto found = header->functions.find(symbol.name); found != header->functions.end()) {
      hover.signature = signatureOf(
          fmt::format("{}function {}.{}", found->second.modifiers.exposed ? "exposed " : "", symbol.owner, symbol.name),
          found->second);
    }
    const Document* file = workspace_.classFile(symbol.owner);
    if (file == nullptr) return;
    for (const Function* each : functionsOf(*file->tree)) {
      if (each->name == symbol.name && hover.documentation.empty()) {
        hover.documentation = commentAbove(*file->tree, *each);
      }
    }
  }

  void fact(const CheckType& object, std::string_view name, Hover& hover) {
    for (const MemberFact& each : membersOf(knowledge_, object)) {
      if (each.name != name) continue;
      hover.signature = fmt::format("{}.{}", each.owner, signatureOf(knowledge_, object, each));
      hover.documentation = documentationOf(each);
      return;
    }
  }

  void command(std::string_view canonical, Hover& hover) {
    const vm::Builtins* builtins = knowledge_.builtins();
    const auto index = builtins == nullptr ? std::nullopt : builtins->command(canonical);
    if (!index) return;
    const vm::Command& row = builtins->commands()[*index];
    const bool old = document_.surface == Surface::fourD && !row.fourD.empty();
    hover.signature = fmt::format("{}{}", old ? row.fourD : row.row->name, row.row->signature);
    hover.documentation = row.row->doc;
  }

  void constant(std::string_view canonical, Hover& hover) {
    for (const library::ConstantName& each : library::constantNames()) {
      if (each.name != canonical && each.fourD != canonical) continue;
      hover.signature = each.text.empty() ? fmt::format("{} = {}", canonical, each.number)
                                          : fmt::format("{} = \"{}\"", canonical, each.text);
      return;
    }
  }

  void nativeClass(std::string_view name, Hover& hover) {
    const vm::NativeClass* found = knowledge_.nativeClass(name);
    if (found == nullptr) return;
    hover.signature = fmt::format("class 4D.{}", found->name);
    hover.documentation = found->doc;
  }

  void nativeMember(const Symbol& symbol, Hover& hover) {
    if (symbol.name == "new" || symbol.name == "me") {
      const bool own = knowledge_.userClass(symbol.owner) != nullptr;
      return fact({own ? CheckType::Kind::classValue : CheckType::Kind::nativeClass, symbol.owner}, symbol.name, hover);
    }
    fact({CheckType::Kind::native, symbol.owner}, symbol.name, hover);
  }

  Workspace& workspace_;
  const Knowledge& knowledge_;
  const Document& document_;
};

}  // namespace

std::optional<Hover> hoverAt(Workspace& workspace, const Document& document, std::uint32_t offset) {
  const Occurrence* at = occurrenceAt(workspace, document, offset);
  if (at == nullptr) return std::nullopt;
  Hover hover{at->begin, at->end, {}, {}};
  onDeepStack(document.tree->nesting, [&] { Describer(workspace, document).describe(*at, hover); });
  if (hover.signature.empty()) return std::nullopt;
  return hover;
}

}  // namespace qodly::script::intelligence
