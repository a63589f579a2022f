// Walks over whole structures of objects and collections: identity of content and cycles. Both keep their own stack, as
// scripts can nest deeper than the C++ stack allows.
#include <functional>
#include <unordered_set>
#include <utility>
#include <vector>

#include "value/value.h"

namespace qodly {

namespace {

bool isContainer(const Value& value) { return value.isObject() || value.isCollection(); }

const Box* containerBox(const Value& value) {
  if (value.isObject()) return &value.asObject();
  if (value.isCollection()) return &value.asCollection();
  return nullptr;
}

using Pair = std::pair<const Value*, const Value*>;

bool identicalScalars(const Value& left, const Value& right) {
  switch (left.type()) {
    case Type::undefined:
    case Type::null:
      return true;
    case Type::boolean:
      return left.asBoolean() == right.asBoolean();
    case Type::integer:
      return left.asInteger() == right.asInteger();
    case Type::real:
      return left.asReal() == right.asReal();
    case Type::text:
      return left.asText() == right.asText();
    case Type::date:
      return left.asDate() == right.asDate();
    case Type::time:
      return left.asTime() == right.asTime();
    case Type::instant:
      return left.asInstant() == right.asInstant();
    case Type::blob:
    case Type::picture:
      return left.asBlob().bytes == right.asBlob().bytes && left.asBlob().path == right.asBlob().path;
    case Type::handle:
      return &left.asHandle() == &right.asHandle();
    default:
      return false;
  }
}

// Puts the members that must be identical on the stack; false when the shapes differ already.
bool pushChildren(const Value& left, const Value& right, std::vector<Pair>& open) {
  if (left.isObject()) {
    const Object& rightObject = right.asObject();
    if (left.asObject().size() != rightObject.size()) return false;
    for (const Object::Member& member : left.asObject().members()) {
      const Value* other = rightObject.find(member.name);
      if (other == nullptr) return false;
      open.emplace_back(&member.value, other);
    }
    return true;
  }
  const auto& leftElements = left.asCollection().elements();
  const auto& rightElements = right.asCollection().elements();
  if (leftElements.size() != rightElements.size()) return false;
  for (std::size_t i = 0; i < leftElements.size(); ++i) open.emplace_back(&leftElements[i], &rightElements[i]);
  return true;
}

struct PairHash {
  std::size_t operator()(const std::pair<const Box*, const Box*>& pair) const {
    const std::hash<const Box*> hash;
    return hash(pair.first) * 31 + hash(pair.second);
  }
};

// A container whose members are being visited.
struct Visit {
  const Value* container;
  std::size_t next = 0;

  const Value* step() {
    if (container->isObject()) {
      const auto& members = container->asObject().members();
      return next < members.size() ? &members[next++].value : nullptr;
    }
    const auto& elements = container->asCollection().elements();
    return next < elements.size() ? &elements[next++] : nullptr;
  }
};

}  // namespace

bool Value::identical(const Value& other) const {
  if (type() != other.type()) return false;
  if (!isContainer(*this)) return identicalScalars(*this, other);
  std::vector<Pair> open{{this, &other}};
  // Pairs already taken for identical: shared parts are compared once, and cycles end.
  std::unordered_set<std::pair<const Box*, const Box*>, PairHash> assumed;
  while (!open.empty()) {
    const auto [left, right] = open.back();
    open.pop_back();
    if (left->type() != right->type()) return false;
    if (!isContainer(*left)) {
      if (!identicalScalars(*left, *right)) return false;
      continue;
    }
    const Box* leftBox = containerBox(*left);
    const Box* rightBox = containerBox(*right);
    if (leftBox == rightBox || !assumed.emplace(leftBox, rightBox).second) continue;
    if (!pushChildren(*left, *right, open)) return false;
  }
  return true;
}

bool hasCycle(const Value& value) {
  if (!isContainer(value)) return false;
  std::vector<Visit> path{{&value}};
  std::unordered_set<const Box*> onPath{containerBox(value)};
  std::unordered_set<const Box*> finished;
  while (!path.empty()) {
    const Value* child = path.back().step();
    if (child == nullptr) {
      const Box* done = containerBox(*path.back().container);
      onPath.erase(done);
      finished.insert(done);
      path.pop_back();
      continue;
    }
    const Box* box = containerBox(*child);
    if (box == nullptr || finished.contains(box)) continue;
    if (!onPath.insert(box).second) return true;
    path.push_back({child});
  }
  return false;
}

}  // namespace qodly
