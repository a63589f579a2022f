// Query text in both lexings: whatever is read is bound to a fixed model, described, and tried on a few values;
// whatever is refused names a place inside the text.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <spdlog/spdlog.h>

#include "base/error_codes.h"
#include "query/match.h"
#include "query/plan.h"
#include "value/json.h"
#include "value/packed.h"

namespace {

using namespace qodly;

void check(bool holds) {
  if (!holds) std::abort();
}

model::Attribute& add(model::DataClass& owner, std::string name, model::AttributeType type) {
  model::Attribute& attribute = owner.attributes.emplace_back();
  attribute.name = std::move(name);
  attribute.type = type;
  return attribute;
}

// One class A related to itself (up, downs), an attribute a letter for every type of values.
model::Model fixedModel() {
  using Type = model::AttributeType;
  model::Model model;
  model::DataClass& owner = model.classes.emplace_back();
  owner.name = "A";
  owner.primaryKey = 0;
  add(owner, "i", Type::long32);
  add(owner, "s", Type::string);
  add(owner, "n", Type::number);
  add(owner, "d", Type::date);
  add(owner, "t", Type::date).simpleDate = false;
  add(owner, "u", Type::uuid);
  add(owner, "b", Type::boolean);
  add(owner, "w", Type::duration);
  add(owner, "o", Type::object);
  add(owner, "p", Type::image);
  add(owner, "up", Type::long32).shadowed = true;
  for (const bool toMany : {false, true}) {
    model::Attribute& end = add(owner, toMany ? "downs" : "up", Type::object);
    end.kind = toMany ? model::AttributeKind::relatedEntities : model::AttributeKind::relatedEntity;
    end.relation = 0;
    end.relatedClass = 0;
  }
  model::Attribute& alias = add(owner, "top", Type::string);
  alias.kind = model::AttributeKind::alias;
  alias.aliasPath = "up.up.s";
  model::Attribute& circle = add(owner, "loop", Type::string);
  circle.kind = model::AttributeKind::alias;
  circle.aliasPath = "up.loop";
  model::Relation& relation = model.relations.emplace_back();
  relation.sourceClass = relation.destinationClass = 0;
  relation.sourceAttribute = 10;
  relation.destinationAttribute = 0;
  relation.nTo1Attribute = 11;
  relation.oneToNAttribute = 12;
  owner.buildIndex();
  model.buildIndex();
  return model;
}

query::Parameters fixedParameters() {
  query::Parameters parameters;
  auto list = Collection::make();
  list->push(Value::integer(1));
  list->push(Value::text("a@"));
  list->push(Value::null());
  parameters.values = {Value::text("o.x[].y"), Value::integer(3), Value::null(), Value::collection(list)};
  auto values = Object::make();
  values->set("x", Value::text("z"));
  parameters.parameters = Value::object(values);
  parameters.attributes = Value::object(values);
  return parameters;
}

class EverythingIndexed final : public query::Statistics {
 public:
  std::uint64_t count(std::uint32_t) const override { return 1000; }
  bool hasIndex(std::uint32_t, std::uint32_t, query::Node::Access) const override { return true; }
  std::uint64_t estimate(const query::Condition&, query::Node::Access) const override { return 7; }
};

const Value& sample() {
  static const Value value = *json::parse(R"({"x":[{"y":1,"z":"a@b"},{"y":null},[1,2]],"q":"2021-03-09","length":4})");
  return value;
}

// Packed and live objects give one answer.
void tryNode(const query::Node& node, const Collation& collation) {
  static const std::string packed = [] {
    std::string bytes;
    check(pack(sample(), bytes).has_value());
    return bytes;
  }();
  if (node.kind == query::Node::Kind::condition) {
    const query::Matcher matcher(node.condition, collation);
    check(matcher.matchesMissing() == matcher.matches(Value()));
    if (node.condition.attribute.insideObject()) {
      check(matcher.matches(sample()) == matcher.matchesObject(PackedView(packed)));
    } else {
      (void)matcher.matches(Value::text("a@b"));
      (void)matcher.matches(Value::integer(-5));
      (void)matcher.matches(Value::real(1e300));
    }
  }
  if (node.kind == query::Node::Kind::linked) {
    const query::LinkedMatcher matcher(node, collation);
    check(matcher.matches(sample()) == matcher.matchesObject(PackedView(packed)));
  }
  for (const query::Node& child : node.children) tryNode(child, collation);
}

void tryText(std::string_view text, bool rest) {
  static const model::Model model = fixedModel();
  static const query::Parameters parameters = fixedParameters();
  static const auto collation = Collation::forLocale("en");
  const auto syntax = query::parse(text, {.rest = rest});
  if (!syntax) {
    check(syntax.error().code() == code::querySyntax && syntax.error().where().has_value());
    check(syntax.error().where()->column >= 1 && syntax.error().where()->column <= text.size() + 1);
    return;
  }
  auto plan = query::bind(*syntax, model, 0, parameters);
  if (!plan) {
    check(plan.error().where().has_value() && plan.error().where()->column <= text.size() + 1);
    return;
  }
  query::optimise(*plan, model, EverythingIndexed());
  (void)json::text(query::describe(*plan, model));
  (void)json::text(query::describeExtended(*plan, model));
  tryNode(plan->root, *collation);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  spdlog::set_level(spdlog::level::off);
  tryText(text, false);
  tryText(text, true);
  (void)query::parseOrder(text);
  (void)query::parsePath(text);
  (void)query::parseLoosePath(text);
  return 0;
}
