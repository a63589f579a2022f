#include "pages/file_cache.h"

#include <fstream>
#include <sstream>
#include <system_error>

#include "value/json.h"

namespace qodly::pages {

namespace {

constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";

std::shared_ptr<const JsonFile> load(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return nullptr;
  std::ostringstream bytes;
  bytes << in.rdbuf();
  auto content = std::make_shared<JsonFile>();
  content->text = std::move(bytes).str();
  if (content->text.starts_with(byteOrderMark)) content->text.erase(0, byteOrderMark.size());
  auto parsed = json::parse(content->text, {.maximumDepth = 512, .tolerant = true});
  if (parsed) {
    content->value = std::move(*parsed);
    publish(content->value);
  } else {
    content->problem = parsed.error().text();
  }
  return content;
}

}  // namespace

std::shared_ptr<const JsonFile> FileCache::read(const std::filesystem::path& file) {
  std::error_code failed;
  const auto written = std::filesystem::last_write_time(file, failed);
  if (failed) return nullptr;
  const auto size = std::filesystem::file_size(file, failed);
  if (failed || size > maximumSize) return nullptr;
  {
    std::lock_guard lock(mutex_);
    const auto found = known_.find(file.native());
    if (found != known_.end() && found->second.written == written && found->second.size == size) {
      return found->second.content;
    }
  }
  auto content = load(file);
  std::lock_guard lock(mutex_);
  if (known_.size() >= maximumFiles) known_.clear();
  known_[file.native()] = {written, size, content};
  return content;
}

}  // namespace qodly::pages
