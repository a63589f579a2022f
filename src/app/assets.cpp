#include "app/assets.h"

#include <algorithm>

namespace qodly::app {

const Asset* findAsset(std::string_view path) {
  static const std::vector<Asset> assets = allAssets();
  const auto found = std::ranges::find(assets, path, &Asset::path);
  return found == assets.end() ? nullptr : &*found;
}

}  // namespace qodly::app
