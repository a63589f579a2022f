// All subscriptions that ask for the same and may see the same: evaluated once, whatever their number (pages.md 5.6).
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "rest/live/changes.h"
#include "rest/live/dependencies.h"
#include "rest/live/viewer.h"
#include "rest/session_data.h"

namespace qodly::rest::live {

// What is followed.
struct Subject {
  enum class Kind : std::uint8_t {
    key,      // one entity
    fixed,    // an entity set whose members nothing defines: they only change or go
    defined,  // what satisfies a query, now and later
  } kind = Kind::defined;
  std::string name;  // tells subjects of one dataclass apart: the key, the id of the set, or the definition's text
  SetOrigin origin;  // defined
};

struct GroupKey {
  std::string dataClass, subject;
  const orda::Access* access = nullptr;
  const security::Session* session = nullptr;  // only where code of the application decides with it
  auto operator<=>(const GroupKey&) const = default;
};

// Attributes that some of the subscriptions of a group show.
struct View {
  std::string attributes;
  Shown shown;
};

struct Removed {
  std::string key;
  std::string_view why;  // dropped, hidden, left
};

// What the changes mean to a group.
struct Outcome {
  bool refresh = false;  // nobody can say: look again
  std::vector<Removed> removed;
  std::vector<orda::RecordNumber> added;
  bool membersChanged() const { return !removed.empty() || !added.empty(); }
};

// One entity as it is told: `"stamp":5,"values":{...}`.
struct Told {
  std::string key, members;
};

// Used by the hub's thread only.
class Group {
 public:
  // An ordered selection beyond this is not placed into but loaded again.
  static constexpr std::size_t maximumSorted = 50'000;

  // Error: the refusal a read would get.
  static Result<std::shared_ptr<Group>> make(Services& services, Viewer viewer, std::uint32_t dataClass,
                                             Subject subject, const orda::RecordSet* members);

  const Subject& subject() const { return subject_; }
  std::uint32_t dataClass() const { return dataClass_; }
  // What the subscriptions are known to hold.
  const orda::RecordSet& members() const { return members_; }

  // Takes the changes over into the members. What code reads elsewhere is the matter of followCode.
  Outcome follow(const Changes& changes);
  // Whether the code that decides about the members read what has changed: kept until followCode.
  bool noteTouched(const Changes& changes);
  bool isTouched(const Touched& touched) const;
  // Its code reads session.storage; `readers`: all code that is known to.
  bool readsSession(const std::set<orda::CodePlace>& readers) const;
  void touch() { touched_ = true; }
  // Evaluates the members again, for code that read what has changed.
  Outcome followCode();
  std::vector<orda::RecordNumber> membersAmong(const orda::Bitmap& numbers) const;
  const orda::Access* access() const { return viewer_.rights.access.get(); }
  // Entities as the viewer may see them. Error: a value that could not be read.
  Result<std::map<orda::RecordNumber, Told>> tell(const View& view, std::span<const orda::RecordNumber> numbers);
  std::vector<std::string> keysOf(std::span<const orda::RecordNumber> numbers);
  // Members that were saved at `since` or later, among a part of them.
  std::vector<orda::RecordNumber> savedSince(Instant since, std::uint64_t first, std::uint64_t count) const;

 private:
  Group(Services& services, Viewer viewer, std::uint32_t dataClass, Subject subject);
  InternalCall call(std::string_view attributes = {}) const;
  // The model has changed since the group was made: what it knows means nothing any more.
  bool isOutdated(const InternalCall& call) const { return call->schema != schema_; }
  Result<orda::RecordSet> evaluate();
  // Those that exist and may be read.
  orda::RecordSet readable(Call& call, const orda::Bitmap& numbers) const;
  Outcome followOwn(const Changes& changes);
  Outcome followDefinition(const Changes* changes);
  Outcome followScripted(const Changes* changes);
  Outcome compare(const Changes* changes, const orda::Bitmap& was, const orda::Bitmap& now, Call& call);
  Outcome lookAgain();
  void take(orda::RecordSet members);

  Services& services_;
  Viewer viewer_;
  std::shared_ptr<const orda::Schema> schema_;
  std::uint32_t dataClass_;
  Subject subject_;
  Definition definition_;
  orda::Footprint footprint_;  // of a scripted definition: all that was read for it
  bool touched_ = false;
  orda::RecordSet members_;
  orda::Bitmap bits_;  // the same
};

}  // namespace qodly::rest::live
