// How a pass is cut into chunks.
#include "engine/embedded/record_pass.h"

#include <algorithm>

namespace qodly::engine {

namespace {

// A look-up by number costs about as much as reading this many neighbours.
constexpr std::uint64_t lookUpCost = 8;
// Ranges end on the borders of bitmap containers when the table is large, so that results of chunks never share one.
constexpr std::uint64_t largeChunk = 65536;
constexpr std::uint64_t smallChunk = 8192;
constexpr std::uint64_t listChunk = 2048;

}  // namespace

RecordPass::RecordPass(View& view, std::uint32_t dataClass)
    : view_(view), table_(view.catalog().of(dataClass).table), overlay_(view.overlay(dataClass)) {
  const std::uint64_t end = view.end(dataClass);
  cut(end, end > 16 * largeChunk ? largeChunk : smallChunk);
}

RecordPass::RecordPass(View& view, std::uint32_t dataClass, const Bitmap& members)
    : view_(view), table_(view.catalog().of(dataClass).table), overlay_(view.overlay(dataClass)) {
  const std::uint64_t count = members.cardinality();
  if (count == 0) return;
  const std::uint64_t end = std::min<std::uint64_t>(view.end(dataClass), std::uint64_t{members.maximum()} + 1);
  if (count * lookUpCost >= end) {
    filter_ = &members;
    cut(end, end > 16 * largeChunk ? largeChunk : smallChunk);
    return;
  }
  byRange_ = false;
  own_.resize(count);
  members.toUint32Array(own_.data());
  list_ = own_;
  cut(count, listChunk);
}

RecordPass::RecordPass(View& view, std::uint32_t dataClass, std::span<const RecordNumber> members)
    : view_(view),
      table_(view.catalog().of(dataClass).table),
      overlay_(view.overlay(dataClass)),
      byRange_(false),
      list_(members) {
  cut(members.size(), listChunk);
}

void RecordPass::cut(std::uint64_t total, std::uint64_t size) {
  if (view_.pool() == nullptr || total < (byRange_ ? parallelThreshold : parallelThreshold / lookUpCost)) size = total;
  for (std::uint64_t from = 0; from < total; from += size) chunks_.push_back({from, std::min(total, from + size)});
}

}  // namespace qodly::engine
