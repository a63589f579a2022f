#include "script/intelligence/completion.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "script/intelligence/body_types.h"
#include "script/intelligence/describe.h"
#include "script/library/names_4d_tables.h"
#include "script/syntax/deep_stack.h"
#include "script/syntax/parser.h"

namespace qodly::script::intelligence {

using namespace syntax;
using ItemKind = CompletionItem::Kind;

namespace {

constexpr std::size_t longestReceiver = 4096;

bool isWordByte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

std::uint32_t wordBegin(std::string_view text, std::uint32_t offset) {
  while (offset > 0 && isWordByte(text[offset - 1])) --offset;
  return offset;
}

// Begin of what `end` closes: the matching bracket before it; npos when there is none.
std::size_t openingOf(std::string_view text, std::size_t end) {
  int depth = 0;
  char quote = 0;
  const std::size_t least = end > longestReceiver ? end - longestReceiver : 0;
  for (std::size_t at = end; at-- > least;) {
    const char c = text[at];
    if (quote != 0) {
      if (c == quote && (at == 0 || text[at - 1] != '\\')) quote = 0;
    } else if (c == '"') {
      quote = c;
    } else if (c == ')' || c == ']' || c == '}') {
      ++depth;
    } else if (c == '(' || c == '[' || c == '{') {
      if (--depth == 0) return at;
    } else if (c == '\n' && depth == 0) {
      break;
    }
  }
  return std::string_view::npos;
}

// The expression that ends at `end`: names, dots and brackets.
std::size_t receiverBegin(std::string_view text, std::size_t end) {
  std::size_t at = end;
  while (at > 0) {
    const char c = text[at - 1];
    if (c == ')' || c == ']' || c == '}') {
      const std::size_t opening = openingOf(text, at);
      if (opening == std::string_view::npos) return end;
      at = opening;
    } else if (isWordByte(c)) {
      at = wordBegin(text, static_cast<std::uint32_t>(at));
      if (at > 0 && text[at - 1] == '$') --at;
      if (at == 0 || text[at - 1] != '.') break;
    } else if (c == '.') {
      --at;
    } else {
      break;
    }
  }
  return at;
}

// Inside a comment or a text nothing is offered.
bool isPlainText(const Document& document, std::uint32_t offset) {
  for (const Comment& each : document.tree->comments) {
    if (each.where.offset < offset && (offset < each.end || (!each.block && offset == each.end))) return true;
  }
  const std::string_view text = document.text;
  const auto newline = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  bool quoted = false;
  for (std::size_t at = newline == std::string_view::npos ? 0 : newline + 1; at < offset; ++at) {
    if (text[at] == '\\' && quoted) {
      ++at;
    } else if (text[at] == '"') {
      quoted = !quoted;
    }
  }
  return quoted;
}

class Completer {
 public:
  Completer(Workspace& workspace, const Document& document, std::uint32_t offset)
      : workspace_(workspace),
        knowledge_(workspace.knowledge()),
        document_(document),
        text_(document.text),
        offset_(std::min(offset, static_cast<std::uint32_t>(document.text.size()))),
        isFourD_(document.surface == Surface::fourD) {}

  Completion run() {
    Completion made;
    made.begin = wordBegin(text_, offset_);
    if (isPlainText(document_, offset_)) return made;
    const auto functions = functionsOf(*document_.tree);
    const auto number = functionAt(functions, offset_);
    const BodyTypes types(knowledge_, document_.unit == UnitKind::classFile ? document_.name : std::string(),
                          number ? functions[*number] : nullptr);
    if (made.begin > 0 && text_[made.begin - 1] == '.') {
      members(types, made.begin - 1);
    } else if (made.begin > 0 && text_[made.begin - 1] == '$') {
      --made.begin;
      variables(types, true);
    } else {
      variables(types, false);
      globals();
      made.begin = nameBegin(made.begin);
    }
    std::ranges::stable_sort(items_, {}, &CompletionItem::label);
    const auto repeated = std::ranges::unique(items_, [](const auto& a, const auto& b) { return a.label == b.label; });
    items_.erase(repeated.begin(), repeated.end());
    made.items = std::move(items_);
    return made;
  }

 private:
  void add(ItemKind kind, std::string label, std::string detail, std::string documentation = {}) {
    items_.push_back({kind, std::move(label), std::move(detail), std::move(documentation)});
  }

  void members(const BodyTypes& types, std::size_t dot) {
    const std::size_t begin = receiverBegin(text_, dot);
    const std::string_view receiver = text_.substr(begin, dot - begin);
    if (equalsIgnoringAsciiCase(receiver, "cs")) return classes();
    if (equalsIgnoringAsciiCase(receiver, "4D")) return nativeClasses();
    if (receiver.empty()) return;
    const Tree tree = parse(UnitKind::formula, {}, receiver, document_.surface, workspace_.names());
    if (tree.formula == nullptr || tree.formula->expression == nullptr) return;
    CheckType object;
    onDeepStack(tree.nesting, [&] { object = types.typeOf(*tree.formula->expression); });
    std::set<std::string_view> seen;
    for (const MemberFact& each : membersOf(knowledge_, object)) {
      if (!seen.insert(each.name).second) continue;
      const bool function = each.isFunction() || (each.kind == MemberFact::Kind::classWord && each.name == "new");
      const bool attribute = each.kind == MemberFact::Kind::attribute;
      add(function                                   ? ItemKind::function
          : attribute                                ? ItemKind::attribute
          : each.kind == MemberFact::Kind::dataClass ? ItemKind::classType
                                                     : ItemKind::property,
          std::string(each.name), signatureOf(knowledge_, object, each), documentation(each));
    }
  }

  std::string documentation(const MemberFact& fact) {
    if (fact.kind != MemberFact::Kind::function) return std::string(documentationOf(fact));
    const Document* file = workspace_.classFile(fact.owner);
    if (file == nullptr) return {};
    for (const Function* each : functionsOf(*file->tree)) {
      if (each->name == fact.name && each->kind == FunctionKind::function) return commentAbove(*file->tree, *each);
    }
    return {};
  }

  void classes() {
    for (const auto& [name, header] : knowledge_.classes()) {
      add(ItemKind::classType, name, header.extends.empty() ? "class" : "class, extends " + header.extends);
    }
    if (knowledge_.model() == nullptr) return;
    for (const model::DataClass& each : knowledge_.model()->classes) {
      add(ItemKind::classType, each.name, "dataclass", each.comment);
      add(ItemKind::classType, each.name + "Entity", "entity of " + each.name);
      add(ItemKind::classType, each.name + "Selection", "selection of " + each.name);
    }
  }

  void nativeClasses() {
    if (knowledge_.builtins() == nullptr) return;
    for (const vm::NativeClass* each : knowledge_.builtins()->nativeClasses()) {
      add(ItemKind::classType, std::string(each->name), "built-in class", std::string(each->doc));
    }
  }

  void variables(const BodyTypes& types, bool dollar) {
    for (const auto& [key, each] : types.variables()) {
      const bool writtenWithDollar = isFourD_ || each.dollar;
      // The word that is being typed is no variable yet.
      const bool typed = !each.declared && each.given.empty() && each.items.empty();
      if (typed || (dollar && !writtenWithDollar)) continue;
      add(ItemKind::variable, (writtenWithDollar ? "$" : "") + each.name, typeName(each.declaredType, each.type));
    }
  }

  void globals() {
    if (const vm::Builtins* builtins = knowledge_.builtins()) {
      for (const vm::Command& each : builtins->commands()) {
        const bool old = isFourD_ && !each.fourD.empty();
        const std::string name(old ? each.fourD : each.row->name);
        add(ItemKind::function, name, name + std::string(each.row->signature), std::string(each.row->doc));
      }
    }
    for (const library::ConstantName& each : library::constantNames()) {
      const std::string_view name = (isFourD_ && !each.fourD.empty()) || each.name.empty() ? each.fourD : each.name;
      add(ItemKind::constant, std::string(name), "constant");
    }
    for (const auto& [path, each] : workspace_.documents()) {
      if (!each.isCallable || each.tree->function == nullptr) continue;
      const check::Header* header = knowledge_.method(each.name);
      add(ItemKind::method, each.name, header == nullptr ? "method" : signatureOf(each.name, *header),
          commentAbove(*each.tree, *each.tree->function));
    }
    add(ItemKind::keyword, "this",
        typeName(document_.unit == UnitKind::classFile ? knowledge_.typeOfThis(document_.name)
                                                       : CheckType{CheckType::Kind::object, {}}));
    for (const char* each : {"cs", "4D", "null", "true", "false", "undefined"}) add(ItemKind::keyword, each, "");
  }

  // Names of the 4D surface contain blanks: "Current d" is the begin of one.
  std::uint32_t nameBegin(std::uint32_t begin) const {
    constexpr int mostWords = 6;
    std::uint32_t best = begin;
    std::uint32_t at = begin;
    for (int words = 1; isFourD_ && words < mostWords && at > 1 && text_[at - 1] == ' '; ++words) {
      const std::uint32_t previous = wordBegin(text_, at - 1);
      if (previous == at - 1) break;
      at = previous;
      const std::string_view typed = text_.substr(at, offset_ - at);
      const bool known = std::ranges::any_of(items_, [&](const CompletionItem& each) {
        return each.label.size() >= typed.size() &&
               equalsIgnoringAsciiCase(std::string_view(each.label).substr(0, typed.size()), typed);
      });
      if (known) best = at;
    }
    return best;
  }

  Workspace& workspace_;
  const Knowledge& knowledge_;
  const Document& document_;
  std::string_view text_;
  std::uint32_t offset_;
  bool isFourD_;
  std::vector<CompletionItem> items_;
};

}  // namespace

Completion completionAt(Workspace& workspace, const Document& document, std::uint32_t offset) {
  Completion made;
  onDeepStack(document.tree->nesting, [&] { made = Completer(workspace, document, offset).run(); });
  return made;
}

}  // namespace qodly::script::intelligence
