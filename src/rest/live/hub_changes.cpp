// What commits mean to the hub's subscriptions: one evaluation a group, told to all that belong to it.
#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "rest/live/hub.h"

namespace qodly::rest::live {

// One batch of changes.
class Hub::Evaluation {
 public:
  // sessions: only what they follow; nullptr: all.
  Evaluation(Hub& hub, const Changes& changes, const std::set<const security::Session*>* sessions = nullptr)
      : hub_(hub), changes_(changes) {
    for (auto& [client, entry] : hub.entries_) {
      if (sessions != nullptr && !sessions->contains(entry.viewer.session.get())) continue;
      for (auto& [id, subscription] : entry.subscriptions) {
        subscribers_[subscription.group.get()].emplace_back(&entry, &subscription);
      }
    }
  }

  void run() {
    for (const auto& [group, subscribers] : subscribers_) {
      const Outcome outcome = group->follow(changes_);
      if (outcome.refresh || outcome.membersChanged()) tell(*group, subscribers, outcome);
      if (!outcome.refresh) tellUpdates(*group, subscribers, outcome);
    }
  }

  // For code that read what has changed. Returns how many are told to ask again.
  std::size_t runCode(const Touched& touched) {
    std::vector<std::pair<Entry*, Subscription*>> stale;
    for (const auto& [group, subscribers] : subscribers_) {
      Outcome outcome;
      if (group->isTouched(touched)) outcome = group->followCode();
      if (outcome.refresh || outcome.membersChanged()) tell(*group, subscribers, outcome);
      if (outcome.refresh) continue;
      for (const auto& each : subscribers) {
        if (touched.touches(each.second->view.shown)) stale.push_back(each);
      }
    }
    const unsigned within = stale.size() > asksAtOnce ? static_cast<unsigned>(stale.size() * 1000 / asksASecond) : 0;
    for (const auto& [entry, subscription] : stale) {
      entry->client->change(subscription->wanted.id, hub_.sequence_,
                            [&](PendingEvents& events) { events.stale(within); });
    }
    return stale.size();
  }

  // The code of definitions, as far as the groups know it themselves.
  bool noteTouched() {
    bool any = false;
    for (const auto& [group, subscribers] : subscribers_) any = group->noteTouched(changes_) || any;
    return any;
  }

 private:
  using Subscribers = std::vector<std::pair<Entry*, Subscription*>>;
  // What subscriptions that show the same attributes are told.
  struct Update {
    bool crowded = false;
    std::map<orda::RecordNumber, Told> told;
  };

  void tell(Group& group, const Subscribers& subscribers, const Outcome& outcome) {
    const bool named = outcome.added.size() <= PendingEvents::maximumKeys;
    const auto keys = named ? group.keysOf(outcome.added) : std::vector<std::string>();
    for (const auto& [entry, subscription] : subscribers) {
      const bool stored = hub_.storeMembers(*entry, *subscription);
      entry->client->change(subscription->wanted.id, hub_.sequence_, [&](PendingEvents& events) {
        if (outcome.refresh || !stored) return events.refresh();
        for (const Removed& removed : outcome.removed) events.remove(removed.key, removed.why);
        if (!outcome.added.empty()) events.add(group.members().size(), keys);
      });
    }
  }

  void tellUpdates(Group& group, const Subscribers& subscribers, const Outcome& outcome) {
    std::map<std::string, Update, std::less<>> updates;
    for (const auto& [entry, subscription] : subscribers) {
      const auto [place, isNew] = updates.try_emplace(subscription->view.attributes);
      Update& update = place->second;
      if (isNew) update = updateOf(group, subscription->view, outcome);
      if (!update.crowded && update.told.empty()) continue;
      entry->client->change(subscription->wanted.id, hub_.sequence_, [&](PendingEvents& events) {
        if (update.crowded) return events.refresh();
        for (const auto& [number, one] : update.told) events.update(one.key, one.members);
      });
    }
  }

  // Who has just come is not told twice.
  Update updateOf(Group& group, const View& view, const Outcome& outcome) {
    const Affected& all = affectedBy(group, view);
    if (all.crowded) return {.crowded = true, .told = {}};
    const orda::Bitmap added(outcome.added.size(), outcome.added.data());
    const auto numbers = group.membersAmong(all.numbers - added);
    if (numbers.size() > PendingEvents::maximumEntities) return {.crowded = true, .told = {}};
    auto told = group.tell(view, numbers);
    return told ? Update{.crowded = false, .told = std::move(*told)} : Update{.crowded = true, .told = {}};
  }

  struct Affected {
    bool crowded = false;
    orda::Bitmap numbers;
  };
  // The same for all groups of a dataclass that show the same with the same rights.
  const Affected& affectedBy(const Group& group, const View& view) {
    const auto [place, isNew] = affected_.try_emplace(std::tuple(group.dataClass(), view.attributes, group.access()));
    if (isNew) {
      place->second.crowded = std::ranges::any_of(
          view.shown.dependencies, [&](const Dependency& one) { return changes_.isCrowded(one.dataClass); });
      if (!place->second.crowded) {
        place->second.numbers = affected(hub_.services_.datastore.engine(), view.shown.dependencies, changes_);
      }
    }
    return place->second;
  }

  Hub& hub_;
  const Changes& changes_;
  std::unordered_map<Group*, Subscribers> subscribers_;
  std::map<std::tuple<std::uint32_t, std::string, const orda::Access*>, Affected> affected_;
};

void Hub::evaluate() {
  std::vector<Commit> commits;
  bool flooded = false;
  {
    std::lock_guard lock(mutex_);
    commits.swap(commits_);
    flooded = std::exchange(flooded_, false);
  }
  followSchema();
  for (auto& [client, entry] : entries_) checkRights(entry);
  if (flooded) return refreshAll();
  if (!commits.empty()) {
    ++sequence_;
    Changes changes(services_.datastore.engine(), schema_);
    for (Commit& commit : commits) {
      // The model has changed since: everybody was told to look again.
      if (commit.changes->schema != schema_) continue;
      changes.add(*commit.changes);
      historySize_ += commit.changes->changes.size();
      history_.push_back({.sequence = sequence_, .time = Clock::now(), .commit = std::move(commit)});
    }
    Evaluation evaluation(*this, changes);
    evaluation.run();
    groupsTouched_ = evaluation.noteTouched();
    addTouched(*watch_, changes, touched_);
    for (const std::uint32_t one : resultClasses_) {
      if (changes.touches(one)) touched_.classes.insert(one);
    }
  }
  if (codeWaits() && Clock::now() >= codeTime_) {
    groupsTouched_ = false;
    const auto begin = Clock::now();
    const std::size_t told = lookThroughCode(std::exchange(touched_, {}), nullptr);
    const std::chrono::milliseconds asked(told * 1000 / asksASecond);
    codeTime_ = Clock::now() + std::max<Clock::duration>({codePause, 4 * (Clock::now() - begin), 2 * asked});
  }
  for (auto& [client, entry] : entries_) entry.client->wake();
}

std::size_t Hub::lookThroughCode(const Touched& touched, const std::set<const security::Session*>* sessions) {
  const Changes nothing(services_.datastore.engine(), schema_);
  return Evaluation(*this, nothing, sessions).runCode(touched);
}

void Hub::refreshAll() {
  ++sequence_;
  forgetHistory();
  for (auto& [client, entry] : entries_) {
    renew(entry);
    entry.client->wake();
  }
}

}  // namespace qodly::rest::live
