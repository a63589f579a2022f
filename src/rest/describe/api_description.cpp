#include "rest/describe/api_description.h"

#include <algorithm>
#include <array>

#include "rest/exposure.h"
#include "rest/rights.h"
#include "script/data/code_model.h"

namespace qodly::rest {

namespace {

using model::AttributeKind;
using model::AttributeType;
using script::compile::DeclaredType;
using script::data::ExposedFunction;
using script::syntax::TypeWord;

ApiKind kindOf(AttributeType type, bool simpleDate) {
  switch (type) {
    case AttributeType::boolean:
      return ApiKind::boolean;
    case AttributeType::byte:
    case AttributeType::word:
    case AttributeType::long32:
    case AttributeType::long64:
      return ApiKind::integer;
    case AttributeType::number:
      return ApiKind::number;
    case AttributeType::date:
      return simpleDate ? ApiKind::date : ApiKind::instant;
    case AttributeType::duration:
      return ApiKind::duration;
    case AttributeType::string:
    case AttributeType::text:
      return ApiKind::text;
    case AttributeType::uuid:
      return ApiKind::uuid;
    case AttributeType::object:
      return ApiKind::object;
    case AttributeType::image:
      return ApiKind::picture;
    case AttributeType::blob:
      return ApiKind::blob;
  }
  return ApiKind::variant;
}

ApiKind kindOf(TypeWord word) {
  switch (word) {
    case TypeWord::text:
      return ApiKind::text;
    case TypeWord::real:
      return ApiKind::number;
    case TypeWord::integer:
      return ApiKind::integer;
    case TypeWord::boolean:
      return ApiKind::boolean;
    case TypeWord::date:
      return ApiKind::date;
    case TypeWord::time:
      return ApiKind::duration;
    case TypeWord::object:
      return ApiKind::object;
    case TypeWord::collection:
      return ApiKind::collection;
    case TypeWord::picture:
      return ApiKind::picture;
    case TypeWord::blob:
      return ApiKind::blob;
    default:
      return ApiKind::variant;
  }
}

class Describer {
 public:
  Describer(const model::Model& model, const script::vm::Program* program, const Rights* rights)
      : model_(model), program_(program), rights_(rights) {}

  std::vector<ApiClass> classes() const {
    std::vector<ApiClass> found;
    for (std::uint32_t index = 0; index < model_.classes.size(); ++index) {
      if (isShown(index)) found.push_back(dataClass(index));
    }
    return found;
  }

  // Of the datastore for nullptr.
  std::vector<ApiFunction> functions(const model::DataClass* owner) const {
    if (program_ == nullptr) return {};
    const std::string_view name = owner != nullptr ? std::string_view(owner->name) : "ds";
    std::vector<ApiFunction> found;
    for (const ExposedFunction& each : script::data::exposedFunctions(*program_, owner)) {
      const bool open = rights_ == nullptr || (rights_->roles->describesFunction(name, each.name, rights_->held) &&
                                               rights_->roles->allowsFunction(name, each.name, rights_->held));
      if (open) found.push_back(function(each));
    }
    return found;
  }

  std::vector<ApiSingleton> singletons() const {
    if (program_ == nullptr) return {};
    std::vector<ApiSingleton> found;
    for (const auto& each : script::data::exposedSingletons(*program_)) {
      if (rights_ != nullptr && !rights_->roles->describesSingleton(each.name, rights_->held)) continue;
      ApiSingleton singleton{.name = each.name, .functions = {}};
      for (const ExposedFunction& one : each.functions) {
        const bool open = rights_ == nullptr || rights_->roles->allowsSingleton(each.name, one.name, rights_->held);
        if (open) singleton.functions.push_back(function(one));
      }
      if (!singleton.functions.empty()) found.push_back(std::move(singleton));
    }
    return found;
  }

 private:
  bool isShown(std::uint32_t index) const {
    const model::DataClass& definition = model_.classes[index];
    return definition.exposed && (rights_ == nullptr || rights_->allowsDescription(definition.name));
  }
  bool isShown(std::uint32_t owner, const model::Attribute& attribute) const {
    if (!isVisible(model_, attribute)) return false;
    if (attribute.isRelation() && !isShown(attribute.relatedClass)) return false;
    return rights_ == nullptr ||
           rights_->roles->describesAttribute(model_.classes[owner].name, attribute.name, rights_->held);
  }
  bool allows(std::uint32_t owner, orda::Right right) const {
    return rights_ == nullptr || !rights_->access || rights_->access->allows(owner, right);
  }
  bool allows(std::uint32_t owner, std::uint32_t attribute, orda::Right right) const {
    return rights_ == nullptr || !rights_->access || rights_->access->allows(owner, attribute, right);
  }

  ApiClass dataClass(std::uint32_t index) const {
    const model::DataClass& definition = model_.classes[index];
    ApiClass described{.name = definition.name,
                       .selectionName = definition.selectionName,
                       .comment = definition.comment,
                       .attributes = {},
                       .functions = functions(&definition),
                       .readable = allows(index, orda::Right::read),
                       .creatable = allows(index, orda::Right::create),
                       .updatable = allows(index, orda::Right::update),
                       .droppable = allows(index, orda::Right::drop)};
    for (std::uint32_t i = 0; i < definition.attributes.size(); ++i) {
      if (isShown(index, definition.attributes[i])) described.attributes.push_back(attribute(index, i));
    }
    return described;
  }

  ApiAttribute attribute(std::uint32_t owner, std::uint32_t index) const {
    const model::DataClass& dataClass = model_.classes[owner];
    const model::Attribute& definition = dataClass.attributes[index];
    const bool isKey = dataClass.primaryKey == index;
    const bool many = definition.kind == AttributeKind::relatedEntities;
    return {.name = definition.name,
            .type = typeOf(owner, index),
            .kind = definition.kind,
            .isKey = isKey,
            .generated = isKey && (definition.autosequence || definition.autogenerate),
            .readOnly = definition.readOnly || definition.kind == AttributeKind::alias || many ||
                        (definition.isCalculated() && definition.result != model::CalculatedResult::scalar),
            .required = definition.notNull,
            .nullable = !(isKey || definition.neverNull || many),
            .unique = definition.unique || isKey,
            .maximumLength = definition.limitingLength,
            .minimum = definition.minimum,
            .maximum = definition.maximum,
            .defaultValue = definition.defaultValue,
            .comment = definition.comment,
            .path = definition.aliasPath,
            .readable = allows(owner, index, orda::Right::read),
            .creatable = allows(owner, index, orda::Right::create),
            .updatable = allows(owner, index, orda::Right::update)};
  }

  ApiType typeOf(std::uint32_t owner, std::uint32_t index) const {
    const model::Attribute& definition = model_.classes[owner].attributes[index];
    const auto target = definition.kind == AttributeKind::alias ? targetOf(model_, owner, index) : std::nullopt;
    const model::Attribute& end = target ? target->in(model_) : definition;
    const std::uint32_t related = relatedClassOf(end);
    if (related == model::noIndex) return {.kind = kindOf(end.type, end.simpleDate), .dataClass = {}};
    if (!isShown(related)) return {};
    const bool one = givesOne(end) && !(target && target->crossesToMany());
    return {.kind = one ? ApiKind::entity : ApiKind::selection, .dataClass = model_.classes[related].name};
  }

  // cs.BookEntity, cs.BookSelection, 4D.OutgoingMessage...
  ApiType typeOf(const DeclaredType& declared) const {
    if (declared.word == TypeWord::builtInClass) return builtInType(declared.className);
    if (declared.word != TypeWord::userClass) return {.kind = kindOf(declared.word), .dataClass = {}};
    for (std::uint32_t i = 0; i < model_.classes.size(); ++i) {
      const model::DataClass& each = model_.classes[i];
      if (!isShown(i)) continue;
      if (declared.className == each.name + "Entity") return {.kind = ApiKind::entity, .dataClass = each.name};
      if (declared.className == each.selectionName) return {.kind = ApiKind::selection, .dataClass = each.name};
    }
    return {.kind = ApiKind::object, .dataClass = {}};
  }
  static ApiType builtInType(std::string_view name) {
    if (name == "OutgoingMessage") return {.kind = ApiKind::message, .dataClass = {}};
    if (name == "Blob") return {.kind = ApiKind::blob, .dataClass = {}};
    return {};
  }

  ApiFunction function(const ExposedFunction& exposed) const {
    ApiFunction described{.name = exposed.name,
                          .appliesTo = exposed.appliesTo,
                          .parameters = {},
                          .further = {},
                          .result = {.kind = ApiKind::nothing, .dataClass = {}},
                          .onHttpGet = exposed.onHttpGet};
    const script::compile::Code& code = *exposed.code;
    for (const script::compile::ParameterInfo& parameter : code.parameters) {
      described.parameters.push_back({.name = parameter.name.empty()
                                                  ? "argument" + std::to_string(described.parameters.size() + 1)
                                                  : parameter.name,
                                      .type = typeOf(parameter.type)});
    }
    if (code.variadic) described.further = typeOf(code.variadicType);
    if (code.hasResult) described.result = typeOf(code.result);
    return described;
  }

  const model::Model& model_;
  const script::vm::Program* program_;
  const Rights* rights_;
};

}  // namespace

const ApiAttribute* ApiClass::key() const {
  const auto found = std::ranges::find(attributes, true, &ApiAttribute::isKey);
  return found == attributes.end() ? nullptr : &*found;
}

const ApiClass* ApiDescription::find(std::string_view dataClass) const {
  const auto found = std::ranges::find(classes, dataClass, &ApiClass::name);
  return found == classes.end() ? nullptr : &*found;
}

ApiDescription describeApi(std::string application, const model::Model& model, const script::vm::Program* program,
                           const Rights* rights) {
  const Describer describer(model, program, rights);
  return {.application = std::move(application),
          .classes = describer.classes(),
          .functions = describer.functions(nullptr),
          .singletons = describer.singletons()};
}

}  // namespace qodly::rest
