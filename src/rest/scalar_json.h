// JSON forms of attribute values (rest.md 7.1), from record bytes and from Values.
#pragma once

#include <span>
#include <string>

#include "rest/attributes_filter.h"
#include "rest/json_out.h"
#include "storage/record.h"
#include "value/convert.h"
#include "value/value.h"

namespace qodly::rest {

// A present field that is stored inside the record under its own type. Not for blobs and pictures.
void appendField(const storage::Field& field, JsonOut& out);
// Any value in its attribute form: dates !!YYYY-MM-DD!!, instants ISO, durations milliseconds; missing ones null.
void appendValue(const Value& value, std::string& out);
// Only the properties asked for, rebuilt as an object; collections element by element.
void appendProperties(PackedView object, std::span<const ObjectFilter> properties, std::string& out);

}  // namespace qodly::rest
