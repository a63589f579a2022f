#include "app/assets.h"

#include <algorithm>

namespace qodly::app {

const Asset* findAsset(std::string_view path) {
  static const std::vector<Asset> assets = [] {
    std::vector<Asset> all = allAssets();
    for (Asset& asset : all) asset.file.etag = http::validatorOf(asset.file.bytes);
    return all;
  }();
  const auto found = std::ranges::find(assets, path, &Asset::path);
  return found == assets.end() ? nullptr : &*found;
}

}  // namespace qodly::app
