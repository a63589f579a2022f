#include "app/project_handlers.h"

#include <fstream>
#include <sstream>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "base/text.h"
#include "value/json.h"

namespace qodly::app {

namespace {

constexpr std::size_t maximumFile = 4u << 20;

}  // namespace

ProjectHandlers::ProjectHandlers(const std::filesystem::path& sources, std::function<void(std::string_view)> tell)
    : file_(sources / "HTTPHandlers.json"),
      tell_(std::move(tell)),
      table_(std::make_shared<const rest::HandlerTable>()) {
  std::lock_guard lock(mutex_);
  version_ = onDisk();
  if (version_) read();
}

std::shared_ptr<const rest::HandlerTable> ProjectHandlers::table() {
  const auto found = onDisk();
  std::lock_guard lock(mutex_);
  if (found != version_) {
    version_ = found;
    read();
    if (tell_) tell_("The changed HTTPHandlers.json is in force.");
  }
  return table_;
}

std::optional<ProjectHandlers::Version> ProjectHandlers::onDisk() const {
  std::error_code failed;
  const auto changed = std::filesystem::last_write_time(file_, failed);
  if (failed) return std::nullopt;
  const auto size = std::filesystem::file_size(file_, failed);
  return failed ? std::nullopt : std::optional(Version{changed, size});
}

void ProjectHandlers::read() {
  if (!version_) {
    table_ = std::make_shared<const rest::HandlerTable>();
    return;
  }
  if (version_->size > maximumFile) {
    if (tell_) tell_(fmt::format("HTTPHandlers.json is larger than {} bytes: it is not read.", maximumFile));
    table_ = std::make_shared<const rest::HandlerTable>();
    return;
  }
  std::ostringstream content;
  content << std::ifstream(file_, std::ios::binary).rdbuf();
  table_ = std::make_shared<const rest::HandlerTable>(rest::HandlerTable::read(content.view()));
  if (!tell_) return;
  for (const std::string& problem : table_->problems()) tell_(problem);
}

bool isPublishedOnWeb(const std::filesystem::path& file) {
  constexpr std::string_view mark = "//%attributes";
  std::ifstream in(file, std::ios::binary);
  std::string head(4096, '\0');
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(in.gcount()));
  std::string_view line(head);
  if (line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
  line = line.substr(0, line.find_first_of("\r\n"));
  if (!line.starts_with(mark) || !line.contains('{')) return false;
  const auto attributes = json::parse(trim(line.substr(line.find('{'))), {.tolerant = true});
  if (!attributes || !attributes->isObject()) return false;
  const Value published = attributes->asObject().get("publishedWeb");
  return published.type() == Type::boolean && published.asBoolean();
}

}  // namespace qodly::app
