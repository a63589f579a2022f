#include "tests/unit/script/vm_fixture.h"

#include "script/compile/compiler.h"
#include "script/library/class_class.h"
#include "script/library/error_commands.h"
#include "script/library/names_4d.h"
#include "script/library/process_commands.h"
#include "script/library/signal_class.h"
#include "script/syntax/parser.h"
#include "script/vm/class.h"
#include "script/vm/codes.h"
#include "script/vm/environment.h"
#include "script/vm/operators.h"
#include "script/vm/shared.h"
#include "value/json.h"

namespace qodly::script::vm::test {

namespace {

// The machine's own commands and a few that tests need, in place of the whole library.
Result<Value> valueType(Call& call) { return Value::integer(valueTypeCode(call.at(0))); }

Result<Value> length(Call& call) { return Value::integer(static_cast<std::int64_t>(call.at(0).textUnits())); }

Result<Value> divmod(Call& call) {
  call.setOut(2, Value::integer(call.integer(0) % call.integer(1)));
  return Value::integer(call.integer(0) / call.integer(1));
}

Result<Value> sharedObject(Call& call) {
  Value made = newSharedObject();
  for (std::size_t i = 0; i + 1 < call.count(); i += 2) {
    auto value = valueForContainer(call.process(), made.asObject(), call.at(i + 1));
    if (!value) return value;
    made.asObject().set(call.text(i), std::move(*value));
  }
  return made;
}

Result<Value> saveStatus(Call& call) {
  ScriptError error;
  error.code = 4711;
  error.message = "late";
  call.process().raiseAfterStatement(std::move(error));
  return Value::text("status");
}

Result<Value> starred(Call& call) { return Value::boolean(call.star(2)); }

constexpr auto testCommands = std::to_array<FunctionRow>({
    {"valueType", "(value: variant) : integer", &valueType, ""},
    {"length", "(text: string) : integer", &length, ""},
    {"position", "(a: integer, b: integer, out rest: variable) : integer", &divmod, ""},
    {"newSharedObject", "(...pairs: variant) : object", &sharedObject, ""},
    {"logEvent", "() : string", &saveStatus, ""},
    {"replaceString", "(a: string, b?: string, *?) : boolean", &starred, ""},
});

Result<Value> push(Call& call) {
  Collection& self = call.self().asCollection();
  auto guard = WriteGuard::take(call.process(), self, true);
  if (!guard) return std::unexpected(guard.error());
  for (const Value& value : call.from(0)) {
    auto wanted = valueForContainer(call.process(), self, value);
    if (!wanted) return wanted;
    self.push(std::move(*wanted));
  }
  return call.self();
}

Result<Value> map(Call& call) {
  Value result = call.process().newCollection();
  Process::Caller caller(call.process(), call.at(0));
  const std::vector<Value> elements = call.self().asCollection().elements();
  for (const Value& element : elements) {
    Value event = call.process().newObject();
    event.asObject().set("value", element);
    auto value = caller(std::span<const Value>(&event, 1));
    if (!value) return value;
    result.asCollection().push(std::move(*value));
  }
  return result;
}

constexpr auto collectionFunctions = std::to_array<FunctionRow>({
    {"push", "(...values: variant) : collection", &push, ""},
    {"map", "(formula: function) : collection", &map, ""},
});

Result<Value> collectionLength(Call& call) {
  return Value::real(static_cast<double>(call.self().asCollection().size()));
}

constexpr auto collectionProperties = std::to_array<PropertyRow>({
    {"length", "number", &collectionLength, nullptr, ""},
});

Result<Value> callFunction(Call& call) { return call.process().call(call.self(), call.at(0), call.from(1)); }
Result<Value> source(Call& call) { return Value::text(Function::from(call.self())->source()); }

constexpr auto functionFunctions = std::to_array<FunctionRow>({
    {"call", "(self?: variant, ...parameters: variant) : variant", &callFunction, ""},
});
constexpr auto functionProperties = std::to_array<PropertyRow>({{"source", "string", &source, nullptr, ""}});

class FewBuiltins final : public Builtins {
 public:
  FewBuiltins() {
    for (const auto rows : {library::processCommands(), library::errorCommands(), std::span(testCommands).subspan(0)}) {
      for (const FunctionRow& row : rows) {
        places_[row.name] = static_cast<std::uint32_t>(commands_.size());
        commands_.push_back({&row, *readSignature(row.signature), {}, 0});
      }
    }
    for (const NativeClass* each : classes()) {
      for (const FunctionRow& row : each->functions) signatures_.emplace(&row, *readSignature(row.signature));
    }
  }
  std::span<const Command> commands() const override { return commands_; }
  std::optional<std::uint32_t> command(std::string_view canonical) const override {
    const auto found = places_.find(canonical);
    if (found == places_.end()) return std::nullopt;
    return found->second;
  }
  std::optional<Value> constant(std::string_view canonical) const override {
    const auto row = library::constantNamed(canonical);
    if (!row) return std::nullopt;
    return row->text.empty() ? Value::real(row->number) : Value::text(row->text);
  }
  bool isUnavailable(std::string_view canonical) const override { return library::isUnavailableCommand(canonical); }
  const NativeClass* nativeClass(std::string_view name) const override {
    for (const NativeClass* each : classes()) {
      if (each->name == name) return each;
    }
    return nullptr;
  }
  std::span<const NativeClass* const> nativeClasses() const override { return classes(); }
  const Signature& signature(const FunctionRow& row) const override { return signatures_.at(&row); }
  const NativeClass& collectionClass() const override {
    static const NativeClass made{"Collection", "Object", collectionFunctions, collectionProperties, nullptr,
                                  "",           false};
    return made;
  }
  const NativeClass& objectClass() const override {
    static const NativeClass made{"Object", "", {}, {}, nullptr, "", false};
    return made;
  }
  const NativeClass& blobClass() const override {
    static const NativeClass made{"Blob", "Object", {}, {}, nullptr, "", false};
    return made;
  }
  const NativeClass& functionClass() const override {
    static const NativeClass made{"Function", "Object", functionFunctions, functionProperties, nullptr, "", false};
    return made;
  }
  const syntax::Names* names() const override { return &library::builtInNames(); }

 private:
  std::span<const NativeClass* const> classes() const {
    static const std::array<const NativeClass*, 6> all{
        &collectionClass(), &objectClass(),          &blobClass(),
        &functionClass(),   &library::signalClass(), &library::classClass()};
    return all;
  }
  std::vector<Command> commands_;
  std::unordered_map<std::string_view, std::uint32_t> places_;
  std::unordered_map<const FunctionRow*, Signature> signatures_;
};

}  // namespace

const Builtins& builtins() {
  static const FewBuiltins made;
  return made;
}

Application::Application() : runtime_(Runtime::make(builtins())) {
  rebuild();
  newProcess();
}

Application::~Application() {
  runtime_->processes().shutdown();
  process_.reset();
}

void Application::newProcess(Limits limits) {
  process_.reset();
  process_ = std::make_unique<Process>(runtime_, "test", ProcessType::main, limits);
}

void Application::method(std::string name, std::string_view text) { add(std::move(name), false, text); }
void Application::classFile(std::string name, std::string_view text) { add(std::move(name), true, text); }

void Application::add(std::string name, bool isClass, std::string_view text) {
  const bool fourD = name.ends_with(".4dm");
  if (fourD) name.resize(name.size() - 4);
  std::erase_if(sources_, [&](const Source& each) { return each.name == name && each.isClass == isClass; });
  sources_.push_back({std::move(name), isClass, fourD, std::string(text), nullptr});
  rebuild();
}

void Application::rebuild() {
  const auto names = std::make_shared<syntax::NameTable>(&library::builtInNames());
  for (const Source& source : sources_) {
    if (!source.isClass) names->addMethod(source.name);
  }
  const RunningEnvironment environment(builtins(), nullptr);
  std::vector<std::shared_ptr<const compile::Unit>> units;
  for (Source& source : sources_) {
    if (!source.unit) {
      const auto kind = source.isClass ? syntax::UnitKind::classFile : syntax::UnitKind::method;
      const auto surface = source.fourD ? syntax::Surface::fourD : syntax::Surface::qodlyScript;
      const std::string file = source.name + (source.fourD ? ".4dm" : ".4qs");
      const syntax::Tree tree = syntax::parse(kind, file, source.text, surface, *names);
      source.unit = compile::compile(tree, source.name, environment);
    }
    units.push_back(source.unit);
  }
  runtime_->setProgram(Program::make(std::move(units), {}, {}, names));
}

std::string show(const Result<Value>& result) {
  if (!result) return "error " + std::to_string(result.error().code());
  if (result->isUndefined()) return "undefined";
  return json::text(*result);
}

std::string Application::call(std::string_view method, std::vector<Value> arguments) {
  process_->beginTask();
  return show(process_->callMethod(method, arguments));
}

std::string Application::run(std::string_view text) {
  method("main", text);
  return call("main");
}

std::string Application::run4D(std::string_view text) {
  method("main.4dm", text);
  return call("main");
}

}  // namespace qodly::script::vm::test
