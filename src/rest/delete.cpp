#include "rest/delete.h"

#include <algorithm>
#include <atomic>

#include "base/error_codes.h"
#include "base/text.h"
#include "orda/entity.h"
#include "query/syntax.h"
#include "rest/body.h"
#include "rest/entity_json.h"
#include "rest/errors.h"
#include "rest/etag.h"
#include "rest/exposure.h"
#include "rest/filter.h"
#include "rest/source.h"

namespace qodly::rest {

namespace {

Result<> checkGet(const Call& call) {
  if (!call.request.isRead()) return {};
  if (!std::atomic_ref(call.services.options.getDelete).load(std::memory_order_relaxed) || !call.address.isEntity() ||
      call.request.method() == http::Method::Head) {
    return std::unexpected(
        refused(405, "GET deletes a single entity only, named by its key, and where the settings allow it"));
  }
  const bool prefetch =
      call.request.header("Purpose") == "prefetch" || call.request.header("Sec-Purpose").starts_with("prefetch");
  if (prefetch || call.request.header("Sec-Fetch-Site") == "cross-site") {
    return std::unexpected(refused(403, "A deletion by GET is not accepted from another site or as a prefetch"));
  }
  return {};
}

// What is to be deleted, and the keys of a list that lead nowhere.
struct Victims {
  std::uint32_t dataClass = model::noIndex;
  orda::RecordSet members;
  std::vector<Error> unknown;
};

Victims listedVictims(Call& call, std::uint32_t dataClass, const Value& body) {
  Victims victims{.dataClass = dataClass, .members = {}, .unknown = {}};
  const std::span<const Value> items =
      body.isCollection() ? std::span<const Value>(body.asCollection().elements()) : std::span(&body, 1);
  std::vector<storage::RecordNumber> numbers;
  for (const Value& item : items) {
    const std::string key = keyText(item.isObject() ? item.asObject().get("__KEY") : item);
    const storage::RecordNumber number = findByKey(call, dataClass, key);
    if (number == storage::noRecord) {
      victims.unknown.push_back(keyNotFound(key, call.model().classes[dataClass].name));
    } else if (std::ranges::find(numbers, number) == numbers.end()) {
      numbers.push_back(number);
    }
  }
  victims.members = orda::RecordSet::ordered(std::move(numbers));
  return victims;
}

// A filter that says nothing would delete everything (O-31).
Result<> checkFilter(const Call& call) {
  if (!call.parameters.has(Parameter::filter)) return {};
  const auto syntax = query::parse(filterText(call.parameters.text(Parameter::filter)), {.rest = true});
  if (!syntax || syntax->criteria) return {};
  return std::unexpected(malformed("The $filter of a deletion has no condition: say what to delete"));
}

Result<Victims> findVictims(Call& call, std::uint32_t dataClass) {
  const Address& address = call.address;
  if (auto meaningful = checkFilter(call); !meaningful) return std::unexpected(meaningful.error());
  if (addressedRelation(call, dataClass) || (address.hasEntitySet && !address.hasSetKey) ||
      (!address.isEntity() && call.parameters.has(Parameter::filter))) {
    auto source = evaluateSource(call, dataClass);
    if (!source) return std::unexpected(source.error());
    return Victims{.dataClass = source->dataClass, .members = std::move(source->members), .unknown = {}};
  }
  if (!address.segments.empty()) {
    for (const std::string& segment : address.segments) {
      if (visibleAttribute(call.model(), dataClass, segment) == model::noIndex) {
        return std::unexpected(attributeNotFound(segment, call.model().classes[dataClass].name));
      }
    }
    return std::unexpected(malformed("Attributes cannot be deleted: name an entity, a filter or an entity set"));
  }
  if (address.isEntity()) {
    const auto number = findEntity(call, dataClass);
    if (!number) return std::unexpected(number.error());
    if (hasPreconditions(call)) {
      const auto entity = orda::DataClass(call.process(), call.schema, dataClass).load(*number);
      if (auto met = checkPreconditions(call, entity ? &*entity : nullptr); !met) return std::unexpected(met.error());
    }
    return Victims{.dataClass = dataClass, .members = orda::RecordSet::ordered({*number}), .unknown = {}};
  }
  if (trim(call.request.body()).empty()) {
    return std::unexpected(
        malformed("Nothing says what to delete: give a key, a $filter, an entity set, or a body with the keys"));
  }
  const auto body = jsonBody(call.request);
  if (!body) return std::unexpected(body.error());
  return listedVictims(call, dataClass, *body);
}

struct Outcome {
  std::vector<Error> errors;
};

void drop(Call& call, const Victims& victims, orda::StopOnFirstError mode, Outcome& outcome) {
  if (mode == orda::StopOnFirstError::yes && !outcome.errors.empty()) return;
  std::vector<orda::Status> failures;
  orda::DataClass(call.process(), call.schema, victims.dataClass).select(victims.members)->drop(mode, &failures);
  const FailedEntity entity{.dataClass = call.model().classes[victims.dataClass].name,
                            .database = call.services.applicationName,
                            .key = {},
                            .record = 0,
                            .isNew = false};
  for (const orda::Status& status : failures) {
    // Somebody else was faster: the entity is gone, as wanted.
    if (status.code == orda::StatusCode::entityDoesNotExistAnymore) continue;
    outcome.errors.push_back(dropError(status, entity));
  }
}

void answer(Call& call, const Outcome& outcome) {
  if (outcome.errors.empty()) {
    call.answerOk();
    return;
  }
  int status = 500;
  for (const Error& error : outcome.errors) {
    if (error.code() == code::noPermission) status = 401;
  }
  std::string& out = call.json(status);
  out += R"({"ok":false,"__ERROR":[)";
  for (const Error& error : outcome.errors) {
    if (&error != &outcome.errors.front()) out += ',';
    appendErrors(error, out);
  }
  out += "]}";
}

}  // namespace

Result<> answerDelete(Call& call, std::uint32_t dataClass) {
  if (auto allowed = checkGet(call); !allowed) return allowed;
  for (const orda::Right right : {orda::Right::read, orda::Right::drop}) {
    if (auto allowed = demand(call, dataClass, right); !allowed) return allowed;
  }
  if (hasPreconditions(call) && !call.address.isEntity()) {
    return std::unexpected(refused(412, "If-Match and If-None-Match are for the deletion of one entity"));
  }
  auto victims = findVictims(call, dataClass);
  if (!victims) return std::unexpected(victims.error());
  Outcome outcome;
  outcome.errors = std::move(victims->unknown);
  if (call.parameters.flag(Parameter::atomic)) {
    orda::TransactionScope transaction(call.process());
    drop(call, *victims, orda::StopOnFirstError::yes, outcome);
    if (outcome.errors.empty()) {
      if (auto committed = transaction.validate(); !committed) outcome.errors.push_back(committed.error());
    }
  } else {
    drop(call, *victims, orda::StopOnFirstError::no, outcome);
  }
  if (outcome.errors.empty() && call.address.hasEntitySet && !call.address.isEntity()) {
    if (SessionData* known = call.knownSession()) known->entitySets().release(call.address.entitySet);
  }
  answer(call, outcome);
  return {};
}

}  // namespace qodly::rest
