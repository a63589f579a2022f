#include "script/debug/stop.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "script/vm/codes.h"
#include "script/vm/function.h"
#include "script/vm/machine.h"
#include "script/vm/native_tables.h"
#include "script/vm/program.h"
#include "script/vm/properties.h"

namespace qodly::script::debug {

namespace {

constexpr std::chrono::seconds timeToShow{5};  // for all variables of one list
constexpr std::chrono::seconds timeToEvaluate{10};

std::unexpected<Error> unknownReference() {
  return std::unexpected(hostError(code::unknownName, "The list of variables is no longer known."));
}

std::unexpected<Error> unknownFrame() {
  return std::unexpected(hostError(code::unknownName, "The call is no longer known."));
}

}  // namespace

// --- Jobs

void Stop::post(Job job) {
  std::shared_ptr<vm::Event> called;
  bool late = false;
  {
    const std::lock_guard guard(mutex_);
    late = ended_;
    if (!late) jobs_.push_back(std::move(job));
    called = std::exchange(called_, nullptr);
  }
  if (called) called->set();
  if (late) job(nullptr);
}

void Stop::resume(StepKind step) {
  std::shared_ptr<vm::Event> called;
  {
    const std::lock_guard guard(mutex_);
    if (!resumed_) resumed_ = step;
    called = std::exchange(called_, nullptr);
  }
  if (called) called->set();
}

Result<StepKind> Stop::serve() {
  Result<StepKind> ended = StepKind::none;
  while (true) {
    std::deque<Job> jobs;
    std::shared_ptr<vm::Event> called;
    {
      const std::lock_guard guard(mutex_);
      jobs.swap(jobs_);
      if (jobs.empty() && resumed_) {
        ended = *resumed_;
        ended_ = true;
        break;
      }
      if (jobs.empty()) called_ = called = std::make_shared<vm::Event>();
    }
    for (Job& job : jobs) job(this);
    if (!called) continue;
    if (auto woken = process_.wait(*called, std::nullopt, vm::ProcessState::paused); !woken) {
      ended = std::unexpected(woken.error());
      break;
    }
  }
  std::deque<Job> late;
  {
    const std::lock_guard guard(mutex_);
    ended_ = true;
    called_ = nullptr;
    late.swap(jobs_);
  }
  for (Job& job : late) job(nullptr);
  references_.clear();
  return ended;
}

// --- References

int Stop::keep(Reference reference) {
  constexpr std::size_t most = (std::size_t{1} << referenceBits) - 1;
  if (references_.size() == most) return 0;
  references_.push_back(std::move(reference));
  return (serial_ << referenceBits) | static_cast<int>(references_.size());
}

const Stop::Reference* Stop::find(int reference) const {
  const auto place = static_cast<std::size_t>(reference & ((1 << referenceBits) - 1));
  if (serialOf(reference) != serial_ || place == 0 || place > references_.size()) return nullptr;
  return &references_[place - 1];
}

Variable Stop::shown(std::size_t depth, std::string name, const Value& value, std::string expression) {
  Variable variable{.name = std::move(name),
                    .text = lineOf(process_, value),
                    .type = typeOf(process_, value),
                    .expression = std::move(expression),
                    .insides = insidesOf(process_, value)};
  if (variable.insides.named + variable.insides.numbered > 0) {
    variable.reference =
        keep({.sort = Reference::Sort::value, .depth = depth, .value = value, .expression = variable.expression});
  }
  return variable;
}

Variable Stop::shown(std::size_t depth, const Inside& inside, const Reference& of) {
  const bool reachable = !of.expression.empty() && !inside.access.empty();
  std::string expression = reachable ? of.expression + inside.access : "";
  if (inside.lazy) {
    const int reference = keep({.sort = Reference::Sort::lazy,
                                .depth = depth,
                                .value = of.value,
                                .name = inside.name,
                                .expression = expression});
    return {
        .name = inside.name, .text = "…", .expression = std::move(expression), .reference = reference, .lazy = true};
  }
  if (!inside.failure.empty()) return {.name = inside.name, .text = inside.failure, .type = "error"};
  return shown(depth, inside.name, inside.value, std::move(expression));
}

// --- Variables

int Stop::scope(std::size_t depth, Scope scope, Insides& insides) {
  Reference reference{.sort = Reference::Sort::scope, .depth = depth, .scope = scope};
  const vm::Machine::Aside aside(process_.machine(), timeToShow);
  if (scope == Scope::receiver) {
    reference = {.sort = Reference::Sort::value,
                 .depth = depth,
                 .value = vm::frameAt(process_, depth, true).self,
                 .expression = "this"};
    insides = insidesOf(process_, reference.value);
  } else {
    insides = {.named = static_cast<std::int64_t>(scopeVariables(reference).size())};
  }
  return insides.named + insides.numbered == 0 ? 0 : keep(std::move(reference));
}

std::vector<Variable> Stop::scopeVariables(const Reference& reference) {
  std::vector<Variable> list;
  if (reference.scope == Scope::processVariables) {
    for (const auto& [name, value] : vm::processVariablesOf(process_)) {
      list.push_back(shown(reference.depth, name, value, name));
    }
    return list;
  }
  const bool parameters = reference.scope == Scope::parameters;
  const vm::FrameView frame = vm::frameAt(process_, reference.depth, true);
  for (const vm::FrameView::Local& local : frame.locals) {
    if (local.name.empty() || local.isParameter != parameters) continue;
    list.push_back(shown(reference.depth, local.name, local.value, local.name));
    if (local.type != "variant" && list.back().type == "null") list.back().type = local.type;
  }
  if (parameters) {
    const compile::Code* code = vm::codeAt(process_, reference.depth);
    std::size_t number = code->parameters.size();
    for (const Value& value : vm::extraArgumentsAt(process_, reference.depth)) {
      list.push_back(shown(reference.depth, fmt::format("${}", ++number), value, ""));
    }
  }
  return list;
}

std::vector<Variable> Stop::insidesShown(const Reference& of, Filter filter, std::int64_t start, std::int64_t count) {
  const Reference reference = of;  // the list of references grows
  std::vector<Inside> found;
  if (filter != Filter::numbered) found = namedInsides(process_, reference.value);
  if (filter != Filter::named) {
    const std::int64_t all = insidesOf(process_, reference.value).numbered - start;
    for (Inside& each : numberedInsides(process_, reference.value, start, count > 0 ? count : all)) {
      found.push_back(std::move(each));
    }
  }
  std::vector<Variable> list;
  for (const Inside& each : found) list.push_back(shown(reference.depth, each, reference));
  return list;
}

Result<std::vector<Variable>> Stop::variables(int reference, Filter filter, std::int64_t start, std::int64_t count) {
  const Reference* found = find(reference);
  if (found == nullptr || found->depth >= frameCount()) return unknownReference();
  const vm::Machine::Aside aside(process_.machine(), timeToShow);
  const Reference wanted = *found;
  switch (wanted.sort) {
    case Reference::Sort::scope:
      return scopeVariables(wanted);
    case Reference::Sort::value:
      return insidesShown(wanted, filter, start, count);
    case Reference::Sort::lazy:
      break;
  }
  auto value = readInside(process_, wanted.value, wanted.name);
  if (!value) {
    return std::vector<Variable>{{.name = wanted.name, .text = value.error().message(), .type = "error"}};
  }
  return std::vector<Variable>{shown(wanted.depth, wanted.name, *value, wanted.expression)};
}

Result<Variable> Stop::setVariable(int reference, std::string_view name, std::string_view text) {
  const Reference* found = find(reference);
  if (found == nullptr || found->depth >= frameCount()) return unknownReference();
  const Reference place = *found;
  auto value = vm::evaluateInFrame(process_, place.depth, text, timeToEvaluate);
  if (!value) return std::unexpected(value.error());
  if (place.sort != Reference::Sort::scope) {
    const vm::Machine::Aside aside(process_.machine(), timeToEvaluate);
    if (auto done = writeInside(process_, place.value, name, *value); !done) return std::unexpected(done.error());
    const bool numbered = name.starts_with('[');
    if (numbered) return shown(place.depth, std::string(name), *value, place.expression + std::string(name));
    auto now = readInside(process_, place.value, name);
    return shown(place.depth, std::string(name), now ? *now : *value, place.expression + "." + std::string(name));
  }
  if (place.scope == Scope::processVariables) {
    auto done = process_.machine().setVariable(std::string(name), std::move(*value));
    if (!done) return std::unexpected(done.error());
  } else if (auto done = vm::setVariableInFrame(process_, place.depth, name, std::move(*value)); !done) {
    return std::unexpected(done.error());
  }
  const vm::Machine::Aside aside(process_.machine(), timeToShow);
  for (Variable& each : scopeVariables(place)) {
    if (each.name == name) return std::move(each);
  }
  return unknownReference();
}

// --- Expressions

Result<Variable> Stop::evaluate(std::size_t depth, std::string_view expression) {
  if (depth >= frameCount()) return unknownFrame();
  auto value = vm::evaluateInFrame(process_, depth, expression, timeToEvaluate);
  if (!value) return std::unexpected(value.error());
  const vm::Machine::Aside aside(process_.machine(), timeToShow);
  return shown(depth, std::string(expression), *value, std::string(expression));
}

Result<std::string> Stop::evaluateWhole(std::size_t depth, std::string_view expression) {
  if (depth >= frameCount()) return unknownFrame();
  auto value = vm::evaluateInFrame(process_, depth, expression, timeToEvaluate);
  if (!value) return std::unexpected(value.error());
  const vm::Machine::Aside aside(process_.machine(), timeToShow);
  return wholeText(process_, *value);
}

Result<std::optional<Variable>> Stop::enter(std::size_t depth, std::string_view text) {
  if (depth >= frameCount()) return unknownFrame();
  if (vm::isStatement(process_, depth, text)) {
    if (auto done = vm::runInFrame(process_, depth, text, timeToEvaluate); !done) {
      return std::unexpected(done.error());
    }
    return std::nullopt;
  }
  auto shown = evaluate(depth, text);
  if (!shown) return std::unexpected(shown.error());
  return std::move(*shown);
}

Result<Variable> Stop::setExpression(std::size_t depth, std::string_view target, std::string_view text) {
  if (depth >= frameCount()) return unknownFrame();
  auto value = vm::evaluateInFrame(process_, depth, text, timeToEvaluate);
  if (!value) return std::unexpected(value.error());
  const auto unit = vm::unitAt(process_, depth);
  const bool fourD = unit != nullptr && unit->surface == syntax::Surface::fourD;
  const std::string statement =
      fourD ? fmt::format("{}:=${}", target, vm::givenName) : fmt::format("{} = {}", target, vm::givenName);
  if (auto done = vm::runInFrame(process_, depth, statement, timeToEvaluate, *value); !done) {
    return std::unexpected(done.error());
  }
  return evaluate(depth, target);
}

namespace {

bool isNameByte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

// Names and dots, a `$` in front allowed: "this.lines.length".
bool isPath(std::string_view text) {
  if (text.starts_with('$')) text.remove_prefix(1);
  return !text.empty() && text.front() != '.' && text.back() != '.' &&
         std::ranges::all_of(text, [](char c) { return isNameByte(c) || c == '.'; });
}

}  // namespace

std::optional<Result<Variable>> Stop::look(std::size_t depth, std::string_view path) {
  path = trim(path);
  if (depth >= frameCount() || !isPath(path)) return std::nullopt;
  const std::string_view first = path.substr(0, path.find('.'));
  constexpr auto quiet = std::to_array<std::string_view>({"this", "ds", "cs", "storage"});
  const bool known =
      std::ranges::any_of(quiet, [&](std::string_view each) { return equalsIgnoringAsciiCase(each, first); }) ||
      std::ranges::any_of(vm::frameAt(process_, depth, true).locals,
                          [&](const auto& local) { return local.name == first; }) ||
      std::ranges::any_of(vm::processVariablesOf(process_),
                          [&](const auto& each) { return equalsIgnoringAsciiCase(each.first, first); });
  if (!known) return std::nullopt;
  return evaluate(depth, path);
}

namespace {

void addMembersOf(vm::Process& process, const Value& value, std::vector<std::string>& names) {
  for (const Inside& each : namedInsides(process, value)) names.push_back(each.name);
  if (const vm::Class* definition = vm::userClassOf(process.machine(), value)) {
    for (const auto& [name, member] : definition->members) {
      if (member.function != nullptr) names.push_back(name + "(");
    }
  }
  const vm::NativeTable* table = vm::nativeTableOf(process.machine(), value);
  if (table == nullptr) return;
  for (const auto& [name, member] : table->members) {
    names.push_back(std::string(name) + (member.function != nullptr ? "(" : ""));
  }
}

}  // namespace

std::vector<std::string> Stop::complete(std::size_t depth, std::string_view text) {
  std::vector<std::string> names;
  if (depth >= frameCount()) return names;
  std::size_t begin = text.size();
  while (begin > 0 && (isNameByte(text[begin - 1]) || text[begin - 1] == '.' || text[begin - 1] == '$')) --begin;
  const std::string_view word = text.substr(begin);
  const auto dot = word.rfind('.');
  const std::string_view start = dot == std::string_view::npos ? word : word.substr(dot + 1);
  if (dot == std::string_view::npos) {
    for (const auto& local : vm::frameAt(process_, depth, true).locals) names.push_back(local.name);
    for (const auto& [name, value] : vm::processVariablesOf(process_)) names.push_back(name);
    for (const vm::Command& each : process_.runtime().builtins().commands()) names.emplace_back(each.row->name);
    if (const auto program = process_.machine().program()) {
      for (const std::string_view each : program->methodNames()) names.emplace_back(each);
    }
    for (const char* each : {"this", "null", "true", "false", "cs", "4D"}) names.emplace_back(each);
  } else if (isPath(word.substr(0, dot))) {
    const auto value = vm::evaluateInFrame(process_, depth, word.substr(0, dot), timeToShow);
    const vm::Machine::Aside aside(process_.machine(), timeToShow);
    if (value) addMembersOf(process_, *value, names);
  }
  std::erase_if(names, [&](const std::string& name) {
    return name.size() < start.size() ||
           !equalsIgnoringAsciiCase(std::string_view(name).substr(0, start.size()), start);
  });
  std::ranges::sort(names);
  const auto twice = std::ranges::unique(names);
  names.erase(twice.begin(), twice.end());
  return names;
}

}  // namespace qodly::script::debug
