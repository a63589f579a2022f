// The language's library as one thing: all commands, built-in classes and constants. A new part is listed in
// library.cpp.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "script/library/names_4d.h"
#include "script/vm/builtins.h"

namespace qodly::script::library {

class Library final : public vm::Builtins {
 public:
  // With the commands and classes that layers above add. Rows and classes given must live for ever. Aborts with the
  // name of the row when a signature is malformed, or when two rows have one name: mistakes of the program.
  static std::unique_ptr<const vm::Builtins> make(std::span<const vm::FunctionRow> extraCommands = {},
                                                  std::span<const vm::NativeClass* const> extraClasses = {});

  std::span<const vm::Command> commands() const override { return commands_; }
  std::optional<std::uint32_t> command(std::string_view canonical) const override;
  std::optional<Value> constant(std::string_view canonical) const override;
  bool isUnavailable(std::string_view canonical) const override;
  const vm::NativeClass* nativeClass(std::string_view name) const override;
  std::span<const vm::NativeClass* const> nativeClasses() const override { return classes_; }
  const vm::Signature& signature(const vm::FunctionRow& row) const override;
  const vm::NativeClass& collectionClass() const override;
  const vm::NativeClass& objectClass() const override;
  const vm::NativeClass& blobClass() const override;
  const vm::NativeClass& functionClass() const override;
  Value boxedBlob(Value blob) const override;
  const syntax::Names* names() const override { return &builtInNames(); }

 private:
  Library() = default;
  void addCommands(std::span<const vm::FunctionRow> rows);
  void addClass(const vm::NativeClass& definition);
  void addSignature(const vm::FunctionRow& row, std::string_view owner);

  std::vector<vm::Command> commands_;
  std::unordered_map<std::string_view, std::uint32_t> commandPlaces_;
  std::vector<const vm::NativeClass*> classes_;
  std::unordered_map<std::string_view, const vm::NativeClass*> classNames_;
  std::unordered_map<const vm::FunctionRow*, std::unique_ptr<const vm::Signature>> signatures_;
};

}  // namespace qodly::script::library
