// What toObject and toCollection put into their objects (orda.md 12.7): filter paths turned into a tree once, then
// applied to one entity with its unsaved values, or to many records in passes over whole sets.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "orda/entity.h"

namespace qodly::orda {

struct Projection {
  struct Part {
    std::string name;
    std::uint32_t attribute = model::noIndex;
    bool whole = false;                            // storage: the value itself, not only some properties
    std::vector<std::vector<std::string>> inside;  // properties of an object attribute
    std::unique_ptr<Projection> child;             // relations: content of the related entities; null = simple form
  };
  std::vector<Part> parts;

  // No filter, "" and "*": the default content.
  static Projection of(const model::Model& model, std::uint32_t dataClass, std::span<const std::string> filter);
};

// Objects of the records, in their order; undefined for records that do not exist.
std::vector<Value> project(const DataClass& dataClass, std::span<const RecordNumber> numbers,
                           const Projection& projection, ToObjectOptions options);
// Object of one entity, unsaved values included.
Value project(Entity& entity, const Projection& projection, ToObjectOptions options);

// The pieces that both share: a storage value narrowed to the wanted properties, `{__KEY}`, `__KEY` and `__STAMP` of an
// object, and entities or selections as objects (`child` null: simple form).
Value narrowed(const Projection::Part& part, const Value& value);
Value simpleForm(Value key);
void addSystemMembers(Object& object, ToObjectOptions options, const Value& key, std::uint32_t stamp);
Value projectHandle(const Value& value, const Projection* child, ToObjectOptions options);

}  // namespace qodly::orda
