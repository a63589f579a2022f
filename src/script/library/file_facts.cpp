#include "script/library/file_facts.h"

#include <fmt/format.h>

#include "base/calendar.h"
#include "script/library/io_error.h"

namespace qodly::script::library {

namespace {

constexpr std::int64_t overwriteOption = 4;  // kOverwrite

Result<Breaks> breaksAt(const vm::Call& call, std::size_t index) {
  if (!call.given(index)) return Breaks::native;
  const auto breaks = breaksNumbered(call.integer(index));
  if (breaks) return *breaks;
  return fail(fault::wrongRange, fmt::format("{} is not a break mode: 0 to 4 is expected.", call.integer(index)));
}

Result<Charset> charsetAt(const vm::Call& call, std::size_t index) {
  if (!call.given(index) || (call.at(index).isText() && call.text(index).empty())) return Charset::utf8();
  if (call.at(index).isNumber()) return Charset::numbered(call.integer(index));
  constexpr std::string_view withoutMark = "-no-bom";
  std::string_view name = call.text(index);
  if (name.ends_with(withoutMark)) name.remove_suffix(withoutMark.size());
  return Charset::named(name);
}

}  // namespace

Value dateOf(std::int64_t milliseconds) {
  return Value::date(milliseconds == 0 ? Date::none() : dayOf(Instant{milliseconds}));
}

Value timeOfDay(std::int64_t milliseconds) {
  if (milliseconds == 0) return Value::time(Duration{0});
  const Instant moment{milliseconds};
  const std::int64_t since = moment.ms - startOfDay(dayOf(moment)).ms;
  return Value::time(Duration{since / 1000 * 1000});
}

Result<TextReading> textReading(const vm::Call& call, std::size_t index) {
  auto charset = charsetAt(call, index);
  if (!charset) return std::unexpected(charset.error());
  const auto breaks = breaksAt(call, index + 1);
  if (!breaks) return std::unexpected(breaks.error());
  return TextReading{std::move(*charset), *breaks};
}

Result<TextWriting> textWriting(const vm::Call& call, std::size_t index) {
  const auto breaks = breaksAt(call, index + 1);
  if (!breaks) return std::unexpected(breaks.error());
  if (call.at(index).isNumber()) {
    auto charset = Charset::numbered(call.integer(index));
    if (!charset) return std::unexpected(charset.error());
    return TextWriting{{std::move(*charset), true}, *breaks};
  }
  auto encoding = textEncoding(call.text(index));
  if (!encoding) return std::unexpected(encoding.error());
  return TextWriting{std::move(*encoding), *breaks};
}

Result<CopyArguments> copyArguments(const vm::Call& call) {
  CopyArguments arguments;
  std::size_t option = 2;
  if (call.at(1).isNumber()) {
    option = 1;
  } else if (call.given(1)) {
    arguments.name = call.text(1);
    // An empty name that was passed is a mistake, unlike one left out.
    if (arguments.name.empty()) return fail(fault::wrongPath, "The new name is empty.");
  }
  arguments.overwrite = call.integer(option) == overwriteOption;
  return arguments;
}

}  // namespace qodly::script::library
