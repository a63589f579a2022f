// Attribute paths resolved against the model (query.md 8.1): relations become hops, aliases their own paths (orda.md
// 7), steps inside an object attribute stay names.
#include <algorithm>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "base/text.h"
#include "query/plan.h"

namespace qodly::query {

namespace {

constexpr std::size_t maximumAliases = 64;  // expanded in one path; more means that aliases name each other in a circle
constexpr std::string_view unknownInfix = "\" attribute cannot be found in the \"";

// Edits that turn one name into the other, letter case apart.
std::size_t distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  for (std::size_t i = 0; i < row.size(); ++i) row[i] = i;
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < right.size(); ++j) {
      const std::size_t above = row[j + 1];
      const std::size_t change = diagonal + (left[i] == right[j] ? 0 : 1);
      row[j + 1] = std::min({above + 1, row[j] + 1, change});
      diagonal = above;
    }
  }
  return row.back();
}

bool isVisible(const model::Attribute& attribute, const model::Model& model, bool exposedOnly) {
  if (!exposedOnly) return true;
  if (!attribute.exposed) return false;
  return !attribute.isRelation() || attribute.relatedClass >= model.classes.size() ||
         model.classes[attribute.relatedClass].exposed;
}

std::string nearestName(std::string_view name, const model::DataClass& dataClass, const model::Model& model,
                        bool exposedOnly) {
  if (name.size() > 64) return {};
  std::string best;
  std::size_t bestDistance = 1 + (name.size() < 4 ? 1 : std::max<std::size_t>(2, name.size() / 3));
  for (const model::Attribute& attribute : dataClass.attributes) {
    if (attribute.shadowed || attribute.name.size() > 64 || !isVisible(attribute, model, exposedOnly)) continue;
    const std::size_t edits = distance(lowerAscii(name), lowerAscii(attribute.name));
    if (edits >= bestDistance) continue;
    bestDistance = edits;
    best = attribute.name;
  }
  return best;
}

Error unknownStep(std::string_view name, const model::DataClass& dataClass, const model::Model& model,
                  bool exposedOnly) {
  std::string message = fmt::format("The \"{}{}{}\" dataclass", repairUtf8(name), unknownInfix, dataClass.name);
  if (const std::string nearest = nearestName(name, dataClass, model, exposedOnly); !nearest.empty()) {
    message += fmt::format("; did you mean \"{}\"?", nearest);
  }
  return Error(code::queryUnknownAttribute, "dbmg", std::move(message));
}

Error misplaced(std::string_view message) { return Error(code::querySyntax, "dbmg", std::string(message)); }

class PathBinder {
 public:
  PathBinder(const model::Model& model, std::uint32_t dataClass, bool exposedOnly)
      : model_(model), dataClass_(dataClass), exposedOnly_(exposedOnly) {}

  Result<BoundPath> bind(const Path& path) {
    pushSteps(path, false);
    while (!pending_.empty()) {
      Pending next = std::move(pending_.back());
      pending_.pop_back();
      if (++steps_ > maximumPathSteps + maximumAliases)
        return std::unexpected(misplaced("The attribute path is too long"));
      auto stepped = step(next);
      if (!stepped) return std::unexpected(stepped.error());
    }
    return std::move(bound_);
  }

 private:
  struct Pending {
    PathStep step;
    bool hiddenAllowed;  // comes from an alias
  };

  void pushSteps(const Path& path, bool hiddenAllowed) {
    for (auto step = path.rbegin(); step != path.rend(); ++step) pending_.push_back({*step, hiddenAllowed});
  }

  Result<> step(const Pending& pending) {
    const model::DataClass& owner = model_.classes[dataClass_];
    const std::uint32_t index = owner.indexOf(pending.step.name);
    const bool restricted = exposedOnly_ && !pending.hiddenAllowed;
    if (index == model::noIndex || !isVisible(owner.attributes[index], model_, restricted)) {
      return std::unexpected(unknownStep(pending.step.name, owner, model_, restricted));
    }
    const model::Attribute& attribute = owner.attributes[index];
    switch (attribute.kind) {
      case model::AttributeKind::alias:
        return expandAlias(pending.step, attribute);
      case model::AttributeKind::relatedEntity:
      case model::AttributeKind::relatedEntities:
        return relation(pending.step, index, attribute);
      case model::AttributeKind::storage:
        return storage(pending.step, index, attribute);
      case model::AttributeKind::calculated:
        break;
    }
    return calculated(pending.step, index, attribute);
  }

  // Whatever follows a calculated attribute is walked from its value.
  Result<> calculated(const PathStep& step, std::uint32_t index, const model::Attribute& attribute) {
    const bool container =
        attribute.type == model::AttributeType::object || attribute.result != model::CalculatedResult::scalar;
    if (!container) return storage(step, index, attribute);
    bound_.attribute.dataClass = dataClass_;
    bound_.attribute.attribute = index;
    if (step.each) bound_.attribute.object.push_back({{}, true, step.link});
    if (attribute.result == model::CalculatedResult::scalar) return objectSteps();
    for (; !pending_.empty(); pending_.pop_back()) {
      PathStep& next = pending_.back().step;
      bound_.attribute.object.push_back({std::move(next.name), next.each, next.link});
    }
    return {};
  }

  Result<> expandAlias(const PathStep& step, const model::Attribute& attribute) {
    const std::string& className = model_.classes[dataClass_].name;
    auto target = parsePath(attribute.aliasPath);
    if (!target || ++aliases_ > maximumAliases) {
      return std::unexpected(Error(code::wrongArgument, "dbmg",
                                   fmt::format("The alias \"{}\" of the \"{}\" dataclass has no valid path: \"{}\"",
                                               attribute.name, className, attribute.aliasPath)));
    }
    PathStep& last = target->back();
    if (step.classIndex != 0) last.classIndex = step.classIndex;
    if (step.each) {
      last.each = true;
      last.link = step.link;
    }
    pushSteps(*target, true);
    return {};
  }

  Result<> relation(const PathStep& step, std::uint32_t index, const model::Attribute& attribute) {
    if (step.each) {
      return std::unexpected(misplaced(fmt::format(
          "\"{}\" is a relation: brackets belong to collections inside an object attribute", attribute.name)));
    }
    if (attribute.relation >= model_.relations.size() || attribute.relatedClass >= model_.classes.size()) {
      return std::unexpected(unknownStep(step.name, model_.classes[dataClass_], model_, exposedOnly_));
    }
    if (pending_.empty()) {
      bound_.attribute.dataClass = dataClass_;
      bound_.attribute.attribute = index;
      bound_.instance = step.classIndex;
      return {};
    }
    bound_.hops.push_back(
        {attribute.relation, attribute.kind == model::AttributeKind::relatedEntities, step.classIndex});
    dataClass_ = attribute.relatedClass;
    return {};
  }

  Result<> storage(const PathStep& step, std::uint32_t index, const model::Attribute& attribute) {
    if (step.classIndex != 0) {
      return std::unexpected(
          misplaced(fmt::format("\"{}\" is no relation: braces belong to relations", attribute.name)));
    }
    const bool isObject = attribute.type == model::AttributeType::object;
    if (!isObject && (step.each || !pending_.empty())) {
      const std::string inner = pending_.empty() ? step.name + "[]" : step.name + "." + pending_.back().step.name;
      return std::unexpected(Error(code::queryUnknownAttribute, "dbmg",
                                   fmt::format("The \"{}{}{}\" dataclass; \"{}\" is no object", inner, unknownInfix,
                                               model_.classes[dataClass_].name, attribute.name)));
    }
    bound_.attribute.dataClass = dataClass_;
    bound_.attribute.attribute = index;
    if (step.each) bound_.attribute.object.push_back({{}, true, step.link});
    return objectSteps();
  }

  Result<> objectSteps() {
    std::vector<ObjectStep>& object = bound_.attribute.object;
    for (; !pending_.empty(); pending_.pop_back()) {
      PathStep& step = pending_.back().step;
      if (step.classIndex != 0) {
        return std::unexpected(misplaced(fmt::format("\"{}\" is no relation: braces belong to relations", step.name)));
      }
      object.push_back({std::move(step.name), step.each, step.link});
    }
    if (!object.empty() && object.back().name == "length" && !object.back().each) {
      object.pop_back();
      bound_.attribute.length = true;
    }
    return {};
  }

  const model::Model& model_;
  std::uint32_t dataClass_;
  bool exposedOnly_;
  std::vector<Pending> pending_;  // steps still to take, next one last
  BoundPath bound_;
  std::size_t steps_ = 0;
  std::size_t aliases_ = 0;
};

}  // namespace

Result<BoundPath> bindPath(const Path& path, const model::Model& model, std::uint32_t dataClass, bool exposedOnly) {
  if (path.empty()) return std::unexpected(misplaced("An attribute path needs at least one name"));
  if (path.size() > maximumPathSteps) return std::unexpected(misplaced("The attribute path is too long"));
  return PathBinder(model, dataClass, exposedOnly).bind(path);
}

std::optional<UnknownAttribute> unknownAttribute(const Error& error) {
  if (error.code() != code::queryUnknownAttribute) return std::nullopt;
  const std::string& message = error.message();
  const std::size_t start = message.find('"');
  const std::size_t infix = message.find(unknownInfix);
  if (start == std::string::npos || infix == std::string::npos || infix <= start) return std::nullopt;
  const std::size_t className = infix + unknownInfix.size();
  const std::size_t end = message.find('"', className);
  return UnknownAttribute{message.substr(start + 1, infix - start - 1), message.substr(className, end - className)};
}

bool AttributeRef::hasLetter() const {
  return std::ranges::any_of(object, [](const ObjectStep& step) { return step.link != 0; });
}

std::uint32_t nearClass(const Hop& hop, const model::Model& model) {
  const model::Relation& relation = model.relations[hop.relation];
  return hop.toMany ? relation.destinationClass : relation.sourceClass;
}

std::uint32_t farClass(const Hop& hop, const model::Model& model) {
  const model::Relation& relation = model.relations[hop.relation];
  return hop.toMany ? relation.sourceClass : relation.destinationClass;
}

}  // namespace qodly::query
