// Printing for people.
#include "app/console.h"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "app/commands.h"
#include "base/error_codes.h"
#include "base/text.h"

namespace qodly::app {

void printError(const Error& error) {
  fmt::print(stderr, "qodly: {}\n", error.text());
  for (const Error& consequence : error.consequences()) fmt::print(stderr, "qodly:   {}\n", consequence.text());
}

void printLine(std::string_view line) { fmt::print(stderr, "{}\n", line); }

void printQueryError(const Error& error, std::string_view query) {
  fmt::print(stderr, "qodly: {}\n", error.message());
  const auto& where = error.where();
  if (!where || where->column == 0 || query.empty()) return;
  // One line of the query, with control characters as blanks, so that the caret stands under its character.
  std::string shown(query);
  std::ranges::replace_if(
      shown, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  const std::size_t column = std::min<std::size_t>(where->column - 1, shown.size());
  std::size_t blanks = 0;
  for (std::size_t i = 0; i < column; ++i) blanks += (static_cast<unsigned char>(shown[i]) & 0xC0) != 0x80 ? 1 : 0;
  fmt::print(stderr, "  {}\n  {}^\n", shown, std::string(blanks, ' '));
}

int exitCodeOf(const Error& error) {
  switch (error.code()) {
    case code::dataFileInUse:
      return exit_code::busy;
    case code::dataFileDamaged:
      return exit_code::integrity;
    case code::fileNotFound:
      return exit_code::notFound;
    case code::querySyntax:
    case code::queryUnknownAttribute:
    case code::queryPlaceholderMissing:
    case code::formulaNotAllowed:
      return exit_code::usage;
    default:
      return exit_code::failed;
  }
}

bool isTerminal(int descriptor) { return ::isatty(descriptor) == 1; }

unsigned int terminalWidth(int descriptor) {
  winsize size = {};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

std::string groupedNumber(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (auto place = static_cast<std::ptrdiff_t>(digits.size()) - 3; place > 0; place -= 3) {
    digits.insert(static_cast<std::size_t>(place), 1, ',');
  }
  return digits;
}

std::string readableSize(std::uint64_t bytes) {
  constexpr std::string_view units[] = {"bytes", "KB", "MB", "GB", "TB"};
  auto size = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (size >= 1024 && unit + 1 < std::size(units)) {
    size /= 1024;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} bytes", bytes) : fmt::format("{:.1f} {}", size, units[unit]);
}

Progress::Progress(std::string what, bool quiet)
    : what_(std::move(what)), quiet_(quiet), terminal_(isTerminal(STDERR_FILENO)) {
  if (!terminal_) next_ = start_ + std::chrono::seconds(5);
}

Progress::~Progress() { finish(); }

std::string Progress::line(std::uint64_t items, std::uint64_t position, std::uint64_t total, double seconds) const {
  std::string text = fmt::format("{} {}", groupedNumber(items), what_);
  if (seconds > 0.1) {
    text += fmt::format("  {}/s", groupedNumber(static_cast<std::uint64_t>(static_cast<double>(items) / seconds)));
  }
  if (total == 0 || position == 0) return text;
  const double share = std::min(1.0, static_cast<double>(position) / static_cast<double>(total));
  text += fmt::format("  {:.0f}%", share * 100);
  if (seconds > 1) {
    const auto left = static_cast<std::uint64_t>(seconds / share - seconds + 0.5);
    text += fmt::format("  {}:{:02} left", left / 60, left % 60);
  }
  if (!terminal_) return text;
  constexpr std::size_t width = 24;
  const auto filled = static_cast<std::size_t>(share * width);
  return fmt::format("[{}{}] {}", std::string(filled, '#'), std::string(width - filled, ' '), text);
}

void Progress::update(std::uint64_t items, std::uint64_t position, std::uint64_t total) {
  if (quiet_) return;
  const auto now = Clock::now();
  if (now < next_) return;
  next_ = now + (terminal_ ? std::chrono::milliseconds(200) : std::chrono::milliseconds(5000));
  const double seconds = std::chrono::duration<double>(now - start_).count();
  const std::string text = line(items, position, total, seconds);
  if (terminal_) {
    fmt::print(stderr, "\r\x1b[K{}", text.substr(0, terminalWidth(STDERR_FILENO) - 1));
  } else {
    fmt::print(stderr, "{}\n", text);
  }
  std::fflush(stderr);
  shown_ = true;
}

void Progress::finish() {
  if (shown_ && terminal_) fmt::print(stderr, "\r\x1b[K");
  shown_ = false;
}

}  // namespace qodly::app
