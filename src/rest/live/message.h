// What a client of live updates says, and the texts it is told (pages.md 5.6). Known to both ends of every transport.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"

namespace qodly::rest::live {

inline constexpr std::size_t maximumMessageBytes = 64 * 1024;
inline constexpr std::size_t maximumMessagesAtOnce = 1000;

// {"subscribe": id, "dataclass": D, ...}
struct Subscribe {
  std::string id;  // JSON text of the client's number or text: told back as it came
  std::string dataClass;
  // At most one of the two: an entity set of the session, or one entity. Neither: the entities that satisfy `filter`.
  std::optional<std::string> set, key;
  std::string filter, params;
  std::string attributes;  // as $attributes; empty: all
  // The part of an entity set that the client shows: [first, count].
  std::uint64_t first = 0, count = 100;
};
struct Unsubscribe {
  std::string id;
};
// What the client has seen before its connection was lost.
struct Resume {
  std::uint64_t sequence = 0;
};
// The privileges that the client believes its session to hold. Is it mistaken, then it is told that they have changed:
// what happened to them before it connected. `guest` counts as none.
struct Holding {
  std::vector<std::string> privileges;
};
using Request = std::variant<Subscribe, Unsubscribe, Resume, Holding>;

// One message, or an array of them. Error: 400, says what is wrong and what would be right.
Result<std::vector<Request>> readRequests(std::string_view text);

// What is waiting to be told about one subscription, already reduced to what counts: the last state of each entity.
class PendingEvents {
 public:
  static constexpr std::size_t maximumEntities = 200;  // more: one refresh
  static constexpr std::size_t maximumKeys = 100;      // of added entities that are named

  void update(const std::string& key, std::string_view members);  // members: `"stamp":5,"values":{...}`
  void remove(const std::string& key, std::string_view why);
  void add(std::uint64_t count, const std::vector<std::string>& keys);
  // The length of the selection after removals, told with the next message that has an `add`.
  void refresh();
  // Values that code makes may be others now: to be asked for again, at a moment of the client's choice in the next
  // `within` ms, so that thousands do not ask at once.
  void stale(unsigned within);
  void fail(const Error& error);

  bool empty() const { return !refresh_ && !stale_ && error_.empty() && !count_ && entities_.empty(); }
  std::size_t bytes() const { return bytes_; }
  // Appends the events, each `{"id":...,"type":...}` followed by a comma.
  void append(std::string_view id, std::string& out) const;

 private:
  void put(const std::string& key, std::string event);
  bool refresh_ = false;
  std::optional<unsigned> stale_;
  std::string error_;
  std::optional<std::uint64_t> count_;
  std::vector<std::string> added_;
  std::map<std::string, std::string> entities_;  // by key: the event behind its id
  std::size_t bytes_ = 0;
};

}  // namespace qodly::rest::live
