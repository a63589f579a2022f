#include "rest/entity_set.h"

#include <fmt/format.h>

#include "base/text.h"
#include "rest/errors.h"
#include "rest/filter.h"
#include "rest/selection_json.h"

namespace qodly::rest {

namespace {

// 0 and non-numeric: as if not given (rest.md 10.7). A value too large to be a life ends at a century.
std::optional<std::int64_t> timeoutOf(const Call& call) {
  const auto seconds = call.parameters.integer(Parameter::timeout);
  if (!seconds || *seconds == 0) return std::nullopt;
  return static_cast<std::int64_t>(std::min<std::uint64_t>(*seconds, 100ull * 365 * 86400));
}

bool isShorthand(std::string_view saved) { return saved.empty() || equalsIgnoringAsciiCase(saved, "true"); }

// What $savedfilter and $savedorderby say, `true` standing for `same`.
SetDefinition definitionOf(const Call& call, std::string_view sameFilter, std::string_view sameOrderby) {
  SetDefinition definition;
  if (const auto filter = call.parameters.given(Parameter::savedFilter)) {
    definition.filter = isShorthand(*filter) ? sameFilter : *filter;
  }
  if (const auto order = call.parameters.given(Parameter::savedOrderby)) {
    definition.orderby = isShorthand(*order) ? sameOrderby : *order;
  }
  if (!definition.empty()) definition.params = call.parameters.text(Parameter::params);
  return definition;
}

bool looksLikeId(std::string_view id) { return id.size() == 32 && fromHex(id).has_value(); }

// An expired set, made again under its own id from the definition that the request passes (rest.md 11.4).
Result<FoundSet> recreate(Call& call, std::uint32_t dataClass, const std::string& id) {
  if (!looksLikeId(id)) return std::unexpected(entitySetNotFound(id));
  SetDefinition remembered;
  if (SessionData* known = call.knownSession())
    remembered = known->entitySets().definition(id).value_or(SetDefinition{});
  SetDefinition definition = definitionOf(call, remembered.filter, remembered.orderby);
  if (definition.empty()) return std::unexpected(entitySetNotFound(id));
  if (definition.params.empty()) definition.params = remembered.params;
  orda::RecordSet members;
  if (definition.filter.empty()) {
    members = orda::DataClass(call.process(), call.schema, dataClass).all()->members();
  } else {
    auto found = applyFilter(call, dataClass, nullptr, definition.filter, definition.params);
    if (!found) return std::unexpected(found.error());
    members = (*found)->members();
  }
  if (!definition.orderby.empty()) {
    auto sorted = applyOrder(call, dataClass, members, definition.orderby);
    if (!sorted) return std::unexpected(sorted.error());
    members = std::move(*sorted);
  }
  auto session = call.session();
  if (!session) return std::unexpected(session.error());
  (*session)->entitySets().store({.id = id,
                                  .classUuid = call.model().classes[dataClass].uuid,
                                  .members = members,
                                  .timeoutSeconds = EntitySets::recreatedTimeout,
                                  .refreshed = {}},
                                 std::move(definition));
  return FoundSet{std::move(members)};
}

Result<orda::RecordSet> otherMembers(Call& call, std::uint32_t dataClass) {
  const std::string_view id = call.parameters.text(Parameter::otherCollection);
  SessionData* known = call.knownSession();
  auto other = known == nullptr ? std::nullopt : known->entitySets().find(id);
  if (!other) return std::unexpected(entitySetNotFound(id));
  const auto& name = call.model().classes[dataClass];
  if (other->classUuid != name.uuid) {
    return std::unexpected(
        malformed(fmt::format("The entity set {} does not hold entities of the \"{}\" dataclass", id, name.name)));
  }
  return std::move(other->members);
}

// Members of both in the order of the first, and the like: an ordered set stays ordered.
template <class Keep>
std::vector<storage::RecordNumber> kept(const orda::RecordSet& members, Keep keep) {
  std::vector<storage::RecordNumber> numbers;
  members.forEach([&](storage::RecordNumber number) {
    if (keep(number)) numbers.push_back(number);
    return true;
  });
  return numbers;
}

orda::RecordSet both(const orda::RecordSet& first, const orda::RecordSet& second) {
  if (!first.isOrdered()) return first.intersect(second);
  const orda::Bitmap other = second.toBitmap();
  return orda::RecordSet::ordered(kept(first, [&](storage::RecordNumber number) { return other.contains(number); }));
}

orda::RecordSet firstOnly(const orda::RecordSet& first, const orda::RecordSet& second) {
  if (!first.isOrdered()) return first.subtract(second);
  const orda::Bitmap other = second.toBitmap();
  return orda::RecordSet::ordered(kept(first, [&](storage::RecordNumber number) { return !other.contains(number); }));
}

// The first, then what the second adds.
orda::RecordSet either(const orda::RecordSet& first, const orda::RecordSet& second) {
  const orda::Bitmap known = first.toBitmap();
  std::vector<storage::RecordNumber> all = first.toVector();
  const auto added = kept(second, [&](storage::RecordNumber number) { return !known.contains(number); });
  all.insert(all.end(), added.begin(), added.end());
  return orda::RecordSet::ordered(std::move(all));
}

Result<> combine(Call& call, Source& source) {
  const auto name = call.parameters.given(Parameter::logicOperator);
  if (!name) return {};
  using Combination = orda::RecordSet (*)(const orda::RecordSet&, const orda::RecordSet&);
  static constexpr std::pair<std::string_view, Combination> operators[] = {
      {"AND", both}, {"OR", either}, {"EXCEPT", firstOnly}};
  for (const auto& [known, combination] : operators) {
    if (!equalsIgnoringAsciiCase(known, *name)) continue;
    auto other = otherMembers(call, source.dataClass);
    if (!other) return std::unexpected(other.error());
    source.members = combination(source.members, *other);
    return {};
  }
  return std::unexpected(
      malformed(fmt::format("Unknown $logicOperator \"{}\": expected AND, OR, EXCEPT or INTERSECT", *name)));
}

void clean(Call& call, Source& source) {
  const orda::Bitmap existing = call.engine().all(source.dataClass, call.overlay()).toBitmap();
  auto alive = kept(source.members, [&](storage::RecordNumber number) { return existing.contains(number); });
  source.members = source.members.isOrdered() ? orda::RecordSet::ordered(std::move(alive))
                                              : orda::RecordSet::unordered(orda::Bitmap(alive.size(), alive.data()));
}

}  // namespace

Result<FoundSet> findEntitySet(Call& call, std::uint32_t dataClass) {
  const std::string& id = call.address.entitySet;
  if (SessionData* known = call.knownSession()) {
    auto set = known->entitySets().find(id, call.storesEntitySet() ? std::nullopt : timeoutOf(call));
    if (set && set->classUuid == call.model().classes[dataClass].uuid) return FoundSet{std::move(set->members)};
    if (set) return std::unexpected(entitySetNotFound(id));
  }
  return recreate(call, dataClass, id);
}

Result<> combineEntitySets(Call& call, Source& source) {
  if (!call.address.hasEntitySet) return {};
  if (auto done = combine(call, source); !done) return done;
  if (call.parameters.flag(Parameter::clean)) clean(call, source);
  return {};
}

bool asksForIntersection(const Call& call) {
  return call.address.hasEntitySet &&
         equalsIgnoringAsciiCase(call.parameters.text(Parameter::logicOperator), "INTERSECT");
}

Result<> answerIntersection(Call& call, std::uint32_t dataClass) {
  auto set = findEntitySet(call, dataClass);
  if (!set) return std::unexpected(set.error());
  auto other = otherMembers(call, dataClass);
  if (!other) return std::unexpected(other.error());
  call.json() += set->members.intersect(*other).empty() ? "false" : "true";
  return {};
}

std::shared_ptr<const SetOrigin> originOf(Call& call) {
  const Address& address = call.address;
  SetOrigin origin;
  if (address.hasEntitySet) {
    // Another order of a set is still what defines it; a part of it is not.
    if (call.parameters.has(Parameter::filter) || call.parameters.flag(Parameter::clean) ||
        call.parameters.has(Parameter::logicOperator)) {
      return nullptr;
    }
    SessionData* known = call.knownSession();
    const auto set = known == nullptr ? std::nullopt : known->entitySets().find(address.entitySet);
    if (!set || !set->origin) return nullptr;
    origin = *set->origin;
  } else {
    if (!address.keyAttribute.empty()) return nullptr;
    if (address.hasKey) {
      if (address.segments.empty()) return nullptr;
      origin.owner = address.dataClass;
      origin.ownerKey = address.key.text;
      origin.relation = address.segments.front();
    }
    origin.filter = call.parameters.text(Parameter::filter);
    origin.params = call.parameters.text(Parameter::params);
  }
  if (call.parameters.has(Parameter::orderby)) {
    origin.orderby = call.parameters.text(Parameter::orderby);
  } else if (call.method() == CallMethod::subEntitySet) {
    origin.orderby = call.parameters.text(Parameter::subOrderby);
  }
  return std::make_shared<const SetOrigin>(std::move(origin));
}

Result<std::string> storeEntitySet(Call& call, std::uint32_t dataClass, const orda::RecordSet& members,
                                   std::shared_ptr<const SetOrigin> origin) {
  auto session = call.session();
  if (!session) return std::unexpected(session.error());
  const auto& definition = call.model().classes[dataClass];
  const std::string id = (*session)->entitySets().store(
      {.id = {},
       .classUuid = definition.uuid,
       .members = members,
       .timeoutSeconds = timeoutOf(call).value_or(EntitySets::defaultTimeout),
       .refreshed = {},
       .origin = std::move(origin)},
      definitionOf(call, call.parameters.text(Parameter::filter), call.parameters.text(Parameter::orderby)));
  return entitySetUri(definition.name, id);
}

Result<> releaseEntitySet(Call& call, std::uint32_t dataClass) {
  const std::string& id = call.address.entitySet;
  SessionData* known = call.knownSession();
  const auto set = known == nullptr ? std::nullopt : known->entitySets().find(id);
  if (!set || set->classUuid != call.model().classes[dataClass].uuid || !known->entitySets().release(id)) {
    return std::unexpected(entitySetNotFound(id));
  }
  call.answerOk();
  return {};
}

}  // namespace qodly::rest
