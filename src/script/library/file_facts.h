// What the rows of File, Folder and their zip counterparts have in common.
#pragma once

#include <cstdint>

#include "script/library/charset.h"
#include "script/library/file_text.h"
#include "script/vm/native.h"

namespace qodly::script::library {

// Day and time of day of a moment in the server's time zone; 0: the null date and 00:00:00.
Value dateOf(std::int64_t milliseconds);
Value timeOfDay(std::int64_t milliseconds);

// The arguments of getText(): charset (name or number) at `index`, break mode behind it.
struct TextReading {
  Charset charset = Charset::utf8();
  Breaks breaks = Breaks::native;
};
Result<TextReading> textReading(const vm::Call& call, std::size_t index);
// The same for setText().
struct TextWriting {
  TextEncoding encoding;
  Breaks breaks = Breaks::native;
};
Result<TextWriting> textWriting(const vm::Call& call, std::size_t index);

// The arguments of copyTo() behind the folder: a name, an overwrite option, or both.
struct CopyArguments {
  std::string_view name;
  bool overwrite = false;
};
Result<CopyArguments> copyArguments(const vm::Call& call);

}  // namespace qodly::script::library
