// Two texts, divided at the first line end: every way of comparing them must agree with their keys.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/collation.h"
#include "base/collation_tables.h"

namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

void tryLocale(const qodly::Collation& collation, std::string_view left, std::string_view right) {
  const std::string leftKey = collation.key(left);
  const std::string rightKey = collation.key(right);
  check(collation.compare(left, right) == (leftKey.compare(rightKey) <=> 0));
  check(collation.equals(left, right) == (leftKey == rightKey));

  std::string fast;
  if (collation.tables().appendFast(left, fast, SIZE_MAX)) {
    std::string slow;
    collation.tables().appendSlow(left, slow, SIZE_MAX);
    check(fast == slow && fast == leftKey);
  }
  std::string cut;
  const bool complete = collation.appendKey(left, cut, 24);
  check(leftKey.starts_with(cut) && cut.size() <= 24 && complete == (cut.size() == leftKey.size()));

  check(qodly::TextPattern(collation, right, false).matches(left) == (leftKey == rightKey));
  check(qodly::TextPattern(collation, right, false).order(left) == (leftKey.compare(rightKey) <=> 0));
  if (right.find('@') == std::string_view::npos) {
    const std::string value(right);
    check(qodly::TextPattern(collation, value + "@", true).matches(left) == leftKey.starts_with(rightKey));
    check(qodly::TextPattern(collation, "@" + value, true).matches(left) == leftKey.ends_with(rightKey));
    if (!right.empty()) {
      const bool contained = leftKey.find(rightKey) != std::string::npos;
      check(qodly::TextPattern(collation, "@" + value + "@", true).matches(left) == contained);
    }
  } else {
    (void)qodly::TextPattern(collation, right, true).matches(left);
  }
  (void)qodly::WordPattern(collation, right).matches(left);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto english = qodly::Collation::forLocale("en");
  static const auto czech = qodly::Collation::forLocale("cs");
  static const auto swedish = qodly::Collation::forLocale("sv");
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t lineEnd = std::min(text.find('\n'), text.size());
  const std::string_view left = text.substr(0, lineEnd);
  const std::string_view right = text.substr(std::min(lineEnd + 1, text.size()));
  for (const auto* collation : {english.get(), czech.get(), swedish.get()}) tryLocale(*collation, left, right);
  return 0;
}
