#include "rest/read.h"

#include <fmt/format.h>

#include "base/text.h"
#include "rest/compute.h"
#include "rest/entity_json.h"
#include "rest/entity_set.h"
#include "rest/errors.h"
#include "rest/etag.h"
#include "rest/exposure.h"
#include "rest/looker.h"
#include "rest/media.h"
#include "rest/selection_json.h"
#include "rest/source.h"

namespace qodly::rest {

namespace {

using storage::RecordNumber;

std::vector<std::string_view> pathLists(const Call& call, std::size_t from = 0) {
  return {call.address.segments.begin() + static_cast<std::ptrdiff_t>(from), call.address.segments.end()};
}

Result<> writeEntity(Call& call, const EntityWriter& writer, RecordNumber number, Head head) {
  Gathered gathered;
  if (writer.needsGathering()) {
    if (auto done = writer.gather(call.process(), std::span(&number, 1), gathered); !done) return done;
  }
  AnswerScope answer(call, &gathered);
  const storage::RecordView record = answer.reader().record(writer.dataClass(), number);
  writer.write(head, number, record, answer.scope, call.json());
  if (answer.scope.failure) return std::unexpected(*answer.scope.failure);
  if (record) tagEntity(call, record.stamp());
  return {};
}

bool asksForWholeEntity(const Call& call) {
  const Address& address = call.address;
  return address.hasKey && address.keyAttribute.empty() && !address.hasEntitySet && address.segments.empty() &&
         !call.parameters.has(Parameter::attributes) && !call.parameters.has(Parameter::expand) &&
         !call.parameters.has(Parameter::asArray);
}

// /Book[7]/author?$expand=author: the related entity as root entity; null when there is none (O-15).
Result<> answerRelatedEntity(Call& call, std::uint32_t dataClass) {
  const auto source = findSource(call, dataClass);
  if (!source) return std::unexpected(source.error());
  const auto writer = call.writer(source->dataClass, source->lists, source->expand);
  if (!writer) return std::unexpected(writer.error());
  if (source->members.empty()) {
    call.json() += "null";
    return {};
  }
  return writeEntity(call, **writer, source->members.at(0), Head::root);
}

Result<> answerEntity(Call& call, std::uint32_t dataClass) {
  const bool flat = call.parameters.flag(Parameter::asArray);
  const auto writer = call.writer(dataClass, pathLists(call), call.parameters.text(Parameter::expand), flat);
  if (!writer) return std::unexpected(writer.error());
  const auto number = findEntity(call, dataClass);
  if (!number) return std::unexpected(number.error());
  return writeEntity(call, **writer, *number, flat ? Head::flat : Head::root);
}

// The plain case, GET /rest/Book[7]: one Reader for the look-up and the answer.
Result<> answerWholeEntity(Call& call, std::uint32_t dataClass, const EntityWriter& writer) {
  const auto& definition = call.model().classes[dataClass];
  const Value key = keyValue(definition, call.address.key.text);
  if (key.isUndefined()) return std::unexpected(entityNotLoaded(call.address.key.text, definition.name));
  AnswerScope answer(call);
  const RecordNumber number = answer.reader().findUnique(dataClass, definition.primaryKey, key);
  const storage::RecordView record =
      number == storage::noRecord ? storage::RecordView() : answer.reader().record(dataClass, number);
  if (!record) return std::unexpected(entityNotLoaded(call.address.key.text, definition.name));
  writer.write(Head::root, number, record, answer.scope, call.json());
  if (answer.scope.failure) return std::unexpected(*answer.scope.failure);
  tagEntity(call, record.stamp());
  return {};
}

bool leadsToOne(const Call& call, std::uint32_t dataClass, std::uint32_t relation) {
  const auto target = targetOf(call.model(), dataClass, relation);
  return !target->crossesToMany() && givesOne(target->in(call.model()));
}

Result<> answerEvaluated(Call& call, std::uint32_t dataClass) {
  auto source = evaluateSource(call, dataClass);
  if (!source) return std::unexpected(source.error());

  const bool values = call.parameters.flag(Parameter::distinct) || call.parameters.has(Parameter::compute);
  const bool looker = call.parameters.text(Parameter::format) == "looker";
  const bool flat = call.parameters.flag(Parameter::asArray);
  std::shared_ptr<const EntityWriter> writer;
  if (!values && !looker) {
    // Before anything is stored: an unknown attribute refuses the whole request.
    auto compiled = call.writer(source->dataClass, source->lists, source->expand, flat);
    if (!compiled) return std::unexpected(compiled.error());
    writer = std::move(*compiled);
  }
  std::string uri;
  if (call.storesEntitySet()) {
    auto stored = storeEntitySet(call, source->dataClass, source->members, originOf(call));
    if (!stored) return std::unexpected(stored.error());
    uri = std::move(*stored);
  }
  if (call.parameters.flag(Parameter::distinct)) return answerDistinct(call, *source);
  if (call.parameters.has(Parameter::compute)) return answerCompute(call, *source);
  if (looker) return answerLooker(call, *source);
  const SelectionAnswer answer{.dataClass = source->dataClass,
                               .members = source->members,
                               .writer = *writer,
                               .page = pageOf(call.parameters),
                               .entitySetUri = std::move(uri),
                               .leading = std::move(source->plan)};
  return flat ? writeArray(call, answer) : writeSelection(call, answer);
}

Result<> answerSelection(Call& call, std::uint32_t dataClass) {
  if (asksForIntersection(call)) return answerIntersection(call, dataClass);
  if (answeredFromPageTag(call, dataClass)) return {};
  auto answered = answerEvaluated(call, dataClass);
  if (answered) tagBody(call);
  return answered;
}

}  // namespace

Result<> answerRead(Call& call, std::uint32_t dataClass) {
  if (auto allowed = demand(call, dataClass, orda::Right::read); !allowed) return allowed;
  if (asksForWholeEntity(call)) {
    const auto writer = call.services.writers.whole(call.schema, dataClass, call.rights.access);
    const bool plain = !writer->needsGathering() && !call.model().classes[dataClass].restricted;
    return plain ? answerWholeEntity(call, dataClass, *writer) : answerEntity(call, dataClass);
  }
  if (!call.address.isEntity()) return answerSelection(call, dataClass);
  if (const auto attribute = addressedMedia(call, dataClass)) {
    if (auto allowed = demand(call, dataClass, *attribute, orda::Right::read); !allowed) return allowed;
    return answerMedia(call, dataClass, *attribute);
  }
  if (const auto relation = addressedRelation(call, dataClass)) {
    return leadsToOne(call, dataClass, *relation) ? answerRelatedEntity(call, dataClass)
                                                  : answerSelection(call, dataClass);
  }
  return answerEntity(call, dataClass);
}

}  // namespace qodly::rest
