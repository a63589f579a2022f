// Values come from small domains, so that criteria select something and keys collide.
#include "tests/unit/engine/random_marina.h"

#include <array>

#include "query/match.h"
#include "value/compare.h"
#include "value/packed.h"

namespace qodly::engine::test {

using query::Node;
using query::Operator;

Value RandomMarina::text() {
  static constexpr std::array<const char*, 14> texts{"",     "Ika",        "ika",     "IKA@", "Élan",
                                                     "elan", "élan vital", "Zephyr",  "Orr",  "Voss",
                                                     "a z",  "ab cd ab",   "Brest-2", "Ωmega"};
  return Value::text(texts[below(texts.size())]);
}

// Texts that agree past the length of an index key, and some that live in blob files.
Value RandomMarina::longText() {
  std::string text(chance(5) ? 70'000 : chance(50) ? 600 : 190, 'm');
  text += "xyz"[below(3)];
  if (chance(30)) text += " jib";
  return Value::text(text);
}

Value RandomMarina::object() {
  static constexpr std::array<const char*, 8> objects{
      R"({"kind":"sloop","sails":[{"kind":"jib","area":12},{"kind":"main","area":30}],"tags":["red","Blue"]})",
      R"({"kind":"Ketch","sails":[{"kind":"jib","area":24}],"tags":[]})",
      R"({"kind":7,"sails":[],"anchor":{"kg":12.5}})",
      R"({"kind":true,"anchor":{"kg":8}})",
      R"({"kind":null,"anchor":{"kg":"heavy"}})",
      R"({})",
      R"({"kind":"slöop","sails":[{"kind":"Jib","area":12.0},{"area":7}],"anchor":{"kg":12.5}})",
      R"({"sails":{"kind":"jib"},"tags":["red","red",3]})"};
  return jsonValue(objects[below(objects.size())]);
}

Value RandomMarina::uuidText() { return Value::text(std::string(31, '0') + static_cast<char>('A' + below(6))); }

Value RandomMarina::valueFor(std::uint32_t attribute) {
  if (chance(12)) return Value::null();
  switch (attribute) {
    case b::name:
    case b::plainName:
      return chance(15) ? longText() : text();
    case b::log:
    case b::plainLog:
      return chance(20) ? longText() : Value::text(std::string(text().asText()) + " " + std::string(text().asText()));
    case b::metres:
    case b::plainMetres:
      return Value::real(static_cast<double>(below(20)) / 2 - 3);
    case b::built:
    case b::plainBuilt:
      return Value::date(Date{static_cast<std::int32_t>(below(12)) + 10'000});
    case b::launched:
    case b::plainLaunched:
      return Value::instant(Instant{startOfDay(Date{10'000}).ms + static_cast<std::int64_t>(below(12)) * 21'600'000});
    case b::watch:
    case b::plainWatch:
      return Value::time(Duration{static_cast<std::int64_t>(below(8)) * 1'800'000 - 3'600'000});
    case b::racing:
    case b::plainRacing:
      return Value::boolean(chance(40));
    case b::gear:
    case b::plainGear:
      return object();
    case b::uid:
    case b::plainUid:
      return uuidText();
    case b::harbourCode:
      return Value::text(std::string(chance(50) ? "Code" : "côdè") + std::to_string(below(30)));
    case b::harbourId:
      return Value::integer(static_cast<std::int64_t>(below(40)) + 1);
    default:
      return Value::integer(static_cast<std::int64_t>(below(14)) - 3);
  }
}

Row RandomMarina::boatRow() {
  Row row(b::count);
  row[b::id] = Value::integer(nextId_++);
  for (std::uint32_t i = b::name; i < b::count; ++i) row[i] = valueFor(i);
  for (std::uint32_t i = b::name; i < b::harbourId; i += 2) row[i + 1] = row[i];
  return row;
}

Row RandomMarina::harbourRow() {
  Row row(h::count);
  const std::int64_t id = nextId_++;
  row[h::id] = Value::integer(id);
  row[h::code] = Value::text("code" + std::to_string(id));
  row[h::name] = chance(10) ? Value::null() : text();
  row[h::depth] = Value::real(static_cast<double>(below(9)));
  return row;
}

void RandomMarina::write() {
  const std::uint32_t dataClass = chance(15) ? harbour : boat;
  Table& table = marina_.state()[dataClass];
  const unsigned action = below(100);
  if (table.empty() || action < 60) {
    marina_.insert(dataClass, dataClass == boat ? boatRow() : harbourRow());
    return;
  }
  const auto at = std::next(table.begin(), below(static_cast<unsigned>(table.size())));
  if (action < 85) {
    marina_.update(dataClass, at->first, dataClass == boat ? boatRow() : harbourRow());
  } else {
    marina_.remove(dataClass, at->first);
  }
}

Value RandomMarina::boundFor(std::uint32_t attribute) {
  if (attribute == b::name || attribute == b::plainName) {
    static constexpr std::array<const char*, 11> patterns{"@",  "i@",  "ika@",      "@an", "@a@",  "e@n",
                                                          "@@", "ika", "mmmmmmmm@", "z@",  "e@ v@"};
    if (chance(50)) return Value::text(patterns[below(patterns.size())]);
  }
  Value value = valueFor(attribute);
  while (value.isMissing()) value = valueFor(attribute);
  return value;
}

Node RandomMarina::objectLeaf() {
  struct Shape {
    std::vector<query::ObjectStep> steps;
    bool length = false;
  };
  static const std::vector<Shape> shapes{
      {{{"kind"}}},       {{{"anchor"}, {"kg"}}}, {{{"sails", true}, {"kind"}}}, {{{"sails", true}, {"area"}}},
      {{{"tags", true}}}, {{{"sails"}}, true}};
  static const std::vector<Value> values{Value::text("jib"),   Value::text("s@"),   Value::text("RED"),
                                         Value::real(12.5),    Value::integer(12),  Value::integer(2),
                                         Value::boolean(true), Value::text("@oop"), Value::text("Ketch")};
  static constexpr std::array<Operator, 8> operators{
      Operator::equal, Operator::identical, Operator::notEqual,    Operator::notIdentical,
      Operator::less,  Operator::greater,   Operator::lessOrEqual, Operator::greaterOrEqual};
  const Shape& shape = shapes[below(static_cast<unsigned>(shapes.size()))];
  Node node = condition(boat, chance(60) ? b::gear : b::plainGear, operators[below(operators.size())],
                        values[below(static_cast<unsigned>(values.size()))]);
  node.condition.attribute.object = shape.steps;
  node.condition.attribute.length = shape.length;
  if (chance(10)) {
    node.condition.op = Operator::in;
    node.condition.list = {Value::text("jib"), Value::integer(12), Value::text("r@")};
  }
  if (node.condition.attribute.attribute == b::gear && chance(70)) node.access = Node::Access::objectIndex;
  return node;
}

Node RandomMarina::boatLeaf() {
  if (chance(15)) return objectLeaf();
  if (chance(8)) {
    Node node = condition(boat, chance(70) ? b::log : b::plainLog, Operator::keyword,
                          Value::text(chance(50)   ? "ika"
                                      : chance(50) ? "el@"
                                                   : "jib"));
    if (node.condition.attribute.attribute == b::log && chance(70)) node.access = Node::Access::keywordIndex;
    return node;
  }
  static constexpr std::array<Operator, 9> operators{
      Operator::equal,        Operator::identical,      Operator::notEqual,
      Operator::notIdentical, Operator::less,           Operator::lessOrEqual,
      Operator::greater,      Operator::greaterOrEqual, Operator::in};
  static constexpr std::array<std::uint32_t, 11> columns{
      b::name, b::metres, b::crew, b::built, b::launched, b::watch, b::racing, b::uid, b::harbourId, b::rank, b::name};
  std::uint32_t attribute = columns[below(columns.size())];
  const bool indexed = chance(60);
  if (!indexed && attribute != b::harbourId) ++attribute;
  Operator op = operators[below(operators.size())];
  if ((attribute == b::uid || attribute == b::plainUid) && op >= Operator::less && op != Operator::in)
    op = Operator::equal;
  Node node = condition(boat, attribute, op, boundFor(attribute));
  if (op == Operator::in) {
    for (unsigned i = below(4); i > 0; --i) node.condition.list.push_back(boundFor(attribute));
  }
  const bool nullable = attribute != b::rank && attribute != b::plainRank;
  if (nullable && chance(8)) {
    node = condition(boat, attribute, chance(50) ? Operator::equal : Operator::notEqual, Value::null());
  } else if ((attribute == b::launched || attribute == b::plainLaunched) && op != Operator::in && chance(50)) {
    node.condition.value = Value::date(Date{10'000 + static_cast<std::int32_t>(below(4))});
    node.condition.dayInterval = true;
  }
  if (indexed && chance(80)) node.access = Node::Access::index;
  return node;
}

Node RandomMarina::leaf(std::uint32_t dataClass) {
  if (dataClass == boat) return boatLeaf();
  Node node = chance(50)
                  ? condition(harbour, h::name, chance(70) ? Operator::equal : Operator::notEqual, boundFor(b::name))
                  : condition(harbour, h::depth, chance(50) ? Operator::less : Operator::greaterOrEqual,
                              Value::real(static_cast<double>(below(9))));
  if (node.condition.attribute.attribute == h::name && chance(70)) node.access = Node::Access::index;
  return node;
}

Node RandomMarina::tree(std::uint32_t dataClass, int depth) {
  const unsigned choice = depth == 0 ? 0 : below(10);
  Node node;
  node.dataClass = dataClass;
  switch (choice) {
    case 5:
    case 6:
      node.kind = chance(50) ? Node::Kind::conjunction : Node::Kind::disjunction;
      for (unsigned i = 2 + below(3); i > 0; --i) node.children.push_back(tree(dataClass, depth - 1));
      return node;
    case 7:
      node.kind = Node::Kind::negation;
      node.children.push_back(tree(dataClass, depth - 1));
      return node;
    case 8:
      node.kind = Node::Kind::join;
      node.hop = {chance(50) ? byId : byCode, dataClass == harbour, 0};
      node.children.push_back(tree(dataClass == harbour ? boat : harbour, depth - 1));
      return node;
    case 9:
      node.kind = Node::Kind::related;
      node.hop = {chance(50) ? byId : byCode, dataClass == harbour, 0};
      node.negative = chance(50);
      return node;
    default:
      return leaf(dataClass);
  }
}

bool RandomMarina::conditionHolds(const Node& node, const Row& row) {
  const query::Matcher matcher(node.condition, marina_.engine().collation());
  const Value value = marina_.read(node.dataClass, row, node.condition.attribute.attribute);
  return value.isMissing() ? matcher.matchesMissing() : matcher.matches(value);
}

bool RandomMarina::joinHolds(const Node& node, const Row& row) {
  const bool toMany = node.hop.toMany;
  const std::uint32_t many = node.hop.relation == byId ? b::harbourId : b::harbourCode;
  const std::uint32_t one = node.hop.relation == byId ? h::id : h::code;
  const Value& key = row[toMany ? one : many];
  for (const auto& [number, other] : marina_.state()[toMany ? boat : harbour]) {
    if (!equalValues(key, other[toMany ? many : one], marina_.engine().collation())) continue;
    if (node.children.empty() || satisfies(node.children.front(), other)) return true;
  }
  return false;
}

bool RandomMarina::satisfies(const Node& node, const Row& row) {
  const auto holds = [&](const Node& child) { return satisfies(child, row); };
  switch (node.kind) {
    case Node::Kind::condition:
      return conditionHolds(node, row);
    case Node::Kind::conjunction:
      return std::ranges::all_of(node.children, holds);
    case Node::Kind::disjunction:
      return std::ranges::any_of(node.children, holds);
    case Node::Kind::negation:
      return !holds(node.children.front());
    case Node::Kind::join:
      return joinHolds(node, row);
    case Node::Kind::related:
      return joinHolds(node, row) == node.negative;
    default:
      return node.kind == Node::Kind::all;
  }
}

RecordSet RandomMarina::expected(const Node& node) {
  orda::Bitmap found;
  for (const auto& [number, row] : marina_.state()[node.dataClass]) {
    if (satisfies(node, row)) found.add(number);
  }
  return RecordSet::unordered(std::move(found));
}

}  // namespace qodly::engine::test
