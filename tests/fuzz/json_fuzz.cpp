// JSON text: whatever is accepted must come back unchanged from its own output, in the packed form as well.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "value/json.h"
#include "value/packed.h"

namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

void tryText(std::string_view text, const qodly::json::ParseOptions& options) {
  const auto value = qodly::json::parse(text, options);
  if (!value) {
    check(value.error().where().has_value() && value.error().where()->line > 0);
    return;
  }
  const std::string written = qodly::json::text(*value);
  const auto again = qodly::json::parse(written);
  check(again.has_value());
  check(qodly::json::text(*again) == written);
  const auto pretty = qodly::json::parse(qodly::json::text(*value, {.pretty = true}));
  check(pretty.has_value() && pretty->identical(*again));

  std::string packed;
  check(qodly::pack(*value, packed).has_value());
  const qodly::PackedView view(packed);
  check(view.isSound() && view.unpack().identical(*value));
  std::string fromPacked;
  view.appendJson(fromPacked);
  check(fromPacked == written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  tryText(text, {});
  tryText(text, {.maximumDepth = 64, .tolerant = true});
  return 0;
}
