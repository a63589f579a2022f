#include "app/session_ends.h"

#include <filesystem>
#include <system_error>

#include "base/text.h"
#include "security/json_members.h"
#include "value/json.h"

namespace qodly::app {

namespace {

constexpr std::string_view prefix = "end-session-";

}  // namespace

Result<> askToEnd(const security::Instance& instance, const SessionEnd& end) {
  const Ref<Object> object = Object::make();
  object->set("id", Value::text(end.id));
  object->set("user", Value::text(end.user));
  const std::string name = std::string(prefix) + lowerAscii(randomHex(8)) + ".json";
  return security::writePrivateFile(instance.folder() / name, json::text(Value::object(object)));
}

std::vector<SessionEnd> takeEnds(const security::Instance& instance) {
  std::vector<SessionEnd> ends;
  std::error_code failed;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(instance.folder(), failed)) {
    const std::filesystem::path& file = entry.path();
    if (file.filename().string().starts_with(prefix) && file.extension() == ".json") files.push_back(file);
  }
  for (const std::filesystem::path& file : files) {
    const auto content = security::readFile(file);
    const auto asked = content ? json::parse(*content) : std::unexpected(content.error());
    if (asked && asked->isObject()) {
      ends.push_back({security::textMember(asked->asObject(), "id"), security::textMember(asked->asObject(), "user")});
    }
    std::filesystem::remove(file, failed);
  }
  return ends;
}

}  // namespace qodly::app
