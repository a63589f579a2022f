// Subscriptions of the hub's clients: making them, bringing them up to date, and what changed rights mean to them.
#include <algorithm>
#include <array>
#include <functional>

#include <fmt/format.h>

#include "rest/errors.h"
#include "rest/exposure.h"
#include "rest/live/hub.h"
#include "rest/script_session.h"
#include "script/vm/runtime.h"
#include "security/accounts.h"
#include "security/user_session.h"

namespace qodly::rest::live {

namespace {

// Batches whose stale values may have been told behind later batches.
constexpr std::uint64_t lateBatches = 50;

std::size_t storageHash(const security::Session& session) { return std::hash<std::string>()(packedStorage(session)); }

// Whether the session holds just what the client believes.
bool holds(const Rights& rights, const Holding& believed) {
  const auto sorted = [](std::vector<std::string> names) {
    std::erase(names, "guest");
    std::ranges::sort(names);
    return names;
  };
  return sorted(rights.privileges->names(*rights.roles)) == sorted(believed.privileges);
}

}  // namespace

void Hub::take(Entry& entry, const Request& request) {
  if (const auto* end = std::get_if<Unsubscribe>(&request)) {
    entry.subscriptions.erase(end->id);
    entry.client->drop(end->id);
  } else if (const auto* resume = std::get_if<Resume>(&request)) {
    entry.resume = resume->sequence;
  } else if (const auto* holding = std::get_if<Holding>(&request)) {
    if (!holds(entry.viewer.rights, *holding)) entry.client->tellPrivileges();
  } else {
    subscribe(entry, std::get<Subscribe>(request));
  }
}

void Hub::subscribe(Entry& entry, const Subscribe& wanted) {
  const auto fail = [&](const Error& error) {
    entry.subscriptions.erase(wanted.id);
    entry.client->change(wanted.id, sequence_, [&](PendingEvents& events) { events.fail(error); });
  };
  entry.client->drop(wanted.id);
  if (entry.subscriptions.size() >= maximumSubscriptions && !entry.subscriptions.contains(wanted.id)) {
    return fail(refused(429, fmt::format("A client has at most {} subscriptions", maximumSubscriptions)));
  }
  auto made = makeSubscription(entry, wanted);
  if (!made) return fail(made.error());
  Subscription& subscription = entry.subscriptions.insert_or_assign(wanted.id, std::move(*made)).first->second;
  std::optional<EntitySet> set;
  if (wanted.set) {
    if (const auto data = entry.viewer.session->find<SessionData>()) set = data->entitySets().find(*wanted.set);
  }
  catchUp(entry, subscription, set);
  if (subscription.byItself && !entry.storage) entry.storage = storageHash(*entry.viewer.session);
}

Result<Subject> Hub::subjectOf(const Entry& entry, const Subscribe& wanted, std::uint32_t dataClass,
                               std::optional<EntitySet>& set) const {
  if (wanted.key) {
    return Subject{.kind = Subject::Kind::key, .name = *wanted.key, .origin = {}};
  }
  SetOrigin origin;
  origin.filter = wanted.filter;
  origin.params = wanted.params;
  if (wanted.set) {
    const auto data = entry.viewer.session->find<SessionData>();
    if (data) set = data->entitySets().find(*wanted.set);
    if (!set || set->classUuid != schema_->model->classes[dataClass].uuid) {
      return std::unexpected(entitySetNotFound(*wanted.set));
    }
    if (!set->origin) return Subject{.kind = Subject::Kind::fixed, .name = *wanted.set, .origin = {}};
    origin = *set->origin;
  }
  std::string name = fmt::format("{}\x1f{}\x1f{}\x1f{}\x1f{}\x1f{}", origin.owner, origin.ownerKey, origin.relation,
                                 origin.filter, origin.params, origin.orderby);
  return Subject{.kind = Subject::Kind::defined, .name = std::move(name), .origin = std::move(origin)};
}

Result<Hub::Subscription> Hub::makeSubscription(const Entry& entry, const Subscribe& wanted) {
  const model::Model& model = *schema_->model;
  const std::uint32_t dataClass = visibleClass(model, wanted.dataClass);
  if (dataClass == model::noIndex) return std::unexpected(dataClassNotFound(wanted.dataClass));
  std::optional<EntitySet> set;
  auto subject = subjectOf(entry, wanted, dataClass, set);
  if (!subject) return std::unexpected(subject.error());
  const auto tree = compileAttributes(model, dataClass, {wanted.attributes}, {});
  if (!tree) return std::unexpected(tree.error());
  const auto& access = entry.viewer.rights.access;
  Subscription made{.wanted = wanted,
                    .group = nullptr,
                    .view = {.attributes = wanted.attributes, .shown = shownBy(model, *tree, access.get())}};
  Definition definition = definitionOf(model, dataClass, subject->origin.filter, subject->origin.orderby);
  addRelation(model, subject->origin.owner, subject->origin.relation, definition);
  made.byItself = services_.options.scripts && needsCode(model, dataClass, made.view.shown, definition);
  resultClasses_.insert(made.view.shown.resultClasses.begin(), made.view.shown.resultClasses.end());
  const bool byItself = subject->kind == Subject::Kind::fixed || made.byItself;
  constexpr std::array kinds{'k', 'f', 'd'};
  const GroupKey key{.dataClass = wanted.dataClass,
                     .subject = kinds[static_cast<std::size_t>(subject->kind)] + subject->name,
                     .access = access.get(),
                     .session = byItself ? entry.viewer.session.get() : nullptr};
  auto& known = groups_[key];
  made.group = known.lock();
  if (!made.group) {
    auto group = Group::make(services_, entry.viewer, dataClass, std::move(*subject), set ? &set->members : nullptr);
    if (!group) return std::unexpected(group.error());
    made.group = std::move(*group);
    known = made.group;
  }
  return made;
}

// What happened between the reading of the data and the subscription.
void Hub::catchUp(Entry& entry, Subscription& subscription, const std::optional<EntitySet>& set) {
  Group& group = *subscription.group;
  const std::string& id = subscription.wanted.id;
  const auto refresh = [&] { entry.client->change(id, sequence_, [](PendingEvents& events) { events.refresh(); }); };
  if (subscription.wanted.key) {
    const auto numbers = group.members().toVector();
    tellEntities(entry, subscription, numbers);
    return;
  }
  if (!set || set->created <= noticing_) learnCode(subscription);
  if (set && group.subject().kind == Subject::Kind::defined) {
    const orda::Bitmap held = set->members.toBitmap(), now = group.members().toBitmap();
    const bool moved = set->members.isOrdered() && group.members().isOrdered() && !(set->members == group.members());
    if (moved || (held - now).cardinality() > 0) return refresh();
    if (held != now) {
      if (!storeMembers(entry, subscription)) return refresh();
      std::vector<orda::RecordNumber> added((now - held).cardinality());
      (now - held).toUint32Array(added.data());
      const auto keys = added.size() > PendingEvents::maximumKeys ? std::vector<std::string>() : group.keysOf(added);
      entry.client->change(id, sequence_, [&](PendingEvents& events) { events.add(group.members().size(), keys); });
    }
  }
  if (entry.resume) return missed(entry, subscription);
  if (set) {
    const std::uint64_t count = std::min<std::uint64_t>(subscription.wanted.count, 1000);
    tellEntities(entry, subscription, group.savedSince(set->created, subscription.wanted.first, count));
    readAgain(entry, subscription, *set);
  }
}

// Values made by code while nobody noted what it reads: they are made once more, to learn it.
void Hub::learnCode(Subscription& subscription) {
  if (subscription.view.shown.code.empty()) return;
  const std::uint64_t count = std::min<std::uint64_t>(subscription.wanted.count, 100);
  const auto shown = subscription.group->members().slice(subscription.wanted.first, count);
  (void)subscription.group->tell(subscription.view, shown);
}

// What lies behind relations and code may have changed since the set was read.
void Hub::readAgain(Entry& entry, Subscription& subscription, const EntitySet& set) {
  if (lastCommit_.load(std::memory_order_relaxed) < set.created.ms) return;
  Changes changes(services_.datastore.engine(), schema_);
  for (const Past& past : history_) {
    if (past.commit.at >= set.created && past.commit.changes->schema == schema_) changes.add(*past.commit.changes);
  }
  if (set.created > historyFrom_) return tellChanges(entry, subscription, changes);
  const Shown& shown = subscription.view.shown;
  const bool alone = std::ranges::all_of(shown.dependencies, [](const Dependency& one) { return one.hops.empty(); });
  if (alone && shown.code.empty() && shown.resultClasses.empty()) return;
  entry.client->change(subscription.wanted.id, sequence_, [](PendingEvents& events) { events.stale(0); });
}

void Hub::tellChanges(Entry& entry, Subscription& subscription, const Changes& changes) {
  const Shown& shown = subscription.view.shown;
  const auto crowded = [&](const Dependency& one) { return changes.isCrowded(one.dataClass); };
  Touched touched;
  addTouched(*watch_, changes, touched);
  for (const std::uint32_t one : shown.resultClasses) {
    if (changes.touches(one)) touched.classes.insert(one);
  }
  if (touched.touches(shown) || std::ranges::any_of(shown.dependencies, crowded)) {
    entry.client->change(subscription.wanted.id, sequence_, [](PendingEvents& events) { events.stale(0); });
  }
  const auto numbers = affected(services_.datastore.engine(), shown.dependencies, changes);
  tellEntities(entry, subscription, subscription.group->membersAmong(numbers));
}

void Hub::missed(Entry& entry, Subscription& subscription) {
  const bool known =
      *entry.resume <= sequence_ &&
      (*entry.resume == sequence_ || (!history_.empty() && history_.front().sequence <= *entry.resume + 1));
  Changes changes(services_.datastore.engine(), schema_), late(services_.datastore.engine(), schema_);
  for (const Past& past : history_) {
    if (past.commit.changes->schema != schema_) continue;
    if (past.sequence > *entry.resume) {
      changes.add(*past.commit.changes);
    } else if (past.sequence + lateBatches > *entry.resume) {
      late.add(*past.commit.changes);
    }
  }
  Group& group = *subscription.group;
  const bool mayHaveLost = !subscription.wanted.set && changes.touches(group.dataClass());
  if (!known || mayHaveLost || changes.isCrowded(group.dataClass())) {
    entry.client->change(subscription.wanted.id, sequence_, [](PendingEvents& events) { events.refresh(); });
    return;
  }
  Touched touched;
  addTouched(*watch_, late, touched);
  if (touched.touches(subscription.view.shown)) {
    entry.client->change(subscription.wanted.id, sequence_, [](PendingEvents& events) { events.stale(0); });
  }
  tellChanges(entry, subscription, changes);
}

void Hub::tellEntities(Entry& entry, Subscription& subscription, std::span<const orda::RecordNumber> numbers) {
  if (numbers.empty()) return;
  auto told = subscription.group->tell(subscription.view, numbers);
  entry.client->change(subscription.wanted.id, sequence_, [&](PendingEvents& events) {
    if (!told || told->size() > PendingEvents::maximumEntities) return events.refresh();
    for (const auto& [number, one] : *told) events.update(one.key, one.members);
  });
}

// The entity set on the server follows what the client shows, so that its further pages fit.
bool Hub::storeMembers(Entry& entry, const Subscription& subscription) const {
  if (!subscription.wanted.set) return true;
  const auto data = entry.viewer.session->find<SessionData>();
  return data && data->entitySets().replaceMembers(*subscription.wanted.set, subscription.group->members());
}

// Every subscription made anew, for rights or a model that have changed.
void Hub::renew(Entry& entry) {
  auto before = std::move(entry.subscriptions);
  entry.subscriptions.clear();
  for (auto& [id, subscription] : before) {
    auto made = makeSubscription(entry, subscription.wanted);
    entry.client->change(id, sequence_, [&](PendingEvents& events) {
      events.refresh();
      if (!made) events.fail(made.error());
    });
    if (made) entry.subscriptions.emplace(id, std::move(*made));
  }
  forgetUnused();
}

// A key that was revoked or changed says so at the next request; a connection that stays open makes none.
bool Hub::isInForce(const security::ApiKey& key) const {
  const auto now = services_.options.apiKeys ? services_.options.apiKeys->named(key.id)
                                             : Result<std::shared_ptr<const security::ApiKey>>(nullptr);
  return now && *now && (*now)->digest == key.digest && (*now)->role == key.role &&
         (*now)->administration == key.administration && (*now)->allowedHosts == key.allowedHosts &&
         !(*now)->isExpired(qodly::Instant::now());
}

// The same for users of the directory that were removed, disabled or given another profile.
void Hub::checkUser(security::Session& session) const {
  const auto& scripts = services_.options.scripts;
  auto* accounts = scripts ? scripts->service<security::Accounts>() : nullptr;
  if (accounts == nullptr) return;
  security::UserSession::refresh(session, *services_.options.access->roles(), *accounts);
}

void Hub::checkRights(Entry& entry) {
  if (entry.client->isEnded()) return;
  const auto end = [&](std::string_view reason) {
    entry.subscriptions.clear();
    entry.client->end(reason);
    entry.client->wake();
  };
  Rights& rights = entry.viewer.rights;
  if (entry.viewer.session->ended()) return end("session");
  checkUser(*entry.viewer.session);
  const std::uint64_t stamp = rights.privileges->stamp();
  const bool loggedIn = rights.privileges->isLoggedIn();
  if (entry.loggedIn && !loggedIn) return end("logout");
  if (rights.apiKey && !isInForce(*rights.apiKey)) return end("key");
  // Connected while the new cookie was still on its way: nothing of the session would be told here.
  if (rights.privileges->isReplaced()) return end("privileges");
  // Made with the cookie of less rights, maybe by somebody else: whoever has the new one connects again.
  const std::uint64_t raises = rights.privileges->raises();
  if (raises != entry.raises && entry.connections > 0) return end("privileges");
  entry.raises = raises;
  if (stamp == entry.privilegesStamp && rights.roles == services_.options.access->roles() &&
      (!rights.access || rights.access->model() == schema_->model)) {
    return;
  }
  const std::uint64_t told = std::exchange(entry.privilegesStamp, stamp);
  entry.loggedIn = loggedIn;
  const auto before = rights.access;
  resolveRights(rights, *services_.options.access, schema_->model);
  if (!demandLogin(rights)) return end("login");
  if (stamp != told) entry.client->tellPrivileges();
  const auto decides = [](const auto& one) { return one.second.byItself; };
  if (rights.access != before || std::ranges::any_of(entry.subscriptions, decides)) renew(entry);
}

// What scripts keep in a session says nothing when it changes: it is looked at while code reads it.
void Hub::lookAtStorage(const security::Session* only) {
  std::set<orda::CodePlace> readers;
  watch_->forEach(*schema_, [&](orda::CodePlace place, const orda::Footprint& footprint) {
    if (footprint.readsSession()) readers.insert(place);
  });
  std::map<const security::Session*, std::size_t> seen;
  std::set<const security::Session*> changed;
  for (auto& [client, entry] : entries_) {
    const auto reads = [&](const auto& one) {
      const auto& code = one.second.view.shown.code;
      return one.second.byItself &&
             (one.second.group->readsSession(readers) ||
              std::ranges::any_of(code, [&](orda::CodePlace place) { return readers.contains(place); }));
    };
    if (!entry.storage || std::ranges::none_of(entry.subscriptions, reads)) continue;
    const security::Session* session = entry.viewer.session.get();
    if (only != nullptr && session != only) continue;
    const auto [place, isNew] = seen.try_emplace(session);
    if (isNew) place->second = storageHash(*session);
    if (*entry.storage == place->second) continue;
    entry.storage = place->second;
    changed.insert(session);
    for (auto& [id, subscription] : entry.subscriptions) {
      if (subscription.byItself && subscription.group->readsSession(readers)) subscription.group->touch();
    }
  }
  if (changed.empty()) return;
  Touched touched;
  for (const orda::CodePlace place : readers) touched.code[place] = true;
  lookThroughCode(touched, &changed);
}

void Hub::followSchema() {
  auto now = services_.datastore.schema();
  if (now == schema_) return;
  schema_ = std::move(now);
  forgetHistory();
  touched_ = {};
  resultClasses_.clear();
  groups_.clear();
  ++sequence_;
  for (auto& [client, entry] : entries_) {
    resolveRights(entry.viewer.rights, *services_.options.access, schema_->model);
    renew(entry);
    entry.client->wake();
  }
}

}  // namespace qodly::rest::live
