#include "orda/footprint.h"

#include <algorithm>

namespace qodly::orda {

void Footprint::note(std::uint32_t dataClass, Way way) {
  Reads& reads = classes_[dataClass];
  reads.together = reads.together || way == Way::together;
}

void Footprint::note(std::uint32_t dataClass, std::uint32_t attribute, Way way) {
  note(dataClass, way);
  Reads& reads = classes_[dataClass];
  if (!reads.whole) reads.attributes.insert(attribute);
}

void Footprint::noteWhole(std::uint32_t dataClass) {
  Reads& reads = classes_[dataClass];
  reads.whole = reads.together = true;
  reads.attributes.clear();
}

bool Footprint::covers(const Footprint& other) const {
  if (other.session_ && !session_) return false;
  return std::ranges::all_of(other.classes_, [&](const auto& entry) {
    const auto known = classes_.find(entry.first);
    if (known == classes_.end()) return false;
    const Reads& mine = known->second;
    const Reads& others = entry.second;
    if (others.together && !mine.together) return false;
    return mine.whole || (!others.whole && std::ranges::includes(mine.attributes, others.attributes));
  });
}

void Footprint::merge(const Footprint& other) {
  session_ = session_ || other.session_;
  for (const auto& [dataClass, reads] : other.classes_) {
    const Way way = reads.together ? Way::together : Way::apart;
    note(dataClass, way);
    if (reads.whole) noteWhole(dataClass);
    for (const std::uint32_t attribute : reads.attributes) note(dataClass, attribute, way);
  }
}

}  // namespace qodly::orda
