// State of an import as text.
#include "app/import/import_state.h"

#include <cerrno>
#include <cstring>
#include <fstream>

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/error_codes.h"
#include "base/text.h"
#include "model/catalog_document.h"
#include "model/catalog_reader.h"
#include "value/json.h"

namespace qodly::app {

namespace {

constexpr std::size_t headBytes = 64 * 1024;

Value number(std::uint64_t value) { return Value::integer(static_cast<std::int64_t>(value)); }

std::uint64_t numberIn(const Object& object, std::string_view name) {
  const Value value = object.get(name);
  return value.type() == Type::integer && value.asInteger() >= 0 ? static_cast<std::uint64_t>(value.asInteger()) : 0;
}

std::string textIn(const Object& object, std::string_view name) {
  const Value value = object.get(name);
  return value.isText() ? std::string(value.asText()) : std::string();
}

}  // namespace

Result<ImportedFile> ImportedFile::of(const std::filesystem::path& file) {
  std::error_code error;
  const auto identity = model::FileIdentity::of(file);
  std::ifstream in(file, std::ios::binary);
  if (!identity || !in) {
    return std::unexpected(
        Error(code::fileNotFound, "dbmg", fmt::format("Cannot open \"{}\": {}.", file.string(), std::strerror(errno))));
  }
  std::string head(headBytes, '\0');
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(in.gcount()));
  return ImportedFile{std::filesystem::weakly_canonical(file, error).string(), identity->size, identity->modified,
                      model::derivedUuid(head)};
}

std::string ImportState::toText() const {
  auto object = Object::make();
  object->set("path", Value::text(file.path));
  object->set("size", number(file.size));
  object->set("modified", Value::integer(file.modified));
  object->set("head", Value::text(file.head));
  object->set("settings", Value::text(settings));
  object->set("offset", number(position.offset));
  object->set("line", number(position.line));
  object->set("read", number(read));
  object->set("created", number(created));
  object->set("updated", number(updated));
  object->set("unchanged", number(unchanged));
  object->set("rejected", number(rejected));
  object->set("rejectBytes", number(rejectBytes));
  object->set("logBytes", number(logBytes));
  object->set("finished", Value::boolean(finished));
  return json::text(Value::object(std::move(object)));
}

std::optional<ImportState> ImportState::fromText(std::string_view text) {
  const auto parsed = json::parse(text);
  if (!parsed || !parsed->isObject()) return std::nullopt;
  const Object& object = parsed->asObject();
  ImportState state;
  const Value modified = object.get("modified");
  state.file = {textIn(object, "path"), numberIn(object, "size"),
                modified.type() == Type::integer ? modified.asInteger() : 0, textIn(object, "head")};
  state.settings = textIn(object, "settings");
  state.position = {numberIn(object, "offset"), numberIn(object, "line")};
  state.read = numberIn(object, "read");
  state.created = numberIn(object, "created");
  state.updated = numberIn(object, "updated");
  state.unchanged = numberIn(object, "unchanged");
  state.rejected = numberIn(object, "rejected");
  state.rejectBytes = numberIn(object, "rejectBytes");
  state.logBytes = numberIn(object, "logBytes");
  const Value finished = object.get("finished");
  state.finished = finished.type() == Type::boolean && finished.asBoolean();
  return state;
}

std::string stateName(std::string_view dataClassUuid, std::string_view path) {
  return fmt::format("import/{}/{}", dataClassUuid, model::derivedUuid(path));
}

}  // namespace qodly::app
