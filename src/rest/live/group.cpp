#include "rest/live/group.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/json_writer.h"
#include "base/text.h"
#include "rest/entity_json.h"
#include "rest/errors.h"
#include "rest/filter.h"
#include "rest/live/message.h"
#include "rest/source.h"

namespace qodly::rest::live {

namespace {

// Members of nested selections in what one client is told at once: a full page of full selections. Everybody waits for
// the thread that writes it; more is read by the client itself.
constexpr std::size_t maximumNestedTold = PendingEvents::maximumEntities * maximumNested;

using orda::Bitmap;
using orda::RecordNumber;
using orda::RecordSet;

void appendParameter(std::string_view name, std::string_view value, std::string& query) {
  if (value.empty()) return;
  query += fmt::format("{}{}=%22{}%22", query.empty() ? "" : "&", name, percentEncode(value));
}

std::string queryOf(const SetOrigin& origin) {
  std::string query;
  appendParameter("$filter", origin.filter, query);
  appendParameter("$params", origin.params, query);
  appendParameter("$orderby", origin.orderby, query);
  appendParameter("$expand", origin.relation, query);
  return query;
}

Address addressOf(const SetOrigin& origin, std::string_view dataClass) {
  Address address;
  address.dataClass = origin.relation.empty() ? std::string(dataClass) : origin.owner;
  if (!origin.relation.empty()) {
    address.hasKey = true;
    address.key = {.text = origin.ownerKey, .quoted = true};
    address.segments.push_back(origin.relation);
  }
  return address;
}

std::vector<RecordNumber> numbersOf(const Bitmap& bitmap) {
  std::vector<RecordNumber> numbers(bitmap.cardinality());
  bitmap.toUint32Array(numbers.data());
  return numbers;
}

}  // namespace

Group::Group(Services& services, Viewer viewer, std::uint32_t dataClass, Subject subject)
    : services_(services),
      viewer_(std::move(viewer)),
      schema_(services.datastore.schema()),
      dataClass_(dataClass),
      subject_(std::move(subject)) {
  definition_ = definitionOf(*schema_->model, dataClass_, subject_.origin.filter, subject_.origin.orderby);
  if (!subject_.origin.relation.empty()) {
    addRelation(*schema_->model, subject_.origin.owner, subject_.origin.relation, definition_);
  }
}

InternalCall Group::call(std::string_view attributes) const {
  std::string query;
  appendParameter("$attributes", attributes, query);
  Address address;
  address.dataClass = schema_->model->classes[dataClass_].name;
  return {services_, viewer_, std::move(address), query};
}

Result<std::shared_ptr<Group>> Group::make(Services& services, Viewer viewer, std::uint32_t dataClass, Subject subject,
                                           const RecordSet* members) {
  // The constructor is private.
  std::shared_ptr<Group> group(  // NOLINT(cppcoreguidelines-owning-memory)
      new Group(services, std::move(viewer), dataClass, std::move(subject)));
  InternalCall call = group->call();
  if (group->isOutdated(call)) return std::unexpected(dataClassNotFound(call->address.dataClass));
  if (auto allowed = demand(*call, dataClass, orda::Right::read); !allowed) return std::unexpected(allowed.error());
  if (group->subject_.kind == Subject::Kind::fixed) {
    group->take(*members);
    return group;
  }
  if (group->subject_.kind == Subject::Kind::key) {
    const RecordNumber number = findByKey(*call, dataClass, group->subject_.name);
    if (number == storage::noRecord) {
      return std::unexpected(entityNotLoaded(group->subject_.name, group->schema_->model->classes[dataClass].name));
    }
    group->take(RecordSet::ordered({number}));
    return group;
  }
  auto found = group->evaluate();
  if (!found) return std::unexpected(found.error());
  group->take(std::move(*found));
  return group;
}

void Group::take(RecordSet members) {
  bits_ = members.toBitmap();
  members_ = std::move(members);
}

Result<RecordSet> Group::evaluate() {
  const SetOrigin& origin = subject_.origin;
  InternalCall call(services_, viewer_, addressOf(origin, schema_->model->classes[dataClass_].name), queryOf(origin));
  const std::uint32_t start = visibleClass(call->model(), call->address.dataClass);
  if (start == model::noIndex) return std::unexpected(dataClassNotFound(call->address.dataClass));
  if (isOutdated(call)) return std::unexpected(dataClassNotFound(call->address.dataClass));
  if (auto allowed = demand(*call, start, orda::Right::read); !allowed) return std::unexpected(allowed.error());
  std::optional<orda::ReadWatch::Noting> noting;
  orda::ReadWatch* const watch = orda::readWatch(services_.datastore.engine());
  if (definition_.scripted && watch != nullptr) noting.emplace(*watch, footprint_);
  auto source = evaluateSource(*call, start);
  if (!source) return std::unexpected(source.error());
  return std::move(source->members);
}

RecordSet Group::readable(Call& call, const Bitmap& numbers) const {
  Bitmap existing = numbers & call.engine().all(dataClass_, nullptr).toBitmap();
  return orda::DataClass(call.process(), call.schema, dataClass_).readable(RecordSet::unordered(std::move(existing)));
}

Outcome Group::follow(const Changes& changes) {
  if (subject_.kind != Subject::Kind::defined) {
    return changes.isCrowded(dataClass_) ? lookAgain() : followOwn(changes);
  }
  const auto foreign = [&](std::uint32_t dataClass) { return changes.touches(dataClass); };
  const bool foreignTouched = std::ranges::any_of(definition_.foreignClasses, foreign);
  if (!foreignTouched && !changes.touches(dataClass_)) return {};
  if (changes.isCrowded(dataClass_)) return lookAgain();
  if (definition_.scripted) return followScripted(&changes);
  const bool simple = definition_.foreignClasses.empty() && subject_.origin.orderby.empty();
  return simple ? followOwn(changes) : followDefinition(&changes);
}

bool Group::noteTouched(const Changes& changes) {
  // Changes of its own dataclass are followed as they come.
  if (definition_.scripted && !changes.touches(dataClass_)) {
    touched_ = touched_ || touchOf(footprint_, changes, model::noIndex) != Touch::none;
  }
  return touched_;
}

bool Group::isTouched(const Touched& touched) const {
  if (touched_) return true;
  return std::ranges::any_of(definition_.filters, [&](const orda::CodePlace& filter) {
    const auto known = touched.code.find(filter);
    return known != touched.code.end() && (known->second || filter.dataClass != dataClass_);
  });
}

bool Group::readsSession(const std::set<orda::CodePlace>& readers) const {
  return footprint_.readsSession() ||
         std::ranges::any_of(definition_.filters, [&](const auto& filter) { return readers.contains(filter); });
}

Outcome Group::followCode() {
  touched_ = false;
  if (subject_.kind == Subject::Kind::defined) {
    return definition_.scripted ? followScripted(nullptr) : followDefinition(nullptr);
  }
  InternalCall call = this->call();
  if (isOutdated(call)) return lookAgain();
  return compare(nullptr, bits_, readable(*call, bits_).toBitmap(), *call);
}

Outcome Group::lookAgain() {
  if (subject_.kind == Subject::Kind::defined) {
    if (auto found = evaluate()) take(std::move(*found));
  }
  return {.refresh = true, .removed = {}, .added = {}};
}

// Only the changed records can have come or gone.
Outcome Group::followOwn(const Changes& changes) {
  if (!changes.touches(dataClass_)) return {};
  Bitmap candidates = changes.numbers(dataClass_);
  const bool defined = subject_.kind == Subject::Kind::defined;
  if (!defined) candidates &= bits_;
  if (candidates.isEmpty()) return {};
  InternalCall call = this->call();
  if (isOutdated(call)) return lookAgain();
  RecordSet now = readable(*call, candidates);
  if (defined && !subject_.origin.filter.empty()) {
    auto found = applyFilter(*call, dataClass_, &now, subject_.origin.filter, subject_.origin.params);
    if (!found) return lookAgain();
    now = (*found)->members();
  }
  return compare(&changes, bits_ & candidates, now.toBitmap(), *call);
}

// Other entities or an order decide with it: all of it is looked at again.
Outcome Group::followDefinition(const Changes* changes) {
  if (!subject_.origin.orderby.empty() && members_.size() > maximumSorted) return lookAgain();
  auto found = evaluate();
  if (!found) return {.refresh = true, .removed = {}, .added = {}};
  InternalCall call = this->call();
  if (isOutdated(call)) return lookAgain();
  const Bitmap now = found->toBitmap();
  Outcome outcome = compare(changes, bits_, now, *call);
  if (!outcome.added.empty()) take(std::move(*found));
  return outcome;
}

// Code may also have given them another order.
Outcome Group::followScripted(const Changes* changes) {
  if (subject_.origin.orderby.empty()) return followDefinition(changes);
  auto found = evaluate();
  const bool same = found && *found == members_;
  if (found) take(std::move(*found));
  return {.refresh = !same, .removed = {}, .added = {}};
}

Outcome Group::compare(const Changes* changes, const Bitmap& was, const Bitmap& now, Call& call) {
  const Bitmap gone = was - now, come = now - was;
  Outcome outcome;
  if (gone.isEmpty() && come.isEmpty()) return outcome;
  outcome.added = numbersOf(come);
  if (gone.cardinality() + come.cardinality() > PendingEvents::maximumEntities) outcome.refresh = true;
  if (!gone.isEmpty() && !outcome.refresh) {
    const Bitmap seen = readable(call, gone).toBitmap();
    const auto reader = call.read();
    const std::uint32_t key = schema_->model->classes[dataClass_].primaryKey;
    for (const RecordNumber number : numbersOf(gone)) {
      const storage::RecordView record = reader->record(dataClass_, number);
      Removed removed{.key = {}, .why = !record ? "dropped" : seen.contains(number) ? "left" : "hidden"};
      if (record) {
        if (const auto value = call.engine().decode(record, dataClass_, key)) removed.key = keyText(*value);
      } else if (changes != nullptr) {
        const auto known = changes->of(dataClass_).find(number);
        if (known != changes->of(dataClass_).end()) removed.key = changes->keyBefore(dataClass_, known->second);
      }
      // Dropped while others decided: its key is not known any more.
      if (removed.key.empty()) outcome.refresh = true;
      outcome.removed.push_back(std::move(removed));
    }
  }
  const Bitmap left = (bits_ - gone) | come;
  if (!members_.isOrdered()) {
    take(RecordSet::unordered(left));
  } else {
    std::vector<RecordNumber> kept;
    members_.forEach([&](RecordNumber number) {
      if (left.contains(number)) kept.push_back(number);
      return true;
    });
    kept.insert(kept.end(), outcome.added.begin(), outcome.added.end());
    take(RecordSet::ordered(std::move(kept)));
  }
  return outcome;
}

std::vector<RecordNumber> Group::membersAmong(const Bitmap& numbers) const { return numbersOf(numbers & bits_); }

Result<std::map<RecordNumber, Told>> Group::tell(const View& view, std::span<const RecordNumber> numbers) {
  std::map<RecordNumber, Told> told;
  if (numbers.empty()) return told;
  InternalCall call = this->call(view.attributes);
  if (isOutdated(call)) return std::unexpected(dataClassNotFound(call->address.dataClass));
  const auto writer = call->writer(dataClass_, {}, {});
  if (!writer) return std::unexpected(writer.error());
  Gathered gathered;
  if ((*writer)->needsGathering()) {
    if (auto done = (*writer)->gather(call->process(), numbers, gathered); !done) {
      return std::unexpected(done.error());
    }
  }
  AnswerScope answer(*call, &gathered);
  answer.scope.nested = maximumNestedInAnswer - maximumNestedTold;
  const std::uint32_t key = schema_->model->classes[dataClass_].primaryKey;
  answer.reader().records(dataClass_, numbers, [&](std::size_t position, const storage::RecordView& record) {
    if (!record) return true;  // gone meanwhile: the next changes tell
    Told& one = told[numbers[position]];
    if (const auto value = call->engine().decode(record, dataClass_, key)) one.key = keyText(*value);
    one.members = fmt::format(R"("stamp":{},"values":)", record.stamp());
    (*writer)->write(Head::nested, numbers[position], record, answer.scope, one.members);
    return !answer.scope.failure;
  });
  if (answer.scope.failure) return std::unexpected(*answer.scope.failure);
  return told;
}

std::vector<std::string> Group::keysOf(std::span<const RecordNumber> numbers) {
  std::vector<std::string> keys;
  const std::uint32_t key = schema_->model->classes[dataClass_].primaryKey;
  orda::Engine& engine = services_.datastore.engine();
  engine.read()->records(dataClass_, numbers, [&](std::size_t, const storage::RecordView& record) {
    if (record) {
      if (const auto value = engine.decode(record, dataClass_, key)) keys.push_back(keyText(*value));
    }
    return true;
  });
  return keys;
}

std::vector<RecordNumber> Group::savedSince(Instant since, std::uint64_t first, std::uint64_t count) const {
  std::vector<RecordNumber> saved;
  const auto numbers = members_.slice(first, count);
  services_.datastore.engine().read()->records(dataClass_, numbers,
                                               [&](std::size_t position, const storage::RecordView& record) {
                                                 if (record && record.savedAt() >= since)
                                                   saved.push_back(numbers[position]);
                                                 return true;
                                               });
  return saved;
}

}  // namespace qodly::rest::live
