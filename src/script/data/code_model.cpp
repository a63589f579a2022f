#include "script/data/code_model.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "script/compile/code.h"
#include "script/data/event_names.h"

namespace qodly::script::data {

namespace {

using compile::ClassFunction;
using compile::ClassLayout;
using syntax::FunctionKind;
using syntax::TypeWord;

model::AttributeType scalarType(TypeWord word) {
  switch (word) {
    case TypeWord::real:
      return model::AttributeType::number;
    case TypeWord::integer:
      return model::AttributeType::long32;
    case TypeWord::boolean:
      return model::AttributeType::boolean;
    case TypeWord::date:
      return model::AttributeType::date;
    case TypeWord::time:
      return model::AttributeType::duration;
    case TypeWord::picture:
      return model::AttributeType::image;
    case TypeWord::blob:
      return model::AttributeType::blob;
    case TypeWord::text:
      return model::AttributeType::string;
    default:
      return model::AttributeType::object;
  }
}

// The class of a file of the program, when it extends what it should.
const ClassLayout* layoutOf(const vm::Program& program, const std::string& name, std::string_view extends) {
  const vm::Class* found = program.userClass(name);
  if (found == nullptr || !found->unit || found->extends != extends) return nullptr;
  return &found->unit->layout;
}

class Extension {
 public:
  Extension(model::Model& model, std::uint32_t index, std::vector<std::string>& problems)
      : model_(model), dataClass_(model.classes[index]), problems_(problems) {}

  void addEntityClass(const ClassLayout& layout) {
    for (const ClassFunction& function : layout.functions) {
      if (function.kind == FunctionKind::getter) addCalculated(function);
    }
    for (const compile::ClassAlias& alias : layout.aliases) addAlias(alias);
    dataClass_.buildIndex();
    for (const ClassFunction& function : layout.functions) addFunction(layout, function);
    dataClass_.constructed = layout.constructor != nullptr;
  }

  void addDataClass(const ClassLayout& layout) {
    for (const ClassFunction& function : layout.functions) {
      if (function.kind == FunctionKind::event && function.name == "restrict") dataClass_.restricted = true;
    }
  }

 private:
  void tell(std::string text) { problems_.push_back(std::move(text)); }

  model::Attribute* find(std::string_view name) {
    for (model::Attribute& attribute : dataClass_.attributes) {
      if (attribute.name == name && !attribute.shadowed) return &attribute;
    }
    return nullptr;
  }

  bool isFree(const std::string& name, std::string_view what) {
    if (find(name) == nullptr) return true;
    tell(fmt::format("{}Entity: the {} \"{}\" has the name of an attribute of the model and is not used",
                     dataClass_.name, what, name));
    return false;
  }

  void addCalculated(const ClassFunction& function) {
    if (!isFree(function.name, "calculated attribute")) return;
    model::Attribute attribute;
    attribute.name = function.name;
    attribute.kind = model::AttributeKind::calculated;
    attribute.uuid = "calculated " + function.name;
    attribute.exposed = dataClass_.exposed && function.modifiers.exposed;
    attribute.readOnly = true;
    const compile::DeclaredType& type = function.code->result;
    attribute.type = scalarType(type.word);
    if (type.word == TypeWord::userClass) resolveClass(type.className, attribute);
    dataClass_.attributes.push_back(std::move(attribute));
  }

  void resolveClass(const std::string& name, model::Attribute& attribute) {
    for (std::uint32_t i = 0; i < model_.classes.size(); ++i) {
      const bool selection = model_.classes[i].selectionName == name;
      if (!selection && model_.classes[i].name + "Entity" != name) continue;
      attribute.relatedClass = i;
      attribute.result = selection ? model::CalculatedResult::selection : model::CalculatedResult::entity;
      return;
    }
  }

  void addAlias(const compile::ClassAlias& alias) {
    if (!isFree(alias.name, "alias")) return;
    model::Attribute attribute;
    attribute.name = alias.name;
    attribute.kind = model::AttributeKind::alias;
    attribute.uuid = "alias " + alias.name;
    attribute.exposed = dataClass_.exposed && alias.exposed;
    attribute.aliasPath = alias.path;
    dataClass_.attributes.push_back(std::move(attribute));
  }

  void addFunction(const ClassLayout& layout, const ClassFunction& function) {
    if (function.kind == FunctionKind::event) return addEvent(layout, function);
    if (function.kind != FunctionKind::setter && function.kind != FunctionKind::query &&
        function.kind != FunctionKind::orderBy) {
      return;
    }
    model::Attribute* attribute = find(function.name);
    if (attribute == nullptr || !attribute->isCalculated()) {
      return tell(fmt::format("{}: \"{}\" is no calculated attribute, because it has no `get` function", layout.name,
                              function.name));
    }
    if (function.kind == FunctionKind::setter) attribute->readOnly = false;
    if (attribute->result != model::CalculatedResult::scalar) return;
    if (function.kind == FunctionKind::query) attribute->hasQuery = true;
    if (function.kind == FunctionKind::orderBy) attribute->hasOrder = true;
  }

  void addEvent(const ClassLayout& layout, const ClassFunction& function) {
    const auto event = eventNamed(function.name);
    if (!event) {
      return tell(fmt::format("{}: there is no entity event \"{}\"; expected one of {}", layout.name, function.name,
                              fmt::join(eventNames, ", ")));
    }
    if (function.attribute.empty()) {
      dataClass_.events.add(*event);
      dataClass_.anyEvents.add(*event);
      return;
    }
    model::Attribute* attribute = find(function.attribute);
    const bool known = attribute != nullptr && (attribute->isStorage() || attribute->isCalculated() ||
                                                attribute->kind == model::AttributeKind::relatedEntity);
    if (!known || !hasAttributeLevel(*event)) {
      return tell(fmt::format("{}: the event \"{}\" cannot be at \"{}\": {}", layout.name, function.name,
                              function.attribute,
                              known ? "it exists for the whole entity only"
                                    : "it is no storage, N->1 or calculated attribute of the dataclass"));
    }
    attribute->events.add(*event);
    dataClass_.anyEvents.add(*event);
  }

  model::Model& model_;
  model::DataClass& dataClass_;
  std::vector<std::string>& problems_;
};

void addExposed(const ClassLayout* layout, std::string_view appliesTo, std::vector<ExposedFunction>& found) {
  if (layout == nullptr) return;
  for (const ClassFunction& function : layout->functions) {
    if (function.kind != FunctionKind::function || !function.modifiers.exposed) continue;
    found.push_back({function.name, appliesTo, function.modifiers.onHttpGet, function.code});
  }
}

}  // namespace

std::vector<vm::Program::ModelClass> modelClasses(const model::Model& model) {
  std::vector<vm::Program::ModelClass> classes{{"DataStore", "DataStoreImplementation"}};
  for (const model::DataClass& dataClass : model.classes) {
    classes.push_back({dataClass.name, "DataClass"});
    classes.push_back({dataClass.name + "Entity", "Entity"});
    classes.push_back({dataClass.selectionName, "EntitySelection"});
  }
  return classes;
}

std::shared_ptr<const model::Model> withCode(const model::Model& model, const vm::Program& program,
                                             std::vector<std::string>& problems) {
  auto extended = std::make_shared<model::Model>(model);
  for (std::uint32_t i = 0; i < extended->classes.size(); ++i) {
    Extension extension(*extended, i, problems);
    const std::string name = extended->classes[i].name;
    if (const ClassLayout* layout = layoutOf(program, name + "Entity", "Entity")) extension.addEntityClass(*layout);
    if (const ClassLayout* layout = layoutOf(program, name, "DataClass")) extension.addDataClass(*layout);
    extended->classes[i].buildIndex();
  }
  return extended;
}

bool extends(const model::Model& plain, const model::Model& extended) {
  for (std::size_t i = 0; i < extended.classes.size(); ++i) {
    const model::DataClass& dataClass = extended.classes[i];
    if (dataClass.attributes.size() != plain.classes[i].attributes.size() || !dataClass.anyEvents.empty() ||
        dataClass.restricted || dataClass.constructed) {
      return true;
    }
  }
  return false;
}

std::vector<ExposedFunction> exposedFunctions(const vm::Program& program, const model::DataClass* dataClass) {
  std::vector<ExposedFunction> found;
  if (dataClass == nullptr) {
    addExposed(layoutOf(program, "DataStore", "DataStoreImplementation"), "dataStore", found);
    return found;
  }
  addExposed(layoutOf(program, dataClass->name, "DataClass"), "dataClass", found);
  addExposed(layoutOf(program, dataClass->selectionName, "EntitySelection"), "entityCollection", found);
  addExposed(layoutOf(program, dataClass->name + "Entity", "Entity"), "entity", found);
  return found;
}

std::vector<ExposedSingleton> exposedSingletons(const vm::Program& program) {
  std::vector<ExposedSingleton> found;
  for (const auto& definition : program.classes()) {
    if (definition->singleton != vm::SingletonScope::application || !definition->unit) continue;
    ExposedSingleton singleton{.name = definition->name, .functions = {}};
    addExposed(&definition->unit->layout, "singleton", singleton.functions);
    if (!singleton.functions.empty()) found.push_back(std::move(singleton));
  }
  return found;
}

}  // namespace qodly::script::data
