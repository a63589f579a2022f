// Blobs and pictures stored by reference: the path of a file that is read when its content is asked for (orda.md 9.1).
#pragma once

#include "script/library/file_systems.h"
#include "value/value.h"

namespace qodly::script::library {

// Whether the file that `value` refers to is there; true for every value that is no such reference. `systems` may be
// nullptr: then no file is. Safe from every thread, as is the next one.
bool contentExists(const FileSystems* systems, const Value& value);
// A value that holds its bytes. Null when the file is missing, cannot be read, or lies outside the file systems.
Value referencedContent(const FileSystems* systems, Value value);

}  // namespace qodly::script::library
