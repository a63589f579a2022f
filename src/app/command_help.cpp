// qodly help: the language's commands, classes and constants.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/command_line.h"
#include "app/commands.h"
#include "app/console.h"
#include "app/language.h"
#include "app/reference.h"

namespace qodly::app {

namespace {

constexpr std::size_t mostSuggestions = 20;

int notFound(const script::vm::Builtins& builtins, const std::string& topic) {
  printLine(fmt::format("qodly: There is no command, class or constant '{}'.", topic));
  std::vector<std::string> near = helpTopics(builtins, topic);
  if (near.size() > mostSuggestions) near.resize(mostSuggestions);
  if (!near.empty()) printLine(fmt::format("Names that contain it: {}", fmt::join(near, ", ")));
  return exit_code::notFound;
}

}  // namespace

int runHelp(const HelpOptions& options) {
  const std::unique_ptr<Language> language = Language::alone();
  const script::vm::Builtins& builtins = language->builtins();
  if (options.markdown) {
    fmt::print("{}", referenceMarkdown(builtins));
    return exit_code::done;
  }
  if (options.topic.empty()) {
    fmt::print(
        "qodly help COMMAND        a command of the language: qodly help substring, qodly help Current date\n"
        "qodly help CLASS          a built-in class: qodly help Collection\n"
        "qodly help CLASS.MEMBER   one function or property: qodly help Collection.push\n"
        "qodly help --markdown     everything, as docs/language-reference.md\n"
        "qodly COMMAND --help      the options of a command of this program\n");
    return exit_code::done;
  }
  const std::string topic = fmt::format("{}", fmt::join(options.topic, " "));
  const auto page = helpPage(builtins, topic);
  if (!page) return notFound(builtins, topic);
  fmt::print("{}", *page);
  return exit_code::done;
}

}  // namespace qodly::app
