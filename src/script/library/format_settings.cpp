#include "script/library/format_settings.h"

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <memory>
#include <sstream>

#include "script/library/picture_operators.h"
#include "script/library/settings_reader.h"
#include "script/vm/runtime.h"
#include "value/json.h"

namespace qodly::script::library {

namespace {

constexpr std::uintmax_t largestSettings = 1 << 20;

std::string readFile(const std::filesystem::path& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error || size > largestSettings) return {};
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return std::move(text).str();
}

}  // namespace

RegionalSettings readRegionalSettings(std::string_view settingsJson) {
  RegionalSettings settings;
  const auto root = json::parse(settingsJson, {.tolerant = true});
  if (!root || !root->isObject()) return settings;
  const auto text = [&](std::string_view name) {
    const Value value = settingOf(root->asObject(), "regional", name);
    return value.isText() ? std::string(value.asText()) : std::string();
  };
  settings.regional = Regional::of(text("locale"), text("dateOrder"));
  settings.timeZone = text("timeZone");
  return settings;
}

void installServices(vm::Runtime& runtime, const std::filesystem::path& settingsFile) {
  const std::string settings = readFile(settingsFile);
  runtime.setService(std::make_shared<Regional>(readRegionalSettings(settings).regional));
  runtime.setService(std::make_shared<NetworkSettings>(readNetworkSettings(settings, settingsFile.parent_path())));
  runtime.setService<vm::PictureOperators>(std::make_shared<PictureArithmetic>());
}

void setServerTimeZone(const std::filesystem::path& settingsFile) {
  const std::string zone = readRegionalSettings(readFile(settingsFile)).timeZone;
  if (!zone.empty()) {
    setenv("TZ", zone.c_str(), 1);            // NOLINT(concurrency-mt-unsafe): before there are other threads
  } else if (std::getenv("TZ") == nullptr) {  // NOLINT(concurrency-mt-unsafe)
    setenv("TZ", "UTC", 1);                   // NOLINT(concurrency-mt-unsafe)
  }
  tzset();
}

}  // namespace qodly::script::library
