// The model, its engine and the reference that follows every write.
#include "tests/unit/engine/marina.h"

#include "base/text.h"
#include "value/json.h"

namespace qodly::engine::test {

namespace {

using model::AttributeType;

struct Definition {
  const char* name;
  AttributeType type;
  bool indexed = false;
};

model::Attribute attribute(const std::string& owner, const Definition& definition) {
  model::Attribute result;
  result.name = definition.name;
  result.type = definition.type;
  result.uuid = owner + "." + definition.name;
  result.indexed = definition.indexed;
  return result;
}

model::DataClass dataClass(const std::string& name, const std::vector<Definition>& definitions) {
  model::DataClass result;
  result.name = name;
  result.selectionName = name + "Selection";
  result.uuid = name;
  for (const Definition& definition : definitions) result.attributes.push_back(attribute(name, definition));
  result.primaryKey = 0;
  result.attributes[0].unique = true;
  return result;
}

}  // namespace

model::Model marina() {
  using enum AttributeType;
  model::Model model;
  model.name = "Marina";
  model.uuid = "Marina";
  model.classes.push_back(
      dataClass("Harbour", {{"ID", long32, true}, {"code", string}, {"name", string, true}, {"depth", number}}));
  model.classes.push_back(
      dataClass("Boat", {{"ID", long32, true},     {"name", string, true},    {"plainName", string},
                         {"metres", number, true}, {"plainMetres", number},   {"crew", long32, true},
                         {"plainCrew", long32},    {"built", date, true},     {"plainBuilt", date},
                         {"launched", date, true}, {"plainLaunched", date},   {"watch", duration, true},
                         {"plainWatch", duration}, {"racing", boolean, true}, {"plainRacing", boolean},
                         {"gear", object, true},   {"plainGear", object},     {"log", text},
                         {"plainLog", text},       {"uid", uuid, true},       {"plainUid", uuid},
                         {"rank", long32, true},   {"plainRank", long32},     {"harbour_ID", long32},
                         {"harbourCode", string}}));
  auto& boats = model.classes[boat].attributes;
  boats[b::log].keywordIndexed = true;
  boats[b::launched].simpleDate = boats[b::plainLaunched].simpleDate = false;
  boats[b::rank].neverNull = boats[b::plainRank].neverNull = true;
  model.relations.resize(2);
  model.relations[byId] = {"relation1", boat, b::harbourId, harbour, h::id};
  model.relations[byCode] = {"relation2", boat, b::harbourCode, harbour, h::code};
  model.buildIndex();
  for (model::DataClass& each : model.classes) each.buildIndex();
  return model;
}

Marina::Marina()
    : folder_(std::filesystem::temp_directory_path() / ("qodly-engine-" + randomHex(8))),
      model_(marina()),
      committed_(classCount) {
  storage::StoreOptions options;
  options.folder = folder_;
  options.mapSize = std::uint64_t{1} << 32;
  options.durable = false;
  auto opened = openEmbeddedEngine(options);
  if (!opened) throw std::runtime_error(opened.error().text());
  engine_ = std::move(*opened);
  const auto applied = engine_->apply(std::make_shared<const model::Model>(model_), {});
  if (!applied) throw std::runtime_error(applied.error().text());
}

Marina::~Marina() {
  engine_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

storage::Change Marina::change(std::uint32_t dataClass, const Row& row, storage::Change::Kind kind) {
  storage::Change change;
  change.kind = kind;
  change.newStamp = 1;
  if (kind == storage::Change::Kind::remove) return change;
  storage::RecordBuilder builder(engine_->currentLayout(dataClass));
  for (std::uint32_t i = 0; i < row.size(); ++i) {
    if (row[i].isMissing()) continue;
    const Result<> done = engine_->encode(builder, dataClass, i, row[i]);
    if (!done) throw std::runtime_error(done.error().text());
  }
  change.record = builder.finish();
  return change;
}

void Marina::put(std::uint32_t dataClass, RecordNumber number, storage::Change change) {
  const storage::RecordId id{engine_->schema()->tables[dataClass], number};
  if (!overlay_.empty()) {
    overlay_.stack().back()->put(id, std::move(change));
    return;
  }
  ChangeSet changes;
  changes.put(id, std::move(change));
  const auto outcome = engine_->commit(std::move(changes), 1, 0);
  if (!outcome) throw std::runtime_error(outcome.error().error.text());
}

RecordNumber Marina::insert(std::uint32_t dataClass, Row row) {
  const RecordNumber number = engine_->reserve(dataClass);
  put(dataClass, number, change(dataClass, row, storage::Change::Kind::insert));
  state()[dataClass][number] = std::move(row);
  return number;
}

void Marina::update(std::uint32_t dataClass, RecordNumber number, Row row) {
  put(dataClass, number, change(dataClass, row, storage::Change::Kind::update));
  state()[dataClass][number] = std::move(row);
}

void Marina::remove(std::uint32_t dataClass, RecordNumber number) {
  put(dataClass, number, change(dataClass, {}, storage::Change::Kind::remove));
  state()[dataClass].erase(number);
}

void Marina::begin() {
  if (overlay_.empty()) pending_ = committed_;
  overlay_.stack().push_back(std::make_shared<ChangeSet>());
}

void Marina::mergeLevel() {
  const auto inner = overlay_.stack().back();
  overlay_.stack().pop_back();
  overlay_.stack().back()->merge(std::move(*inner));
}

void Marina::cancelAll() { overlay_.stack().clear(); }

Value Marina::read(std::uint32_t dataClass, const Row& row, std::uint32_t attribute) const {
  const model::Attribute& definition = model_.classes[dataClass].attributes[attribute];
  if (row[attribute].isMissing()) {
    return definition.neverNull ? blankOf(model::columnType(definition)) : Value::null();
  }
  return row[attribute];
}

query::Node condition(std::uint32_t dataClass, std::uint32_t attribute, query::Operator op, Value value) {
  query::Node node;
  node.kind = query::Node::Kind::condition;
  node.dataClass = dataClass;
  node.condition.attribute.dataClass = dataClass;
  node.condition.attribute.attribute = attribute;
  node.condition.op = op;
  node.condition.nullTest = value.isNull();
  node.condition.value = std::move(value);
  return node;
}

query::SortKey sortKey(std::uint32_t dataClass, std::uint32_t attribute, bool descending) {
  return {path(dataClass, attribute), descending};
}

query::BoundPath path(std::uint32_t dataClass, std::uint32_t attribute) {
  query::BoundPath path;
  path.attribute.dataClass = dataClass;
  path.attribute.attribute = attribute;
  return path;
}

Value jsonValue(std::string_view text) {
  auto parsed = json::parse(text);
  if (!parsed) throw std::runtime_error(parsed.error().text());
  return std::move(*parsed);
}

}  // namespace qodly::engine::test
