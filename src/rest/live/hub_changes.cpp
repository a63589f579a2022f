// What commits mean to the hub's subscriptions: one evaluation a group, told to all that belong to it.
#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "rest/live/hub.h"

namespace qodly::rest::live {

// One batch of changes.
class Hub::Evaluation {
 public:
  Evaluation(Hub& hub, const Changes& changes) : hub_(hub), changes_(changes) {
    for (auto& [client, entry] : hub.entries_) {
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
          view.dependencies, [&](const Dependency& one) { return changes_.isCrowded(one.dataClass); });
      if (!place->second.crowded) {
        place->second.numbers = affected(hub_.services_.datastore.engine(), view.dependencies, changes_);
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
  std::vector<std::shared_ptr<const orda::CommittedChanges>> commits;
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
    for (auto& commit : commits) {
      // The model has changed since: everybody was told to look again.
      if (commit->schema != schema_) continue;
      changes.add(*commit);
      historySize_ += commit->changes.size();
      history_.push_back({.sequence = sequence_, .time = Clock::now(), .changes = std::move(commit)});
    }
    Evaluation(*this, changes).run();
  }
  for (auto& [client, entry] : entries_) entry.client->wake();
}

void Hub::refreshAll() {
  ++sequence_;
  history_.clear();
  historySize_ = 0;
  for (auto& [client, entry] : entries_) {
    renew(entry);
    entry.client->wake();
  }
}

}  // namespace qodly::rest::live
