// Members: attributes of dataclasses, functions of classes, and the arguments they are given.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "script/check/body_check.h"
#include "script/check/member_types.h"

namespace qodly::script::check {

using namespace syntax;
using Kind = CheckType::Kind;

namespace {

constexpr int deepestChain = 64;  // of classes that extend each other

std::string hint(std::string_view written, const std::vector<std::string_view>& known) {
  const std::string_view meant = nearest(written, known);
  return meant.empty() || meant == written ? "." : fmt::format("; did you mean '{}'?", meant);
}

std::string counted(std::size_t number, std::string_view word) {
  return fmt::format("{} {}{}", number, word, number == 1 ? "" : "s");
}

}  // namespace

// The built-in class whose functions such a value has; "" when nothing is known of them.
// Of scalar blobs nothing is said.
std::string_view BodyCheck::rowsOf(const CheckType& object) {
  return object.is(Kind::blob) ? std::string_view() : nativeNameOf(object);
}

const Header* BodyCheck::functionOf(const CheckType& object, std::string_view name) {
  const ClassHeader* at = classFileOf(knowledge_, object);
  for (int level = 0; at != nullptr && level < deepestChain; ++level) {
    const auto found = at->functions.find(name);
    if (found != at->functions.end()) return &found->second;
    if (!object.is(Kind::instance) || at->extends.empty()) break;
    at = knowledge_.userClass(at->extends);
  }
  return nullptr;
}

// `known` gets the names it might have been. True also when too little is known to say no.
bool BodyCheck::hasMember(const CheckType& object, std::string_view name, bool called,
                          std::vector<std::string_view>& known) {
  const ClassHeader* at = classFileOf(knowledge_, object);
  for (int level = 0; at != nullptr && level < deepestChain; ++level) {
    for (const auto& [each, header] : at->functions) known.push_back(each);
    for (const auto& [each, header] : at->getters) known.push_back(each);
    for (const auto& [each, type] : at->properties) known.push_back(each);
    for (const std::string& each : at->aliases) known.push_back(each);
    for (const std::string& each : at->setters) known.push_back(each);
    if (object.is(Kind::instance)) {
      for (const std::string& each : at->assigned) known.push_back(each);
    }
    if (!object.is(Kind::instance) || at->extends.empty()) break;
    at = knowledge_.userClass(at->extends);
    if (at == nullptr) return true;
  }
  if (object.is(Kind::entity) || object.is(Kind::selection) || object.is(Kind::dataClass)) {
    const model::DataClass* dataClass = knowledge_.dataClass(object.name);
    if (dataClass == nullptr) return true;
    for (const model::Attribute& each : dataClass->attributes) known.push_back(each.name);
    if (object.is(Kind::selection)) known.emplace_back("length");
  }
  if (object.is(Kind::datastore)) {
    if (knowledge_.model() == nullptr) return true;
    for (const model::DataClass& each : knowledge_.model()->classes) known.push_back(each.name);
  }
  // Objects take any property; what the model describes does not, though its classes are objects, too.
  const bool isData =
      object.is(Kind::entity) || object.is(Kind::selection) || object.is(Kind::dataClass) || object.is(Kind::datastore);
  const std::string_view native = rowsOf(object);
  const vm::NativeClass* rows = native.empty() ? nullptr : knowledge_.nativeClass(native);
  if (!native.empty() && rows == nullptr && called) return true;
  for (int level = 0; rows != nullptr && level < deepestChain; ++level) {
    if (rows->open && !called && !isData) return true;
    for (const vm::FunctionRow& each : rows->functions) known.push_back(each.name);
    for (const vm::PropertyRow& each : rows->properties) known.push_back(each.name);
    if (rows->superclass == rows->name) break;
    rows = knowledge_.nativeClass(rows->superclass);
  }
  return std::ranges::find(known, name) != known.end();
}

void BodyCheck::checkMember(const Expression& where, const Member& node, bool called) {
  if (const auto* store = std::get_if<ClassStore>(&node.object->node)) {
    const bool isBroughtAlong = knowledge_.nativeClass(node.name) != nullptr && node.name == "Qodly";
    if (store->kind == ClassStore::Kind::user && !knowledge_.hasClass(node.name) && !isBroughtAlong) {
      std::vector<std::string_view> known;
      for (const auto& [name, header] : knowledge_.classes()) known.push_back(name);
      findings_.warn(node.namePosition, "unknown-class",
                     fmt::format("There is no class '{}'{}", node.name, hint(node.name, known)));
    } else if (store->kind == ClassStore::Kind::builtIn && knowledge_.builtins() != nullptr &&
               knowledge_.nativeClass(node.name) == nullptr) {
      findings_.warn(node.namePosition, "unknown-class", fmt::format("There is no class '4D.{}'.", node.name));
    }
    return;
  }
  const CheckType object = typeOf(*node.object);
  std::vector<std::string_view> known;
  if (object.is(Kind::classValue)) {
    const ClassHeader* header = knowledge_.userClass(object.name);
    if (header == nullptr) return;
    for (const char* each : {"new", "me", "name", "superclass", "isShared", "isSingleton", "isSessionSingleton"}) {
      if (node.name == each) {
        if (node.name == "me" && !header->isSingleton) {
          findings_.warn(node.namePosition, "unknown-member",
                         fmt::format("'{}' is no singleton: it has no '.me'.", object.name));
        }
        return;
      }
    }
    // The text and number that such a compile-time error is known by (orda.md 19).
    std::string message =
        fmt::format("The function or property {} does not exist on type cs.{}. (550.2)", node.name, object.name);
    if (header->functions.contains(std::string(node.name))) {
      message += fmt::format(" Call it through cs.{}.{}.", object.name, header->isSingleton ? "me" : "new()");
    }
    findings_.fail(node.namePosition, "unknown-member", std::move(message));
    return;
  }
  const bool attributes = object.is(Kind::entity) || object.is(Kind::selection) || object.is(Kind::dataClass);
  if (attributes || object.is(Kind::datastore)) {
    if (hasMember(object, node.name, called, known)) return;
    const std::string_view what = object.is(Kind::datastore) ? "unknown-dataclass" : "unknown-attribute";
    const std::string_view kind = object.is(Kind::datastore) ? "dataclass" : called ? "function" : "attribute";
    findings_.warn(node.namePosition, what,
                   fmt::format("'{}' is no {} of {}{}", node.name, kind,
                               object.is(Kind::datastore) ? "the datastore" : object.name, hint(node.name, known)));
    return;
  }
  // Objects and instances may be given any property; functions that nobody defines cannot be called.
  if (!called || (!object.is(Kind::instance) && !object.is(Kind::collection) && !object.is(Kind::native))) return;
  if (std::holds_alternative<This>(where.node)) return;
  const vm::NativeClass* rows = knowledge_.nativeClass(rowsOf(object));
  if (rows != nullptr && rows->open) return;
  if (hasMember(object, node.name, called, known)) return;
  findings_.warn(node.namePosition, "unknown-function",
                 fmt::format("{} has no function '{}'{}", object.described(), node.name, hint(node.name, known)));
}

void BodyCheck::checkFunctionCall(const Member& callee, const Call& node) {
  if (std::holds_alternative<Super>(callee.object->node)) return;
  const CheckType object = typeOf(*callee.object);
  checkQuery(callee.name, object, node);
  if (object.is(Kind::classValue) && callee.name == "new") {
    const ClassHeader* header = knowledge_.userClass(object.name);
    if (header == nullptr) return;
    if (header->constructor) checkArguments(*header->constructor, node, fmt::format("cs.{}.new", object.name));
    return;
  }
  if (const Header* header = functionOf(object, callee.name)) return checkArguments(*header, node, callee.name);
  const vm::FunctionRow* function = knowledge_.nativeFunction(rowsOf(object), callee.name);
  if (function == nullptr) return;
  checkArguments(knowledge_.builtins()->signature(*function), node, callee.name);
}

void BodyCheck::checkArguments(const Header& header, const Call& node, std::string_view title) {
  if (header.isClosed() && node.arguments.size() > header.parameters.size()) {
    findings_.warn(node.arguments[header.parameters.size()]->where, "argument-count",
                   fmt::format("'{}' takes {}; {} given.", title, counted(header.parameters.size(), "argument"),
                               node.arguments.size()));
  }
  for (std::size_t i = 0; i < std::min(node.arguments.size(), header.parameters.size()); ++i) {
    if (!mismatch(knowledge_.typeOf(header.parameters[i].type), *node.arguments[i], true)) continue;
    findings_.warn(
        node.arguments[i]->where, "wrong-type",
        fmt::format("Parameter '{}' of '{}' takes {}; {} given.", header.parameters[i].name, title,
                    knowledge_.typeOf(header.parameters[i].type).described(), typeOf(*node.arguments[i]).described()));
  }
}

void BodyCheck::checkArguments(const vm::Signature& signature, const Call& node, std::string_view title) {
  const std::size_t given = node.arguments.size();
  const std::size_t most = signature.parameters.size();
  const bool star = std::ranges::any_of(
      node.arguments, [](const Expression* each) { return std::holds_alternative<StarArgument>(each->node); });
  if (given < signature.mandatory && !star) {
    findings_.warn(node.callee->where, "argument-count",
                   fmt::format("'{}' needs {}; {} given.", title, counted(signature.mandatory, "argument"), given));
  } else if (given > most && !signature.variadic) {
    findings_.warn(node.arguments[most]->where, "argument-count",
                   fmt::format("'{}' takes at most {}; {} given.", title, counted(most, "argument"), given));
  }
  for (std::size_t i = 0; i < given && !signature.parameters.empty(); ++i) {
    const auto& parameter = signature.parameters[std::min(i, most - 1)];
    if (parameter.passing != vm::Passing::in || parameter.star || star || i >= most) continue;
    const CheckType wanted = knowledge_.typeOf(parameter.type);
    if (!mismatch(wanted, *node.arguments[i], true)) continue;
    findings_.warn(node.arguments[i]->where, "wrong-type",
                   fmt::format("Parameter '{}' of '{}' takes {}; {} given.", parameter.name, title, wanted.described(),
                               typeOf(*node.arguments[i]).described()));
  }
}

}  // namespace qodly::script::check
