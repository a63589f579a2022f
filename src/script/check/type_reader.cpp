// What an expression's value is believed to be.
#include "script/check/body_check.h"
#include "script/check/literal_types.h"
#include "script/check/member_types.h"
#include "script/compile/scope.h"

namespace qodly::script::check {

using namespace syntax;
using Kind = CheckType::Kind;

struct BodyCheck::TypeReader : LiteralTypes {
  BodyCheck& check;
  explicit TypeReader(BodyCheck& of) : check(of) {}

  using LiteralTypes::operator();
  CheckType operator()(const Formula&) const { return {Kind::object, {}}; }
  CheckType operator()(const This&) const { return check.formulaDepth_ > 0 ? CheckType{} : check.self_; }
  CheckType operator()(const Name& node) const { return check.typeOfName(node); }
  CheckType operator()(const Call& node) const { return check.typeOfCall(node); }
  CheckType operator()(const Binary& node) const { return check.typeOfBinary(node); }
  CheckType operator()(const Unary& node) const {
    const CheckType operand = check.typeOf(*node.operand);
    return operand.is(Kind::number) ? operand : CheckType{};
  }
  CheckType operator()(const Ternary& node) const {
    return joined(check.typeOf(*node.whenTrue), check.typeOf(*node.whenFalse));
  }
  CheckType operator()(const Element& node) const {
    const CheckType object = check.typeOf(*node.object);
    return object.is(Kind::selection) ? CheckType{Kind::entity, object.name} : CheckType{};
  }
  CheckType operator()(const Member& node) const {
    if (const auto* store = std::get_if<ClassStore>(&node.object->node)) {
      if (store->kind == ClassStore::Kind::builtIn) return {Kind::nativeClass, std::string(node.name)};
      const CheckType self = check.knowledge_.typeOfThis(node.name);
      return self.is(Kind::dataClass) ? self : CheckType{Kind::classValue, std::string(node.name)};
    }
    return check.typeOfMember(check.typeOf(*node.object), node.name);
  }
};

CheckType BodyCheck::typeOf(const Expression& node) {
  if (!settled_) return readType(node);
  const auto known = types_.find(&node);
  if (known != types_.end()) return known->second;
  CheckType type = readType(node);
  types_.emplace(&node, type);
  return type;
}

CheckType BodyCheck::readType(const Expression& node) { return std::visit(TypeReader(*this), node.node); }

CheckType BodyCheck::typeOfName(const Name& name) {
  const VariableFacts* facts = variable(name);
  return facts != nullptr ? facts->type : typeOfNamed(knowledge_, name);
}

CheckType BodyCheck::typeOfCall(const Call& node) {
  if (const auto* name = std::get_if<Name>(&node.callee->node)) {
    // ds("other") is another datastore, of which nothing is known.
    if (name->canonical == "ds" && !node.arguments.empty()) return {};
    return variable(*name) != nullptr ? CheckType{} : typeOfName(*name);
  }
  const auto* member = std::get_if<Member>(&node.callee->node);
  if (member == nullptr) return {};
  if (std::holds_alternative<Super>(member->object->node)) return {};
  return typeOfFunction(typeOf(*member->object), member->name);
}

CheckType BodyCheck::typeOfBinary(const Binary& node) {
  if (node.op == BinaryOperator::bitTest) return {Kind::boolean, {}};
  if (node.op >= BinaryOperator::less && node.op <= BinaryOperator::notEqual) return {Kind::boolean, {}};
  const CheckType left = typeOf(*node.left);
  const CheckType right = typeOf(*node.right);
  switch (node.op) {
    case BinaryOperator::logicalAnd:
    case BinaryOperator::logicalOr:
      return joined(left, right);
    case BinaryOperator::add:
      if (left.is(Kind::text) && right.is(Kind::text)) return left;
      break;
    case BinaryOperator::bitAnd:
    case BinaryOperator::bitOr:
      if (left.is(Kind::boolean) && right.is(Kind::boolean)) return left;
      break;
    case BinaryOperator::multiply:
      if (left.is(Kind::text) && right.is(Kind::number)) return left;
      break;
    default:
      break;
  }
  const bool days = node.op == BinaryOperator::add || node.op == BinaryOperator::subtract;
  if (left.is(Kind::date) && right.is(Kind::number) && days) return left;
  if (left.is(Kind::date) && right.is(Kind::date) && node.op == BinaryOperator::subtract) return {Kind::number, {}};
  if (left.is(Kind::time) && right.is(Kind::time) && days) return left;
  if (left.is(Kind::number) && right.is(Kind::number)) return left;
  return {};
}

CheckType BodyCheck::typeOfMember(const CheckType& object, std::string_view name) {
  if (object.is(Kind::datastore)) {
    return knowledge_.dataClass(name) == nullptr ? CheckType{} : CheckType{Kind::dataClass, std::string(name)};
  }
  if (object.is(Kind::classValue) && name == "me") return knowledge_.typeOfClass(object.name);
  const bool data = object.is(Kind::entity) || object.is(Kind::selection);
  if (const ClassHeader* header = classFileOf(knowledge_, object); header != nullptr && !object.is(Kind::classValue)) {
    const auto getter = header->getters.find(name);
    if (getter != header->getters.end()) return knowledge_.typeOf(getter->second.result);
    const auto property = header->properties.find(name);
    if (property != header->properties.end() && !data) {
      // Nothing keeps another object or a selection from being stored there.
      const CheckType type = knowledge_.typeOf(property->second);
      return type.is(Kind::collection) || type.isObject() ? CheckType{} : type;
    }
  }
  if (data) {
    const model::DataClass* dataClass = knowledge_.dataClass(object.name);
    const model::Attribute* attribute = dataClass == nullptr ? nullptr : dataClass->find(name);
    if (attribute != nullptr) return typeOfAttribute(knowledge_, object, *attribute);
    if (object.is(Kind::selection) && name == "length") return {Kind::number, {}};
  }
  if (object.is(Kind::collection) && name == "length") return {Kind::number, {}};
  const vm::PropertyRow* property = knowledge_.nativeProperty(rowsOf(object), name);
  if (property == nullptr) return {};
  vm::TypeSet types;
  types.text = std::string(property->type);
  return knowledge_.typeOf(types);
}

CheckType BodyCheck::typeOfFunction(const CheckType& object, std::string_view name) {
  if (object.is(Kind::classValue)) return name == "new" ? knowledge_.typeOfClass(object.name) : CheckType{};
  if (object.is(Kind::nativeClass)) {
    return name == "new" && knowledge_.nativeClass(object.name) != nullptr ? CheckType{Kind::native, object.name}
                                                                           : CheckType{};
  }
  if (const Header* header = functionOf(object, name)) return knowledge_.typeOf(header->result);
  const vm::FunctionRow* function = knowledge_.nativeFunction(rowsOf(object), name);
  if (function == nullptr) return {};
  const vm::Signature& signature = knowledge_.builtins()->signature(*function);
  return signature.hasResult ? inContext(knowledge_.typeOf(signature.result), object) : CheckType{};
}

}  // namespace qodly::script::check
