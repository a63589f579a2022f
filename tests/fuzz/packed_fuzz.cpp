// Packed bytes of any content: nothing is read outside them, and sound bytes survive unpacking and packing again.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "value/packed.h"

namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

void touch(qodly::PackedView view, int depth) {
  (void)view.asBoolean();
  (void)view.asNumber();
  (void)view.asInteger();
  (void)view.asMilliseconds();
  (void)view.asDate();
  (void)std::string(view.asText());
  (void)view.member("name");
  if (depth == 5) return;
  for (std::uint32_t i = 0; i < std::min(view.size(), 64U); ++i) {
    touch(view.element(i), depth + 1);
    const auto [name, value] = view.memberAt(i);
    touch(view.member(name), depth + 1);
    touch(value, depth + 1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const qodly::PackedView view(std::string_view(reinterpret_cast<const char*>(data), size));
  touch(view, 0);
  std::string out;
  view.appendJson(out);
  const qodly::Value value = view.unpack();
  if (!view.isSound()) return 0;
  std::string packed;
  check(qodly::pack(value, packed).has_value());
  const qodly::PackedView again(packed);
  check(again.isSound() && again.unpack().identical(value) == value.identical(value));
  std::string written;
  again.appendJson(written);
  check(written == out);
  return 0;
}
