#include "rest/catalog.h"

#include <fmt/format.h>

#include "base/json_writer.h"
#include "base/text.h"
#include "rest/attributes_filter.h"
#include "rest/errors.h"
#include "rest/exposure.h"
#include "script/data/code_model.h"
#include "script/vm/runtime.h"
#include "value/json.h"

namespace qodly::rest {

namespace {

// Texts of both kinds are strings to clients (rest.md 16.3).
std::string_view typeName(model::AttributeType type) {
  return model::restTypeName(type == model::AttributeType::text ? model::AttributeType::string : type);
}

using model::AttributeKind;
using script::data::ExposedFunction;

// Appends `,"name":` and leaves the value to the caller; the first member of an object follows its brace.
void key(std::string_view name, std::string& out) {
  if (out.back() != '{' && out.back() != '[') out += ',';
  json::appendString(name, out);
  out += ':';
}
void member(std::string_view name, std::string_view value, std::string& out) {
  key(name, out);
  json::appendString(value, out);
}
void member(std::string_view name, std::int64_t value, std::string& out) {
  key(name, out);
  json::appendNumber(value, out);
}
// Only when true (rest.md 16.3).
void flag(std::string_view name, bool value, std::string& out) {
  if (!value) return;
  key(name, out);
  out += "true";
}

std::string_view kindName(AttributeKind kind) {
  switch (kind) {
    case AttributeKind::storage:
      return "storage";
    case AttributeKind::relatedEntity:
      return "relatedEntity";
    case AttributeKind::relatedEntities:
      return "relatedEntities";
    case AttributeKind::calculated:
      return "calculated";
    case AttributeKind::alias:
      return "alias";
  }
  return "storage";
}

// Name of the relation attribute at the other end; "" when it has none or is hidden.
std::string_view inverseOf(const model::Model& model, const model::Attribute& attribute) {
  const auto& relation = model.relations[attribute.relation];
  const bool toOne = attribute.kind == AttributeKind::relatedEntity;
  const std::uint32_t index = toOne ? relation.oneToNAttribute : relation.nTo1Attribute;
  if (index == model::noIndex) return {};
  const auto& other = model.classes[toOne ? relation.destinationClass : relation.sourceClass].attributes[index];
  return isVisible(model, other) ? std::string_view(other.name) : std::string_view();
}

void appendRelation(const model::Model& model, const model::Attribute& attribute, std::string& out) {
  const auto& related = model.classes[attribute.relatedClass];
  const auto& relation = model.relations[attribute.relation];
  const std::string_view inverse = inverseOf(model, attribute);
  if (attribute.kind == AttributeKind::relatedEntity) {
    member("type", related.name, out);
    member("path", related.name, out);
    member("foreignKey", model.classes[relation.sourceClass].attributes[relation.sourceAttribute].name, out);
  } else {
    member("type", related.selectionName, out);
    flag("reversePath", true, out);
    if (!inverse.empty()) member("path", inverse, out);
  }
  if (!inverse.empty()) member("inverseName", inverse, out);
}

void appendCalculated(const model::Model& model, const model::Attribute& attribute, std::string& out) {
  if (attribute.result == model::CalculatedResult::scalar) {
    member("type", typeName(attribute.type), out);
    if (attribute.type == model::AttributeType::date) {
      key("simpleDate", out);
      json::appendBoolean(attribute.simpleDate, out);
    }
  } else {
    const auto& related = model.classes[attribute.relatedClass];
    member("type", givesOne(attribute) ? related.name : related.selectionName, out);
  }
  flag("readOnly", attribute.readOnly, out);
}

void appendAlias(const model::Model& model, std::uint32_t dataClass, std::uint32_t index, std::string& out) {
  const auto& attribute = model.classes[dataClass].attributes[index];
  const auto target = targetOf(model, dataClass, index);
  if (target && relatedClassOf(target->in(model)) != model::noIndex) {
    const auto& end = target->in(model);
    const auto& related = model.classes[end.relatedClass];
    const bool many = target->crossesToMany() || !givesOne(end);
    member("type", many ? related.selectionName : related.name, out);
  } else {
    const auto& end = target ? target->in(model) : attribute;
    member("type", typeName(end.type), out);
    if (end.type == model::AttributeType::date) {
      key("simpleDate", out);
      json::appendBoolean(end.simpleDate, out);
    }
  }
  member("path", attribute.aliasPath, out);
  flag("readOnly", true, out);
}

void appendStorage(const model::DataClass& dataClass, std::uint32_t index, std::string& out) {
  const auto& attribute = dataClass.attributes[index];
  const bool isKey = dataClass.primaryKey == index;
  member("type", typeName(attribute.type), out);
  if (!attribute.uuid.empty()) member("uuid", normaliseUuid(attribute.uuid).value_or(attribute.uuid), out);
  flag("indexed", attribute.indexed || attribute.unique || isKey, out);
  flag("unique", attribute.unique || isKey, out);
  flag("not_null", attribute.notNull, out);
  flag("autosequence", attribute.autosequence, out);
  flag("identifying", isKey, out);
  if (attribute.type == model::AttributeType::date) {
    key("simpleDate", out);
    json::appendBoolean(attribute.simpleDate, out);
  }
}

void appendAttribute(const model::Model& model, std::uint32_t dataClass, std::uint32_t index, std::uint32_t position,
                     std::string& out) {
  const auto& attribute = model.classes[dataClass].attributes[index];
  if (out.back() == '}') out += ',';
  out += '{';
  member("name", attribute.name, out);
  member("kind", kindName(attribute.kind), out);
  if (attribute.isStorage() || attribute.isRelation()) {
    member("fieldPos", attribute.fieldNumber != 0 ? attribute.fieldNumber : position, out);
  }
  member("scope", "public", out);
  flag("exposed", true, out);
  if (attribute.isStorage()) {
    appendStorage(model.classes[dataClass], index, out);
  } else if (attribute.isRelation()) {
    appendRelation(model, attribute, out);
  } else if (attribute.isCalculated()) {
    appendCalculated(model, attribute, out);
  } else {
    appendAlias(model, dataClass, index, out);
  }
  out += '}';
}

std::string dataUri(const model::DataClass& dataClass) { return "/rest/" + percentEncode(dataClass.name); }

// What is left of the model for whom asks (roles.md 6.1): undescribed dataclasses, attributes and the relations to them
// are absent.
class Described {
 public:
  explicit Described(const Call& call) : rights_(call.rights), model_(call.model()) {
    if (call.hasScripts()) program_ = call.services.options.scripts->program();
  }
  bool dataClass(std::uint32_t index) const { return rights_.allowsDescription(model_.classes[index].name); }
  bool attribute(std::uint32_t dataClass, const model::Attribute& attribute) const {
    return rights_.roles->describesAttribute(model_.classes[dataClass].name, attribute.name, rights_.held) &&
           (!attribute.isRelation() || this->dataClass(attribute.relatedClass));
  }
  // Of the datastore for nullptr.
  std::vector<ExposedFunction> functions(const model::DataClass* dataClass) const {
    if (!program_) return {};
    std::vector<ExposedFunction> found = script::data::exposedFunctions(*program_, dataClass);
    const std::string_view owner = dataClass != nullptr ? std::string_view(dataClass->name) : "ds";
    std::erase_if(found, [&](const ExposedFunction& function) {
      return !rights_.roles->describesFunction(owner, function.name, rights_.held);
    });
    return found;
  }
  // Shared singletons with exposed functions.
  std::vector<script::data::ExposedSingleton> singletons() const {
    if (!program_) return {};
    auto found = script::data::exposedSingletons(*program_);
    std::erase_if(found, [&](const auto& each) { return !rights_.roles->describesSingleton(each.name, rights_.held); });
    return found;
  }

 private:
  const Rights& rights_;
  const model::Model& model_;
  std::shared_ptr<const script::vm::Program> program_;
};

void appendMethods(const std::vector<ExposedFunction>& functions, std::string& out) {
  key("methods", out);
  out += '[';
  for (const ExposedFunction& function : functions) {
    if (out.back() == '}') out += ',';
    out += '{';
    member("name", function.name, out);
    member("applyTo", function.appliesTo, out);
    member("scope", "public", out);
    member("from", "remoteServer", out);
    key("allowedOnHTTPGET", out);
    json::appendBoolean(function.onHttpGet, out);
    flag("exposed", true, out);
    out += '}';
  }
  out += ']';
}

void appendSingletons(const Described& described, std::string& out) {
  const auto singletons = described.singletons();
  if (singletons.empty()) return;
  key("singletons", out);
  out += '[';
  for (const auto& singleton : singletons) {
    if (out.back() == '}') out += ',';
    out += '{';
    member("name", singleton.name, out);
    key("methods", out);
    out += '[';
    for (const ExposedFunction& function : singleton.functions) {
      if (out.back() == '}') out += ',';
      out += '{';
      member("name", function.name, out);
      key("allowedOnHTTPGET", out);
      json::appendBoolean(function.onHttpGet, out);
      flag("exposed", true, out);
      out += '}';
    }
    out += "]}";
  }
  out += ']';
}

void appendDataClass(const model::Model& model, std::uint32_t index, const Described& described, std::string& out) {
  const auto& dataClass = model.classes[index];
  if (out.back() == '}') out += ',';
  out += '{';
  member("name", dataClass.name, out);
  member("className", dataClass.name, out);
  member("collectionName", dataClass.selectionName, out);
  flag("exposed", true, out);
  member("tableNumber", dataClass.tableNumber, out);
  member("scope", "public", out);
  if (!dataClass.uuid.empty()) member("uuid", normaliseUuid(dataClass.uuid).value_or(dataClass.uuid), out);
  member("dataURI", dataUri(dataClass), out);
  key("extraProperties", out);
  if (dataClass.extraProperties.isObject()) {
    json::append(dataClass.extraProperties, out);
  } else {
    out += "{}";
  }
  key("attributes", out);
  out += '[';
  std::uint32_t position = 0;
  for (std::uint32_t attribute = 0; attribute < dataClass.attributes.size(); ++attribute) {
    ++position;
    const auto& definition = dataClass.attributes[attribute];
    if (isVisible(model, definition) && described.attribute(index, definition)) {
      appendAttribute(model, index, attribute, position, out);
    }
  }
  out += ']';
  if (const auto functions = described.functions(&dataClass); !functions.empty()) appendMethods(functions, out);
  key("key", out);
  out += '[';
  if (dataClass.primaryKey != model::noIndex) {
    out += '{';
    member("name", dataClass.key().name, out);
    out += '}';
  }
  out += "]}";
}

void appendSummary(const model::DataClass& dataClass, std::string& out) {
  if (out.back() == '}') out += ',';
  out += '{';
  member("name", dataClass.name, out);
  member("uri", "/rest/$catalog/" + percentEncode(dataClass.name), out);
  member("dataURI", dataUri(dataClass), out);
  out += '}';
}

void appendEnvelope(const Call& call, const Described& described, std::string& out) {
  out += '{';
  member("__UNIQID", call.services.openingId, out);
  key("__BASEID", out);
  const auto base = normaliseUuid(call.model().uuid);
  if (base) {
    json::appendString(*base, out);
  } else {
    out += "null";
  }
  member("__NAME", call.services.applicationName, out);
  out += R"(,"properties":{"supportJSONEntityKey":true})";
  appendMethods(described.functions(nullptr), out);
  appendSingletons(described, out);
  out += R"(,"dataClasses":[)";
}

}  // namespace

Result<> answerCatalog(Call& call) {
  const auto& segments = call.address.segments;
  const auto& classes = call.model().classes;
  const bool summary = segments.empty();
  const Described described(call);
  std::vector<std::uint32_t> wanted;
  if (summary || segments.front() == "$all") {
    for (std::uint32_t index = 0; index < classes.size(); ++index) {
      if (classes[index].exposed && described.dataClass(index)) wanted.push_back(index);
    }
  } else if (segments.size() > 1) {
    return std::unexpected(refused(404, fmt::format("There is nothing behind $catalog/{}", segments.front())));
  } else {
    for (const std::string_view name : listItems(segments.front())) {
      const std::uint32_t index = visibleClass(call.model(), name);
      if (index == model::noIndex || !described.dataClass(index)) return std::unexpected(dataClassNotFound(name));
      wanted.push_back(index);
    }
  }
  std::string& out = call.json();
  appendEnvelope(call, described, out);
  for (const std::uint32_t index : wanted) {
    if (summary) {
      appendSummary(classes[index], out);
    } else {
      appendDataClass(call.model(), index, described, out);
    }
  }
  out += "]}";
  return {};
}

}  // namespace qodly::rest
