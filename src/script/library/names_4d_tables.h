// The rows behind names_4d.h, for the code that attaches implementations to names.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace qodly::script::library {

struct CommandName {
  std::string_view name;   // QodlyScript; "" when it has only the 4D one
  std::string_view fourD;  // several rows may share one QodlyScript name: the first is the one that is written
  std::uint16_t number;    // of the token :C<number>; 0 unknown
};

struct ConstantName {
  std::string_view name;
  std::string_view fourD;
  double number;          // the value, unless `text` is set
  std::string_view text;  // a value that is a text
};

std::span<const CommandName> qodlyScriptCommands();
std::span<const CommandName> fourDCommands();                // run under their 4D name only
std::span<const CommandName> unavailableCommands();          // executing one raises -20027
std::span<const std::string_view> unavailableSingleWords();  // as unavailableCommands(), but no names of the parser
std::span<const ConstantName> constantNames();
std::span<const std::string_view> unavailableConstants();  // 4D names; their value is 0
std::span<const CommandName> desktopCommands();            // as unavailableCommands()
std::span<const std::string_view> desktopConstants();      // as unavailableConstants()

}  // namespace qodly::script::library
