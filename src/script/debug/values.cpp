#include "script/debug/values.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "orda/entity.h"
#include "script/vm/array_value.h"
#include "script/vm/class.h"
#include "script/vm/codes.h"
#include "script/vm/function.h"
#include "script/vm/machine.h"
#include "script/vm/native_tables.h"
#include "script/vm/pointer.h"
#include "script/vm/program.h"
#include "script/vm/properties.h"
#include "script/vm/shared.h"
#include "value/json.h"

namespace qodly::script::debug {

namespace {

constexpr std::size_t mostInPreview = 8;

bool isNamePart(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

bool isName(std::string_view text) {
  return !text.empty() && std::isdigit(static_cast<unsigned char>(text.front())) == 0 &&
         std::ranges::all_of(text, isNamePart);
}

std::string accessOf(std::string_view name) {
  return isName(name) ? fmt::format(".{}", name) : "[" + json::text(Value::text(name)) + "]";
}

// Cut so that no character is torn.
void shorten(std::string& text, std::size_t longest) {
  constexpr std::string_view more = "…";
  if (text.size() <= longest) return;
  std::size_t end = longest - std::min(longest, more.size());
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  text += more;
}

std::string quoted(std::string_view text, std::size_t longest) {
  // Only what may be shown is copied: a text may be very long.
  return json::text(Value::text(text.substr(0, longest + 4)));
}

// Members of an object and elements of a collection, copied while nobody else changes them.
std::vector<Object::Member> membersOf(const Object& object, std::size_t most) {
  const vm::ReadGuard guard(object);
  const auto& members = object.members();
  return {members.begin(), members.begin() + static_cast<std::ptrdiff_t>(std::min(most, members.size()))};
}

std::vector<Value> elementsOf(const Collection& collection, std::size_t start, std::size_t count) {
  const vm::ReadGuard guard(collection);
  const auto& elements = collection.elements();
  const std::size_t begin = std::min(start, elements.size());
  const std::size_t end = begin + std::min(count, elements.size() - begin);
  return {elements.begin() + static_cast<std::ptrdiff_t>(begin), elements.begin() + static_cast<std::ptrdiff_t>(end)};
}

std::string className(vm::Process& process, const Value& value) {
  const Value definition = process.classOf(value);
  const vm::ClassValue* found = vm::ClassValue::from(definition);
  if (found == nullptr) return {};
  return fmt::format("{}.{}", found->user() != nullptr ? "cs" : "4D", found->name());
}

const vm::HandleType* handleTypeOf(vm::Process& process, const Value& value) {
  return value.type() == Type::handle ? process.runtime().handleType(value.asHandle().kind()) : nullptr;
}

std::optional<std::int64_t> lengthOf(vm::Process& process, const Value& value) {
  if (const vm::ArrayValue* array = vm::ArrayValue::from(value)) return array->size() + 1;
  const vm::HandleType* type = handleTypeOf(process, value);
  return type == nullptr ? std::nullopt : type->length(process, value.asHandle());
}

std::string flat(vm::Process& process, const Value& value, std::size_t longest);

std::string previewOf(vm::Process& process, const Object& object, std::size_t longest) {
  std::string out = "{";
  const auto members = membersOf(object, mostInPreview + 1);
  for (std::size_t i = 0; i < members.size() && out.size() < longest; ++i) {
    if (i > 0) out += ", ";
    if (i == mostInPreview) {
      out += "…";
      break;
    }
    out += members[i].name + ": " + flat(process, members[i].value, 40);
  }
  return out + "}";
}

std::string previewOf(vm::Process& process, const Collection& collection, std::size_t longest) {
  std::size_t size = 0;
  {
    const vm::ReadGuard guard(collection);
    size = collection.elements().size();
  }
  std::string out = "[";
  const auto elements = elementsOf(collection, 0, mostInPreview);
  for (std::size_t i = 0; i < elements.size() && out.size() < longest; ++i) {
    if (i > 0) out += ", ";
    out += flat(process, elements[i], 40);
  }
  if (size > mostInPreview) out += fmt::format(", … {} elements", size);
  return out + "]";
}

std::string keyOf(vm::Process& process, const Value& entity) {
  const auto key = process.callFunction(entity, "getKey", {});
  return key && !key->isMissing() ? lineOf(process, *key, 40) : "new";
}

std::string handleLine(vm::Process& process, const Value& value) {
  if (const vm::Function* function = vm::Function::from(value)) {
    const auto end = function->source().find('\n');
    return "formula: " + function->source().substr(0, end);
  }
  if (const vm::ClassValue* definition = vm::ClassValue::from(value)) {
    return fmt::format("class {}.{}", definition->user() != nullptr ? "cs" : "4D", definition->name());
  }
  if (const vm::ArrayValue* array = vm::ArrayValue::from(value)) {
    return fmt::format("array {}, {} elements", vm::arrayKindName(array->elementKind()), array->size());
  }
  if (const vm::Pointer* pointer = vm::Pointer::from(value)) {
    return pointer->name().empty() ? "->" : "->" + pointer->name();
  }
  if (const vm::TableReference* table = vm::TableReference::from(value)) return "[" + table->table() + "]";
  std::string name = className(process, value);
  if (name.empty()) name = value.asHandle().kind();
  if (orda::Entity::from(value) != nullptr) return fmt::format("{} (key {})", name, keyOf(process, value));
  if (const auto length = lengthOf(process, value)) return fmt::format("{} ({})", name, *length);
  return name;
}

// One line without what is inside of containers.
std::string flat(vm::Process& process, const Value& value, std::size_t longest) {
  std::string out;
  switch (value.type()) {
    case Type::object:
      out = value.asObject().classLink() ? className(process, value) : "{…}";
      break;
    case Type::collection:
      out = "[…]";
      break;
    default:
      return lineOf(process, value, longest);
  }
  shorten(out, longest);
  return out;
}

std::optional<std::int64_t> numberIn(std::string_view name) {
  if (name.starts_with('[') && name.ends_with(']')) name = name.substr(1, name.size() - 2);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return number;
}

}  // namespace

std::string lineOf(vm::Process& process, const Value& value, std::size_t longest) {
  std::string out;
  switch (value.type()) {
    case Type::undefined:
      out = "undefined";
      break;
    case Type::text:
      out = quoted(value.asText(), longest);
      break;
    case Type::date:
      out = "!";
      appendDate(value.asDate(), out);
      out += "!";
      break;
    case Type::time:
      out = "?";
      appendDuration(value.asTime(), out);
      out += "?";
      break;
    case Type::blob:
      out = fmt::format("blob, {} bytes", value.asBlob().bytes.size());
      break;
    case Type::picture:
      out = fmt::format("picture, {}{} bytes", value.asBlob().mediaType.empty() ? "" : value.asBlob().mediaType + ", ",
                        value.asBlob().bytes.size());
      break;
    case Type::object: {
      const std::string name = value.asObject().classLink() ? className(process, value) + " " : "";
      out = name + previewOf(process, value.asObject(), longest);
      break;
    }
    case Type::collection:
      out = previewOf(process, value.asCollection(), longest);
      break;
    case Type::handle:
      out = handleLine(process, value);
      break;
    default:
      out = json::text(value);
  }
  shorten(out, longest);
  return out;
}

std::string wholeText(vm::Process& process, const Value& value) {
  if (value.isObject() || value.isCollection()) {
    const auto copied = process.copyForOtherProcess(value);
    return json::text(copied ? *copied : value, {.pretty = true});
  }
  if (value.isText()) return json::text(value);
  return lineOf(process, value, SIZE_MAX);
}

std::string typeOf(vm::Process& process, const Value& value) {
  const bool mayHaveClass = value.type() == Type::handle || (value.isObject() && value.asObject().classLink());
  const std::string defined = mayHaveClass ? className(process, value) : "";
  if (!defined.empty()) return defined;
  if (vm::ArrayValue::from(value) != nullptr) return "array";
  if (value.type() == Type::handle) return value.asHandle().kind();
  return std::string(value.isMarkedTime() ? "time" : name(value.type()));
}

Insides insidesOf(vm::Process& process, const Value& value) {
  switch (value.type()) {
    case Type::object: {
      const vm::Class* definition = vm::userClassOf(process.machine(), value);
      const vm::ReadGuard guard(value.asObject());
      const auto computed = definition != nullptr && definition->hasAccessors ? 1 : 0;
      return {.named = static_cast<std::int64_t>(value.asObject().size()) + computed};
    }
    case Type::collection: {
      const vm::ReadGuard guard(value.asCollection());
      return {.numbered = static_cast<std::int64_t>(value.asCollection().elements().size())};
    }
    case Type::handle: {
      if (const auto length = lengthOf(process, value)) return {.numbered = *length};
      if (vm::Pointer::from(value) != nullptr) return {.named = 1};
      if (const vm::HandleType* type = handleTypeOf(process, value)) {
        const auto keys = type->keys(process, value.asHandle());
        return {.named = keys ? static_cast<std::int64_t>(keys->size()) : 0};
      }
      const vm::NativeTable* table = vm::nativeTableOf(process.machine(), value);
      if (table == nullptr || vm::Function::from(value) != nullptr || vm::ClassValue::from(value) != nullptr) return {};
      return {.named = std::ranges::count_if(table->members,
                                             [](const auto& member) { return member.second.property != nullptr; })};
    }
    default:
      return {};
  }
}

namespace {

void addRead(vm::Process& process, const Value& value, std::string name, std::vector<Inside>& out) {
  Inside inside{.name = name, .access = accessOf(name)};
  auto read = process.property(value, name);
  if (read) {
    inside.value = std::move(*read);
  } else {
    inside.failure = read.error().message();
  }
  out.push_back(std::move(inside));
}

void addLazy(std::string name, std::vector<Inside>& out) {
  out.push_back({.name = name, .access = accessOf(name), .lazy = true});
}

// Computed properties of the class a person wrote: reading one runs code.
void addComputed(vm::Process& process, const Value& value, std::vector<Inside>& out) {
  const vm::Class* definition = vm::userClassOf(process.machine(), value);
  if (definition == nullptr) return;
  std::vector<std::string> names;
  for (const auto& [name, member] : definition->members) {
    const bool known = std::ranges::find(out, name, &Inside::name) != out.end();
    if (member.getter != nullptr && !known) names.push_back(name);
  }
  std::ranges::sort(names);
  for (std::string& name : names) addLazy(std::move(name), out);
}

void addEntity(vm::Process& process, const Value& value, std::vector<Inside>& out) {
  const model::DataClass& definition = orda::Entity::from(value)->dataClass().definition();
  for (const model::Attribute& attribute : definition.attributes) {
    if (attribute.shadowed) continue;
    if (attribute.kind == model::AttributeKind::storage) {
      addRead(process, value, attribute.name, out);
    } else {
      addLazy(attribute.name, out);
    }
  }
}

void addHandle(vm::Process& process, const Value& value, std::vector<Inside>& out) {
  if (const vm::HandleType* type = handleTypeOf(process, value)) {
    for (std::string& name : type->keys(process, value.asHandle()).value_or(std::vector<std::string>())) {
      if (out.size() == mostNamed) return;
      addRead(process, value, std::move(name), out);
    }
    return;
  }
  const vm::NativeTable* table = vm::nativeTableOf(process.machine(), value);
  if (table == nullptr || vm::Function::from(value) != nullptr || vm::ClassValue::from(value) != nullptr) return;
  std::vector<std::string> names;
  for (const auto& [name, member] : table->members) {
    if (member.property != nullptr) names.emplace_back(name);
  }
  std::ranges::sort(names);
  for (std::string& name : names) addRead(process, value, std::move(name), out);
}

}  // namespace

std::vector<Inside> namedInsides(vm::Process& process, const Value& value) {
  std::vector<Inside> out;
  if (value.isObject()) {
    for (Object::Member& member : membersOf(value.asObject(), mostNamed)) {
      std::string access = accessOf(member.name);
      out.push_back({.name = std::move(member.name), .access = std::move(access), .value = std::move(member.value)});
    }
    addComputed(process, value, out);
  } else if (orda::Entity::from(value) != nullptr) {
    addEntity(process, value, out);
  } else if (vm::Pointer::from(value) != nullptr) {
    auto pointed = process.machine().pointed(value);
    out.push_back({.name = "->", .value = pointed ? *pointed : Value()});
  } else if (value.type() == Type::handle && !lengthOf(process, value)) {
    addHandle(process, value, out);
  }
  return out;
}

std::vector<Inside> numberedInsides(vm::Process& process, const Value& value, std::int64_t start, std::int64_t count) {
  std::vector<Inside> out;
  start = std::max<std::int64_t>(start, 0);
  const std::int64_t end = start + std::clamp<std::int64_t>(count, 0, mostNamed);
  const auto add = [&](std::int64_t index, Result<Value> read, bool braces = false) {
    Inside inside{.name = fmt::format("[{}]", index),
                  .access = braces ? fmt::format("{{{}}}", index) : fmt::format("[{}]", index)};
    if (read) {
      inside.value = std::move(*read);
    } else {
      inside.failure = read.error().message();
    }
    out.push_back(std::move(inside));
  };
  if (value.isCollection()) {
    std::int64_t index = start;
    for (Value& element :
         elementsOf(value.asCollection(), static_cast<std::size_t>(start), static_cast<std::size_t>(end - start))) {
      add(index++, std::move(element));
    }
  } else if (const vm::ArrayValue* array = vm::ArrayValue::from(value)) {
    for (std::int64_t i = start; i < std::min(end, array->size() + 1); ++i) add(i, array->read(i), true);
  } else if (const vm::HandleType* type = handleTypeOf(process, value)) {
    const std::int64_t length = type->length(process, value.asHandle()).value_or(0);
    for (std::int64_t i = start; i < std::min(end, length); ++i) add(i, type->element(process, value.asHandle(), i));
  }
  return out;
}

Result<Value> readInside(vm::Process& process, const Value& value, std::string_view name) {
  return process.property(value, name);
}

namespace {

Result<> writeElement(vm::Process& process, const Value& value, std::string_view name, const Value& content) {
  const auto index = numberIn(name);
  if (!index) return std::unexpected(hostError(code::unknownName, fmt::format("there is no element {}", name)));
  if (vm::ArrayValue* array = vm::ArrayValue::from(value)) return array->write(*index, content);
  const auto stored = vm::storeElement(process.machine(), value, Value::integer(*index), content);
  if (!stored) return std::unexpected(stored.error());
  return {};
}

Result<> writeShared(vm::Process& process, const Value& value, std::string_view name, const Value& content) {
  const Container& container = *vm::containerOf(value);
  auto fitting = vm::valueForContainer(process, container, content);
  if (!fitting) return std::unexpected(fitting.error());
  const auto guard = vm::WriteGuard::take(process, container, true);
  if (!guard) return std::unexpected(guard.error());
  if (value.isObject()) {
    value.asObject().set(name, std::move(*fitting));
    return {};
  }
  const auto index = numberIn(name);
  auto& elements = value.asCollection().elements();
  if (!index || *index < 0 || *index >= static_cast<std::int64_t>(elements.size())) {
    return std::unexpected(hostError(code::unknownName, fmt::format("there is no element {}", name)));
  }
  elements[static_cast<std::size_t>(*index)] = std::move(*fitting);
  return {};
}

}  // namespace

Result<> writeInside(vm::Process& process, const Value& value, std::string_view name, const Value& content) {
  if (vm::isShared(value)) return writeShared(process, value, name, content);
  if (value.isCollection() || vm::ArrayValue::from(value) != nullptr) {
    return writeElement(process, value, name, content);
  }
  if (vm::Pointer::from(value) != nullptr) return process.machine().setPointed(value, content);
  return process.setProperty(value, name, content);
}

}  // namespace qodly::script::debug
