#include "rest/picture_cache.h"

#include <algorithm>

#include "base/text.h"

namespace qodly::rest {

namespace {

Picture made(std::string bytes, PictureFormat format) {
  return {.bytes = std::make_shared<const std::string>(std::move(bytes)), .format = format};
}

// The ratio that brings it inside; 1 for one that is inside already.
double ratioOf(const qodly::Bitmap& picture, const PictureWish& wish) {
  double ratio = 1;
  if (wish.width > 0) ratio = std::min(ratio, static_cast<double>(wish.width) / picture.width());
  if (wish.height > 0) ratio = std::min(ratio, static_cast<double>(wish.height) / picture.height());
  return ratio;
}

}  // namespace

std::optional<Picture> makePicture(const std::string& stored, const PictureWish& wish) {
  const PictureFormat format = formatOf(stored);
  const bool best = wish.format.empty() || equalsIgnoringAsciiCase(wish.format, "best");
  const auto target = best ? std::optional(isWebSafe(format) ? format : PictureFormat::png) : formatNamed(wish.format);
  if (!target) return std::nullopt;
  // Drawings scale by themselves.
  if (wish.scales() && *target != PictureFormat::svg) {
    const auto picture = qodly::Bitmap::decode(stored);
    if (!picture || !picture->isSound()) return std::nullopt;
    if (const double ratio = ratioOf(*picture, wish); ratio < 1) {
      const auto smaller = picture->scaled(ratio, ratio);
      auto bytes = smaller ? smaller->encode(*target) : std::nullopt;
      return bytes ? std::optional(made(std::move(*bytes), *target)) : std::nullopt;
    }
  }
  if (*target == format) return made(stored, format);
  auto bytes = convertPicture(stored, *target);
  return bytes ? std::optional(made(std::move(*bytes), *target)) : std::nullopt;
}

std::optional<Picture> PictureCache::find(const std::string& name) {
  std::lock_guard lock(mutex_);
  const auto known = places_.find(name);
  if (known == places_.end()) return std::nullopt;
  entries_.splice(entries_.begin(), entries_, known->second);
  return known->second->picture;
}

void PictureCache::store(const std::string& name, const Picture& picture) {
  if (picture.bytes->size() > maximumBytes / 8) return;
  std::lock_guard lock(mutex_);
  if (places_.contains(name)) return;
  entries_.push_front({.name = name, .picture = picture});
  places_[name] = entries_.begin();
  bytes_ += picture.bytes->size();
  while (bytes_ > maximumBytes) {
    bytes_ -= entries_.back().picture.bytes->size();
    places_.erase(entries_.back().name);
    entries_.pop_back();
  }
}

}  // namespace qodly::rest
