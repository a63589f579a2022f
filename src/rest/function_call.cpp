#include "rest/function_call.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "rest/answer_pieces.h"
#include "rest/errors.h"
#include "rest/exposure.h"
#include "rest/function_arguments.h"
#include "rest/function_page.h"
#include "rest/function_result.h"
#include "rest/function_rights.h"
#include "rest/login_memory.h"
#include "rest/source.h"
#include "rest/web_exchange.h"
#include "script/data/data_process.h"
#include "script/vm/class.h"
#include "script/vm/program.h"
#include "script/vm/runtime.h"

namespace qodly::rest {

namespace {

using script::compile::Code;
using script::data::DataProcess;
using script::data::ModelRole;
using script::vm::Class;
using script::vm::SingletonScope;

// A function that remote callers may call.
struct Target {
  Value function;  // keeps the code alive, whatever is loaded meanwhile
  const Code* code = nullptr;
  std::string_view dataClass;  // whose rights count; "ds" for the datastore
  std::string_view singleton;  // class of a singleton, else ""

  explicit operator bool() const { return code != nullptr; }
};

Target exposedIn(DataProcess& data, const Class* owner, std::string_view function, std::string_view dataClass) {
  if (owner == nullptr) return {};
  const Class::Member* member = owner->find(function);
  if (member == nullptr || member->function == nullptr || !member->function->modifiers.exposed) return {};
  return {.function = data.function(member->owner != nullptr ? *member->owner : *owner, *member->function),
          .code = member->function,
          .dataClass = dataClass,
          .singleton = {}};
}

bool isCallVerb(const Call& call) { return call.request.isRead() || call.request.method() == http::Method::Post; }

// GET needs onHttpGet.
Result<> checkCall(Call& call, const Target& target, std::string_view function) {
  // Passwords do not stand in addresses (rest.md 3.3).
  const bool inBodyOnly = target.dataClass == "ds" && function == "authentify";
  if (inBodyOnly && call.request.method() != http::Method::Post) {
    call.response.setHeader("Allow", "POST");
    return std::unexpected(refused(405, "authentify is called by POST, with its arguments in the body"));
  }
  if (call.request.method() == http::Method::Post || target.code->modifiers.onHttpGet) {
    return demandExecute(call, {.dataClass = target.dataClass, .singleton = target.singleton, .name = function});
  }
  call.response.setHeader("Allow", "POST");
  return std::unexpected(refused(405, "GET calls functions that are declared onHttpGet: expected POST"));
}

// Every error that the code did not catch, oldest first (rest.md 15.8).
void answerUncaught(Call& call, const Error& error) {
  std::string& out = call.json(error.code() == code::noPermission ? 401 : 500);
  out += R"({"__ERROR":[)";
  for (const script::vm::ScriptError& each : call.scripts().errors().errors()) {
    if (!each.deferred || (each.code == error.code() && each.message == error.message())) continue;
    appendErrors(Error(each.code, each.component, each.message), out);
    out += ',';
  }
  appendErrors(error, out);
  out += "]}";
}

// Runs the function and answers. `self`: the receiver.
Result<> run(Call& call, const Target& target, const Value& self, FunctionInput input) {
  auto& process = call.scripts();
  if (auto done = resolveArguments(call, *target.code, input.arguments); !done) return done;
  process.beginTask();
  EntityEffects effects;
  if (orda::Entity* entity = orda::Entity::from(self); beginPage(call) && entity != nullptr) {
    auto begun = effects.begin(call, orda::EntityRef::sharing(entity));
    if (!begun) return begun;
  }
  AnswerPieces pieces(call);
  auto result = process.call(target.function, self, input.arguments);
  if (pieces.begun()) {
    if (result) {
      pieces.finish();
    } else {
      answerFailure(call, target.code->name, result.error());
    }
    return {};
  }
  if (!result) {
    answerUncaught(call, result.error());
    finishPage(call, AnswerForm::json);
    return {};
  }
  const auto answered = answerResult(call, *target.code, *result);
  if (!answered) return std::unexpected(answered.error());
  auto entity = effects.member(call);
  if (!entity) return std::unexpected(entity.error());
  finishPage(call, *answered, std::move(*entity));
  return {};
}

// --- Receivers

// A call needs the right to execute alone: the entity is found without further rights, and what the function reads of
// it is asked as always (roles.md 6, rule 7). Filters of the application count.
Result<Value> entityReceiver(Call& call, std::uint32_t dataClass, const Value& sent) {
  const orda::AccessLift lifted(call.process());
  const auto number = findEntity(call, dataClass);
  if (!number) return std::unexpected(number.error());
  const orda::DataClass owner(call.process(), call.schema, dataClass);
  const orda::EntityRef entity = owner.load(*number);
  if (!entity) return std::unexpected(entityNotLoaded(call.address.key.text, owner.name()));
  if (sent.isObject()) {
    if (auto done = applyEntityArgument(call, *entity, sent.asObject()); !done) return std::unexpected(done.error());
  }
  return toValue(entity);
}

// The relation of `/Book[7]/reviews/fn` or of `/Book[7]/reviews?$expand=reviews&$emMethod=fn`.
struct RelatedCall {
  std::uint32_t relation = model::noIndex;
  std::string_view function;
};
std::optional<RelatedCall> relatedCall(const Call& call, std::uint32_t dataClass) {
  const auto& segments = call.address.segments;
  if (!call.address.isEntity() || segments.empty()) return std::nullopt;
  const std::uint32_t relation = visibleAttribute(call.model(), dataClass, segments.front());
  if (relation == model::noIndex) return std::nullopt;
  const auto target = targetOf(call.model(), dataClass, relation);
  if (!target || relatedClassOf(target->in(call.model())) == model::noIndex) return std::nullopt;
  if (segments.size() == 2) return RelatedCall{relation, segments[1]};
  const std::string_view method = call.parameters.text(Parameter::emMethod);
  if (segments.size() == 1 && !method.empty()) return RelatedCall{relation, method};
  return std::nullopt;
}

class DataCall {
 public:
  DataCall(Call& call, std::uint32_t dataClass) : call_(call), dataClass_(dataClass) {}

  std::optional<Result<>> answer() {
    if (const auto related = relatedCall(call_, dataClass_)) return answerRelated(*related);
    const auto& segments = call_.address.segments;
    if (segments.empty()) return std::nullopt;
    const bool fresh = segments.size() == 2 && segments[0] == "$new";
    if (segments.size() != 1 && !fresh) return std::nullopt;
    const std::string& name = segments.back();
    name_ = name;
    if (fresh || call_.address.isEntity()) {
      const Target target = find(dataClass_, ModelRole::entity, name);
      if (!target || isAttribute(name)) return std::nullopt;
      return fresh ? onNewEntity(target) : onEntity(target);
    }
    if (isAttribute(name) && call_.request.isRead()) return std::nullopt;
    if (const Target target = find(dataClass_, ModelRole::selection, name)) return onSelection(target);
    if (const Target target = find(dataClass_, ModelRole::dataClass, name)) return onDataClass(target);
    return std::nullopt;
  }

 private:
  Target find(std::uint32_t dataClass, ModelRole role, std::string_view name) {
    const model::DataClass& definition = call_.model().classes[dataClass];
    // Functions are found through the description (roles.md 6.1).
    if (!call_.rights.allowsDescription(definition.name)) return {};
    DataProcess& data = DataProcess::of(call_.scripts());
    return exposedIn(data, data.classOf(dataClass, role), name, definition.name);
  }
  bool isAttribute(std::string_view name) const {
    return visibleAttribute(call_.model(), dataClass_, name) != model::noIndex;
  }

  Result<> onEntity(const Target& target) {
    if (auto right = checkCall(call_, target, name_); !right) return right;
    auto input = functionInput(call_);
    if (!input) return std::unexpected(input.error());
    const auto self = entityReceiver(call_, dataClass_, input->self);
    if (!self) return std::unexpected(self.error());
    return run(call_, target, *self, std::move(*input));
  }

  Result<> onNewEntity(const Target& target) {
    if (auto right = checkCall(call_, target, name_); !right) return right;
    auto input = functionInput(call_);
    if (!input) return std::unexpected(input.error());
    auto entity = orda::DataClass(call_.process(), call_.schema, dataClass_).newEntity();
    if (!entity) return std::unexpected(entity.error());
    if (input->self.isObject()) {
      auto done = applyEntityArgument(call_, **entity, input->self.asObject());
      if (!done) return done;
    }
    return run(call_, target, toValue(*entity), std::move(*input));
  }

  Result<> onSelection(const Target& target) {
    if (auto right = checkCall(call_, target, name_); !right) return right;
    auto input = functionInput(call_);
    if (!input) return std::unexpected(input.error());
    auto source = evaluateSource(call_, dataClass_);
    if (!source) return std::unexpected(source.error());
    const orda::DataClass owner(call_.process(), call_.schema, source->dataClass);
    return run(call_, target, toValue(owner.select(std::move(source->members))), std::move(*input));
  }

  Result<> onDataClass(const Target& target) {
    if (auto right = checkCall(call_, target, name_); !right) return right;
    auto input = functionInput(call_);
    if (!input) return std::unexpected(input.error());
    return run(call_, target, DataProcess::of(call_.scripts()).dataClass(dataClass_), std::move(*input));
  }

  std::optional<Result<>> answerRelated(const RelatedCall& related) {
    const auto path = targetOf(call_.model(), dataClass_, related.relation);
    const std::uint32_t other = path->in(call_.model()).relatedClass;
    const Target target = find(other, ModelRole::selection, related.function);
    if (!target) return std::nullopt;
    name_ = related.function;
    if (auto right = checkCall(call_, target, name_); !right) return right;
    return onRelated(target, related, other);
  }

  Result<> onRelated(const Target& target, const RelatedCall& related, std::uint32_t other) {
    auto input = functionInput(call_);
    if (!input) return std::unexpected(input.error());
    auto all = relatedMembers(call_, dataClass_, related.relation);
    if (!all) return std::unexpected(all.error());
    auto members = filteredAndOrdered(call_, other, std::move(*all));
    if (!members) return std::unexpected(members.error());
    const orda::DataClass owner(call_.process(), call_.schema, other);
    return run(call_, target, toValue(owner.select(std::move(*members))), std::move(*input));
  }

  Call& call_;
  std::uint32_t dataClass_;
  std::string_view name_;  // of the function
};

}  // namespace

std::optional<Result<>> answerDataFunction(Call& call, std::uint32_t dataClass) {
  if (!call.hasScripts() || !isCallVerb(call) || call.address.segments.empty()) return std::nullopt;
  return DataCall(call, dataClass).answer();
}

namespace {

bool isLoggedIn(const Call& call) { return call.rights.privileges && call.rights.privileges->isLoggedIn(); }

// Guessing is slowed down (rest.md 3.3).
Result<> runAuthentify(Call& call, const Target& target, const Value& self, FunctionInput input) {
  if (const auto wait = loginPause(call); wait > 0) {
    call.response.setHeader("Retry-After", std::to_string(wait));
    return std::unexpected(refused(429, fmt::format("Too many failed logins: try again in {} seconds", wait)));
  }
  const std::uint64_t before = isLoggedIn(call) ? call.rights.privileges->stamp() : 0;
  auto answered = run(call, target, self, std::move(input));
  if (!isLoggedIn(call) || call.rights.privileges->stamp() == before) {
    loginFailed(call);
  }
  return answered;
}

}  // namespace

std::optional<Result<>> answerDatastoreFunction(Call& call) {
  if (!call.hasScripts() || !isCallVerb(call) || call.address.segments.size() != 1) return std::nullopt;
  auto& data = DataProcess::of(call.scripts());
  const Target target = exposedIn(data, data.datastoreClass(), call.address.segments.front(), "ds");
  if (!target) return std::nullopt;
  const std::string& name = call.address.segments.front();
  if (auto right = checkCall(call, target, name); !right) return right;
  auto input = functionInput(call);
  if (!input) return Result<>(std::unexpected(input.error()));
  if (name == "authentify") return runAuthentify(call, target, data.datastore(), std::move(*input));
  return run(call, target, data.datastore(), std::move(*input));
}

std::optional<Result<Value>> callDatastoreFunction(Call& call, std::string_view name,
                                                   std::span<const Value> arguments) {
  if (!call.hasScripts()) return std::nullopt;
  auto& data = DataProcess::of(call.scripts());
  const Target target = exposedIn(data, data.datastoreClass(), name, "ds");
  if (!target) return std::nullopt;
  const auto right = demandExecute(call, {.dataClass = "ds", .singleton = {}, .name = name});
  if (!right) return Result<Value>(std::unexpected(right.error()));
  call.scripts().beginTask();
  return call.scripts().call(target.function, data.datastore(), arguments);
}

Result<> answerSingletonFunction(Call& call) {
  const auto& segments = call.address.segments;
  const auto notFound = [] { return std::unexpected(refused(404, "Cannot find singleton")); };
  if (!call.hasScripts() || segments.size() != 2) return notFound();
  auto& data = DataProcess::of(call.scripts());
  const auto program = data.program();
  const Class* owner = program ? program->userClass(segments[0]) : nullptr;
  if (owner == nullptr ||
      (owner->singleton != SingletonScope::application && owner->singleton != SingletonScope::session)) {
    return notFound();
  }
  Target target = exposedIn(data, owner, segments[1], "");
  if (!target) return std::unexpected(methodNotFound(segments[1]));
  target.singleton = segments[0];
  if (!isCallVerb(call)) return std::unexpected(refused(405, "Functions are called with POST or GET"));
  if (auto right = checkCall(call, target, segments[1]); !right) return right;
  auto input = functionInput(call);
  if (!input) return std::unexpected(input.error());
  if (owner->singleton == SingletonScope::session && call.scripts().sessionId.empty()) {
    if (const auto session = call.request.session()) call.scripts().sessionId = session->id();
  }
  auto instance = call.scripts().property(program->classValue(segments[0]), "me");
  if (!instance) {
    answerUncaught(call, instance.error());
    return {};
  }
  return run(call, target, *instance, std::move(*input));
}

}  // namespace qodly::rest
