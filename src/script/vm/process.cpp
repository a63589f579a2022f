#include "script/vm/process.h"

#include <algorithm>
#include <unordered_map>

#include "script/vm/codes.h"
#include "script/vm/machine.h"
#include "script/vm/native_tables.h"
#include "script/vm/process_list.h"
#include "script/vm/program.h"
#include "script/vm/properties.h"
#include "script/vm/waiting.h"

namespace qodly::script::vm {

Process::Process(std::shared_ptr<Runtime> runtime, std::string name, ProcessType type, Limits limits)
    : runtime_(std::move(runtime)),
      name_(std::move(name)),
      type_(type),
      limits_(limits),
      created_(Instant::now()),
      attention_(std::make_unique<Attention>()),
      machine_(std::make_unique<Machine>(*this)) {
  number_ = runtime_->processes().enter(*this);
  beginTask();
}

Process::~Process() {
  runtime_->processes().leave(*this);
  machine_.reset();
  extensions_.clear();
  errors_.clear();
  heap_.collect();
}

void Process::beginTask() {
  deadline_.reset();
  graceUsed_ = false;
  if (limits_.time.count() > 0) deadline_ = std::chrono::steady_clock::now() + limits_.time;
  machine_->beginTask();
}

Result<Value> Process::call(const Value& function, const Value& self, std::span<const Value> arguments) {
  return machine_->call(function, self, arguments);
}

Result<Value> Process::callMethod(std::string_view method, std::span<const Value> arguments) {
  const std::shared_ptr<const Program> program = machine_->program();
  if (const compile::Code* code = program ? program->method(method) : nullptr) {
    return machine_->callCode(*code, nullptr, Value::null(), arguments);
  }
  if (const std::size_t dot = method.find('.'); program && dot != std::string_view::npos) {
    const Value definition = program->classValue(method.substr(0, dot));
    if (!definition.isUndefined()) {
      auto instance = property(definition, "me");
      if (!instance) return instance;
      return machine_->callFunction(*instance, method.substr(dot + 1), arguments);
    }
  }
  return std::unexpected(hostError(code::unknownName, "there is no method " + std::string(method)));
}

Result<Value> Process::callFunction(const Value& receiver, std::string_view name, std::span<const Value> arguments) {
  return machine_->callFunction(receiver, name, arguments);
}

Result<Value> Process::property(const Value& receiver, std::string_view name) {
  return readProperty(*machine_, receiver, name);
}

Result<> Process::setProperty(const Value& receiver, std::string_view name, const Value& value) {
  return writeProperty(*machine_, receiver, name, value);
}

struct Process::Caller::State {
  Process& process;
  Value function;
  Value self;
};

Process::Caller::Caller(Process& process, const Value& function, Value self)
    : state_(std::make_unique<State>(process, function, std::move(self))) {}
Process::Caller::~Caller() = default;

Result<Value> Process::Caller::operator()(std::span<const Value> arguments) {
  return state_->process.machine_->call(state_->function, state_->self, arguments);
}

Result<Value> Process::Caller::operator()(const Value& self, std::span<const Value> arguments) {
  return state_->process.machine_->call(state_->function, self, arguments);
}

// --- Values

Value Process::classOf(const Value& value) {
  if (value.isObject() && value.asObject().classLink()) return Value::handle(value.asObject().classLink());
  if (const Class* definition = userClassOf(*machine_, value)) {
    const std::shared_ptr<const Program> program = machine_->program();
    return handleValue(ClassValue::user(program, *definition));
  }
  const NativeTable* table = nativeTableOf(*machine_, value);
  if (table == nullptr) return Value::null();
  return handleValue(ClassValue::native(*table->definition));
}

namespace {

// Containers copied once each, so that what was one object stays one (cycles included).
class Copier {
 public:
  explicit Copier(Process& process) : process_(process) {}

  Result<Value> copy(const Value& value) {
    switch (value.type()) {
      case Type::object:
        return value.asObject().group() ? value : copyObject(value.asObject());
      case Type::collection:
        return value.asCollection().group() ? value : copyCollection(value.asCollection());
      case Type::handle:
        return copyHandle(value);
      default:
        return value;
    }
  }

 private:
  Result<Value> copyObject(const Object& from) {
    if (const auto known = copies_.find(&from); known != copies_.end()) return known->second;
    if (++depth_ > 500) return tooDeep();
    Ref<Object> made = Object::make();
    made->setClassLink(from.classLink());
    const Value result = Value::object(made);
    copies_.emplace(&from, result);
    made->reserve(from.size());
    for (const Object::Member& member : from.members()) {
      auto value = copy(member.value);
      if (!value) return value;
      made->set(member.name, std::move(*value));
    }
    --depth_;
    return result;
  }

  Result<Value> copyCollection(const Collection& from) {
    if (const auto known = copies_.find(&from); known != copies_.end()) return known->second;
    if (++depth_ > 500) return tooDeep();
    Ref<Collection> made = Collection::make();
    const Value result = Value::collection(made);
    copies_.emplace(&from, result);
    made->elements().reserve(from.size());
    for (const Value& element : from.elements()) {
      auto value = copy(element);
      if (!value) return value;
      made->push(std::move(*value));
    }
    --depth_;
    return result;
  }

  Result<Value> copyHandle(const Value& value) {
    if (const Function* function = Function::from(value)) {
      if (function->captured().empty()) return value;
      std::vector<Value> captured;
      for (const Value& held : function->captured()) {
        auto copied = copy(held);
        if (!copied) return copied;
        captured.push_back(std::move(*copied));
      }
      return handleValue(Function::formula(function->unit(), *function->code(), std::move(captured)));
    }
    Handle& handle = value.asHandle();
    if (handle.kind() == ClassValue::kindName()) return value;
    if (const auto* native = dynamic_cast<const NativeObject*>(&handle); native != nullptr && native->mayBeShared()) {
      return value;
    }
    if (const HandleType* type = process_.runtime().handleType(handle.kind())) {
      if (auto other = type->forOtherProcess(process_, handle)) return std::move(*other);
    }
    return std::unexpected(hostError(code::processMisuse, describeType(value) + " cannot be given to another process"));
  }

  std::unexpected<Error> tooDeep() const {
    return std::unexpected(hostError(code::limitReached, "the value is nested too deeply to be given to a process"));
  }

  Process& process_;
  std::unordered_map<const Container*, Value> copies_;
  int depth_ = 0;
};

}  // namespace

Result<Value> Process::copyForOtherProcess(const Value& value) { return Copier(*this).copy(value); }

Result<> Process::charge(std::size_t bytes) {
  machine_->charge(bytes);
  return machine_->checkMemory(bytes);
}

void Process::throwDeferred(ScriptError error) { machine_->throwDeferred(std::move(error)); }
void Process::raiseAfterStatement(ScriptError error) { machine_->raiseAfterStatement(std::move(error)); }

void Process::logWarning(std::string_view message) {
  if (runtime_->log) runtime_->log(message);
}

void Process::setRealComparisonLevel(double level) {
  if (level >= 0 && level <= 1e-3) realComparisonLevel_ = level;
}

bool Process::isStopping() const { return (attention_->wanted.load() & Attention::stop) != 0; }

void Process::runWhenIdle(std::function<void(Process&)> task) {
  if (idleQueue_) idleQueue_(std::move(task));
}

}  // namespace qodly::script::vm
