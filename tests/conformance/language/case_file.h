// One case of tests/conformance/language: a method file whose lines may end with what they are expected to give
// (README.md there). The text that is run is the file's text with probes laid around those lines: calls of the test
// commands testRecord (a value) and testCaught (an error).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "script/syntax/tree.h"

namespace qodly::conformance {

struct Expectation {
  enum class Kind : std::uint8_t { value, type, error };
  Kind kind = Kind::value;
  std::uint32_t line = 0;  // of the file, from 1
  std::string text;        // value: what is behind "expect:"; error: part of the message, "" for any
  int code = 0;            // error; 0 for any
};

// What is run: `text`, and for each of its lines the line of the file that it stands for (index 0: line 1).
struct Probed {
  std::string text;
  std::vector<std::uint32_t> lines;
};

class CaseFile {
 public:
  // `tree`: of the file, parsed with anyExpressionStatement. Problems (expectations at lines that cannot have one) are
  // told by problems().
  explicit CaseFile(const script::syntax::Tree& tree);

  const std::vector<Expectation>& expectations() const { return expectations_; }
  const std::vector<std::string>& problems() const { return problems_; }

  // `guarded`: lines whose statement is wrapped so that its error does not end the case.
  Probed probed(const std::vector<std::uint32_t>& guarded) const;
  // A statement that guarding can wrap ends or stands at that line.
  bool canGuard(std::uint32_t line) const;

 private:
  struct Leaf {  // a statement without statements in it
    const script::syntax::Statement* statement = nullptr;
    std::uint32_t first = 0, last = 0;  // lines
  };
  struct Edit {
    std::size_t at = 0, removed = 0;
    std::string text;
  };

  void collect(script::syntax::Block block);
  void readComments();
  const Leaf* leafAt(std::uint32_t line) const;
  std::string source(const script::syntax::Expression& expression) const;
  std::string target(const script::syntax::Statement& statement) const;
  void probe(const Leaf& leaf, const Expectation* expectation, std::size_t number, bool guard,
             std::vector<Edit>& edits) const;

  const script::syntax::Tree& tree_;
  std::vector<Leaf> leaves_;
  std::vector<Expectation> expectations_;
  std::vector<std::string> problems_;
};

}  // namespace qodly::conformance
