// The rows of built-in classes, found by name: each class with those it inherits from. Internal to the language.
#pragma once

#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>

#include "script/vm/builtins.h"

namespace qodly::script::vm {

struct NativeTable;

// A function or property as instances of one class have it.
struct NativeMember {
  const NativeTable* table = nullptr;
  std::string_view name;
  const FunctionRow* function = nullptr;
  const Signature* signature = nullptr;
  const PropertyRow* property = nullptr;
  TypeSet propertyType;
  Value value;  // of a function: as `object.name` gives it
};

struct NativeTable {
  const NativeClass* definition = nullptr;
  std::unordered_map<std::string_view, NativeMember> members;
  bool open = false;

  const NativeMember* find(std::string_view name) const {
    const auto found = members.find(name);
    return found == members.end() ? nullptr : &found->second;
  }
};

// Thread-safe. Tables are made on first use and live as long as this.
class NativeTables {
 public:
  explicit NativeTables(const Builtins& builtins);
  void add(const NativeClass& definition) { of(definition); }
  const NativeTable& of(const NativeClass& definition);

  const NativeTable& collection() const { return *collection_; }
  const NativeTable& object() const { return *object_; }
  const NativeTable& blob() const { return *blob_; }
  const NativeTable& function() const { return *function_; }

 private:
  std::unique_ptr<NativeTable> make(const NativeClass& definition) const;
  const Builtins& builtins_;
  std::mutex mutex_;
  std::unordered_map<const NativeClass*, std::unique_ptr<NativeTable>> tables_;
  const NativeTable* collection_;
  const NativeTable* object_;
  const NativeTable* blob_;
  const NativeTable* function_;
};

}  // namespace qodly::script::vm
