#include "tests/unit/script/compile_fixture.h"

#include <array>
#include <map>
#include <sstream>

#include "script/compile/verify.h"
#include "script/library/names_4d.h"

namespace qodly::script::compile::test {

namespace {

vm::Parameter parameter(std::string name, vm::Passing passing = vm::Passing::in, bool optional = false) {
  vm::Parameter made;
  made.name = std::move(name);
  made.type.any = true;
  made.passing = passing;
  made.optional = optional;
  return made;
}

class FewCommands final : public Environment {
 public:
  FewCommands() {
    add("length", {parameter("text")});
    add("position", {parameter("pattern"), parameter("text"), parameter("start", vm::Passing::in, true),
                     parameter("found", vm::Passing::out, true)});
    add("assert", {parameter("test"), parameter("message", vm::Passing::in, true)});
    add("valueType", {parameter("value")});
    add("ARRAY TEXT", {parameter("array", vm::Passing::inout), parameter("size")});
    add("ds", {});
  }

  std::optional<std::uint32_t> command(std::string_view canonical) const override {
    for (std::uint32_t i = 0; i < names_.size(); ++i) {
      if (names_[i] == canonical) return i;
    }
    return std::nullopt;
  }
  const vm::Signature& commandSignature(std::uint32_t index) const override { return signatures_.at(index); }
  bool isUnavailable(std::string_view canonical) const override { return canonical == "ALERT"; }
  std::optional<Value> constant(std::string_view canonical) const override {
    if (canonical == "kNumber") return Value::integer(1);
    if (canonical == "kTab") return Value::text("\t");
    return std::nullopt;
  }
  DeclaredType processVariable(std::string_view, bool) const override { return {}; }

 private:
  void add(std::string name, std::vector<vm::Parameter> parameters) {
    vm::Signature signature;
    for (const vm::Parameter& each : parameters) signature.mandatory += each.optional ? 0 : 1;
    signature.parameters = std::move(parameters);
    names_.push_back(std::move(name));
    signatures_.push_back(std::move(signature));
  }
  std::vector<std::string> names_;
  std::vector<vm::Signature> signatures_;
};

}  // namespace

std::shared_ptr<const Unit> verified(std::shared_ptr<const Unit> unit) {
  for (const Code& each : unit->codes) EXPECT_EQ(verify(each), "");
  return unit;
}

const Environment& environment() {
  static const FewCommands made;
  return made;
}

std::shared_ptr<const Unit> compileMethod(std::string_view text, syntax::Surface surface) {
  const syntax::Tree tree = syntax::test::method(text, surface);
  EXPECT_EQ(syntax::test::found(tree), "") << text;
  return verified(compile(tree, "m", environment()));
}

std::shared_ptr<const Unit> compileClass(std::string_view text) {
  return verified(compile(syntax::test::classOf(text), "C", environment()));
}

std::string listing(const Code& code) {
  std::map<std::string, std::size_t> lineOf;  // place of an instruction -> its line
  std::vector<std::string> lines;
  std::istringstream in(disassemble(code));
  for (std::string line; std::getline(in, line);) {
    std::istringstream parts(line);
    std::string place;
    std::string word;
    std::string made;
    parts >> place;
    lineOf[place] = lines.size();
    while (parts >> word) made += (made.empty() ? "" : " ") + word;
    lines.push_back(made);
  }
  lineOf[std::to_string(code.words.size())] = lines.size();
  std::string all;
  for (std::string& each : lines) {
    if (const auto arrow = each.find("-> "); arrow != std::string::npos) {
      each = each.substr(0, arrow + 3) + std::to_string(lineOf.at(each.substr(arrow + 3)));
    }
    all += each + "\n";
  }
  return all;
}

std::string listing(std::string_view text, syntax::Surface surface) {
  return listing(*compileMethod(text, surface)->main);
}

}  // namespace qodly::script::compile::test
