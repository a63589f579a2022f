// Executes the criteria of a plan.
#pragma once

#include "engine/embedded/view.h"
#include "query/plan.h"

namespace qodly::engine {

// Evaluates the nodes of one plan over one view. Errors (a blob file that cannot be read...) are left in the view.
class PlanRun {
 public:
  // `trace`: filled as a mirror of the nodes when not null.
  PlanRun(View& view, query::Trace* trace) : view_(view), trace_(trace) {}

  // Entities of node.dataClass that satisfy it, among `candidates` when given (which must exist).
  Bitmap run(const query::Node& root, const Bitmap* candidates);

 private:
  Bitmap evaluate(const query::Node& node, const Bitmap* candidates, query::TraceStep* step);
  Bitmap evaluateNode(const query::Node& node, const Bitmap* candidates, query::TraceStep* step);
  Bitmap condition(const query::Node& node, const Bitmap* candidates);
  Bitmap conjunction(const query::Node& node, const Bitmap* candidates, query::TraceStep* step);
  Bitmap disjunction(const query::Node& node, const Bitmap* candidates, query::TraceStep* step);
  Bitmap negation(const query::Node& node, const Bitmap* candidates, query::TraceStep* step);
  Bitmap related(const query::Node& node, const Bitmap* candidates);
  Bitmap join(const query::Node& node, const Bitmap* candidates, query::TraceStep* step);
  // One pass for the children at `positions`, which are all sequential.
  Bitmap pass(const query::Node& parent, const std::vector<std::size_t>& positions, bool any, const Bitmap* candidates,
              query::TraceStep* step);
  Bitmap everything(const query::Node& node, const Bitmap* candidates);

  View& view_;
  query::Trace* trace_;
};

}  // namespace qodly::engine
