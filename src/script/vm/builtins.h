// Everything the library offers to the machine: commands, built-in classes, constants.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "script/syntax/names.h"
#include "script/vm/native.h"

namespace qodly::script::vm {

// One command with what was read from its row. `index` is its place in Builtins::commands, which is what compiled code
// refers to.
struct Command {
  const FunctionRow* row = nullptr;
  Signature signature;
  std::string_view fourD;    // "" when it has none
  std::uint16_t number = 0;  // 4D token number
};

// Built once by library/library.h, immutable, shared by all runtimes.
class Builtins {
 public:
  virtual ~Builtins() = default;
  virtual std::span<const Command> commands() const = 0;
  virtual std::optional<std::uint32_t> command(std::string_view canonical) const = 0;  // case-sensitive canonical name
  virtual std::optional<Value> constant(std::string_view canonical) const = 0;
  virtual bool isUnavailable(std::string_view canonical) const = 0;         // executing it raises -20027
  virtual const NativeClass* nativeClass(std::string_view name) const = 0;  // "File"; nullptr when unknown
  virtual std::span<const NativeClass* const> nativeClasses() const = 0;
  // The read signature of a row of a command or class; lives as long as this.
  virtual const Signature& signature(const FunctionRow& row) const = 0;
  virtual const NativeClass& collectionClass() const = 0;
  virtual const NativeClass& objectClass() const = 0;
  virtual const NativeClass& blobClass() const = 0;  // functions and properties of blob values
  virtual const NativeClass& functionClass() const = 0;
  // The names that texts may use without declaring them; nullptr when unknown.
  virtual const syntax::Names* names() const { return nullptr; }
  // A scalar blob as a 4D.Blob object, which is how containers keep it.
  virtual Value boxedBlob(Value blob) const { return blob; }
};

}  // namespace qodly::script::vm
