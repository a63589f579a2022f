#include "script/data/script_behaviour.h"

#include <ranges>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "query/syntax.h"
#include "script/compile/code.h"
#include "script/data/data_process.h"
#include "script/data/data_values.h"
#include "script/data/event_names.h"
#include "script/data/web_session.h"
#include "script/vm/codes.h"
#include "script/vm/function.h"

namespace qodly::script::data {

namespace {

using orda::DataClass;
using orda::Entity;

Value entityValue(Entity& entity) { return orda::toValue(orda::EntityRef::sharing(&entity)); }

class Formula final : public orda::EntityFormula {
 public:
  Formula(vm::Process& process, const Value& function, Value arguments)
      : caller_(process, function), arguments_(std::move(arguments)) {}

  Result<Value> operator()(Entity& entity) override {
    return caller_(entityValue(entity), std::span(&arguments_, arguments_.isUndefined() ? 0 : 1));
  }

 private:
  vm::Process::Caller caller_;
  Value arguments_;
};

class ScriptBehaviour final : public orda::Behaviour {
 public:
  explicit ScriptBehaviour(std::function<vm::Process&()> provide) : provide_(std::move(provide)) {}

  Result<Value> get(Entity& entity, std::uint32_t attribute) override {
    const model::DataClass& definition = entity.dataClass().definition();
    const std::string& name = definition.attributes[attribute].name;
    const vm::Class* owner = classOf(entity.dataClass().index(), ModelRole::entity);
    const vm::Class::Member* member = owner == nullptr ? nullptr : owner->find(name);
    if (member == nullptr || member->getter == nullptr) return std::unexpected(gone(definition.name, "get", name));
    Value event;
    if (!member->getter->parameters.empty()) event = attributeEvent(definition, name, "get");
    auto result = run(*owner, *member->getter, entityValue(entity), event);
    if (!result) return result;
    if (event.isObject()) {
      const Value* wanted = event.asObject().find("result");
      if (wanted != nullptr && wanted->isNull()) return Value::null();
    }
    return result->isUndefined() ? blankResult(*member->getter) : fromScript(process(), *result);
  }

  Result<> set(Entity& entity, std::uint32_t attribute, const Value& value) override {
    const model::DataClass& definition = entity.dataClass().definition();
    const std::string& name = definition.attributes[attribute].name;
    const vm::Class* owner = classOf(entity.dataClass().index(), ModelRole::entity);
    const vm::Class::Member* member = owner == nullptr ? nullptr : owner->find(name);
    if (member == nullptr || member->setter == nullptr) return std::unexpected(gone(definition.name, "set", name));
    Value arguments[] = {toScript(process(), value), Value()};
    std::size_t count = 1;
    if (member->setter->parameters.size() > 1) {
      arguments[1] = attributeEvent(definition, name, "set");
      arguments[1].asObject().set("value", arguments[0]);
      count = 2;
    }
    const Value function = data().function(*owner, *member->setter);
    auto done = process().call(function, entityValue(entity), std::span(arguments, count));
    if (!done) return std::unexpected(done.error());
    return {};
  }

  Result<std::optional<query::Substitute>> query(const DataClass& dataClass, std::uint32_t attribute,
                                                 query::Operator op, const Value& value) override {
    const model::DataClass& definition = dataClass.definition();
    const std::string& name = definition.attributes[attribute].name;
    const vm::Class* owner = classOf(dataClass.index(), ModelRole::entity);
    const compile::Code* code = hook(owner, "query " + name);
    if (code == nullptr) return std::nullopt;
    const Value event = attributeEvent(definition, name, "query");
    event.asObject().set("value", toScript(process(), detached(value)));
    event.asObject().set("operator", Value::text(query::canonical(op)));
    auto result = run(*owner, *code, Value::null(), event);
    if (!result) return std::unexpected(result.error());
    const Value* given = event.asObject().find("result");
    auto substitute = substituteOf(given != nullptr && !given->isUndefined() ? *given : *result);
    if (substitute) {
      auto compiled = compileFormulas(*substitute, code->unit->surface == syntax::Surface::fourD);
      if (!compiled) return std::unexpected(compiled.error());
    }
    return substitute;
  }

  Result<std::optional<std::string>> orderBy(const DataClass& dataClass, std::uint32_t attribute,
                                             bool descending) override {
    const model::DataClass& definition = dataClass.definition();
    const std::string& name = definition.attributes[attribute].name;
    const vm::Class* owner = classOf(dataClass.index(), ModelRole::entity);
    const compile::Code* code = hook(owner, "orderBy " + name);
    if (code == nullptr) return std::nullopt;
    const Value event = attributeEvent(definition, name, "orderBy");
    event.asObject().set("value", Value::null());
    event.asObject().set("operator", Value::text(descending ? "desc" : "asc"));
    event.asObject().set("descending", Value::boolean(descending));
    auto result = run(*owner, *code, Value::null(), event);
    if (!result) return std::unexpected(result.error());
    const Value* given = event.asObject().find("result");
    const Value& order = given != nullptr && !given->isUndefined() ? *given : *result;
    if (!order.isText() || order.asText().empty()) return std::nullopt;
    return std::string(order.asText());
  }

  Result<std::optional<orda::RecordSet>> restriction(const DataClass& dataClass) override {
    const vm::Class* owner = classOf(dataClass.index(), ModelRole::dataClass);
    const compile::Code* code = hook(owner, "event restrict");
    if (code == nullptr) return std::nullopt;
    auto result = run(*owner, *code, data().dataClass(dataClass.index()), Value());
    if (!result) return std::unexpected(result.error());
    const auto* selection = orda::EntitySelection::from(*result);
    if (selection == nullptr) return std::nullopt;
    const auto of = selection->dataClass().current();
    if (!of || of->index() != dataClass.index()) return std::nullopt;
    return selection->members();
  }

  Result<> construct(Entity& entity) override {
    const vm::Class* owner = classOf(entity.dataClass().index(), ModelRole::entity);
    const vm::Class* at = owner;
    while (at != nullptr && at->constructor == nullptr) at = at->parent;
    if (at == nullptr) return {};
    auto done = run(*at, *at->constructor, entityValue(entity), Value());
    if (!done) return std::unexpected(done.error());
    return {};
  }

  Result<Value> event(Entity& entity, const orda::EventCall& call) override {
    const model::DataClass& definition = entity.dataClass().definition();
    const std::string_view kind = eventName(call.event);
    std::string key = "event " + std::string(kind);
    if (call.attribute != model::noIndex) key += " " + definition.attributes[call.attribute].name;
    const vm::Class* owner = classOf(entity.dataClass().index(), ModelRole::entity);
    const compile::Code* code = hook(owner, key);
    if (code == nullptr) return Value();
    return run(*owner, *code, entityValue(entity), code->parameters.empty() ? Value() : eventObject(definition, call));
  }

  Result<std::unique_ptr<orda::EntityFormula>> formula(const DataClass& /*dataClass*/, const Value& formula,
                                                       const Value& arguments) override {
    Value function = formula;
    if (formula.isText()) {
      auto made = process().formula(formula.asText(), process().runsFourD());
      if (!made) return std::unexpected(made.error());
      function = std::move(*made);
    }
    if (vm::Function::from(function) == nullptr) {
      return std::unexpected(hostError(code::badCallback, "A formula is expected here"));
    }
    return std::make_unique<Formula>(process(), function, arguments);
  }

  void report(const Error& error) override {
    vm::ScriptError recorded;
    recorded.code = error.code();
    recorded.message = error.message();
    recorded.component = error.component();
    if (process().errors().empty()) process().errors().push(std::move(recorded));
    process().logWarning(error.text());
  }

 private:
  vm::Process& process() {
    if (process_ == nullptr) process_ = &provide_();
    return *process_;
  }
  DataProcess& data() { return DataProcess::of(process()); }
  const vm::Class* classOf(std::uint32_t dataClass, ModelRole role) { return data().classOf(dataClass, role); }

  static const compile::Code* hook(const vm::Class* owner, const std::string& key) {
    if (owner == nullptr) return nullptr;
    const auto found = owner->hooks.find(key);
    return found == owner->hooks.end() ? nullptr : found->second;
  }

  Result<Value> run(const vm::Class& owner, const compile::Code& code, const Value& self, const Value& argument) {
    const Value function = data().function(owner, code);
    return process().call(function, self, std::span(&argument, argument.isUndefined() ? 0 : 1));
  }

  Value attributeEvent(const model::DataClass& dataClass, std::string_view attribute, std::string_view kind) {
    const Value event = process().newObject();
    event.asObject().set("attributeName", Value::text(attribute));
    event.asObject().set("dataClassName", Value::text(dataClass.name));
    event.asObject().set("kind", Value::text(kind));
    return event;
  }

  Value eventObject(const model::DataClass& dataClass, const orda::EventCall& call) {
    const Value event = process().newObject();
    Object& object = event.asObject();
    object.set("kind", Value::text(eventName(call.event)));
    object.set("dataClassName", Value::text(dataClass.name));
    if (call.attributeName != model::noIndex) {
      object.set("attributeName", Value::text(dataClass.attributes[call.attributeName].name));
    }
    if (call.names != nullptr) {
      const Value names = process().newCollection();
      for (const std::string& name : *call.names) names.asCollection().push(Value::text(name));
      object.set(call.event == model::EntityEvent::afterSave ? "savedAttributes" : "droppedAttributes", names);
    }
    if (call.status != nullptr) {
      const bool saved = call.event == model::EntityEvent::afterSave;
      object.set(saved ? "saveStatus" : "dropStatus", Value::text(call.status->success() ? "success" : "failed"));
      object.set("status", toScript(process(), call.status->toValue()));
    }
    return event;
  }

  // An undefined result is the default of the declared type (orda.md 6).
  static Value blankResult(const compile::Code& getter) {
    Value blank = compile::defaultOf(getter.result.word);
    return blank.isUndefined() ? Value::null() : blank;
  }

  static std::optional<query::Substitute> substituteOf(const Value& result) {
    query::Substitute substitute;
    if (result.isText()) {
      substitute.text = result.asText();
    } else if (result.isObject()) {
      const Value text = result.asObject().get("query");
      if (text.isText()) substitute.text = text.asText();
      const Value parameters = result.asObject().get("parameters");
      if (parameters.isCollection()) {
        for (const Value& value : parameters.asCollection().elements()) substitute.values.push_back(detached(value));
      }
    }
    if (substitute.text.find_first_not_of(" \t\r\n") == std::string::npos) return std::nullopt;
    return substitute;
  }

  // Every eval(...) of the text becomes a placeholder for its function: it is written as the query function itself is,
  // whoever asked. A text that cannot be read is left to the binding, which tells what is wrong.
  Result<> compileFormulas(query::Substitute& substitute, bool fourD) {
    const auto syntax = query::parse(substitute.text);
    if (!syntax || !syntax->criteria) return {};
    std::vector<const query::SyntaxNode*> formulas;
    collectFormulas(*syntax->criteria, formulas);
    // From the end, so that the places before stay right.
    for (const query::SyntaxNode* each : formulas | std::views::reverse) {
      const std::string& body = std::get<std::string>(each->formula);
      const std::size_t inside = substitute.text.find(body, substitute.text.find('(', each->position) + 1);
      const std::size_t end = inside == std::string::npos ? inside : substitute.text.find(')', inside + body.size());
      if (end == std::string::npos) continue;
      auto made = process().formula(body, fourD);
      if (!made) return std::unexpected(made.error());
      substitute.values.push_back(std::move(*made));
      substitute.text.replace(each->position, end + 1 - each->position, fmt::format(":{}", substitute.values.size()));
    }
    return {};
  }

  static void collectFormulas(const query::SyntaxNode& node, std::vector<const query::SyntaxNode*>& found) {
    const bool isFormula = node.kind == query::SyntaxNode::Kind::formula;
    if (isFormula && std::holds_alternative<std::string>(node.formula)) found.push_back(&node);
    for (const query::SyntaxNode& each : node.children) collectFormulas(each, found);
  }

  static Error gone(std::string_view dataClass, std::string_view function, std::string_view attribute) {
    return Error(qodly::code::dataUnavailable, "dbmg",
                 fmt::format("The class {}Entity has no function `{} {}` any more", dataClass, function, attribute));
  }

  std::function<vm::Process&()> provide_;
  vm::Process* process_ = nullptr;
};

}  // namespace

std::unique_ptr<orda::Behaviour> behaviourWith(std::function<vm::Process&()> provide) {
  return std::make_unique<ScriptBehaviour>(std::move(provide));
}

std::unique_ptr<orda::Behaviour> behaviourOf(vm::Process& process) {
  return behaviourWith([&process]() -> vm::Process& { return process; });
}

std::unique_ptr<orda::Behaviour> behaviourFor(const std::shared_ptr<vm::Runtime>& runtime, orda::Process& process,
                                              std::shared_ptr<WebSession> session) {
  // Shared by the function object, so that it ends with the behaviour.
  auto made = std::make_shared<std::unique_ptr<vm::Process>>();
  return behaviourWith([runtime, &process, session = std::move(session), made]() -> vm::Process& {
    if (!*made) {
      *made = std::make_unique<vm::Process>(runtime, process.identity().taskName, vm::ProcessType::web);
      if (session) setSession(**made, session, session->id());
      DataProcess::adopt(**made, process);
    }
    return **made;
  });
}

}  // namespace qodly::script::data
