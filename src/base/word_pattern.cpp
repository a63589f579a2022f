// Words of a text by Unicode word boundaries (UAX #29), each as its collation key.
#include <algorithm>
#include <memory>

#include <unicode/ubrk.h>
#include <unicode/utext.h>

#include "base/collation.h"
#include "base/collation_tables.h"

namespace qodly {

namespace {

struct IteratorCloser {
  void operator()(UBreakIterator* iterator) const { ubrk_close(iterator); }
};
struct TextCloser {
  void operator()(UText* text) const { utext_close(text); }
};

// Calls visit(word) for each segment of letters, digits, kana or ideographs, until it returns false.
template <class Visit>
void forEachWord(std::string_view text, Visit visit) {
  static thread_local std::unique_ptr<UBreakIterator, IteratorCloser> iterator;
  static thread_local std::unique_ptr<UText, TextCloser> source;
  UErrorCode status = U_ZERO_ERROR;
  if (!iterator) iterator.reset(ubrk_open(UBRK_WORD, "", nullptr, 0, &status));
  UText* opened = utext_openUTF8(source.get(), text.data(), static_cast<std::int64_t>(text.size()), &status);
  if (source == nullptr) source.reset(opened);
  ubrk_setUText(iterator.get(), source.get(), &status);
  if (U_FAILURE(status)) return;
  std::int32_t from = ubrk_first(iterator.get());
  for (;;) {
    const std::int32_t to = ubrk_next(iterator.get());
    if (to == UBRK_DONE) return;
    if (ubrk_getRuleStatus(iterator.get()) >= UBRK_WORD_NONE_LIMIT &&
        !visit(text.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from)))) {
      return;
    }
    from = to;
  }
}

}  // namespace

WordPattern::WordPattern(const Collation& collation, std::string_view word) : collation_(&collation) {
  if (word.ends_with('@')) {
    prefix_ = true;
    word.remove_suffix(1);
  }
  std::size_t words = 0;
  forEachWord(word, [&](std::string_view segment) {
    key_ = collation.key(segment);
    return ++words < 2;
  });
  if (words != 1) key_.clear();
}

bool WordPattern::matches(std::string_view text) const {
  if (key_.empty()) return false;
  // Finding word boundaries is dear: most texts do not hold the letters at all. Texts that the tables cannot key are
  // not tried, as their weights may contract across boundaries.
  std::string& textKey = scratchKey(0);
  if (collation_->tables().appendFast(text, textKey, SIZE_MAX) && textKey.find(key_) == std::string::npos) return false;
  bool found = false;
  forEachWord(text, [&](std::string_view word) {
    std::string& wordKey = scratchKey(1);
    collation_->appendKey(word, wordKey);
    found = prefix_ ? wordKey.starts_with(key_) : wordKey == key_;
    return !found;
  });
  return found;
}

std::vector<std::string> wordKeys(const Collation& collation, std::string_view text) {
  std::vector<std::string> keys;
  forEachWord(text, [&](std::string_view word) {
    std::string key = collation.key(word);
    if (!key.empty()) keys.push_back(std::move(key));
    return true;
  });
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

}  // namespace qodly
