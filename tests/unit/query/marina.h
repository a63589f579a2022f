// The example model of the query specification, with one attribute of every type and every shape of relation.
#pragma once

#include "model/model.h"

namespace qodly::query::test {

model::Model marina();
std::uint32_t classIndex(const model::Model& model, std::string_view name);

}  // namespace qodly::query::test
