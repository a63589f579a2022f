#include "http/body_store.h"

#include <algorithm>

namespace qodly::http {

namespace {
constexpr std::size_t keptCapacity = 256 * 1024;
constexpr std::size_t readableBehind = 64;  // bytes that may be read behind a body
static_assert(FileBytes::slack >= readableBehind);
}  // namespace

void BodyStore::reserve(std::uint64_t bytes) {
  if (bytes <= inMemory) text_.reserve(static_cast<std::size_t>(bytes) + readableBehind);
}

bool BodyStore::append(std::string_view bytes) {
  if (!file_ && text_.size() + bytes.size() <= inMemory) {
    text_.append(bytes);
    return true;
  }
  if (!file_) {
    auto made = FileBytesWriter::open(folder_);
    if (!made || !made->append(text_)) return false;
    file_ = std::move(*made);
    text_ = std::string();
  }
  return file_->append(bytes).has_value();
}

std::optional<std::string_view> BodyStore::finish() {
  if (!file_) {
    text_.reserve(text_.size() + readableBehind);
    return text_;
  }
  auto whole = file_->finish();
  file_.reset();
  if (!whole) return std::nullopt;
  whole_ = std::move(*whole);
  return whole_->view();
}

void BodyStore::clear() {
  file_.reset();
  whole_.reset();
  if (text_.capacity() > keptCapacity) {
    text_ = std::string();
  } else {
    text_.clear();
  }
}

}  // namespace qodly::http
