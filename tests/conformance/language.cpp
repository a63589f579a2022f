// Runs the cases of tests/conformance/language (README.md there), each in a process of its own with the whole library.
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "script/syntax/printer.h"
#include "script/syntax/sources.h"
#include "tests/conformance/language/case_file.h"
#include "tests/conformance/language/case_run.h"
#include "tests/conformance/language/shown_value.h"

namespace qodly::conformance {
namespace {

namespace fs = std::filesystem;
namespace syntax = script::syntax;

const fs::path& folder() {
  static const fs::path path = QODLY_SOURCE_DIR "/tests/conformance/language";
  return path;
}

struct Case {
  fs::path file;
  bool twin = false;  // the other surface, printed
};

std::ostream& operator<<(std::ostream& out, const Case& tested) {
  return out << tested.file.lexically_relative(folder()).string() << (tested.twin ? " as .4dm" : "");
}

std::string lineOf(const CaseSources& sources, std::uint32_t line) {
  std::string_view text = sources.main.text;
  for (; line > 1; --line) text.remove_prefix(std::min(text.size(), text.find('\n') + 1));
  return std::string(text.substr(0, text.find('\n')));
}

void fail(const CaseSources& sources, std::uint32_t line, std::string_view what) {
  ADD_FAILURE() << fmt::format("{}:{}: {}\n    {}", sources.main.file, line, what, lineOf(sources, line));
}

std::string wanted(const Expectation& expectation) {
  if (expectation.kind != Expectation::Kind::error) return expectation.text;
  return fmt::format("error {} {}", expectation.code, expectation.text);
}

bool isAsExpected(const Outcome& outcome, const Expectation& expectation) {
  if (expectation.kind != Expectation::Kind::error) return !outcome.isError && matches(outcome.value, expectation.text);
  return outcome.isError && (expectation.code == 0 || outcome.code == expectation.code) &&
         outcome.message.find(expectation.text) != std::string::npos;
}

std::string got(const Outcome& outcome) {
  return outcome.isError ? fmt::format("error {} {}", outcome.code, outcome.message) : outcome.value;
}

void compare(const CaseSources& sources, const CaseFile& file, const CaseResult& result) {
  const auto& expectations = file.expectations();
  for (std::size_t i = 0; i < expectations.size(); ++i) {
    if (result.outcomes[i].empty()) {
      fail(sources, expectations[i].line, "this line was not reached");
      continue;
    }
    for (const Outcome& outcome : result.outcomes[i]) {
      if (isAsExpected(outcome, expectations[i])) continue;
      fail(sources, expectations[i].line, fmt::format("wanted {}, got {}", wanted(expectations[i]), got(outcome)));
      break;
    }
  }
  for (const Outcome& stray : result.outcomes.back()) fail(sources, stray.line, "unexpected " + got(stray));
}

// An error that no line expects ends the case: its line is guarded and the case run again, so that the lines behind it
// are looked at, too.
void runCase(const CaseSources& sources, const CaseFile& file) {
  constexpr std::size_t mostGuarded = 200;
  std::vector<std::uint32_t> guarded;
  for (;;) {
    const Probed probed = file.probed(guarded);
    const CaseResult result = runProbed(sources, probed, file.expectations().size());
    if (!result.stopped || !file.canGuard(result.stopped->line) || guarded.size() == mostGuarded ||
        std::ranges::find(guarded, result.stopped->line) != guarded.end()) {
      if (result.stopped) fail(sources, result.stopped->line, "the case ends here: " + got(*result.stopped));
      return compare(sources, file, result);
    }
    guarded.push_back(result.stopped->line);
  }
}

bool hasOnly4qs(std::string_view text) { return text.find("\n// only 4qs\n") != std::string_view::npos; }

void runSurface(const CaseSources& sources) {
  const syntax::Tree tree = parseCase(sources);
  for (const syntax::Diagnostic& each : tree.diagnostics) {
    if (each.level == syntax::Diagnostic::Level::error) ADD_FAILURE() << syntax::text(each);
  }
  const CaseFile file(tree);
  for (const std::string& problem : file.problems()) ADD_FAILURE() << problem;
  ASSERT_FALSE(file.expectations().empty()) << sources.main.file << " expects nothing";
  runCase(sources, file);
}

class LanguageCases : public testing::TestWithParam<Case> {};

TEST_P(LanguageCases, GiveTheirResults) {
  CaseSources sources = readCase(GetParam().file, folder());
  if (GetParam().twin) {
    const syntax::Tree tree = parseCase(sources);
    const syntax::Printed printed = printCase(tree, syntax::Surface::fourD, sources);
    for (const syntax::Diagnostic& each : printed.losses) ADD_FAILURE() << syntax::text(each);
    sources.main.text = printed.text;
    sources.main.surface = syntax::Surface::fourD;
    sources.main.file += " as .4dm";
  }
  runSurface(sources);
}

std::vector<Case> cases() {
  std::vector<Case> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder())) {
    const fs::path& path = entry.path();
    const auto surface = syntax::surfaceOf(path.filename().string());
    const fs::path in = path.parent_path().filename();
    if (!surface || in == "Methods" || in == "Classes") continue;
    found.push_back({path});
    if (*surface == syntax::Surface::fourD) continue;
    const auto text = syntax::readSource(path);
    if (text && !hasOnly4qs(*text)) found.push_back({path, true});
  }
  std::ranges::sort(found, {}, [](const Case& each) { return std::pair(each.file, each.twin); });
  return found;
}

std::string caseName(const testing::TestParamInfo<Case>& tested) {
  const fs::path& file = tested.param.file;
  std::string name = file.lexically_relative(folder()).replace_extension().string();
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name + (tested.param.twin || file.extension() == ".4dm" ? "_4dm" : "_4qs");
}

INSTANTIATE_TEST_SUITE_P(Language, LanguageCases, testing::ValuesIn(cases()), caseName);

}  // namespace
}  // namespace qodly::conformance
