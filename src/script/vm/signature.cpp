#include "script/vm/signature.h"

#include <array>
#include <optional>

#include "base/text.h"
#include "script/vm/codes.h"

namespace qodly::script::vm {

namespace {

constexpr std::uint32_t bit(Type type) { return 1U << static_cast<unsigned>(type); }

struct TypeWordRow {
  std::string_view word;
  std::uint32_t types;  // 0: anything
};

// Entities, files and the like are objects of the language.
constexpr auto typeWords = std::to_array<TypeWordRow>({
    {"variant", 0},
    {"any", 0},
    {"variable", 0},
    {"string", bit(Type::text)},
    {"number", bit(Type::integer) | bit(Type::real)},
    {"integer", bit(Type::integer)},
    {"boolean", bit(Type::boolean)},
    {"date", bit(Type::date)},
    {"time", bit(Type::time)},
    {"object", bit(Type::object) | bit(Type::handle)},
    {"collection", bit(Type::collection)},
    {"picture", bit(Type::picture)},
    {"blob", bit(Type::blob)},
    {"null", bit(Type::null)},
});

// Words that stand for a class of their own.
constexpr auto classWords = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"function", "4D.Function"},
    {"pointer", "4D.Pointer"},
});

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Result<Signature> read() {
    Signature signature;
    skipBlanks();
    if (take('(')) {
      if (auto done = parameters(signature); !done) return std::unexpected(done.error());
    }
    skipBlanks();
    if (take(':')) {
      auto type = typeSet();
      if (!type) return std::unexpected(type.error());
      signature.result = std::move(*type);
      signature.hasResult = true;
    }
    skipBlanks();
    if (at_ < text_.size()) return fail("nothing may follow here");
    return signature;
  }

 private:
  Result<> parameters(Signature& signature) {
    skipBlanks();
    if (take(')')) return {};
    bool optionalSeen = false;
    while (true) {
      if (signature.variadic) return fail("nothing may follow a variadic parameter");
      auto parameter = one(signature.variadic);
      if (!parameter) return std::unexpected(parameter.error());
      optionalSeen = optionalSeen || parameter->optional || signature.variadic;
      if (!optionalSeen) ++signature.mandatory;
      signature.parameters.push_back(std::move(*parameter));
      skipBlanks();
      if (take(')')) return {};
      if (!take(',')) return fail("',' or ')' is expected");
    }
  }

  Result<Parameter> one(bool& variadic) {
    Parameter parameter;
    skipBlanks();
    if (take('*')) {
      parameter.star = true;
      parameter.optional = take('?');
      parameter.type.any = true;
      parameter.type.text = "*";
      return parameter;
    }
    if (text_.substr(at_).starts_with("...")) {
      at_ += 3;
      variadic = true;
      skipBlanks();
    }
    std::string_view word = name();
    if (word == "out" || word == "inout") {
      parameter.passing = word == "out" ? Passing::out : Passing::inout;
      skipBlanks();
      word = name();
    }
    if (word.empty()) return fail("a parameter's name is expected");
    parameter.name = word;
    parameter.optional = take('?');
    skipBlanks();
    if (!take(':')) return fail("':' and a type are expected");
    auto type = typeSet();
    if (!type) return std::unexpected(type.error());
    parameter.type = std::move(*type);
    return parameter;
  }

  Result<TypeSet> typeSet() {
    TypeSet set;
    skipBlanks();
    const std::size_t begin = at_;
    do {
      skipBlanks();
      const std::string_view word = name();
      if (word.empty()) return fail("a type is expected");
      if (!add(set, word)) return fail("there is no type '" + std::string(word) + "'");
      skipBlanks();
    } while (take('|'));
    set.text = trim(text_.substr(begin, at_ - begin));
    return set;
  }

  static bool add(TypeSet& set, std::string_view word) {
    if (word.starts_with("4D.") || word.starts_with("cs.")) {
      set.types |= bit(Type::handle) | bit(Type::object);
      set.classNames.emplace_back(word);
      if (word == "4D.Blob") set.types |= bit(Type::blob);
      return true;
    }
    for (const auto& [known, className] : classWords) {
      if (known != word) continue;
      set.types |= bit(Type::handle);
      set.classNames.emplace_back(className);
      return true;
    }
    for (const TypeWordRow& row : typeWords) {
      if (row.word != word) continue;
      set.any = set.any || row.types == 0;
      set.types |= row.types;
      // "object" beside a class takes every object.
      if (word == "object") set.classNames.emplace_back("object");
      return true;
    }
    return false;
  }

  std::string_view name() {
    const std::size_t begin = at_;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      const bool part =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
      if (!part) break;
      ++at_;
    }
    return text_.substr(begin, at_ - begin);
  }
  void skipBlanks() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool take(char wanted) {
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }
  std::unexpected<Error> fail(const std::string& message) const {
    return std::unexpected(hostError(code::syntax, "signature \"" + std::string(text_) + "\", character " +
                                                       std::to_string(at_ + 1) + ": " + message));
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

bool Signature::writesArguments() const {
  for (const Parameter& parameter : parameters) {
    if (parameter.passing != Passing::in) return true;
  }
  return false;
}

Result<Signature> readSignature(std::string_view text) { return Reader(text).read(); }

}  // namespace qodly::script::vm
