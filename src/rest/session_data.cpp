#include "rest/session_data.h"

#include <algorithm>

#include "base/text.h"

namespace qodly::rest {

std::string EntitySets::store(EntitySet set, SetDefinition definition) {
  std::lock_guard lock(mutex_);
  if (set.id.empty()) set.id = randomHex(16);
  set.created = set.refreshed = Instant::now();
  if (set.timeoutSeconds == 0) set.timeoutSeconds = defaultTimeout;
  std::string id = set.id;
  sets_.insert_or_assign(id, std::move(set));
  if (!definition.empty()) definitions_.insert_or_assign(id, std::move(definition));
  evict();
  return id;
}

std::optional<EntitySet> EntitySets::find(std::string_view id, std::optional<std::int64_t> timeout) {
  std::lock_guard lock(mutex_);
  const auto known = sets_.find(id);
  if (known == sets_.end()) return std::nullopt;
  const Instant now = Instant::now();
  if (known->second.expires() <= now) {
    sets_.erase(known);
    return std::nullopt;
  }
  known->second.refreshed = now;
  if (timeout) known->second.timeoutSeconds = *timeout;
  return known->second;
}

bool EntitySets::replaceMembers(std::string_view id, orda::RecordSet members) {
  std::lock_guard lock(mutex_);
  const auto known = sets_.find(id);
  const Instant now = Instant::now();
  if (known == sets_.end() || known->second.expires() <= now) return false;
  known->second.members = std::move(members);
  known->second.refreshed = now;
  return true;
}

bool EntitySets::release(std::string_view id) {
  std::lock_guard lock(mutex_);
  const auto known = sets_.find(id);
  if (known == sets_.end()) return false;
  const bool alive = known->second.expires() > Instant::now();
  sets_.erase(known);
  return alive;
}

std::optional<SetDefinition> EntitySets::definition(std::string_view id) const {
  std::lock_guard lock(mutex_);
  const auto known = definitions_.find(id);
  return known == definitions_.end() ? std::nullopt : std::optional(known->second);
}

std::vector<EntitySet> EntitySets::list() const {
  std::lock_guard lock(mutex_);
  std::vector<EntitySet> alive;
  const Instant now = Instant::now();
  for (const auto& [id, set] : sets_) {
    if (set.expires() > now) alive.push_back(set);
  }
  return alive;
}

void EntitySets::clear() {
  std::lock_guard lock(mutex_);
  sets_.clear();
  definitions_.clear();
}

void EntitySets::evict() {
  if (definitions_.size() > maximumSets) definitions_.erase(definitions_.begin());
  if (sets_.size() <= maximumSets) return;
  const Instant now = Instant::now();
  std::erase_if(sets_, [now](const auto& entry) { return entry.second.expires() <= now; });
  while (sets_.size() > maximumSets) {
    sets_.erase(std::ranges::min_element(sets_, {}, [](const auto& entry) { return entry.second.refreshed; }));
  }
}

namespace {

// Bytes that the memory has no room for go into a file without a name, which ends with the process at the latest.
void spool(Upload& upload) {
  auto writer = FileBytesWriter::open({});
  if (!writer || !writer->append(upload.bytes)) return;
  auto file = writer->finish();
  if (!file) return;
  upload.file = std::move(*file);
  upload.fileSize = upload.bytes.size();
  upload.bytes = std::string();
}

}  // namespace

std::optional<std::string> Uploads::store(Upload upload, std::uint64_t maximumBytes) {
  std::lock_guard lock(mutex_);
  eraseExpired();
  std::uint64_t kept = upload.kept(), inMemoryNow = upload.bytes.size();
  for (const auto& [id, pending] : uploads_) {
    kept += pending->kept();
    inMemoryNow += pending->bytes.size();
  }
  if (kept > maximumBytes || uploads_.size() >= maximumUploads) return std::nullopt;
  if (inMemoryNow > inMemory) spool(upload);
  std::string id = randomHex(16);
  uploads_.emplace(id, std::make_shared<const Upload>(std::move(upload)));
  return id;
}

std::shared_ptr<const Upload> Uploads::find(std::string_view id) {
  std::lock_guard lock(mutex_);
  eraseExpired();
  const auto known = uploads_.find(id);
  return known == uploads_.end() ? nullptr : known->second;
}

void Uploads::consume(std::string_view id) {
  std::lock_guard lock(mutex_);
  if (const auto known = uploads_.find(id); known != uploads_.end()) uploads_.erase(known);
}

void Uploads::clear() {
  std::lock_guard lock(mutex_);
  uploads_.clear();
}

void Uploads::dropExpired() {
  std::lock_guard lock(mutex_);
  eraseExpired();
}

void Uploads::eraseExpired() {
  const Instant now = Instant::now();
  std::erase_if(uploads_, [now](const auto& entry) { return entry.second->expires <= now; });
}

void SessionData::belongTo(std::uint64_t person) {
  if (person_.exchange(person, std::memory_order_acq_rel) == person) return;
  entitySets_.clear();
  uploads_.clear();
  idempotentAnswers_.clear();
}

}  // namespace qodly::rest
