// Reading and building the values of protocol messages.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "script/intelligence/positions.h"
#include "value/value.h"

namespace qodly::app::lsp {

Value object(std::initializer_list<std::pair<std::string_view, Value>> members);
// A member, or a member of a member ("textDocument.uri"); undefined when it is not there.
Value at(const Value& value, std::string_view path);
std::string textAt(const Value& value, std::string_view path);  // "" when it is no text
std::optional<script::intelligence::EditorPosition> positionAt(const Value& value, std::string_view path);
Value position(script::intelligence::EditorPosition at);
Value range(const script::intelligence::Positions& positions, std::uint32_t begin, std::uint32_t end);

std::string uriOf(const std::filesystem::path& path);
std::filesystem::path pathOf(std::string_view uri);  // "" when it is no file: URI

}  // namespace qodly::app::lsp
