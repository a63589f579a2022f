#include "app/typed_secret.h"

#include <cstdio>
#include <iostream>
#include <iterator>
#include <string>

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include "app/console.h"
#include "base/error_codes.h"
#include "security/instance.h"

namespace qodly::app {

namespace {

constexpr std::size_t longest = 64 * 1024;

// What is typed stays invisible while this lives.
class Unseen {
 public:
  Unseen() {
    if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0;
  }
  ~Unseen() {
    if (changed_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;

 private:
  termios before_{};
  bool changed_ = false;
};

std::string readLine(std::string_view prompt) {
  fmt::print(stderr, "{}: ", prompt);
  std::string line;
  {
    const Unseen unseen;
    std::getline(std::cin, line);
  }
  fmt::print(stderr, "\n");
  return line;
}

std::string readInput() {
  std::string text;
  for (int c = std::cin.get(); c != std::char_traits<char>::eof() && text.size() <= longest; c = std::cin.get()) {
    text += static_cast<char>(c);
  }
  return text;
}

}  // namespace

Result<std::string> readTypedSecret(const std::filesystem::path& file, std::string_view prompt) {
  std::string text;
  if (!file.empty()) {
    auto content = security::readFile(file);
    if (!content) return content;
    text = std::move(*content);
  } else {
    text = isTerminal(STDIN_FILENO) ? readLine(prompt) : readInput();
  }
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  if (text.empty()) return std::unexpected(Error(code::wrongArgument, "host", "Nothing came: a text is expected."));
  if (text.size() > longest) {
    return std::unexpected(Error(code::wrongArgument, "host", "The text is longer than 64 KiB."));
  }
  return text;
}

}  // namespace qodly::app
