// What the Language Server Protocol says in JSON: places, ranges, addresses of files.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "app/protocol_json.h"
#include "script/intelligence/positions.h"
#include "value/value.h"

namespace qodly::app::lsp {

using protocol::at;
using protocol::object;
using protocol::textAt;
std::optional<script::intelligence::EditorPosition> positionAt(const Value& value, std::string_view path);
Value position(script::intelligence::EditorPosition at);
Value range(const script::intelligence::Positions& positions, std::uint32_t begin, std::uint32_t end);

std::string uriOf(const std::filesystem::path& path);
std::filesystem::path pathOf(std::string_view uri);  // "" when it is no file: URI

}  // namespace qodly::app::lsp
