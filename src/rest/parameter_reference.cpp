#include "rest/parameter_reference.h"

#include <fmt/format.h>

#include "rest/parameters.h"

namespace qodly::rest {

std::string parameterReference() {
  std::string text = "| Parameter | Applies to | Meaning |\n|---|---|---|\n";
  for (const ParameterDefinition& definition : parameterTable()) {
    text += fmt::format("| `{}`", definition.name);
    for (const std::string_view synonym : definition.synonyms) text += fmt::format(", `{}`", synonym);
    text += fmt::format(" | {} | {} |\n", definition.appliesTo, definition.documentation);
  }
  return text;
}

}  // namespace qodly::rest
