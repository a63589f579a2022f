// Tags of pictures as values of the language: a text, a number or date when the variable wants one, a collection of
// several values, an object for a block.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "script/library/picture_metadata.h"
#include "value/value.h"

namespace qodly::script::vm {
class Process;
}

namespace qodly::script::library {

// What `path` names: a tag, a block, or everything for "". `receiver` is what the variable holds now. nullopt when the
// picture has no such tag.
std::optional<Value> tagContents(vm::Process& process, const std::vector<PictureTag>& tags, std::string_view path,
                                 const Value& receiver);

// Adds what setting `path` to `contents` changes; false when the name is of no block or the contents do not fit.
bool addTagChanges(std::string_view path, const Value& contents, std::vector<PictureTag>& changes);

}  // namespace qodly::script::library
