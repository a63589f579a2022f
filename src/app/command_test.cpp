// qodly test: runs the test functions of a project's own classes (docs/language.md, "Testing").
//
// A class whose name ends or begins with "Test" holds tests: its functions whose names begin with "test". Each runs on
// a new instance, in a transaction that is cancelled at its end, between beforeEach() and afterEach() when the class
// has them. A test fails when an error is raised: assert(), throw(), or anything else.
#include <algorithm>
#include <chrono>
#include <fstream>

#include <fmt/format.h>

#include "app/commands.h"
#include "app/console.h"
#include "app/language_console.h"
#include "app/test_run.h"
#include "model/xml_text.h"

namespace qodly::app {

namespace {

void printResult(const TestResult& result, std::string_view previousClass) {
  if (result.className != previousClass) fmt::print("{}\n", result.className);
  fmt::print("  {}  {} ({:.0f} ms)\n", result.failure.empty() ? "ok  " : "FAIL", result.function,
             result.seconds * 1000);
  std::string_view failure = result.failure;
  while (!failure.empty()) {
    const auto end = std::min(failure.find('\n'), failure.size());
    fmt::print("        {}\n", failure.substr(0, end));
    failure.remove_prefix(std::min(end + 1, failure.size()));
  }
  std::fflush(stdout);
}

// Control characters other than line ends and tabs are not allowed in XML.
std::string xmlText(std::string text) {
  std::erase_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t'; });
  return model::escapeAttribute(text);
}

std::string junitReport(const std::vector<TestResult>& results) {
  const auto failed = [](auto first, auto last) {
    return std::count_if(first, last, [](const TestResult& each) { return !each.failure.empty(); });
  };
  std::string out =
      fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"{}\" failures=\"{}\">\n",
                  results.size(), failed(results.begin(), results.end()));
  for (auto first = results.begin(); first != results.end();) {
    const auto last =
        std::find_if(first, results.end(), [&](const TestResult& each) { return each.className != first->className; });
    double seconds = 0;
    for (auto each = first; each != last; ++each) seconds += each->seconds;
    out += fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" time=\"{:.3f}\">\n",
                       xmlText(first->className), last - first, failed(first, last), seconds);
    for (; first != last; ++first) {
      out += fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\"", xmlText(first->className),
                         xmlText(first->function), first->seconds);
      out += first->failure.empty()
                 ? "/>\n"
                 : fmt::format(">\n      <failure message=\"{}\">{}</failure>\n    </testcase>\n",
                               xmlText(first->failure.substr(0, first->failure.find('\n'))), xmlText(first->failure));
    }
    out += "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

bool writeJunit(const std::filesystem::path& file, const std::vector<TestResult>& results) {
  const std::string report = junitReport(results);
  if (file == "-") {
    fmt::print("{}", report);
    return true;
  }
  std::ofstream out(file, std::ios::binary);
  out << report;
  out.close();
  if (!out) printLine(fmt::format("qodly: The report {} cannot be written.", file.string()));
  return static_cast<bool>(out);
}

}  // namespace

int runTest(const TestOptions& options) {
  auto bench = openWorkbench(options.project, options.data, "test", {});
  if (!bench) return bench.error();
  std::vector<TestResult> tests = findTests(*bench->language->runtime()->program(), options.only);
  if (options.list) {
    for (const TestResult& each : tests) fmt::print("{}.{}\n", each.className, each.function);
    return exit_code::done;
  }
  if (tests.empty()) {
    printLine(
        "qodly: No tests found. A test is a function whose name begins with \"test\" in a class whose name begins or "
        "ends with \"Test\".");
    return exit_code::failed;
  }
  const bool text = options.junit != "-";
  std::string_view previous;
  for (TestResult& each : tests) {
    const auto start = std::chrono::steady_clock::now();
    each.failure = runOneTest(*bench, each);
    each.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (text) printResult(each, previous);
    previous = each.className;
  }
  const auto failed = std::ranges::count_if(tests, [](const TestResult& each) { return !each.failure.empty(); });
  if (text) fmt::print("{} tests, {} failed\n", tests.size(), failed);
  const bool written = options.junit.empty() || writeJunit(options.junit, tests);
  return failed > 0 || !written ? exit_code::failed : exit_code::done;
}

}  // namespace qodly::app
