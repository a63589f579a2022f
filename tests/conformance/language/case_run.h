// Running one case: its sources, and what its probes recorded.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "script/build/project_build.h"
#include "script/syntax/printer.h"
#include "tests/conformance/language/case_file.h"

namespace qodly::conformance {

struct CaseSources {
  script::build::SourceText main;
  std::vector<script::build::SourceText> helpers;  // classes and methods
};

// `file`: below `root`, which its name is relative to.
CaseSources readCase(const std::filesystem::path& file, const std::filesystem::path& root);
script::syntax::Tree parseCase(const CaseSources& sources);
script::syntax::Printed printCase(const script::syntax::Tree& tree, script::syntax::Surface target,
                                  const CaseSources& sources);

struct Outcome {
  bool isError = false;
  std::string value;  // as shown() writes it
  int code = 0;
  std::string message;
  std::uint32_t line = 0;  // of the case; errors only
};

struct CaseResult {
  // By number of the expectation; one behind the last: errors of guarded lines that expect nothing.
  std::vector<std::vector<Outcome>> outcomes;
  std::optional<Outcome> stopped;  // the error that ended the case
};

CaseResult runProbed(const CaseSources& sources, const Probed& probed, std::size_t expectations);

}  // namespace qodly::conformance
