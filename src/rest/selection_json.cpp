#include "rest/selection_json.h"

#include "base/json_writer.h"
#include "base/text.h"
#include "rest/json_out.h"

namespace qodly::rest {

namespace {

// Writes the entities of a page between brackets; returns how many.
Result<std::size_t> writeEntities(Call& call, const SelectionAnswer& answer, Head head, std::string& out) {
  const auto numbers = answer.members.slice(answer.page.skip, answer.page.top);
  Gathered gathered;
  if (answer.writer.needsGathering()) {
    if (auto done = answer.writer.gather(call.process(), numbers, gathered); !done) {
      return std::unexpected(done.error());
    }
  }
  AnswerScope opened(call, &gathered);
  WriteScope& scope = opened.scope;
  JsonOut json(out);
  json.raw('[');
  opened.reader().records(answer.dataClass, numbers, [&](std::size_t position, const storage::RecordView& record) {
    if (position != 0) json.raw(',');
    answer.writer.write(head, numbers[position], record, scope, json);
    return !scope.failure;
  });
  json.raw(']');
  if (scope.failure) return std::unexpected(*scope.failure);
  return numbers.size();
}

// Tables up to this many entities are looked through as fast as their index is asked.
constexpr std::uint64_t fewEntities = 4'000;

// The highest positive value that an index holds, found by halving: each step asks whether there is a higher one.
// nullopt: there is none, no index, or so few entities that it is not worth asking.
std::optional<std::int64_t> highestByIndex(orda::Engine& engine, std::uint32_t dataClass, std::uint32_t attribute) {
  constexpr auto byIndex = query::Node::Access::index;
  const auto statistics = engine.statistics(nullptr);
  const auto isIndexed = [&] { return statistics->hasIndex(dataClass, attribute, byIndex); };
  if (statistics->count(dataClass) <= fewEntities || !isIndexed()) return std::nullopt;
  query::Condition above;
  above.attribute = {.dataClass = dataClass, .attribute = attribute, .object = {}, .length = false};
  above.op = query::Operator::greater;
  std::int64_t low = 0, high = INT64_MAX;  // it lies between them
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    above.value = Value::integer(middle);
    if (statistics->estimate(above, byIndex) > 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  // An index that began to rest meanwhile has told nothing.
  return low > 0 && isIndexed() ? std::optional(low) : std::nullopt;
}

}  // namespace

std::int64_t highestGlobalStamp(orda::Engine& engine, const orda::Schema& schema, std::uint32_t dataClass,
                                const orda::Overlay* overlay) {
  const std::uint32_t attribute = schema.model->classes[dataClass].indexOf("__GlobalStamp");
  if (attribute == model::noIndex) return 0;
  if (overlay == nullptr) {
    if (const auto highest = highestByIndex(engine, dataClass, attribute)) return *highest;
  }
  query::BoundPath path;
  path.attribute = {.dataClass = dataClass, .attribute = attribute, .object = {}, .length = false};
  const auto aggregate = engine.aggregate(path, dataClass, engine.all(dataClass, overlay), overlay);
  return aggregate && aggregate->maximum.isNumber() ? static_cast<std::int64_t>(aggregate->maximum.asNumber()) : 0;
}

Page pageOf(const Parameters& parameters) {
  return {.skip = parameters.integer(Parameter::skip).value_or(0), .top = parameters.top().value_or(defaultTop)};
}

Result<> writeSelection(Call& call, const SelectionAnswer& answer) {
  return appendSelection(call, answer, call.json());
}

Result<> appendSelection(Call& call, const SelectionAnswer& answer, std::string& out) {
  // Before the Reader is opened: an aggregate may wait.
  const std::int64_t stamp = highestGlobalStamp(call.engine(), *call.schema, answer.dataClass, call.overlay());
  out += '{';
  out += answer.leading;
  if (!answer.entitySetUri.empty()) {
    out += R"("__ENTITYSET":)";
    json::appendString(answer.entitySetUri, out);
    out += ',';
  }
  appendClassNames(call.model().classes[answer.dataClass].name, out);
  out += R"(,"__GlobalStamp":)";
  json::appendNumber(stamp, out);
  out += R"(,"__COUNT":)";
  json::appendNumber(static_cast<std::int64_t>(answer.members.size()), out);
  out += R"(,"__FIRST":)";
  json::appendNumber(static_cast<std::int64_t>(answer.page.skip), out);
  out += R"(,"__ENTITIES":)";
  const auto sent = writeEntities(call, answer, Head::nested, out);
  if (!sent) return std::unexpected(sent.error());
  out += R"(,"__SENT":)";
  json::appendNumber(static_cast<std::int64_t>(*sent), out);
  out += '}';
  return {};
}

Result<> writeArray(Call& call, const SelectionAnswer& answer) {
  const auto sent = writeEntities(call, answer, Head::flat, call.json());
  return sent ? Result<>() : std::unexpected(sent.error());
}

std::string entitySetUri(std::string_view dataClass, std::string_view id) {
  std::string uri = "/rest/" + percentEncode(dataClass) + "/$entityset/";
  uri += id;
  return uri;
}

}  // namespace qodly::rest
