#include "orda/attribute_paths.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error_codes.h"

namespace qodly::orda {

namespace {

constexpr int maximumAliasDepth = 32;

class Resolver {
 public:
  Resolver(const model::Model& model, std::uint32_t dataClass) : model_(model) { path_.dataClass = dataClass; }

  Result<> walk(std::span<const query::PathStep> steps, int aliasDepth) {
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (auto done = take(steps[i], aliasDepth); !done) return done;
    }
    return {};
  }

  ResolvedPath finish() && { return std::move(path_); }

 private:
  Result<> take(const query::PathStep& step, int aliasDepth) {
    if (path_.attribute != model::noIndex) return takeProperty(step);
    const model::DataClass& current = model_.classes[path_.dataClass];
    const std::uint32_t index = current.indexOf(step.name);
    if (index == model::noIndex) return unknown(step.name, current);
    const model::Attribute& attribute = current.attributes[index];
    switch (attribute.kind) {
      case model::AttributeKind::relatedEntity:
      case model::AttributeKind::relatedEntities:
        path_.hops.push_back({.relation = attribute.relation,
                              .toMany = attribute.kind == model::AttributeKind::relatedEntities,
                              .instance = step.classIndex});
        path_.dataClass = attribute.relatedClass;
        return {};
      case model::AttributeKind::alias:
        return takeAlias(attribute, current, aliasDepth);
      case model::AttributeKind::calculated:
      case model::AttributeKind::storage:
        break;
    }
    path_.attribute = index;
    if (step.each) path_.object.push_back({.name = "", .each = true, .link = step.link});
    return {};
  }

  Result<> takeAlias(const model::Attribute& alias, const model::DataClass& dataClass, int aliasDepth) {
    auto steps = query::parsePath(alias.aliasPath);
    if (!steps || aliasDepth == maximumAliasDepth) return unknown(alias.name, dataClass);
    return walk(*steps, aliasDepth + 1);
  }

  Result<> takeProperty(const query::PathStep& step) {
    const model::DataClass& current = model_.classes[path_.dataClass];
    const model::Attribute& attribute = current.attributes[path_.attribute];
    const bool open = attribute.type == model::AttributeType::object ||
                      (attribute.isCalculated() && attribute.result != model::CalculatedResult::scalar);
    if (!open) {
      return std::unexpected(
          dataError(code::queryUnknownAttribute, fmt::format("{}.{} is no object attribute and has no property \"{}\"",
                                                             current.name, attribute.name, step.name)));
    }
    path_.object.push_back({.name = step.name, .each = step.each, .link = step.link});
    return {};
  }

  static Result<> unknown(std::string_view name, const model::DataClass& dataClass) {
    return std::unexpected(dataError(code::queryUnknownAttribute,
                                     fmt::format("The {} dataclass has no attribute \"{}\"", dataClass.name, name)));
  }

  const model::Model& model_;
  ResolvedPath path_;
};

}  // namespace

bool ResolvedPath::crossesToMany() const { return std::ranges::any_of(hops, &query::Hop::toMany); }

query::BoundPath ResolvedPath::bound() const {
  query::BoundPath path;
  path.hops = hops;
  path.attribute.dataClass = dataClass;
  path.attribute.attribute = attribute;
  path.attribute.object = object;
  if (!object.empty() && object.back().name == "length" && !object.back().each) {
    path.attribute.object.pop_back();
    path.attribute.length = true;
  }
  return path;
}

Result<ResolvedPath> resolvePath(const model::Model& model, std::uint32_t dataClass, const query::Path& path) {
  Resolver resolver(model, dataClass);
  if (auto done = resolver.walk(path, 0); !done) return std::unexpected(done.error());
  return std::move(resolver).finish();
}

Result<ResolvedPath> resolvePath(const model::Model& model, std::uint32_t dataClass, std::string_view path) {
  auto steps = query::parsePath(path);
  if (!steps) return std::unexpected(steps.error());
  return resolvePath(model, dataClass, *steps);
}

Result<ResolvedPath> requireScalar(ResolvedPath path, std::string_view text) {
  const auto refuse = [&](std::string_view why) -> Result<ResolvedPath> {
    return std::unexpected(dataError(code::wrongArgument, fmt::format("\"{}\" cannot be used here: {}", text, why)));
  };
  if (path.endsOnRelation()) return refuse("it is a relation, not a storage attribute");
  if (path.crossesToMany()) return refuse("it goes through a 1->N relation");
  return path;
}

Result<> demandReadable(const DataClass& dataClass, const ResolvedPath& path) {
  const std::shared_ptr<const Access>& access = dataClass.process().access();
  return access ? demandReadable(*access, dataClass.index(), path.hops, path.attribute) : Result<>();
}

bool mayRead(const DataClass& dataClass, const ResolvedPath& path) {
  return demandReadable(dataClass, path).has_value();
}

Result<ResolvedPath> resolveScalarPath(const model::Model& model, std::uint32_t dataClass, std::string_view path) {
  auto resolved = resolvePath(model, dataClass, path);
  if (!resolved) return resolved;
  return requireScalar(std::move(*resolved), path);
}

const model::Attribute& attributeOf(const model::Model& model, const ResolvedPath& path) {
  return model.classes[path.dataClass].attributes[path.attribute];
}

namespace {

Value stepInside(const Value& from, const query::ObjectStep& step) {
  if (step.name.empty()) return from;
  if (from.isObject()) return from.asObject().get(step.name);
  if (from.isCollection() && step.name == "length") {
    return Value::integer(static_cast<std::int64_t>(from.asCollection().size()));
  }
  return {};
}

}  // namespace

Value valueInside(const Value& object, std::span<const query::ObjectStep> steps) {
  if (steps.empty()) return object;
  const Value next = stepInside(object, steps.front());
  const auto rest = steps.subspan(1);
  if (!steps.front().each) return next.isMissing() ? Value() : valueInside(next, rest);
  if (!next.isCollection()) return {};
  auto results = Collection::make();
  for (const Value& element : next.asCollection().elements()) {
    const Value inner = valueInside(element, rest);
    if (!inner.isUndefined()) results->push(inner);
  }
  return Value::collection(results);
}

}  // namespace qodly::orda
