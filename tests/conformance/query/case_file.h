// Cases of the query language as data: one line a case, so that anybody can add one without C++.
//
//   # comment                          a section or a remark
//   class Boat                         dataclass of the cases that follow (Boat at the start)
//   rest / language                    lexing of REST filters (only exposed attributes) or of the query language
//   within 1 2 3 / everywhere          query a selection of these keys, or the dataclass
//
//   QUERY  <-  [ARGUMENTS]  =>  RESULT
//
// The arguments are JSON and may be left out; the last one is the querySettings when it is a plain object. Values that
// JSON lacks: {"$date":D} {"$instant":I} {"$time":T} {"$undefined":1} {"$nan":1} {"$entity":[CLASS,KEY]}
// {"$selection":[CLASS,[KEY...]]}. A query that begins or ends with a blank is written as `json "..."`.
// The result is one of:
//   1 2 3          keys in creation order; `none`: no entity
//   ordered 3 1    keys in this order
//   error C at P   error code, and position in the query when it matters
//   plan JSON      queryPlan; path JSON: queryPath with every time 0 (both only without indexes)
#pragma once

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "value/json.h"

namespace qodly::conformance {

struct Case {
  std::string place;  // "objects.txt:12"
  std::string query;
  Value arguments;  // collection, or undefined
  std::string dataClass = "Boat";
  bool rest = false;
  std::optional<std::vector<std::int64_t>> within;

  enum class Expected { keys, orderedKeys, error, plan, path } expected = Expected::keys;
  std::vector<std::int64_t> keys;
  int code = 0;
  std::uint32_t position = 0;
  std::string json;
};

inline std::vector<std::int64_t> readKeys(std::string_view text) {
  std::vector<std::int64_t> keys;
  for (const std::string_view word : split(text, ' ')) {
    if (word.empty() || word == "none") continue;
    keys.push_back(parseInteger(word).value());
  }
  return keys;
}

inline Value readJson(std::string_view text, std::string_view place) {
  auto value = json::parse(text);
  if (!value) throw std::runtime_error(std::string(place) + ": " + value.error().text());
  return std::move(*value);
}

inline void readResult(std::string_view text, Case& into) {
  const std::size_t blank = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, blank);
  const std::string_view rest = trim(text.substr(blank));
  if (word == "ordered") {
    into.expected = Case::Expected::orderedKeys;
    into.keys = readKeys(rest);
  } else if (word == "error") {
    into.expected = Case::Expected::error;
    const auto words = split(rest, ' ');
    into.code = static_cast<int>(parseInteger(words.at(0)).value());
    if (words.size() == 3) into.position = static_cast<std::uint32_t>(parseInteger(words.at(2)).value());
  } else if (word == "plan" || word == "path") {
    into.expected = word == "plan" ? Case::Expected::plan : Case::Expected::path;
    into.json = json::text(readJson(rest, into.place));
  } else {
    into.keys = readKeys(text);
  }
}

inline std::vector<Case> readCases(const std::filesystem::path& file) {
  std::vector<Case> cases;
  Case current;
  std::ifstream stream(file);
  std::string line;
  for (int number = 1; std::getline(stream, line); ++number) {
    if (line.empty() || line.starts_with('#')) continue;
    current.place = file.filename().string() + ":" + std::to_string(number);
    if (line == "rest" || line == "language") {
      current.rest = line == "rest";
    } else if (line == "everywhere") {
      current.within.reset();
    } else if (line.starts_with("within ")) {
      current.within = readKeys(line.substr(7));
    } else if (line.starts_with("class ")) {
      current.dataClass = line.substr(6);
    } else {
      const std::size_t arrow = line.rfind("  =>  ");
      if (arrow == std::string::npos) throw std::runtime_error(current.place + ": no result");
      Case next = current;
      std::string left = line.substr(0, arrow);
      if (const std::size_t arguments = left.rfind("  <-  "); arguments != std::string::npos) {
        next.arguments = readJson(left.substr(arguments + 6), next.place);
        left.resize(arguments);
      }
      next.query = left.starts_with("json ") ? std::string(readJson(left.substr(5), next.place).asText()) : left;
      readResult(line.substr(arrow + 6), next);
      cases.push_back(std::move(next));
    }
  }
  return cases;
}

}  // namespace qodly::conformance
