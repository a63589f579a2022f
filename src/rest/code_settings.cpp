#include "rest/code_settings.h"

#include <utility>

#include "rest/call.h"
#include "script/vm/runtime.h"

namespace qodly::rest {

const CodeSettings* CodeSettings::of(const Call& call) {
  const auto& runtime = call.services.options.scripts;
  return runtime ? runtime->service<CodeSettings>() : nullptr;
}

void CodeSettings::apply(std::chrono::minutes processTime, const std::string& characterSet) {
  processTime_.store(processTime, std::memory_order_relaxed);
  auto set = Charset::named(characterSet);
  const bool other = set && !set->isUtf8();
  characterSet_.store(other ? std::make_shared<const Charset>(std::move(*set)) : nullptr, std::memory_order_release);
}

std::shared_ptr<const script::library::Charset> characterSetOf(const Call& call) {
  const CodeSettings* settings = CodeSettings::of(call);
  return settings != nullptr ? settings->characterSet() : nullptr;
}

}  // namespace qodly::rest
