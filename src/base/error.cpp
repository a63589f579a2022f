#include "base/error.h"

#include <fmt/format.h>

namespace qodly {

Error::Error(int code, std::string component, std::string message)
    : detail_(
          std::make_shared<const Detail>(Detail{code, std::move(component), std::move(message), std::nullopt, {}})) {}

Error Error::at(SourcePosition where) const {
  auto changed = std::make_shared<Detail>(*detail_);
  changed->where = std::move(where);
  Error copy = *this;
  copy.detail_ = std::move(changed);
  return copy;
}

Error Error::followedBy(Error consequence) const {
  auto changed = std::make_shared<Detail>(*detail_);
  changed->consequences.push_back(std::move(consequence));
  Error copy = *this;
  copy.detail_ = std::move(changed);
  return copy;
}

std::string Error::text() const {
  if (!where()) return message();
  std::string place = where()->file;
  if (where()->line != 0) place += fmt::format("{}{}", place.empty() ? "line " : ":", where()->line);
  if (where()->column != 0) place += fmt::format(":{}", where()->column);
  return place + ": " + message();
}

}  // namespace qodly
