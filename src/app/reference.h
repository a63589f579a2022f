// What `qodly help` and docs/language-reference.md say about commands and built-in classes: made from the library's
// rows.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "script/vm/builtins.h"

namespace qodly::app {

// The page of a command ("substring", "Current date"), class ("Collection", "4D.File"), function or property
// ("Collection.push"), or constant ("kShared"). Case is ignored. nullopt when there is none.
std::optional<std::string> helpPage(const script::vm::Builtins& builtins, std::string_view topic);
// Names that contain the text, for "did you mean".
std::vector<std::string> helpTopics(const script::vm::Builtins& builtins, std::string_view part);
// Everything, as Markdown.
std::string referenceMarkdown(const script::vm::Builtins& builtins);

}  // namespace qodly::app
