#include "script/library/option_reader.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "script/library/io_error.h"

namespace qodly::script::library {

Value OptionReader::value(std::string_view name) {
  if (options_.isMissing()) return {};
  auto found = options_.isObject() && !options_.asObject().classLink() && !options_.asObject().group()
                   ? Result<Value>(options_.asObject().get(name))
                   : process_->property(options_, name);
  if (!found) {
    if (!problem_) problem_ = found.error();
    return {};
  }
  return found->isNull() ? Value() : std::move(*found);
}

std::optional<std::string> OptionReader::text(std::string_view name) {
  const Value found = value(name);
  if (found.isUndefined()) return std::nullopt;
  if (found.isText()) return std::string(found.asText());
  refuse(name, "a text");
  return std::nullopt;
}

std::optional<double> OptionReader::number(std::string_view name) {
  const Value found = value(name);
  if (found.isUndefined()) return std::nullopt;
  if (found.isNumber()) return found.asNumber();
  refuse(name, "a number");
  return std::nullopt;
}

std::optional<bool> OptionReader::boolean(std::string_view name) {
  const Value found = value(name);
  if (found.isUndefined()) return std::nullopt;
  if (found.type() == Type::boolean) return found.asBoolean();
  refuse(name, "true or false");
  return std::nullopt;
}

Value OptionReader::object(std::string_view name) {
  Value found = value(name);
  if (!found.isUndefined() && !found.isObject()) {
    refuse(name, "an object");
    return {};
  }
  return found;
}

std::optional<std::string> OptionReader::choice(std::string_view name, std::span<const std::string_view> allowed) {
  auto found = text(name);
  if (found && std::ranges::find(allowed, *found) == allowed.end()) {
    refuse(name, fmt::format("one of \"{}\"", fmt::join(allowed, "\", \"")));
    return std::nullopt;
  }
  return found;
}

void OptionReader::refuse(std::string_view name, std::string_view expected) {
  if (problem_) return;
  problem_ =
      Error(fault::wrongSettings, "host", fmt::format("{}: the option \"{}\" must be {}.", owner_, name, expected));
}

Result<> OptionReader::problem() const {
  if (problem_) return std::unexpected(*problem_);
  return {};
}

}  // namespace qodly::script::library
