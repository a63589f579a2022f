#include "query/match.h"

#include "query/match_object.h"
#include "query/picture_keywords.h"

namespace qodly::query {

struct Matcher::State {
  State(const Condition& condition, const Collation& collation)
      : path(condition, collation), insideObject(condition.attribute.insideObject()) {
    const bool negative = path.negative();
    if (condition.constant) {
      fixed = *condition.constant;
      missing = *condition.constant;
    } else if (condition.nullTest) {
      fixed = negative;
      missing = !negative;
    } else {
      missing = negative;
    }
    if (insideObject) missing = path(ValueView());
  }

  PathTest path;
  std::optional<bool> fixed;  // the answer for every value that is not null
  bool missing = false;
  bool insideObject;
};

Matcher::Matcher(const Condition& condition, const Collation& collation)
    : state_(std::make_unique<State>(condition, collation)) {}

Matcher::~Matcher() = default;
Matcher::Matcher(Matcher&&) noexcept = default;
Matcher& Matcher::operator=(Matcher&&) noexcept = default;

bool Matcher::matches(const Value& value) const {
  if (state_->insideObject) return state_->path(ValueView(value));
  if (value.isMissing()) return state_->missing;
  if (state_->fixed) return *state_->fixed;
  if (value.type() == Type::picture) {
    return anyPictureKeyword(value.asBlob().bytes, [this](std::string_view keyword) { return matchesText(keyword); });
  }
  return state_->path.scalar()(ValueView(value)) != state_->path.negative();
}

bool Matcher::matchesText(std::string_view text) const {
  if (state_->fixed) return *state_->fixed;
  return state_->path.scalar().text(text) != state_->path.negative();
}

bool Matcher::matchesInteger(std::int64_t value) const {
  if (state_->fixed) return *state_->fixed;
  return state_->path.scalar().ordinal(value) != state_->path.negative();
}

bool Matcher::matchesReal(double value) const {
  if (state_->fixed) return *state_->fixed;
  return state_->path.scalar().real(value) != state_->path.negative();
}

bool Matcher::matchesMissing() const { return state_->missing; }

bool Matcher::matchesObject(PackedView object) const { return state_->path(object); }

struct LinkedMatcher::State {
  State(const Node& linked, const Collation& collation) {
    tests.reserve(linked.children.size());
    std::vector<const PathTest*> pointers;
    for (const Node& child : linked.children) {
      tests.push_back(std::make_unique<PathTest>(child.condition, collation));
      pointers.push_back(tests.back().get());
    }
    test.emplace(std::move(pointers), 0);
  }

  std::vector<std::unique_ptr<PathTest>> tests;
  std::optional<LinkedTest> test;
};

LinkedMatcher::LinkedMatcher(const Node& linked, const Collation& collation)
    : state_(std::make_unique<State>(linked, collation)) {}

LinkedMatcher::~LinkedMatcher() = default;
LinkedMatcher::LinkedMatcher(LinkedMatcher&&) noexcept = default;
LinkedMatcher& LinkedMatcher::operator=(LinkedMatcher&&) noexcept = default;

bool LinkedMatcher::matches(const Value& object) const { return (*state_->test)(ValueView(object)); }

bool LinkedMatcher::matchesObject(PackedView object) const { return (*state_->test)(object); }

}  // namespace qodly::query
