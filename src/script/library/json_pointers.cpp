// A pointer is an object {"$ref": "<path>#<pointer>"}. Every container that can be reached is walked once; a pointer in
// it is replaced by the value it leads to - the value itself, not a copy, so that cycles come out as cycles.
#include "script/library/json_pointers.h"

#include <map>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>

#include "base/text.h"
#include "script/library/charset.h"
#include "script/library/file_access.h"
#include "script/library/file_text.h"
#include "script/library/uri_reference.h"
#include "script/vm/codes.h"
#include "script/vm/process.h"
#include "script/vm/runtime.h"
#include "script/vm/shared.h"
#include "value/json.h"

namespace qodly::script::library {

namespace {

constexpr std::size_t maximumDocuments = 1000;
constexpr std::size_t maximumChain = 64;  // pointers that lead to pointers
constexpr std::size_t maximumFaults = 1000;

// A JSON text that pointers are relative to.
struct Document {
  Value root;
  std::optional<Location> folder;  // where relative paths begin; nullopt without file systems
  std::string path;                // as scripts know it; "" for the object given
};

struct Target {
  Value value;
  const Document* document;
};

// The text of the reference; nullopt when the object is no pointer.
std::optional<std::string> referenceOf(const Value& value) {
  if (!value.isObject()) return std::nullopt;
  const Value reference = value.asObject().get("$ref");
  if (reference.isText()) return std::string(reference.asText());
  const Value other = value.asObject().get("ref");
  if (other.isText() && other.asText().contains('#')) return std::string(other.asText());
  return std::nullopt;
}

class Resolver {
 public:
  Resolver(vm::Process& process, bool merge) : process_(process), merge_(merge) {}

  Result<Value> run(const Value& object, const Value& rootFolder);

 private:
  struct Task {
    Value container;
    const Document* document;
  };

  Result<Value> resolved(const Value& object, const Document& document);
  Result<> walk(const Task& task);
  Result<> replace(const Value& owner, std::size_t index, const Value& value);
  std::optional<Target> follow(const Value& pointer, const Document& document, std::size_t depth);
  std::optional<Target> locate(const std::string& reference, const Document& document, std::size_t depth);
  std::optional<Target> step(const Target& owner, std::string_view token);
  Value merged(const Value& pointer, const Document& own, const Target& target, std::size_t depth);
  Value followed(const Value& value, const Document& document, std::size_t depth);
  const Document* load(const std::string& reference, std::string_view path, const Document& from);
  void enqueue(const Value& value, const Document& document);
  std::nullopt_t fault(int code, std::string message, const std::string& reference, std::string_view path);

  vm::Process& process_;
  bool merge_;
  std::map<std::string, Document> documents_;
  std::vector<Task> open_;
  std::unordered_set<const Container*> walked_;
  std::unordered_map<const Container*, Target> results_;  // of pointers that were followed
  std::vector<Value> held_;                               // pointers in results_, so that their addresses stay theirs
  Value faults_;
};

std::nullopt_t Resolver::fault(int code, std::string message, const std::string& reference, std::string_view path) {
  if (faults_.isUndefined()) faults_ = process_.newCollection();
  if (faults_.asCollection().size() >= maximumFaults) return std::nullopt;
  Value object = process_.newObject();
  object.asObject().set("code", Value::real(code));
  object.asObject().set("message", Value::text(std::move(message)));
  object.asObject().set("pointerURI", Value::text(reference));
  object.asObject().set("referredPath", Value::text(path));
  faults_.asCollection().push(std::move(object));
  return std::nullopt;
}

void Resolver::enqueue(const Value& value, const Document& document) {
  const Container* container = vm::containerOf(value);
  if (container != nullptr && walked_.insert(container).second) open_.push_back({value, &document});
}

const Document* Resolver::load(const std::string& reference, std::string_view path, const Document& from) {
  if (path.empty()) return &from;
  if (path.starts_with("http://") || path.starts_with("https://")) {
    fault(code::outOfRange, "Documents on the network are not read", reference, path);
    return nullptr;
  }
  const auto* systems = process_.runtime().service<FileSystems>();
  if (systems == nullptr || (!path.starts_with('/') && !from.folder)) {
    fault(code::outOfRange, "There is no folder that the path could be found in", reference, path);
    return nullptr;
  }
  const auto place = path.starts_with('/') ? systems->locate(path) : from.folder->resolve(path);
  if (!place) {
    fault(place.error().code(), place.error().message(), reference, path);
    return nullptr;
  }
  const std::string name = place->path();
  if (const auto known = documents_.find(name); known != documents_.end()) return &known->second;
  if (documents_.size() >= maximumDocuments) {
    fault(qodly::code::limitReached, fmt::format("More than {} documents are involved", maximumDocuments), reference,
          name);
    return nullptr;
  }
  const auto content = file::read(*place);
  if (!content) {
    fault(content.error().code(), content.error().message(), reference, name);
    return nullptr;
  }
  json::ParseOptions options;
  options.heap = &process_.heap();
  auto root = json::parse(textOfContent(*content, Charset::utf8(), Breaks::unchanged), options);
  if (!root) {
    fault(root.error().code(), root.error().message(), reference, name);
    return nullptr;
  }
  return &documents_.emplace(name, Document{std::move(*root), place->parent(), name}).first->second;
}

// The member or element that one token names, pointers on the way followed.
std::optional<Target> Resolver::step(const Target& owner, std::string_view token) {
  std::string name;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const bool escape = token[i] == '~' && i + 1 < token.size() && (token[i + 1] == '0' || token[i + 1] == '1');
    name += escape ? (token[++i] == '0' ? '~' : '/') : token[i];
  }
  if (owner.value.isObject()) {
    const Value* member = owner.value.asObject().find(name);
    if (member == nullptr) return std::nullopt;
    return Target{*member, owner.document};
  }
  if (!owner.value.isCollection()) return std::nullopt;
  const auto& elements = owner.value.asCollection().elements();
  const auto index = parseInteger(name);
  const bool wellFormed = index && *index >= 0 && (name == "0" || (name[0] >= '1' && name[0] <= '9'));
  if (!wellFormed || static_cast<std::size_t>(*index) >= elements.size()) return std::nullopt;
  return Target{elements[static_cast<std::size_t>(*index)], owner.document};
}

std::optional<Target> Resolver::locate(const std::string& reference, const Document& document, std::size_t depth) {
  const UriParts parts = splitUri(reference);
  const Document* place = load(reference, parts.document, document);
  if (place == nullptr) return std::nullopt;
  const std::string pointer = percentDecode(parts.fragment);
  Target target{place->root, place};
  if (pointer.empty()) return target;
  const auto lost = [&] {
    return fault(code::indexOutOfRange, "The pointer leads to nothing", reference, place->path);
  };
  if (!pointer.starts_with('/')) return lost();
  for (const std::string_view token : split(std::string_view(pointer).substr(1), '/')) {
    // What stands beside a reference can be named, too; else the way leads through it.
    auto next = step(target, token);
    if (!next && referenceOf(target.value)) {
      auto through = follow(target.value, *target.document, depth + 1);
      if (!through) return std::nullopt;
      next = step(*through, token);
    }
    if (!next) return lost();
    target = std::move(*next);
  }
  return target;
}

// The value behind a pointer, which is none itself; nullopt when it cannot be found (the fault is noted).
std::optional<Target> Resolver::follow(const Value& pointer, const Document& document, std::size_t depth) {
  const Container* identity = vm::containerOf(pointer);
  if (const auto known = results_.find(identity); known != results_.end()) return known->second;
  const std::string reference = referenceOf(pointer).value_or("");
  if (depth > maximumChain) {
    return fault(code::recursion, "The pointers lead to each other in a circle", reference, document.path);
  }
  auto target = locate(reference, document, depth);
  if (!target) return std::nullopt;
  if (referenceOf(target->value)) {
    target = follow(target->value, *target->document, depth + 1);
    if (!target) return std::nullopt;
  }
  held_.push_back(pointer);
  if (merge_ && target->value.isObject()) {
    const Document* from = target->document;
    return Target{merged(pointer, document, *target, depth), from};
  }
  results_.emplace(identity, *target);
  return target;
}

// The target's members and those of the pointer object, which win.
Value Resolver::merged(const Value& pointer, const Document& own, const Target& target, std::size_t depth) {
  Value result = process_.newObject();
  results_.emplace(vm::containerOf(pointer), Target{result, target.document});
  walked_.insert(vm::containerOf(result));  // its members are followed here
  for (const Object::Member& member : target.value.asObject().members()) {
    result.asObject().set(member.name, followed(member.value, *target.document, depth + 1));
  }
  const std::string_view referenceName = pointer.asObject().get("$ref").isText() ? "$ref" : "ref";
  for (const Object::Member& member : pointer.asObject().members()) {
    if (member.name != referenceName) result.asObject().set(member.name, followed(member.value, own, depth + 1));
  }
  return result;
}

// The value, or what it leads to when it is a pointer; what is inside is walked later.
Value Resolver::followed(const Value& value, const Document& document, std::size_t depth) {
  if (referenceOf(value)) {
    const auto target = follow(value, document, depth);
    if (!target) return value;
    enqueue(target->value, *target->document);
    return target->value;
  }
  enqueue(value, document);
  return value;
}

Result<> Resolver::replace(const Value& owner, std::size_t index, const Value& value) {
  if (owner.isObject()) {
    const std::string name = owner.asObject().members()[index].name;
    return process_.setProperty(owner, name, value);
  }
  auto element = vm::valueForContainer(process_, owner.asCollection(), value);
  if (!element) return std::unexpected(element.error());
  auto guard = vm::WriteGuard::take(process_, owner.asCollection());
  if (!guard) return std::unexpected(guard.error());
  owner.asCollection().elements()[index] = std::move(*element);
  return {};
}

Result<> Resolver::walk(const Task& task) {
  const bool object = task.container.isObject();
  const auto size = [&] { return object ? task.container.asObject().size() : task.container.asCollection().size(); };
  for (std::size_t i = 0; i < size(); ++i) {
    const Value value =
        object ? task.container.asObject().members()[i].value : task.container.asCollection().elements()[i];
    if (!value.isObject() && !value.isCollection()) continue;
    const Value result = followed(value, *task.document, 0);
    if (vm::containerOf(result) == vm::containerOf(value)) continue;
    if (auto replaced = replace(task.container, i, result); !replaced) return replaced;
  }
  return process_.checkpoint();
}

// The object with its pointers resolved: itself, or what it leads to when it is a pointer.
Result<Value> Resolver::resolved(const Value& object, const Document& document) {
  Value result = followed(object, document, 0);
  while (!open_.empty()) {
    const Task task = std::move(open_.back());
    open_.pop_back();
    if (auto done = walk(task); !done) return std::unexpected(done.error());
  }
  if (!result.isObject() || &result.asObject() == &object.asObject()) return result;
  auto guard = vm::WriteGuard::take(process_, object.asObject());
  if (!guard) return std::unexpected(guard.error());
  const std::vector<Object::Member> members = result.asObject().members();
  object.asObject().clear();
  for (const Object::Member& member : members) object.asObject().set(member.name, member.value);
  return object;
}

Result<Value> Resolver::run(const Value& object, const Value& rootFolder) {
  Document document{object, std::nullopt, {}};
  const auto* systems = process_.runtime().service<FileSystems>();
  if (systems != nullptr) {
    auto folder = systems->locate(rootFolder.isText() ? rootFolder.asText() : "/RESOURCES");
    if (!folder && rootFolder.isText()) return std::unexpected(folder.error());
    if (folder) document.folder = std::move(*folder);
  }
  auto value = resolved(object, document);
  if (!value) return value;
  Value result = process_.newObject();
  result.asObject().set("success", Value::boolean(faults_.isUndefined()));
  result.asObject().set("value", std::move(*value));
  if (!faults_.isUndefined()) result.asObject().set("errors", std::move(faults_));
  return result;
}

}  // namespace

Result<Value> resolveJsonPointers(vm::Call& call) {
  if (!call.at(0).isObject()) return std::unexpected(call.wrongArgument(0, "an object"));
  const Object* options = call.object(1);
  const Value merge = options != nullptr ? options->get("merge") : Value();
  const Value folder = options != nullptr ? options->get("rootFolder") : Value();
  Resolver resolver(call.process(), merge.type() == Type::boolean && merge.asBoolean());
  return resolver.run(call.at(0), folder);
}

}  // namespace qodly::script::library
