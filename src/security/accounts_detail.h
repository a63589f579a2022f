// Details of entries of the activity log; for the files of Accounts.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "value/value.h"

namespace qodly::security {

// Members with an empty value are left out.
inline Value detailOf(std::initializer_list<std::pair<std::string_view, std::string>> members) {
  const Ref<Object> detail = Object::make();
  for (const auto& [name, value] : members) {
    if (!value.empty()) detail->set(name, Value::text(value));
  }
  return Value::object(detail);
}

}  // namespace qodly::security
