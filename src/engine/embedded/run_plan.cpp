// A node evaluates to a bitmap. Candidates travel down, so that what one criterion has excluded is never looked at by
// the next; sequential criteria of one group share one pass over the records.
#include "engine/embedded/run_plan.h"

#include <chrono>

#include "engine/embedded/joins.h"
#include "engine/embedded/leaf_index.h"
#include "engine/embedded/leaf_scan.h"
#include "engine/embedded/predicate.h"

namespace qodly::engine {

namespace {

using query::Node;
using query::TraceStep;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t fewCandidates = 500;

double millisecondsSince(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

// The shape of the trace is the shape of the plan, whatever the evaluation skips.
void mirror(const Node& node, TraceStep& step) {
  step.node = &node;
  step.steps.resize(node.children.size());
  for (std::size_t i = 0; i < node.children.size(); ++i) mirror(node.children[i], step.steps[i]);
}

TraceStep* stepOf(TraceStep* parent, std::size_t child) { return parent != nullptr ? &parent->steps[child] : nullptr; }

void fillCounts(TraceStep& step, const std::vector<std::uint64_t>& counts, std::size_t& next, double milliseconds) {
  step.found = counts[next++];
  step.milliseconds = milliseconds;
  for (TraceStep& inner : step.steps) {
    if (step.node->kind == Node::Kind::linked) return;  // one leaf of the predicate
    fillCounts(inner, counts, next, milliseconds);
  }
}

}  // namespace

Bitmap PlanRun::run(const Node& root, const Bitmap* candidates) {
  if (trace_ == nullptr) return evaluate(root, candidates, nullptr);
  mirror(root, trace_->root);
  return evaluate(root, candidates, &trace_->root);
}

Bitmap PlanRun::evaluate(const Node& node, const Bitmap* candidates, TraceStep* step) {
  if (step == nullptr) return evaluateNode(node, candidates, nullptr);
  const Clock::time_point start = Clock::now();
  Bitmap found = evaluateNode(node, candidates, step);
  step->found = found.cardinality();
  step->milliseconds = millisecondsSince(start);
  return found;
}

Bitmap PlanRun::evaluateNode(const Node& node, const Bitmap* candidates, TraceStep* step) {
  if (candidates != nullptr && candidates->isEmpty()) return {};
  switch (node.kind) {
    case Node::Kind::all:
      return everything(node, candidates);
    case Node::Kind::none:
      return {};
    case Node::Kind::condition:
      return condition(node, candidates);
    case Node::Kind::linked:
      return scanRecords(node.dataClass, candidates, LeafTest(node, view_), view_);
    case Node::Kind::related:
      return related(node, candidates);
    case Node::Kind::join:
      return join(node, candidates, step);
    case Node::Kind::conjunction:
      return conjunction(node, candidates, step);
    case Node::Kind::disjunction:
      return disjunction(node, candidates, step);
    case Node::Kind::negation:
      return negation(node, candidates, step);
    case Node::Kind::calculated:
    case Node::Kind::formula:
      break;  // the layer that runs code has replaced them
  }
  return {};
}

Bitmap PlanRun::everything(const Node& node, const Bitmap* candidates) {
  return candidates != nullptr ? *candidates : view_.all(node.dataClass);
}

Bitmap PlanRun::condition(const Node& node, const Bitmap* candidates) {
  if (node.condition.constant) return *node.condition.constant ? everything(node, candidates) : Bitmap();
  if (node.access != Node::Access::sequential) {
    if (std::optional<Bitmap> found = searchIndex(node, candidates, view_)) return std::move(*found);
  }
  return scanRecords(node.dataClass, candidates, LeafTest(node, view_), view_);
}

Bitmap PlanRun::conjunction(const Node& node, const Bitmap* candidates, TraceStep* step) {
  std::optional<Bitmap> remaining;
  const auto narrowed = [&] { return remaining ? &*remaining : candidates; };
  bool passed = false;
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    const Node& child = node.children[i];
    if (!Predicate::covers(child)) {
      remaining = evaluate(child, narrowed(), stepOf(step, i));
    } else if (!passed) {  // all sequential children at the place of the first one
      passed = true;
      std::vector<std::size_t> positions;
      for (std::size_t k = i; k < node.children.size(); ++k) {
        if (Predicate::covers(node.children[k])) positions.push_back(k);
      }
      remaining = pass(node, positions, false, narrowed(), step);
    }
    if (remaining && remaining->isEmpty()) break;
  }
  return remaining ? std::move(*remaining) : everything(node, candidates);
}

Bitmap PlanRun::disjunction(const Node& node, const Bitmap* candidates, TraceStep* step) {
  Bitmap found;
  std::vector<std::size_t> positions;
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    if (Predicate::covers(node.children[i])) {
      positions.push_back(i);
    } else {
      found |= evaluate(node.children[i], candidates, stepOf(step, i));
    }
  }
  if (positions.empty()) return found;
  if (step != nullptr || found.isEmpty()) return found | pass(node, positions, true, candidates, step);
  const Bitmap rest = everything(node, candidates) - found;  // what is found already needs no test
  return found | pass(node, positions, true, &rest, step);
}

Bitmap PlanRun::negation(const Node& node, const Bitmap* candidates, TraceStep* step) {
  const Bitmap found = evaluate(node.children.front(), candidates, stepOf(step, 0));
  return everything(node, candidates) - found;
}

Bitmap PlanRun::related(const Node& node, const Bitmap* candidates) {
  Bitmap found = relatedEntities(node.hop, candidates, view_);
  return node.negative ? found : everything(node, candidates) - found;
}

Bitmap PlanRun::join(const Node& node, const Bitmap* candidates, TraceStep* step) {
  const Node& child = node.children.front();
  if (child.kind == Node::Kind::all) return relatedEntities(node.hop, candidates, view_);
  // Of few candidates only their own related entities need the criterion.
  std::optional<Bitmap> reachable;
  if (candidates != nullptr && candidates->cardinality() <= fewCandidates) {
    reachable = followHop(node.hop, *candidates, view_);
  }
  const Bitmap targets = evaluate(child, reachable ? &*reachable : nullptr, stepOf(step, 0));
  return targets.isEmpty() ? Bitmap() : joinHop(node.hop, targets, candidates, view_);
}

Bitmap PlanRun::pass(const Node& parent, const std::vector<std::size_t>& positions, bool any, const Bitmap* candidates,
                     TraceStep* step) {
  const Clock::time_point start = Clock::now();
  Predicate predicate(view_, step != nullptr);
  if (any) predicate.requireAny();
  for (const std::size_t position : positions) predicate.add(parent.children[position]);
  Bitmap found = scanRecords(parent.dataClass, candidates, predicate, view_);
  if (step == nullptr) return found;
  const std::vector<std::uint64_t> counts = predicate.counts();
  const double elapsed = millisecondsSince(start);
  std::size_t next = 0;
  for (const std::size_t position : positions) fillCounts(step->steps[position], counts, next, elapsed);
  return found;
}

}  // namespace qodly::engine
