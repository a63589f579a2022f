// Building change sets: how later changes of a record combine with earlier ones.
#include "storage/change_set.h"

namespace qodly::storage {

void ChangeSet::put(RecordId id, Change change) {
  log_.push_back(id);
  const auto [place, fresh] = changes_.try_emplace(id);
  Change& existing = place->second;
  if (fresh) {
    existing = std::move(change);
    return;
  }
  using Kind = Change::Kind;
  if (change.kind == Kind::remove && existing.kind == Kind::insert) {
    changes_.erase(place);  // never became visible: nothing to commit
    return;
  }
  const std::uint32_t expectedStamp = existing.expectedStamp;
  if (existing.kind == Kind::insert) {
    change.kind = Kind::insert;
  } else if (change.kind == Kind::insert) {
    change.kind = Kind::update;  // removed, then written again under the same number
  }
  existing = std::move(change);
  existing.expectedStamp = expectedStamp;
}

const Change* ChangeSet::find(RecordId id) const {
  const auto place = changes_.find(id);
  return place == changes_.end() ? nullptr : &place->second;
}

void ChangeSet::merge(ChangeSet&& inner) {
  if (changes_.empty()) {
    changes_ = std::move(inner.changes_);
    log_.insert(log_.end(), inner.log_.begin(), inner.log_.end());
  } else {
    for (auto& [id, change] : inner.changes_) put(id, std::move(change));
  }
  for (Absence& absence : inner.absences_) absences_.push_back(std::move(absence));
  for (auto& [name, value] : inner.properties_) properties_.insert_or_assign(name, std::move(value));
  inner = {};
}

}  // namespace qodly::storage
