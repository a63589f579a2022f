#include "script/library/property_path.h"

#include <fmt/format.h>

#include "base/error_codes.h"
#include "base/text.h"

namespace qodly::script::library {

Result<PropertyPath> PropertyPath::parse(std::string_view text, MemberSource* source) {
  std::vector<std::string> levels;
  for (const std::string_view level : split(text, '.')) {
    if (level.empty()) {
      return std::unexpected(
          Error(code::wrongArgument, "host",
                fmt::format("\"{}\" is not a property path: expected names separated by dots, such as \"a.b\"", text)));
    }
    levels.emplace_back(level);
  }
  return PropertyPath(std::move(levels), source);
}

const Value* PropertyPath::step(const Value& owner, const std::string& level, Value& scratch) const {
  const bool plain = owner.isObject() && (source_ == nullptr || !source_->computes(owner));
  if (plain) return owner.asObject().find(level);
  if (owner.isCollection()) {
    if (level != "length") return nullptr;
    scratch = Value::integer(static_cast<std::int64_t>(owner.asCollection().size()));
    return &scratch;
  }
  if (source_ == nullptr || (!owner.isObject() && owner.type() != Type::handle)) return nullptr;
  // The owner may live in `scratch`: it is kept until its member is read.
  Value read = source_->member(owner, level);
  scratch = std::move(read);
  return scratch.isUndefined() ? nullptr : &scratch;
}

const Value* PropertyPath::find(const Value& element, Value& scratch) const {
  const Value* value = &element;
  for (const std::string& level : levels_) {
    value = step(*value, level, scratch);
    if (value == nullptr) return nullptr;
  }
  return value;
}

void PropertyPath::store(Object& root, Value value) const {
  Object* object = &root;
  for (std::size_t i = 0; i + 1 < levels_.size(); ++i) {
    const Value* inner = object->find(levels_[i]);
    if (inner == nullptr || !inner->isObject()) {
      object->set(levels_[i], Value::object(Object::make()));
      inner = object->find(levels_[i]);
    }
    object = &inner->asObject();
  }
  object->set(levels_.back(), std::move(value));
}

}  // namespace qodly::script::library
