#include "script/vm/program.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>

#include "script/syntax/names.h"

namespace qodly::script::vm {

namespace {

constexpr auto dataModelParents =
    std::to_array<std::string_view>({"DataStoreImplementation", "DataClass", "Entity", "EntitySelection"});

bool isDataModelParent(std::string_view name) {
  return std::find(dataModelParents.begin(), dataModelParents.end(), name) != dataModelParents.end();
}

std::uint16_t nextSerial() {
  static std::atomic<std::uint16_t> last{0};
  std::uint16_t serial = ++last;
  if (serial == 0) serial = ++last;  // 0 is what an unused cache word holds
  return serial;
}

SingletonScope scopeOf(const syntax::Modifiers& modifiers) {
  if (!modifiers.singleton) return SingletonScope::none;
  if (modifiers.session) return SingletonScope::session;
  return modifiers.shared ? SingletonScope::application : SingletonScope::process;
}

void addMember(Class& owner, const compile::ClassFunction& function) {
  Class::Member& member = owner.members[function.name];
  member.owner = &owner;
  switch (function.kind) {
    case syntax::FunctionKind::getter:
      member.getter = function.code;
      break;
    case syntax::FunctionKind::setter:
      member.setter = function.code;
      break;
    default:
      member.function = function.code;
      break;
  }
}

// What makes a hook's key: "query name", "event saving", "event saving name".
std::string hookKey(const compile::ClassFunction& function) {
  const std::string attribute = function.attribute.empty() ? "" : " " + function.attribute;
  switch (function.kind) {
    case syntax::FunctionKind::query:
      return "query " + function.name;
    case syntax::FunctionKind::orderBy:
      return "orderBy " + function.name;
    case syntax::FunctionKind::event:
      return "event " + function.name + attribute;
    default:
      return {};
  }
}

}  // namespace

std::shared_ptr<const Program> Program::make(std::vector<std::shared_ptr<const compile::Unit>> units,
                                             std::vector<ModelClass> model, VariableTypes variables,
                                             std::shared_ptr<const syntax::Names> names) {
  const std::shared_ptr<Program> program(new Program);
  program->variables_ = std::move(variables);
  program->names_ = std::move(names);
  program->serial_ = nextSerial();
  program->units_ = std::move(units);
  program->model_ = std::move(model);
  for (const auto& unit : program->units_) {
    if (unit->kind == syntax::UnitKind::classFile) {
      program->addClass(unit);
    } else {
      program->addMethod(*unit);
    }
  }
  for (const ModelClass& row : program->model_) {
    Class*& known = program->classesByName_[row.name];
    if (known == nullptr) {
      program->classes_.push_back(std::make_unique<Class>());
      known = program->classes_.back().get();
      known->name = row.name;
      known->extends = row.extends;
    } else if (known->extends.empty()) {
      known->extends = row.extends;
    }
  }
  program->link();
  return program;
}

void Program::addMethod(const compile::Unit& unit) {
  if (unit.main == nullptr) return;
  // Database methods and triggers lie in folders of their own and cannot be called by name.
  if (unit.file.find("DatabaseMethods/") != std::string::npos) {
    databaseMethods_.emplace(syntax::foldName(unit.name), unit.main);
    return;
  }
  if (unit.file.find("Triggers/") != std::string::npos) return;
  methods_.emplace(syntax::foldName(unit.name), unit.main);
}

void Program::addClass(const std::shared_ptr<const compile::Unit>& unit) {
  const compile::ClassLayout& layout = unit->layout;
  auto definition = std::make_unique<Class>();
  definition->name = layout.name.empty() ? unit->name : layout.name;
  definition->extends = layout.extends;
  definition->unit = unit;
  definition->constructor = layout.constructor;
  definition->initialiser = layout.initialiser;
  definition->broken = layout.broken;
  definition->singleton = scopeOf(layout.constructorModifiers);
  definition->isShared = layout.constructorModifiers.shared || definition->singleton == SingletonScope::session;
  for (const compile::ClassFunction& function : layout.functions) {
    const std::string key = hookKey(function);
    if (key.empty()) {
      addMember(*definition, function);
    } else {
      definition->hooks[key] = function.code;
    }
  }
  for (const compile::ClassAlias& alias : layout.aliases) {
    definition->aliases.push_back({alias.name, alias.path, alias.exposed});
  }
  const auto [place, fresh] = classesByName_.emplace(definition->name, definition.get());
  if (!fresh) {
    problems_.push_back("there are two classes " + definition->name);
    return;
  }
  classes_.push_back(std::move(definition));
}

void Program::link() {
  for (const auto& definition : classes_) {
    std::string_view wanted = definition->extends;
    if (wanted.starts_with("cs.")) wanted.remove_prefix(3);
    if (wanted.empty() || isDataModelParent(wanted) || wanted == "4D.Object" || wanted == "Object") continue;
    const auto found = classesByName_.find(std::string(wanted));
    if (found == classesByName_.end()) {
      definition->broken = "class " + definition->name + " extends " + definition->extends + ", which does not exist";
      problems_.push_back(definition->broken);
      continue;
    }
    definition->parent = found->second;
  }
  for (const auto& definition : classes_) {
    std::size_t steps = 0;
    for (const Class* at = definition->parent; at != nullptr && steps <= classes_.size(); at = at->parent) ++steps;
    if (steps <= classes_.size()) continue;
    definition->broken = "class " + definition->name + " extends itself in a circle";
    problems_.push_back(definition->broken);
  }
  for (const auto& definition : classes_) {
    if (!definition->broken.empty()) definition->parent = nullptr;
  }
  std::uint32_t index = 0;
  for (const auto& definition : classes_) {
    definition->index = index++;
    definition->serial = serial_;
    completeMembers(*definition);
    for (auto& [name, member] : definition->members) {
      member.holder = definition.get();
      definition->hasAccessors = definition->hasAccessors || member.getter != nullptr || member.setter != nullptr;
    }
  }
}

void Program::completeMembers(Class& definition) {
  std::size_t steps = 0;
  for (const Class* at = definition.parent; at != nullptr && steps <= classes_.size(); at = at->parent, ++steps) {
    if (at->unit == nullptr) continue;
    if (definition.broken.empty() && !at->broken.empty()) {
      definition.broken = "class " + definition.name + " extends a class that cannot be used: " + at->broken;
    }
    for (const compile::ClassFunction& function : at->unit->layout.functions) {
      if (!hookKey(function).empty()) continue;
      const auto known = definition.members.find(function.name);
      if (known == definition.members.end()) {
        definition.members[function.name].owner = at;
      } else if (known->second.owner != at) {
        continue;  // nearer classes win
      }
      Class::Member& member = definition.members[function.name];
      if (function.kind == syntax::FunctionKind::getter) {
        member.getter = function.code;
      } else if (function.kind == syntax::FunctionKind::setter) {
        member.setter = function.code;
      } else {
        member.function = function.code;
      }
    }
  }
}

const compile::Code* Program::method(std::string_view name) const {
  const auto found = methods_.find(syntax::foldName(name));
  return found == methods_.end() ? nullptr : found->second;
}

const compile::Code* Program::databaseMethod(std::string_view name) const {
  const auto found = databaseMethods_.find(syntax::foldName(name));
  return found == databaseMethods_.end() ? nullptr : found->second;
}

const Class* Program::userClass(std::string_view name) const {
  const auto found = classesByName_.find(std::string(name));
  return found == classesByName_.end() ? nullptr : found->second;
}

Value Program::classValue(std::string_view name) const {
  const Class* definition = userClass(name);
  if (definition == nullptr) return {};
  return handleValue(ClassValue::user(shared_from_this(), *definition));
}

std::vector<std::string_view> Program::methodNames() const {
  std::vector<std::string_view> names;
  for (const auto& unit : units_) {
    if (unit->kind == syntax::UnitKind::method && unit->main != nullptr) names.push_back(unit->name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace qodly::script::vm
