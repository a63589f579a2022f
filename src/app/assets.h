// Files compiled into the executable (welcome page; later the page runtime, Studio and Dashboard).
#pragma once

#include <string_view>
#include <vector>

#include "http/embedded_file.h"

namespace qodly::app {

struct Asset {
  std::string_view path;  // URL path, "/$lib/welcome/welcome.js"
  http::EmbeddedFile file;
};

std::vector<Asset> allAssets();

// nullptr when there is no such file. Thread-safe.
const Asset* findAsset(std::string_view path);

}  // namespace qodly::app
