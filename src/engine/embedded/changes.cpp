// Listeners are copied before they are called, so that one may come or go while another runs.
#include "engine/embedded/changes.h"

#include <algorithm>

namespace qodly::engine {

struct ChangeListeners::List {
  std::mutex mutex;
  std::vector<std::shared_ptr<const Listener>> listeners;
};

ChangeListeners::ChangeListeners() : list_(std::make_shared<List>()) {}

std::shared_ptr<void> ChangeListeners::add(Listener listener) {
  auto entry = std::make_shared<const Listener>(std::move(listener));
  std::lock_guard lock(list_->mutex);
  list_->listeners.push_back(entry);
  // The token owns nothing but the duty to remove its entry.
  return std::shared_ptr<void>(nullptr, [list = list_, entry](void*) {
    std::lock_guard guard(list->mutex);
    std::erase(list->listeners, entry);
  });
}

bool ChangeListeners::empty() const {
  std::lock_guard lock(list_->mutex);
  return list_->listeners.empty();
}

void ChangeListeners::notify(std::span<const orda::ChangeEvent> events) const {
  std::vector<std::shared_ptr<const Listener>> listeners;
  {
    std::lock_guard lock(list_->mutex);
    listeners = list_->listeners;
  }
  for (const auto& listener : listeners) (*listener)(events);
}

std::vector<orda::ChangeEvent> eventsOf(const storage::ChangeSet& changes, const orda::Schema& schema) {
  std::vector<orda::ChangeEvent> events;
  events.reserve(changes.changes().size());
  storage::TableId table = 0;
  std::uint32_t dataClass = model::noIndex;
  for (const auto& [id, change] : changes.changes()) {
    if (id.table != table) {
      table = id.table;
      dataClass = schema.classOf(table);
    }
    if (dataClass != model::noIndex) events.push_back({dataClass, id.number, change.kind, change.newStamp});
  }
  return events;
}

}  // namespace qodly::engine
