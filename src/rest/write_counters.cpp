#include "rest/write_counters.h"

#include <algorithm>

namespace qodly::rest {

namespace {

bool isScripted(const model::DataClass& dataClass) {
  return dataClass.restricted || std::ranges::any_of(dataClass.attributes, &model::Attribute::isCalculated);
}

// The dataclass and all that its relations lead to, directly or not.
std::vector<std::uint32_t> neighboursOf(const model::Model& model, std::uint32_t dataClass) {
  std::vector<std::uint32_t> reached{dataClass};
  for (std::size_t i = 0; i < reached.size(); ++i) {
    for (const model::Attribute& attribute : model.classes[reached[i]].attributes) {
      const std::uint32_t next = attribute.relatedClass;
      if (next != model::noIndex && std::ranges::find(reached, next) == reached.end()) reached.push_back(next);
    }
  }
  return reached;
}

}  // namespace

std::shared_ptr<WriteCounters::Counters> WriteCounters::make(std::shared_ptr<const orda::Schema> schema,
                                                             std::uint64_t model) {
  auto counters = std::make_shared<Counters>();
  const auto& classes = schema->model->classes;
  counters->model = model;
  counters->writes = std::vector<std::atomic<std::uint64_t>>(classes.size());
  for (std::uint32_t i = 0; i < classes.size(); ++i) {
    auto neighbours = neighboursOf(*schema->model, i);
    counters->scripted.push_back(
        std::ranges::any_of(neighbours, [&](std::uint32_t one) { return isScripted(classes[one]); }));
    counters->neighbourhood.push_back(std::move(neighbours));
  }
  counters->schema = std::move(schema);
  return counters;
}

std::shared_ptr<WriteCounters::Counters> WriteCounters::countersFor(const std::shared_ptr<const orda::Schema>& schema) {
  std::lock_guard lock(mutex_);
  if (!counters_ || counters_->schema != schema) counters_ = make(schema, counters_ ? counters_->model + 1 : 1);
  return counters_;
}

void WriteCounters::count(const std::shared_ptr<const orda::Schema>& schema,
                          std::span<const orda::ChangeEvent> events) {
  const auto counters = countersFor(schema);
  std::uint32_t last = model::noIndex;
  for (const orda::ChangeEvent& event : events) {
    if (event.dataClass == last || event.dataClass >= counters->writes.size()) continue;
    last = event.dataClass;
    counters->writes[last].fetch_add(1, std::memory_order_release);
  }
}

WriteCounters::Reading WriteCounters::of(const std::shared_ptr<const orda::Schema>& schema, std::uint32_t dataClass) {
  const auto counters = countersFor(schema);
  Reading reading{.model = counters->model, .writes = 0, .scripted = counters->scripted[dataClass]};
  for (const std::uint32_t one : counters->neighbourhood[dataClass]) {
    reading.writes += counters->writes[one].load(std::memory_order_acquire);
  }
  return reading;
}

}  // namespace qodly::rest
