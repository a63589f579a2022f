// Pictures that were converted or scaled, so that a page full of thumbnails costs its work once.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "rest/pictures.h"

namespace qodly::rest {

struct Picture {
  std::shared_ptr<const std::string> bytes;
  PictureFormat format = PictureFormat::unknown;
};

// What is wanted of a stored picture.
struct PictureWish {
  std::string format = "best";  // as $imageformat
  int width = 0, height = 0;    // to lie within, never larger than it is; 0: any

  bool scales() const { return width > 0 || height > 0; }
};
inline constexpr int maximumPictureSide = 4096;

// nullopt: no picture, or one that cannot be converted. `stored` is its bytes.
std::optional<Picture> makePicture(const std::string& stored, const PictureWish& wish);

// Thread-safe. The picture used longest ago goes first. A changed entity has another stamp, and with it another name.
class PictureCache {
 public:
  static constexpr std::size_t maximumBytes = 64ull << 20;

  // The picture of that name; made by `make` when it is not there.
  template <class Make>
  std::optional<Picture> get(const std::string& name, const Make& make) {
    if (auto known = find(name)) return known;
    std::optional<Picture> made = make();
    if (made) store(name, *made);
    return made;
  }

 private:
  struct Entry {
    std::string name;
    Picture picture;
  };
  std::optional<Picture> find(const std::string& name);
  void store(const std::string& name, const Picture& picture);

  std::mutex mutex_;
  std::list<Entry> entries_;  // the one used last in front
  std::unordered_map<std::string, std::list<Entry>::iterator> places_;
  std::size_t bytes_ = 0;
};

}  // namespace qodly::rest
