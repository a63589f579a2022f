// A property path ("name" or "address.city.zip") as functions of collections take it (classes.md 1.4): one property
// name a level, case-sensitive; a level named `length` on a collection gives its size.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "value/value.h"

namespace qodly::script::library {

// Reads members of values that are no plain objects (entities, instances of classes with getters). After a failure
// `error` holds the first one and every further read gives undefined.
class MemberSource {
 public:
  MemberSource() = default;
  MemberSource(const MemberSource&) = delete;
  MemberSource& operator=(const MemberSource&) = delete;
  virtual ~MemberSource() = default;
  virtual Value member(const Value& owner, std::string_view name) = 0;
  // Whether the owner's members must be asked for here although it is an object.
  virtual bool computes(const Value& owner) const = 0;
  std::optional<Error> error;
};

class PropertyPath {
 public:
  // Error wrongArgument: the path or one of its levels is empty. `source` may be nullptr; it must outlive the path.
  explicit PropertyPath(std::vector<std::string> levels, MemberSource* source = nullptr)
      : levels_(std::move(levels)), source_(source) {}
  static Result<PropertyPath> parse(std::string_view text, MemberSource* source = nullptr);

  // The value that the path leads to from an element; nullptr when the element is no object or a level is missing. It
  // lives in the element or in `scratch`.
  const Value* find(const Value& element, Value& scratch) const;

  // Puts a value at the path, making the objects on the way; a level that holds something else is replaced.
  void store(Object& root, Value value) const;

 private:
  const Value* step(const Value& owner, const std::string& level, Value& scratch) const;

  std::vector<std::string> levels_;
  MemberSource* source_ = nullptr;
};

}  // namespace qodly::script::library
