#include "http/static_cache.h"

#include <brotli/encode.h>

namespace qodly::http {

std::uint64_t StaticCache::bytesOf(const CachedFile& file) {
  return file.plain->size() + (file.brotli ? file.brotli->size() : 0);
}

void StaticCache::drop(std::list<Entry>::iterator entry) {
  bytes_ -= bytesOf(*entry->second);
  places_.erase(entry->first);
  entries_.erase(entry);
}

std::shared_ptr<const CachedFile> StaticCache::find(const std::string& path, const FilePrint& print) {
  std::lock_guard lock(mutex_);
  const auto place = places_.find(path);
  if (place == places_.end()) return nullptr;
  if (place->second->second->print != print) {
    drop(place->second);
    return nullptr;
  }
  entries_.splice(entries_.begin(), entries_, place->second);
  return place->second->second;
}

void StaticCache::keep(const std::string& path, std::shared_ptr<const CachedFile> file) {
  const std::uint64_t bytes = bytesOf(*file);
  if (bytes > maximum_) return;
  std::lock_guard lock(mutex_);
  if (const auto place = places_.find(path); place != places_.end()) drop(place->second);
  while (bytes_ + bytes > maximum_ && !entries_.empty()) drop(std::prev(entries_.end()));
  bytes_ += bytes;
  entries_.emplace_front(path, std::move(file));
  places_[path] = entries_.begin();
}

void StaticCache::clear() {
  std::lock_guard lock(mutex_);
  entries_.clear();
  places_.clear();
  bytes_ = 0;
}

StaticCacheFigures StaticCache::figures() const {
  std::lock_guard lock(mutex_);
  StaticCacheFigures figures{.bytes = bytes_, .maximum = maximum_, .largest = largestFile, .files = entries_.size()};
  for (const Entry& entry : entries_) figures.filesWithoutPictures += entry.second->isPicture ? 0 : 1;
  return figures;
}

std::shared_ptr<const std::string> brotliOf(std::string_view plain, int quality) {
  auto out = std::make_shared<std::string>(plain.size(), '\0');
  std::size_t size = out->size();
  const bool done = BrotliEncoderCompress(quality, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, plain.size(),
                                          reinterpret_cast<const std::uint8_t*>(plain.data()), &size,
                                          reinterpret_cast<std::uint8_t*>(out->data())) == BROTLI_TRUE;
  if (!done || size >= plain.size()) return nullptr;
  out->resize(size);
  out->shrink_to_fit();
  return out;
}

}  // namespace qodly::http
