// Reading the properties of an options object that a script passes: plain, shared, or an instance of a class.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "script/vm/process.h"
#include "value/value.h"

namespace qodly::script::library {

// Missing properties, undefined and null count as left out. The first property of the wrong type is remembered and
// given by problem(), so that a constructor reads everything and asks once.
class OptionReader {
 public:
  // owner: "4D.HTTPRequest", for messages. `options` undefined or null: every property is left out.
  OptionReader(vm::Process& process, Value options, std::string_view owner)
      : process_(&process), options_(std::move(options)), owner_(owner) {}

  Value value(std::string_view name);
  std::optional<std::string> text(std::string_view name);
  std::optional<double> number(std::string_view name);
  std::optional<bool> boolean(std::string_view name);
  // An object, or an instance of a class.
  Value object(std::string_view name);
  // A text out of a list.
  std::optional<std::string> choice(std::string_view name, std::span<const std::string_view> allowed);

  // Remembers that `name` is not what was expected.
  void refuse(std::string_view name, std::string_view expected);
  // Error wrongSettings.
  Result<> problem() const;

 private:
  vm::Process* process_;
  Value options_;
  std::string_view owner_;
  std::optional<Error> problem_;
};

}  // namespace qodly::script::library
