// What the planner may ask about the data.
#pragma once

#include <memory>

#include "engine/embedded/view.h"
#include "query/plan.h"

namespace qodly::engine {

// Answers come from one view; used by one thread.
std::unique_ptr<query::Statistics> makeStatistics(std::unique_ptr<View> view);

}  // namespace qodly::engine
