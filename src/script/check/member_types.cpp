#include "script/check/member_types.h"

#include <string>

namespace qodly::script::check {

using Kind = CheckType::Kind;

std::string_view nativeNameOf(const CheckType& object) {
  switch (object.kind) {
    case Kind::datastore:
      return "DataStoreImplementation";
    case Kind::dataClass:
      return "DataClass";
    case Kind::entity:
      return "Entity";
    case Kind::selection:
      return "EntitySelection";
    case Kind::collection:
      return "Collection";
    case Kind::blob:
      return "Blob";
    case Kind::native:
      return object.name;
    default:
      return {};
  }
}

const ClassHeader* classFileOf(const Knowledge& knowledge, const CheckType& object) {
  switch (object.kind) {
    case Kind::datastore:
      return knowledge.userClass("DataStore");
    case Kind::dataClass:
    case Kind::instance:
      return knowledge.userClass(object.name);
    case Kind::entity:
      return knowledge.userClass(object.name + "Entity");
    case Kind::selection:
      return knowledge.userClass(object.name + "Selection");
    default:
      return nullptr;
  }
}

CheckType typeOfAttribute(const Knowledge& knowledge, const CheckType& object, const model::Attribute& attribute) {
  using model::AttributeType;
  const bool many = !object.is(Kind::entity);
  if (attribute.isRelation()) {
    if (attribute.relatedClass == model::noIndex) return {};
    const bool one = attribute.kind == model::AttributeKind::relatedEntity && !many;
    return {one ? Kind::entity : Kind::selection, knowledge.model()->classes[attribute.relatedClass].name};
  }
  if (attribute.kind != model::AttributeKind::storage) return {};
  if (many) return {Kind::collection, {}};
  switch (attribute.type) {
    case AttributeType::boolean:
      return {Kind::boolean, {}};
    case AttributeType::date:
      return {Kind::date, {}};
    case AttributeType::duration:
      return {Kind::time, {}};
    case AttributeType::string:
    case AttributeType::text:
    case AttributeType::uuid:
      return {Kind::text, {}};
    case AttributeType::object:
      return {Kind::object, {}};
    case AttributeType::image:
      return {Kind::picture, {}};
    case AttributeType::blob:
      return {Kind::blob, {}};
    default:
      return {Kind::number, {}};
  }
}

CheckType inContext(CheckType result, const CheckType& receiver) {
  if (!result.is(Kind::native)) return result;
  const bool data = receiver.is(Kind::entity) || receiver.is(Kind::selection) || receiver.is(Kind::dataClass);
  if (result.name == "DataStoreImplementation") return {Kind::datastore, {}};
  if (!data) return result.name == "Entity" || result.name == "EntitySelection" ? CheckType{} : result;
  if (result.name == "Entity") return {Kind::entity, receiver.name};
  if (result.name == "EntitySelection") return {Kind::selection, receiver.name};
  return result.name == "DataClass" ? CheckType{Kind::dataClass, receiver.name} : result;
}

CheckType typeOfNamed(const Knowledge& knowledge, const syntax::Name& name) {
  using syntax::NameKind;
  if (name.kind == NameKind::method) {
    const Header* header = knowledge.method(name.canonical);
    return header == nullptr ? CheckType{} : knowledge.typeOf(header->result);
  }
  const vm::Builtins* builtins = knowledge.builtins();
  if (name.kind == NameKind::constant && builtins != nullptr) {
    const auto value = builtins->constant(name.canonical);
    if (value) return value->isText() ? CheckType{Kind::text, {}} : CheckType{Kind::number, {}};
  }
  if (name.kind != NameKind::command) return {};
  if (name.canonical == "ds") return {Kind::datastore, {}};
  const auto index = builtins == nullptr ? std::nullopt : builtins->command(name.canonical);
  if (!index) return {};
  const vm::Signature& signature = builtins->commands()[*index].signature;
  return signature.hasResult ? knowledge.typeOf(signature.result) : CheckType{};
}

}  // namespace qodly::script::check
