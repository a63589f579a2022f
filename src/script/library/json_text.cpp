// Writes without recursion on the C++ stack: what is open is kept in a list.
#include "script/library/json_text.h"

#include <algorithm>
#include <array>
#include <deque>
#include <unordered_set>

#include <fmt/format.h>

#include "base/json_writer.h"
#include "script/library/json_values.h"
#include "script/library/object_members.h"
#include "script/vm/class.h"
#include "script/vm/codes.h"
#include "script/vm/function.h"
#include "script/vm/handle_type.h"
#include "script/vm/runtime.h"
#include "script/vm/shared.h"

namespace qodly::script::library {

namespace {

constexpr std::size_t linearLimit = 32;  // open containers that are searched one by one
constexpr std::size_t stepsBetweenChecks = 65'536;
constexpr std::size_t bytesBetweenChecks = std::size_t{4} << 20U;
constexpr std::size_t longestText = std::size_t{1} << 31U;
constexpr std::size_t mostComputed = 512;  // instances within the results of each other's getters

class JsonWriter {
 public:
  JsonWriter(vm::Process& process, const JsonOptions& options) : process_(process), options_(options) {}

  Result<std::string> write(const Value& value) {
    if (value.type() == Type::time) {
      appendJsonNumber(static_cast<double>(value.asTime().ms) / 1000, out_);
      return std::move(out_);
    }
    if (auto begun = begin(value); !begun) return std::unexpected(begun.error());
    for (std::size_t steps = 1; !open_.empty(); ++steps) {
      if (steps % stepsBetweenChecks == 0 || hasGrown()) {
        if (auto allowed = pause(); !allowed) return std::unexpected(allowed.error());
      }
      if (auto stepped = step(); !stepped) return std::unexpected(stepped.error());
    }
    return std::move(out_);
  }

 private:
  // A container that is being written: a plain one in place, anything else as a list of its members.
  struct Open {
    Value container;
    const Container* identity;
    std::vector<NamedValue> members;  // of what is no plain container
    bool listed = false;
    bool computed = false;  // with results of getters
    bool object = false;
    std::size_t next = 0;
    bool empty = true;
  };

  bool hasGrown() const { return out_.size() - charged_ >= std::max(bytesBetweenChecks, charged_ / 4); }

  // No value holds the text yet, so all of it is asked for again each time.
  Result<> pause() {
    if (auto allowed = process_.checkpoint(); !allowed) return allowed;
    if (!hasGrown()) return {};
    charged_ = out_.size();
    if (charged_ > longestText) {
      return std::unexpected(hostError(code::limitReached, "The JSON text is longer than 2 GB"));
    }
    return process_.charge(charged_);
  }

  // False: the value is none.
  bool writeScalar(const Value& value) {
    switch (value.type()) {
      case Type::undefined:
      case Type::null:
        out_ += "null";
        return true;
      case Type::boolean:
        json::appendBoolean(value.asBoolean(), out_);
        return true;
      case Type::integer:
        json::appendNumber(value.asInteger(), out_);
        return true;
      case Type::real:
        appendJsonNumber(value.asReal(), out_);
        return true;
      case Type::time:
        json::appendNumber(value.asTime().ms, out_);
        return true;
      case Type::text:
        json::appendString(value.asText(), out_);
        return true;
      case Type::date:
        out_ += '"';
        appendDate(value.asDate(), out_);
        out_ += '"';
        return true;
      case Type::instant:
        out_ += '"';
        appendInstant(value.asInstant(), out_);
        out_ += '"';
        return true;
      case Type::blob:
        out_ += R"("[object Blob]")";
        return true;
      case Type::picture:
        out_ += R"("[object Picture]")";
        return true;
      case Type::object:
      case Type::collection:
      case Type::handle:
        break;
    }
    return false;
  }

  Result<> begin(const Value& value) {
    if (writeScalar(value)) return {};
    return value.type() == Type::handle ? beginHandle(value) : open(value);
  }

  Result<> open(const Value& value) {
    const Container* identity = vm::containerOf(value);
    if (isOpen(identity)) {
      return std::unexpected(
          hostError(code::recursion, "An object or collection that contains itself cannot be written as JSON"));
    }
    Open opened{value, identity, {}, false, false, value.isObject()};
    if (identity->group() || (value.isObject() && value.asObject().classLink())) {
      if (auto listed = list(opened); !listed) return listed;
    }
    push(std::move(opened));
    return {};
  }

  // Members as they are now: of a shared container under its guard, of an instance with those that are computed.
  Result<> list(Open& opened) {
    opened.listed = true;
    if (!opened.object) {
      const vm::ReadGuard guard(*opened.identity);
      for (const Value& element : opened.container.asCollection().elements()) opened.members.push_back({{}, element});
      return {};
    }
    auto members = membersOf(process_, opened.container);
    if (!members) return std::unexpected(members.error());
    opened.members = std::move(*members);
    return addComputed(opened);
  }

  Result<> addComputed(Open& opened) {
    const auto& link = opened.container.asObject().classLink();
    const auto* definition = link ? vm::ClassValue::from(Value::handle(link)) : nullptr;
    if (definition == nullptr || definition->user() == nullptr) return {};
    std::vector<std::string> names;
    for (const auto& [name, member] : definition->user()->members) {
      if (member.getter != nullptr) names.push_back(name);
    }
    std::ranges::sort(names);
    opened.computed = !names.empty();
    if (opened.computed && ++computed_ > mostComputed) {
      return std::unexpected(hostError(
          code::limitReached,
          fmt::format(
              "More than {} instances with computed properties lie within each other; the last one is of class {}",
              mostComputed, definition->user()->name)));
    }
    for (std::string& name : names) {
      auto value = process_.property(opened.container, name);
      if (!value) return std::unexpected(value.error());
      if (!value->isUndefined()) opened.members.push_back({std::move(name), std::move(*value)});
    }
    return {};
  }

  Result<> beginHandle(const Value& value) {
    Handle& handle = value.asHandle();
    if (vm::Function::from(value) != nullptr) {
      out_ += R"("[object formula]")";
      return {};
    }
    if (const vm::HandleType* type = process_.runtime().handleType(handle.kind())) {
      auto plain = type->toPlain(process_, handle);
      if (!plain) return std::unexpected(plain.error());
      if (plain->type() != Type::handle) return begin(*plain);
    }
    const auto* native = dynamic_cast<const vm::NativeObject*>(&handle);
    if (native != nullptr) return beginNative(value, *native);
    std::string kind(vm::ClassValue::from(value) != nullptr ? "Class" : handle.kind());
    if (!kind.empty() && kind.front() >= 'a' && kind.front() <= 'z')
      kind.front() = static_cast<char>(kind.front() - 32);
    json::appendString(fmt::format("[object {}]", kind), out_);
    return {};
  }

  Result<> beginNative(const Value& value, const vm::NativeObject& native) {
    constexpr std::array<std::string_view, 2> asObjects{"File", "Folder"};
    if (std::ranges::find(asObjects, native.nativeClass().name) == asObjects.end()) {
      json::appendString(fmt::format("[object {}]", native.nativeClass().name), out_);
      return {};
    }
    Open opened{value, nullptr, {}, true, false, true};
    for (const vm::PropertyRow& row : native.nativeClass().properties) {
      auto member = process_.property(value, row.name);
      if (!member) return std::unexpected(member.error());
      // A folder names its parent as an object: that would go up to the root.
      if (member->type() == Type::handle) continue;
      opened.members.push_back({std::string(row.name), std::move(*member)});
    }
    push(std::move(opened));
    return {};
  }

  void push(Open opened) {
    out_ += opened.object ? '{' : '[';
    if (opened.identity != nullptr) {
      ancestors_.push_back(opened.identity);
      if (ancestors_.size() > linearLimit) deepAncestors_.insert(opened.identity);
    }
    open_.push_back(std::move(opened));
  }

  bool isOpen(const Container* container) const {
    const auto shallow = std::min(ancestors_.size(), linearLimit);
    const auto end = ancestors_.begin() + static_cast<std::ptrdiff_t>(shallow);
    return std::find(ancestors_.begin(), end, container) != end || deepAncestors_.contains(container);
  }

  // Writes members up to the first one that is a container, or closes the innermost open one.
  Result<> step() {
    Open& inner = open_.back();
    if (inner.listed) {
      if (inner.next < inner.members.size()) {
        const NamedValue member = std::move(inner.members[inner.next++]);
        separate(inner);
        if (inner.object) name(member.name);
        return begin(member.value);
      }
    } else if (inner.object) {
      const auto& members = inner.container.asObject().members();
      while (inner.next < members.size()) {
        const Object::Member& member = members[inner.next++];
        if (member.value.isUndefined()) continue;
        separate(inner);
        name(member.name);
        if (!writeScalar(member.value)) return begin(Value(member.value));
        if (hasGrown()) return {};
      }
    } else {
      const auto& elements = inner.container.asCollection().elements();
      while (inner.next < elements.size()) {
        const Value& element = elements[inner.next++];
        separate(inner);
        if (!writeScalar(element)) return begin(Value(element));
        if (inner.next % stepsBetweenChecks == 0 || hasGrown()) return {};
      }
    }
    close();
    return {};
  }

  void name(std::string_view text) {
    json::appendString(text, out_);
    out_ += options_.pretty ? ": " : ":";
  }

  void separate(Open& inner) {
    if (!std::exchange(inner.empty, false)) out_ += ',';
    newLine();
  }

  void close() {
    const Open closed = std::move(open_.back());
    open_.pop_back();
    if (closed.computed) --computed_;
    if (closed.identity != nullptr) {
      if (ancestors_.size() > linearLimit) deepAncestors_.erase(closed.identity);
      ancestors_.pop_back();
    }
    if (!closed.empty) newLine();
    out_ += closed.object ? '}' : ']';
  }

  void newLine() {
    if (!options_.pretty) return;
    out_ += '\n';
    out_.append(open_.size(), '\t');
  }

  vm::Process& process_;
  const JsonOptions& options_;
  std::string out_;
  std::size_t charged_ = 0;
  std::size_t computed_ = 0;  // of the open ones
  std::deque<Open> open_;
  std::vector<const Container*> ancestors_;
  std::unordered_set<const Container*> deepAncestors_;
};

}  // namespace

Result<std::string> jsonText(vm::Process& process, const Value& value, const JsonOptions& options) {
  return JsonWriter(process, options).write(value);
}

}  // namespace qodly::script::library
