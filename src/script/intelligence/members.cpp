#include "script/intelligence/members.h"

#include <string>

#include "script/check/member_types.h"

namespace qodly::script::intelligence {

using Kind = CheckType::Kind;
using Facts = std::vector<MemberFact>;
using check::classFileOf;
using check::inContext;
using check::nativeNameOf;
using check::typeOfAttribute;

namespace {

constexpr int deepestChain = 64;  // of classes that extend each other

void addClassFile(const check::ClassHeader& from, Facts& facts) {
  using FactKind = MemberFact::Kind;
  const std::string_view owner = from.name;
  for (const auto& [name, header] : from.functions) {
    facts.push_back({.kind = FactKind::function, .owner = owner, .name = name, .header = &header});
  }
  for (const auto& [name, header] : from.getters) {
    facts.push_back({.kind = FactKind::getter, .owner = owner, .name = name, .header = &header});
  }
  for (const auto& [name, type] : from.properties) {
    facts.push_back({.kind = FactKind::property, .owner = owner, .name = name, .declared = &type});
  }
  for (const std::string& name : from.aliases) {
    facts.push_back({.kind = FactKind::alias, .owner = owner, .name = name});
  }
  for (const std::string& name : from.setters) {
    if (!from.getters.contains(name)) facts.push_back({.kind = FactKind::property, .owner = owner, .name = name});
  }
  for (const std::string& name : from.assigned) {
    facts.push_back({.kind = FactKind::assigned, .owner = owner, .name = name});
  }
}

void addModel(const Knowledge& knowledge, const CheckType& object, Facts& facts) {
  if (object.is(Kind::datastore) && knowledge.model() != nullptr) {
    for (const model::DataClass& each : knowledge.model()->classes) {
      facts.push_back({.kind = MemberFact::Kind::dataClass, .owner = each.name, .name = each.name, .dataClass = &each});
    }
  }
  if (!object.is(Kind::entity) && !object.is(Kind::selection) && !object.is(Kind::dataClass)) return;
  const model::DataClass* dataClass = knowledge.dataClass(object.name);
  if (dataClass == nullptr) return;
  for (const model::Attribute& each : dataClass->attributes) {
    if (each.shadowed) continue;
    facts.push_back(
        {.kind = MemberFact::Kind::attribute, .owner = dataClass->name, .name = each.name, .attribute = &each});
  }
}

void addRows(const Knowledge& knowledge, std::string_view native, Facts& facts) {
  const vm::NativeClass* at = native.empty() ? nullptr : knowledge.nativeClass(native);
  for (int level = 0; at != nullptr && level < deepestChain; ++level) {
    for (const vm::FunctionRow& each : at->functions) {
      facts.push_back({.kind = MemberFact::Kind::nativeFunction, .owner = at->name, .name = each.name, .row = &each});
    }
    for (const vm::PropertyRow& each : at->properties) {
      facts.push_back(
          {.kind = MemberFact::Kind::nativeProperty, .owner = at->name, .name = each.name, .propertyRow = &each});
    }
    if (at->superclass == at->name) break;
    at = knowledge.nativeClass(at->superclass);
  }
}

void addClassWords(const Knowledge& knowledge, const CheckType& object, Facts& facts) {
  const auto add = [&](std::string_view name) -> MemberFact& {
    return facts.emplace_back(MemberFact{.kind = MemberFact::Kind::classWord, .owner = object.name, .name = name});
  };
  if (object.is(Kind::nativeClass)) {
    const vm::NativeClass* native = knowledge.nativeClass(object.name);
    if (native != nullptr && native->constructor != nullptr) add("new").row = native->constructor;
  }
  if (!object.is(Kind::classValue)) return;
  const check::ClassHeader* header = knowledge.userClass(object.name);
  MemberFact& made = add("new");
  if (header != nullptr && header->constructor) made.header = &*header->constructor;
  if (header != nullptr && header->isSingleton) add("me");
  for (const std::string_view each : {"name", "superclass", "isShared", "isSingleton", "isSessionSingleton"}) add(each);
}

CheckType typeOfClassWord(const Knowledge& knowledge, const CheckType& object, std::string_view word) {
  if (word == "name") return {Kind::text, {}};
  if (word != "new" && word != "me") return {};
  return object.is(Kind::nativeClass) ? CheckType{Kind::native, object.name} : knowledge.typeOfClass(object.name);
}

}  // namespace

Facts membersOf(const Knowledge& knowledge, const CheckType& object) {
  Facts facts;
  const check::ClassHeader* at = classFileOf(knowledge, object);
  for (int level = 0; at != nullptr && level < deepestChain; ++level) {
    addClassFile(*at, facts);
    if (!object.is(Kind::instance) || at->extends.empty()) break;
    at = knowledge.userClass(at->extends);
  }
  addModel(knowledge, object, facts);
  addRows(knowledge, nativeNameOf(object), facts);
  addClassWords(knowledge, object, facts);
  return facts;
}

CheckType typeOf(const Knowledge& knowledge, const CheckType& object, const MemberFact& fact) {
  switch (fact.kind) {
    case MemberFact::Kind::function:
    case MemberFact::Kind::getter:
      return knowledge.typeOf(fact.header->result);
    case MemberFact::Kind::property:
      return fact.declared == nullptr ? CheckType{} : knowledge.typeOf(*fact.declared);
    case MemberFact::Kind::attribute:
      return typeOfAttribute(knowledge, object, *fact.attribute);
    case MemberFact::Kind::dataClass:
      return {Kind::dataClass, std::string(fact.name)};
    case MemberFact::Kind::nativeFunction: {
      const vm::Signature& signature = knowledge.builtins()->signature(*fact.row);
      return signature.hasResult ? inContext(knowledge.typeOf(signature.result), object) : CheckType{};
    }
    case MemberFact::Kind::nativeProperty: {
      vm::TypeSet types;
      types.text = std::string(fact.propertyRow->type);
      return knowledge.typeOf(types);
    }
    case MemberFact::Kind::classWord:
      return typeOfClassWord(knowledge, object, fact.name);
    case MemberFact::Kind::alias:
    case MemberFact::Kind::assigned:
      break;
  }
  return {};
}

}  // namespace qodly::script::intelligence
