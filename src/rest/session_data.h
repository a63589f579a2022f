// What REST keeps for a web session: its entity sets, its uploads, and the owner of its record locks (rest.md 3.1).
// All of it ends with the session.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.h"
#include "base/file_bytes.h"
#include "orda/engine.h"
#include "orda/record_set.h"
#include "rest/idempotency.h"

namespace qodly::rest {

// How an entity set was made, so that it can be made again (rest.md 11.4).
struct SetDefinition {
  std::string filter, orderby, params;
  bool empty() const { return filter.empty() && orderby.empty(); }
};

// What the members of an entity set have in common, when it is known: a query of the dataclass, or of what is behind a
// relation. Live updates tell by it which entities come and go (pages.md 5.6).
struct SetOrigin {
  std::string owner, ownerKey, relation;  // empty: the dataclass itself
  std::string filter, params, orderby;
};

struct EntitySet {
  std::string id;         // 32 upper-case hexadecimal digits
  std::string classUuid;  // survives model changes, unlike the class index
  orda::RecordSet members;
  std::int64_t timeoutSeconds = 0;
  Instant refreshed;
  Instant created{};
  std::shared_ptr<const SetOrigin> origin{};  // nullptr: nothing defines the members

  Instant expires() const { return {refreshed.ms + timeoutSeconds * 1000}; }
};

// The entity sets of one session. Thread-safe. Beyond `maximumSets` the one used longest ago is evicted.
class EntitySets {
 public:
  static constexpr std::int64_t defaultTimeout = 7200, recreatedTimeout = 600;  // seconds (rest.md 11.3)
  static constexpr std::size_t maximumSets = 10'000;

  // `id` empty: a new one is made. Returns the id.
  std::string store(EntitySet set, SetDefinition definition = {});
  // Restarts the set's time; `timeout` replaces its length. nullopt: unknown or expired.
  std::optional<EntitySet> find(std::string_view id, std::optional<std::int64_t> timeout = {});
  // The members of a set that follows its origin; restarts its time. False: there is no such set any more.
  bool replaceMembers(std::string_view id, orda::RecordSet members);
  bool release(std::string_view id);
  std::optional<SetDefinition> definition(std::string_view id) const;
  std::vector<EntitySet> list() const;
  void clear();

 private:
  void evict();
  mutable std::mutex mutex_;
  std::map<std::string, EntitySet, std::less<>> sets_;
  std::map<std::string, SetDefinition, std::less<>> definitions_;
};

struct Upload {
  std::string bytes;
  std::shared_ptr<const FileBytes> file = {};  // instead of `bytes`: of a large one, or when the session has many
  std::uint64_t fileSize = 0;                  // what the file takes; more than the content that is a part of it
  std::string mediaType;
  bool picture = false;
  Instant expires;

  std::string_view content() const { return file ? file->view() : std::string_view(bytes); }
  std::uint64_t kept() const { return file ? fileSize : bytes.size(); }
};

// Files sent ahead of the entity that will take them (rest.md 14.3). Thread-safe.
class Uploads {
 public:
  static constexpr std::int64_t defaultTimeout = 120;  // seconds
  static constexpr std::size_t maximumUploads = 1000;
  static constexpr std::uint64_t inMemory = 1024 * 1024;  // bytes of all of them; further ones go into nameless files
  // nullopt: the session would keep more than `maximumBytes` or `maximumUploads`.
  std::optional<std::string> store(Upload upload, std::uint64_t maximumBytes);
  // The content stays until consume(), so that a refused save can be repeated.
  std::shared_ptr<const Upload> find(std::string_view id);
  void consume(std::string_view id);
  void clear();
  void dropExpired();

 private:
  void eraseExpired();  // with the lock held
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const Upload>, std::less<>> uploads_;
};

// Lives in a slot of the web session. Thread-safe.
class SessionData {
 public:
  explicit SessionData(orda::Owner owner) : owner_(owner) {}
  // Who uses the session now (SessionPrivileges::persons): what the one before has left behind is forgotten.
  void belongTo(std::uint64_t person);
  orda::Owner owner() const { return owner_; }
  EntitySets& entitySets() { return entitySets_; }
  Uploads& uploads() { return uploads_; }
  IdempotentAnswers& idempotentAnswers() { return idempotentAnswers_; }

 private:
  orda::Owner owner_;
  std::atomic<std::uint64_t> person_ = 0;
  EntitySets entitySets_;
  Uploads uploads_;
  IdempotentAnswers idempotentAnswers_;
};

}  // namespace qodly::rest
