#include "script/library/file_content.h"

#include "script/library/file_access.h"

namespace qodly::script::library {

namespace {

bool isReference(const Value& value) {
  return (value.type() == Type::picture || value.type() == Type::blob) && !value.asBlob().path.empty();
}

}  // namespace

bool contentExists(const FileSystems* systems, const Value& value) {
  if (!isReference(value)) return true;
  if (systems == nullptr) return false;
  const auto place = systems->locate(value.asBlob().path);
  return place && file::stateOf(*place).kind == file::Kind::file;
}

Value referencedContent(const FileSystems* systems, Value value) {
  if (!isReference(value)) return value;
  if (!contentExists(systems, value)) return Value::null();
  const auto place = systems->locate(value.asBlob().path);
  if (!place) return Value::null();
  const auto bytes = file::read(*place);
  if (!bytes) return Value::null();
  return value.type() == Type::picture ? Value::picture(*bytes) : Value::blob(*bytes);
}

}  // namespace qodly::script::library
