#include "rest/live/dependencies.h"

#include <algorithm>

#include "base/text.h"
#include "query/syntax.h"
#include "rest/exposure.h"
#include "rest/filter.h"

namespace qodly::rest::live {

namespace {

using orda::Bitmap;
using orda::RecordSet;

class Collector {
 public:
  Collector(const model::Model& model, const orda::Access* access) : model_(model), access_(access) {}

  void collect(const AttributeTree& tree, const std::vector<query::Hop>& hops) {
    const auto& definition = model_.classes[tree.dataClass];
    if (tree.everything) {
      for (std::uint32_t i = 0; i < definition.attributes.size(); ++i) {
        if (isVisible(model_, definition.attributes[i])) shows(hops, tree.dataClass, i, false);
      }
    }
    for (const RequestedAttribute& requested : tree.attributes) {
      const auto reached = shows(hops, tree.dataClass, requested.attribute, requested.related != nullptr);
      if (!requested.related) continue;
      if (reached) {
        collect(*requested.related, *reached);
      } else {
        collectResult(*requested.related);
      }
    }
  }

  Shown take() { return {std::move(found_), std::move(code_), std::move(resultClasses_)}; }

 private:
  // Entities that code gives: no relation leads back from them.
  void collectResult(const AttributeTree& tree) {
    resultClasses_.insert(tree.dataClass);
    if (model_.classes[tree.dataClass].restricted) code_.insert({.dataClass = tree.dataClass});
    for (const RequestedAttribute& requested : tree.attributes) {
      if (const auto target = targetOf(model_, tree.dataClass, requested.attribute)) {
        for (const query::Hop& hop : target->hops) resultClasses_.insert(query::farClass(hop, model_));
        if (target->in(model_).isCalculated()) code_.insert({target->dataClass, target->attribute});
      }
      if (requested.related) collectResult(*requested.related);
    }
  }

  bool mayRead(std::uint32_t dataClass, std::uint32_t attribute) const {
    return access_ == nullptr || access_->allows(dataClass, attribute, orda::Right::read);
  }

  Dependency& at(const std::vector<query::Hop>& hops, std::uint32_t dataClass) {
    const auto same = [&](const Dependency& known) {
      return std::ranges::equal(known.hops, hops, {}, &query::Hop::relation, &query::Hop::relation) &&
             std::ranges::equal(known.hops, hops, {}, &query::Hop::toMany, &query::Hop::toMany);
    };
    const auto known = std::ranges::find_if(found_, same);
    if (known != found_.end()) return *known;
    found_.push_back({.hops = hops, .dataClass = dataClass, .attributes = {}});
    return found_.back();
  }

  // The foreign key of a hop decides which entities are behind it.
  void follows(std::vector<query::Hop>& hops, std::uint32_t& dataClass, const query::Hop& hop) {
    const model::Relation& relation = model_.relations[hop.relation];
    if (!hop.toMany) at(hops, dataClass).attributes.insert(relation.sourceAttribute);
    hops.push_back(hop);
    dataClass = query::farClass(hop, model_);
    if (model_.classes[dataClass].restricted) code_.insert({.dataClass = dataClass});
    if (hop.toMany) at(hops, dataClass).attributes.insert(relation.sourceAttribute);
  }

  // Where the attribute leads, when it gives entities and may be read.
  std::optional<std::vector<query::Hop>> shows(std::vector<query::Hop> hops, std::uint32_t dataClass,
                                               std::uint32_t attribute, bool sentInPlace) {
    if (!mayRead(dataClass, attribute)) return std::nullopt;
    const auto target = targetOf(model_, dataClass, attribute);
    if (!target) return std::nullopt;
    for (const query::Hop& hop : target->hops) follows(hops, dataClass, hop);
    const model::Attribute& end = target->in(model_);
    if (end.isRelation()) {
      const query::Hop hop = hopOf(end);
      // A link to one entity shows its key; a link to many shows nothing of them.
      if (hop.toMany && !sentInPlace) return std::nullopt;
      follows(hops, dataClass, hop);
      return hops;
    }
    Dependency& own = at(hops, target->dataClass);
    if (end.isCalculated()) {
      own.anyAttribute = true;
      code_.insert({target->dataClass, target->attribute});
    } else {
      own.attributes.insert(target->attribute);
    }
    return std::nullopt;
  }

  const model::Model& model_;
  const orda::Access* access_;
  std::vector<Dependency> found_;
  std::set<orda::CodePlace> code_;
  std::set<std::uint32_t> resultClasses_;
};

bool matters(const Dependency& dependency, const ChangedRecord& record) {
  return dependency.anyAttribute ||
         std::ranges::any_of(dependency.attributes, [&](std::uint32_t one) { return record.changed(one); });
}

Bitmap mattering(const Dependency& dependency, const Changes& changes) {
  Bitmap numbers;
  for (const auto& [number, record] : changes.of(dependency.dataClass)) {
    if (matters(dependency, record)) numbers.add(number);
  }
  return numbers;
}

// The entities that had one of the changed records behind a 1->N relation before, and lost it.
Bitmap formerOwners(orda::Engine& engine, const query::Hop& hop, const Changes& changes) {
  Bitmap owners;
  const model::Relation& relation = changes.schema().model->relations[hop.relation];
  const auto reader = engine.read();
  for (const auto& [number, record] : changes.of(relation.sourceClass)) {
    if (record.before.empty() || !record.changed(relation.sourceAttribute)) continue;
    const Value key = changes.valueBefore(relation.sourceClass, relation.sourceAttribute, record);
    if (key.isMissing()) continue;
    const auto owner = reader->findUnique(relation.destinationClass, relation.destinationAttribute, key);
    if (owner != storage::noRecord) owners.add(owner);
  }
  return owners;
}

}  // namespace

Shown shownBy(const model::Model& model, const AttributeTree& tree, const orda::Access* access) {
  Collector collector(model, access);
  collector.collect(tree, {});
  return collector.take();
}

Bitmap affected(orda::Engine& engine, const std::vector<Dependency>& dependencies, const Changes& changes) {
  Bitmap all;
  for (const Dependency& dependency : dependencies) {
    if (!changes.touches(dependency.dataClass)) continue;
    RecordSet reached = RecordSet::unordered(mattering(dependency, changes));
    for (std::size_t i = dependency.hops.size(); i-- > 0;) {
      const query::Hop& hop = dependency.hops[i];
      query::Hop back = hop;
      back.toMany = !hop.toMany;
      auto owners = reached.empty() ? Result<RecordSet>(RecordSet()) : engine.follow(back, reached, nullptr);
      Bitmap found = owners ? owners->toBitmap() : Bitmap();
      if (hop.toMany) found |= formerOwners(engine, hop, changes);
      reached = RecordSet::unordered(std::move(found));
    }
    all |= reached.toBitmap();
  }
  return all;
}

namespace {

class DefinitionReader {
 public:
  DefinitionReader(const model::Model& model, std::uint32_t dataClass) : model_(model), root_(dataClass) {}

  void read(const query::SyntaxNode& node) {
    for (const query::SyntaxNode& child : node.children) read(child);
    if (node.kind == query::SyntaxNode::Kind::formula) result_.scripted = true;
    if (node.kind == query::SyntaxNode::Kind::comparison) read(node.left);
  }
  void read(const std::variant<query::Path, query::Placeholder>& path) {
    if (const auto* known = std::get_if<query::Path>(&path)) {
      read(*known);
    } else {
      result_.scripted = true;
    }
  }
  Definition take() { return std::move(result_); }

 private:
  void read(const query::Path& path) {
    std::uint32_t dataClass = root_;
    for (const query::PathStep& step : path) {
      const std::uint32_t attribute = model_.classes[dataClass].indexOf(step.name);
      if (attribute == model::noIndex) return;  // refused when it is evaluated
      const auto target = targetOf(model_, dataClass, attribute);
      if (!target) return;
      for (const query::Hop& hop : target->hops) result_.foreignClasses.insert(query::farClass(hop, model_));
      const model::Attribute& end = target->in(model_);
      if (end.isCalculated()) result_.scripted = true;
      if (!end.isRelation()) return;
      dataClass = end.relatedClass;
      result_.foreignClasses.insert(dataClass);
    }
  }

  const model::Model& model_;
  std::uint32_t root_;
  Definition result_;
};

}  // namespace

Definition definitionOf(const model::Model& model, std::uint32_t dataClass, std::string_view filter,
                        std::string_view orderby) {
  DefinitionReader reader(model, dataClass);
  if (auto syntax = query::parse(filterText(filter), {.rest = true}); syntax && syntax->criteria) {
    reader.read(*syntax->criteria);
  }
  if (auto keys = query::parseOrder(filterText(orderby)); keys && !trim(orderby).empty()) {
    for (const query::SyntaxSortKey& key : *keys) reader.read(key.path);
  }
  Definition definition = reader.take();
  const auto addFilter = [&](std::uint32_t one) {
    if (model.classes[one].restricted) definition.filters.insert({.dataClass = one});
  };
  addFilter(dataClass);
  for (const std::uint32_t foreign : definition.foreignClasses) addFilter(foreign);
  return definition;
}

void addRelation(const model::Model& model, std::string_view owner, std::string_view relation, Definition& definition) {
  const std::uint32_t from = model.indexOf(owner);
  if (from == model::noIndex) return;
  const auto addForeign = [&](std::uint32_t one) {
    definition.foreignClasses.insert(one);
    if (model.classes[one].restricted) definition.filters.insert({.dataClass = one});
  };
  addForeign(from);
  const std::uint32_t attribute = model.classes[from].indexOf(relation);
  const auto target = attribute == model::noIndex ? std::nullopt : targetOf(model, from, attribute);
  if (!target) return;
  for (const query::Hop& hop : target->hops) addForeign(query::farClass(hop, model));
  if (target->in(model).isCalculated()) definition.scripted = true;
}

bool needsCode(const model::Model& model, std::uint32_t dataClass, const Shown& shown, const Definition& definition) {
  const auto restricted = [&](std::uint32_t one) { return model.classes[one].restricted; };
  return restricted(dataClass) || definition.scripted || !definition.filters.empty() || !shown.code.empty() ||
         std::ranges::any_of(shown.dependencies,
                             [&](const Dependency& one) { return one.anyAttribute || restricted(one.dataClass); });
}

namespace {

// The entities themselves came, went or are others.
bool concerns(const orda::Footprint::Reads& reads, std::uint32_t dataClass, const Changes& changes) {
  if (changes.isCrowded(dataClass)) return true;
  return std::ranges::any_of(changes.of(dataClass), [&](const auto& entry) {
    const ChangedRecord& record = entry.second;
    return reads.whole || record.attributes.empty() ||
           std::ranges::any_of(reads.attributes, [&](std::uint32_t one) { return record.changed(one); });
  });
}

}  // namespace

Touch touchOf(const orda::Footprint& footprint, const Changes& changes, std::uint32_t own) {
  Touch touch = Touch::none;
  for (const auto& [dataClass, reads] : footprint.classes()) {
    if (!concerns(reads, dataClass, changes)) continue;
    if (dataClass != own || reads.together) return Touch::more;
    touch = Touch::own;
  }
  return touch;
}

bool Touched::touches(const Shown& shown) const {
  return std::ranges::any_of(shown.code, [&](orda::CodePlace place) { return code.contains(place); }) ||
         std::ranges::any_of(shown.resultClasses, [&](std::uint32_t one) { return classes.contains(one); });
}

void addTouched(const orda::ReadWatch& watch, const Changes& changes, Touched& touched) {
  watch.forEach(changes.schema(), [&](orda::CodePlace place, const orda::Footprint& footprint) {
    const Touch touch = touchOf(footprint, changes, place.dataClass);
    if (touch == Touch::none) return;
    bool& more = touched.code[place];
    more = more || touch == Touch::more;
  });
}

}  // namespace qodly::rest::live
