#include "script/library/date_commands.h"

#include <array>
#include <chrono>

#include "script/library/date_zone.h"
#include "script/library/format_time.h"

namespace qodly::script::library {

namespace {

using vm::Call;

// Taken when the program starts, so that every call of the command counts from the same moment.
const std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();

Date dateAt(const Call& call, std::size_t index) {
  return call.at(index).type() == Type::date ? call.at(index).asDate() : Date::none();
}

Result<Value> currentDateCommand(Call&) { return Value::date(today()); }

Result<Value> currentTimeCommand(Call&) {
  const Moment now = serverTime(Instant::now());
  return Value::time({now.timeOfDay / 1000 * 1000});
}

Result<Value> addToDateCommand(Call& call) {
  return Value::date(addToDate(dateAt(call, 0), call.integer(1), call.integer(2), call.integer(3)));
}

Result<Value> dayNumberCommand(Call& call) { return Value::integer(dayNumber(dateAt(call, 0))); }
Result<Value> dayOfCommand(Call& call) { return Value::integer(dateAt(call, 0).civil().day); }
Result<Value> monthOfCommand(Call& call) { return Value::integer(dateAt(call, 0).civil().month); }
Result<Value> yearOfCommand(Call& call) { return Value::integer(dateAt(call, 0).civil().year); }

Result<Value> timeStringCommand(Call& call) {
  const Value& time = call.at(0);
  return Value::text(formatTime(time.type() == Type::time ? time.asTime() : Duration{}));
}

Result<Value> timestampCommand(Call&) {
  std::string text;
  appendInstant(Instant::now(), text);
  return Value::text(std::move(text));
}

Result<Value> ticksCommand(Call&) {
  using Ticks = std::chrono::duration<std::int64_t, std::ratio<1, 60>>;
  const auto passed = std::chrono::duration_cast<Ticks>(std::chrono::steady_clock::now() - started);
  return Value::real(static_cast<double>(passed.count()));
}

Result<Value> millisecondsCommand(Call&) {
  const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started);
  // Wraps around like a 32-bit counter.
  return Value::integer(static_cast<std::int32_t>(static_cast<std::uint32_t>(passed.count())));
}

constexpr auto rows = std::to_array<vm::FunctionRow>({
    {"currentDate", "(*?) : date", currentDateCommand, "The date of today on the server."},
    {"currentTime", "(*?) : time", currentTimeCommand, "The time of the day on the server."},
    {"addToDate", "(aDate: date, years: integer, months: integer, days: integer) : date", addToDateCommand,
     "A date moved by years, months and days."},
    {"dayNumber", "(aDate: date) : integer", dayNumberCommand, "The day of the week, 1 (Sunday) to 7 (Saturday)."},
    {"dayOf", "(aDate: date) : integer", dayOfCommand, "The day of the month."},
    {"monthOf", "(aDate: date) : integer", monthOfCommand, "The month, 1 to 12."},
    {"yearOf", "(aDate: date) : integer", yearOfCommand, "The year."},
    {"timeString", "(aTime: time) : string", timeStringCommand, "A time as HH:MM:SS; hours go on past 24."},
    {"timestamp", "() : string", timestampCommand, "The current instant in UTC as yyyy-MM-ddTHH:mm:ss.SSSZ."},
    {"Tickcount", "() : integer", ticksCommand, "Sixtieths of a second since the server started."},
    {"milliseconds", "() : integer", millisecondsCommand, "Milliseconds since the server started."},
});

}  // namespace

std::span<const vm::FunctionRow> dateCommands() { return rows; }

}  // namespace qodly::script::library
