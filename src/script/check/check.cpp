// A file: its bodies, and what its class says of itself (language.md 14.5, 14.7, 14.9).
#include "script/check/check.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "script/check/body_check.h"
#include "script/syntax/deep_stack.h"

namespace qodly::script::check {

using namespace syntax;
using Kind = CheckType::Kind;

void Findings::add(Diagnostic::Level level, Position where, std::string_view code, std::string message) {
  found_.push_back({level, tree_.file, where, std::string(code), std::move(message)});
}

Diagnostics Findings::take() {
  std::ranges::stable_sort(found_, {}, [](const Diagnostic& each) { return each.where.offset; });
  // A part that two checks visit is told once.
  const auto repeated = std::ranges::unique(found_);
  found_.erase(repeated.begin(), repeated.end());
  return std::move(found_);
}

namespace {

constexpr std::size_t longestName = 31;
constexpr auto dataBases =
    std::to_array<std::pair<Kind, std::string_view>>({{Kind::datastore, "DataStoreImplementation"},
                                                      {Kind::dataClass, "DataClass"},
                                                      {Kind::entity, "Entity"},
                                                      {Kind::selection, "EntitySelection"}});

class FileCheck {
 public:
  FileCheck(const Tree& tree, std::string_view name, const Knowledge& knowledge)
      : tree_(tree), name_(name), knowledge_(knowledge), findings_(tree) {}

  Diagnostics run() {
    if (name_.size() > longestName && tree_.kind != UnitKind::formula) {
      findings_.warn(
          {1, 1, 0}, "name-too-long",
          fmt::format("'{}' is longer than the {} characters that such a name may have.", name_, longestName));
    }
    if (tree_.kind == UnitKind::method && tree_.function != nullptr) body(*tree_.function, {});
    if (tree_.kind == UnitKind::classFile) classFile();
    return findings_.take();
  }

 private:
  void body(const Function& node, std::string_view className) {
    BodyCheck(tree_, knowledge_, className, findings_).function(node);
  }

  void classFile() {
    extends();
    for (const ClassMember& each : tree_.members) {
      if (const auto* function = std::get_if<const Function*>(&each)) {
        modifiers(**function);
        body(**function, name_);
      } else if (const auto* property = std::get_if<const Property*>(&each)) {
        BodyCheck(tree_, knowledge_, name_, findings_).initialiser(**property);
      }
    }
  }

  void modifiers(const Function& node) {
    if (node.modifiers.onHttpGet && !node.modifiers.exposed) {
      findings_.warn(node.where, "not-exposed",
                     fmt::format("'{}' is onHttpGet and not exposed: it cannot be called from outside.", node.name));
    }
  }

  void extends() {
    const CheckType self = knowledge_.typeOfThis(name_);
    const auto wanted = std::ranges::find(dataBases, self.kind, &std::pair<Kind, std::string_view>::first);
    if (wanted != dataBases.end()) {
      if (tree_.extends != wanted->second) {
        findings_.warn(tree_.extends.empty() ? Position{1, 1, 0} : tree_.extendsPosition, "bad-extends",
                       fmt::format("The class '{}' of the data model extends '{}'.", name_, wanted->second));
      }
      return;
    }
    if (tree_.extends.empty()) return;
    const auto fail = [this](std::string message) {
      findings_.fail(tree_.extendsPosition, "bad-extends", std::move(message));
    };
    if (tree_.extends == name_) return fail("A class cannot extend itself.");
    const auto builtIn = std::ranges::find(dataBases, tree_.extends, &std::pair<Kind, std::string_view>::second);
    if (builtIn != dataBases.end()) {
      if (knowledge_.model() == nullptr) return;
      findings_.warn(tree_.extendsPosition, "bad-extends",
                     fmt::format("The model has no dataclass that '{}' belongs to.", name_));
      return;
    }
    const ClassHeader* parent = knowledge_.userClass(tree_.extends);
    if (parent == nullptr) {
      return fail(knowledge_.nativeClass(tree_.extends) != nullptr
                      ? fmt::format("The built-in class '{}' cannot be extended.", tree_.extends)
                      : fmt::format("There is no class '{}' to extend.", tree_.extends));
    }
    const ClassHeader* own = knowledge_.userClass(name_);
    if (own != nullptr && own->isShared && !parent->isShared) {
      fail(fmt::format("A shared class cannot extend '{}', which is not shared.", tree_.extends));
    }
    chain(*parent);
  }

  void chain(const ClassHeader& parent) {
    constexpr int deepest = 64;
    const ClassHeader* at = &parent;
    for (int level = 0; at != nullptr && level < deepest; ++level) {
      if (at->name == name_) {
        findings_.fail(tree_.extendsPosition, "bad-extends",
                       fmt::format("'{}' extends itself through '{}'.", name_, parent.name));
        return;
      }
      at = at->extends.empty() ? nullptr : knowledge_.userClass(at->extends);
    }
  }

  const Tree& tree_;
  std::string name_;
  const Knowledge& knowledge_;
  Findings findings_;
};

}  // namespace

Diagnostics check(const Tree& tree, std::string_view name, const Knowledge& knowledge) {
  Diagnostics found;
  onDeepStack(tree.nesting, [&] { found = FileCheck(tree, name, knowledge).run(); });
  return found;
}

}  // namespace qodly::script::check
