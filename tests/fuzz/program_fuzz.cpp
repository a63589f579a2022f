// Random well-formed programs, run with tight limits: whatever they do, they end with a value or an error that scripts
// can catch. The input's bytes choose among the productions of a grammar, so that mutating them changes the program.
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "script/build/project_build.h"
#include "script/library/library.h"
#include "script/library/names_4d.h"
#include "script/vm/process.h"
#include "script/vm/process_list.h"
#include "script/vm/program.h"
#include "script/vm/runtime.h"

namespace {

namespace syntax = qodly::script::syntax;
namespace vm = qodly::script::vm;
namespace build = qodly::script::build;

constexpr vm::Limits limits{
    .time = std::chrono::milliseconds(60), .memory = std::size_t{32} << 20, .depth = 200, .nativeDepth = 20};
constexpr std::size_t longestProgram = 20'000;

// Bytes as decisions; zero when they are used up, so that every program ends.
class Choices {
 public:
  explicit Choices(std::string_view bytes) : bytes_(bytes) {}
  std::size_t below(std::size_t limit) {
    if (at_ == bytes_.size()) return 0;
    return static_cast<std::uint8_t>(bytes_[at_++]) % limit;
  }
  bool used() const { return at_ == bytes_.size(); }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

constexpr auto variables = std::to_array<std::string_view>({"n", "i", "s", "b", "o", "c", "v", "w", "d", "t", "f"});
constexpr auto binaryOperators =
    std::to_array<std::string_view>({"+",  "-",  "*",  "/",  "\\", "%", "^",  "&", "|",  "^|", "<<", ">>",
                                     "?+", "?-", "??", "==", "!=", "<", "<=", ">", ">=", "&&", "||"});
constexpr auto literals = std::to_array<std::string_view>(
    {"0",          "1",           "-1",         "2.5",  "3000000000", "1e300", "0x80000000", "\"\"",
     "\"a\"",      "\"Élan 12\"", "\"a@\"",     "true", "false",      "null",  "undefined",  "!2025-01-31!",
     "!00-00-00!", "?01:02:03?",  "?00:00:00?", "{}",   "[]"});
constexpr auto members = std::to_array<std::string_view>({"a", "b", "length", "me", "value", "f"});
constexpr auto unaryCommands = std::to_array<std::string_view>(
    {"string", "num", "bool", "date", "time", "length", "abs", "int", "not", "uppercase", "valueType", "jsonStringify",
     "objectKeys", "objectCopy", "squareRoot", "characterCode", "char", "formulaFromString", "jsonParse"});
constexpr auto collectionCalls = std::to_array<std::string_view>(
    {"push(", "unshift(", "concat(", "indexOf(", "fill(", "resize(", "at(", "includes("});
constexpr auto emptyCalls = std::to_array<std::string_view>(
    {"pop()", "shift()", "copy()", "reverse()", "sort()", "first()", "last()", "clear()", "distinct()", "flat()"});
constexpr auto callbacks = std::to_array<std::string_view>({"map(", "filter(", "some(", "every(", "sort(", "reduce("});

class Generator {
 public:
  explicit Generator(Choices& choices) : choices_(choices) {}

  std::string program() {
    out_ =
        "declare (n : number, i : integer) -> v : variant\n"
        "var s : string\nvar b : boolean\nvar o : object\nvar c : collection\nvar w : variant\nvar d : date\n"
        "var t : time\nvar f : 4D.Function\no = {a: 1, b: \"x\"}\nc = [1, \"b\", null, o]\ns = \"text\"\n";
    while (!choices_.used() && out_.size() < longestProgram) statement(0);
    return std::move(out_);
  }

 private:
  template <class Rows>
  std::string_view one(const Rows& rows) {
    return rows[choices_.below(rows.size())];
  }
  void put(std::string_view text) { out_ += text; }

  void call(std::string_view opening, int depth) {
    put(opening);
    expression(depth);
    put(")");
  }

  void primary(int depth) {
    switch (choices_.below(depth > 4 ? 2 : 12)) {
      case 0:
        return put(one(literals));
      case 1:
      case 2:
        return put(one(variables));
      case 3:
        put(one(unaryCommands));
        return call("(", depth + 1);
      case 4:
        put("c.");
        return call(one(collectionCalls), depth + 1);
      case 5:
        put("c.");
        return put(one(emptyCalls));
      case 6:
        put("{a: ");
        expression(depth + 1);
        put(", b: ");
        expression(depth + 1);
        return put("}");
      case 7:
        put("[");
        expression(depth + 1);
        put(", ");
        expression(depth + 1);
        return put("]");
      case 8:
        return call("try(", depth + 1);
      case 9:
        return call("formula(", depth + 1);
      case 10:
        put("c.");
        put(one(callbacks));
        return call("formula(", depth + 1), put(")");
      default:
        put("fuzz(");
        expression(depth + 1);
        put(", ");
        expression(depth + 1);
        return put(")");
    }
  }

  void postfix(int depth) {
    primary(depth);
    for (std::size_t count = choices_.below(6) == 5 ? 2 : choices_.below(2); count > 0; --count) {
      switch (choices_.below(4)) {
        case 0:
        case 1:
          put(".");
          put(one(members));
          break;
        case 2:
          put("[");
          expression(depth + 2);
          put("]");
          break;
        default:
          put("[[");
          expression(depth + 2);
          put("]]");
      }
    }
  }

  void expression(int depth) {
    switch (depth > 5 ? 0 : choices_.below(8)) {
      case 0:
      case 1:
      case 2:
        return postfix(depth);
      case 3:
        put("-(");
        expression(depth + 1);
        return put(")");
      case 4:
        put("(");
        expression(depth + 1);
        put(" ? ");
        expression(depth + 1);
        put(" : ");
        expression(depth + 1);
        return put(")");
      default:
        put("(");
        expression(depth + 1);
        put(" ");
        put(one(binaryOperators));
        put(" ");
        expression(depth + 1);
        return put(")");
    }
  }

  void target() {
    switch (choices_.below(6)) {
      case 0:
        put("o.");
        return put(one(members));
      case 1:
        put("c[");
        expression(3);
        return put("]");
      case 2:
        put("s[[");
        expression(3);
        return put("]]");
      default:
        return put(one(variables));
    }
  }

  void block(int depth) {
    for (std::size_t count = choices_.below(3) + 1; count > 0; --count) statement(depth + 1);
  }

  void headed(std::string_view opening, std::string_view closing, int depth) {
    put(opening);
    expression(2);
    put(closing);
    block(depth);
    put("end\n");
  }

  void simple() {
    switch (choices_.below(8)) {
      case 0:
        put("c.push(");
        expression(0);
        return put(")\n");
      case 1:
        put("throw(");
        expression(2);
        return put(")\n");
      case 2:
        put(one(std::to_array<std::string_view>({"n", "s", "t", "o.a", "v"})));
        put(one(std::to_array<std::string_view>({" += ", " -= ", " *= ", " /= "})));
        expression(0);
        return put("\n");
      case 3:
        put("return ");
        expression(0);
        return put("\n");
      default:
        target();
        put(" = ");
        expression(0);
        return put("\n");
    }
  }

  void statement(int depth) {
    switch (depth > 5 ? 9 : choices_.below(16)) {
      case 0:
        return headed("if (", ")\n", depth);
      case 1:
        return headed("while (", ")\n", depth);
      case 2:
        put("for (i, 1, ");
        expression(2);
        put(")\n");
        block(depth);
        return put("end\n");
      case 3:
        put("forEach (w, ");
        expression(2);
        put(")\n");
        block(depth);
        return put("end\n");
      case 4:
        put("try\n");
        block(depth);
        put("catch\n");
        block(depth);
        return put("end\n");
      case 5:
        put("switch\n: ");
        expression(2);
        put("\n");
        block(depth);
        put("else\n");
        block(depth);
        return put("end\n");
      case 6:
        put("repeat\n");
        block(depth);
        put("until (");
        expression(2);
        return put(")\n");
      case 7:
        return headed("use (", ")\n", depth);
      default:
        return simple();
    }
  }

  Choices& choices_;
  std::string out_;
};

struct World {
  std::unique_ptr<const vm::Builtins> builtins = qodly::script::library::Library::make({}, {});
  syntax::NameTable names{&qodly::script::library::builtInNames()};
  World() { names.addMethod("fuzz"); }
};

const World& world() {
  static const World made;
  return made;
}

void run(const std::string& text, syntax::Surface surface) {
  build::ProjectBuild project(*world().builtins, world().names);
  const auto built = project.build({.name = "fuzz", .file = "fuzz", .surface = surface, .text = text});
  const auto runtime = vm::Runtime::make(*world().builtins);
  runtime->setProgram(vm::Program::make({built.unit}, {}));
  {
    vm::Process process(runtime, "fuzz", vm::ProcessType::main, limits);
    const qodly::Value arguments[] = {qodly::Value::real(1.5), qodly::Value::integer(2)};
    const auto result = process.callMethod("fuzz", arguments);
    if (!result && result.error().message().empty()) std::abort();
  }
  runtime->processes().shutdown();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  Choices choices({reinterpret_cast<const char*>(data), size});
  run(Generator(choices).program(), syntax::Surface::qodlyScript);
  return 0;
}
