// What a process may do with the data, resolved for one model (roles.md 5, 6). ORDA asks it wherever data is read or
// changed, so that no layer above can forget to; how it follows from roles and privileges is the matter of security/.
// Immutable: safe from every thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "model/model.h"
#include "query/plan.h"

namespace qodly::orda {

enum class Right : std::uint8_t { create, read, update, drop };
inline constexpr std::size_t rightCount = 4;

class Access {
 public:
  // Everything is allowed until forbidden. `model`: the model whose indexes are used.
  explicit Access(std::shared_ptr<const model::Model> model);

  void forbid(std::uint32_t dataClass, Right right);
  void forbid(std::uint32_t dataClass, std::uint32_t attribute, Right right);

  const std::shared_ptr<const model::Model>& model() const { return model_; }
  bool allows(std::uint32_t dataClass, Right right) const { return classes_[dataClass].allowed[index(right)]; }
  // Both locks: that of the dataclass and that of the attribute.
  bool allows(std::uint32_t dataClass, std::uint32_t attribute, Right right) const;
  // The same for indexes of another version of the model: by name. What this Access does not know is forbidden.
  bool allows(const model::Model& seen, std::uint32_t dataClass, Right right) const;
  bool allows(const model::Model& seen, std::uint32_t dataClass, std::uint32_t attribute, Right right) const;
  // Whether any attribute of the dataclass is forbidden on its own: if not, there is nothing to look at one by one.
  bool forbidsAttributes(std::uint32_t dataClass, Right right) const {
    return !classes_[dataClass].forbidden[index(right)].empty();
  }

 private:
  static std::size_t index(Right right) { return static_cast<std::size_t>(right); }
  struct ClassRights {
    std::array<bool, rightCount> allowed = {true, true, true, true};
    std::array<std::vector<bool>, rightCount> forbidden;  // by attribute; empty: none
  };
  std::shared_ptr<const model::Model> model_;
  std::vector<ClassRights> classes_;
};

// The documented refusals (roles.md 10.1), code 1557. action: "read", "create", "update", "delete", "execute".
Error noPermission(std::string_view action, std::string_view dataClass);
Error noPermission(std::string_view action, std::string_view dataClass, std::string_view attribute);
std::string_view actionName(Right right);
// The right to read along relations from `dataClass` and then the attribute (noIndex: the entities themselves).
Result<> demandReadable(const Access& access, std::uint32_t dataClass, std::span<const query::Hop> hops,
                        std::uint32_t attribute);
// The right to read everything a query looks at: otherwise its result would tell what may not be seen (roles.md 15.7).
Result<> demandReadable(const Access& access, const query::Plan& plan);
Result<> demandReadable(const Access& access, std::uint32_t dataClass, std::span<const query::SortKey> order);

}  // namespace qodly::orda
