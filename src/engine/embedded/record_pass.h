// One pass over the records of a dataclass, or over some of them, cut into chunks that the workers share. Predicates,
// sort keys, statistics and join keys all read records this way.
//
// A chunk is either a range of record numbers read front to back (every record, or members that lie close together), or
// a range of positions in a list of numbers that are looked up one by one. Chunks follow the order of the members, so
// what the chunks collect, put one after the other, is in that order.
#pragma once

#include <atomic>
#include <span>
#include <vector>

#include "engine/embedded/view.h"

namespace qodly::engine {

class RecordPass {
 public:
  // Every record.
  RecordPass(View& view, std::uint32_t dataClass);
  // Members in number order; `members` must outlive the pass.
  RecordPass(View& view, std::uint32_t dataClass, const Bitmap& members);
  // Members in the order given, absent ones left out; `members` must outlive the pass.
  RecordPass(View& view, std::uint32_t dataClass, std::span<const RecordNumber> members);

  std::size_t chunks() const { return chunks_.size(); }

  // Calls visit(chunk, number, record) for every existing record. Chunks may run at the same time, one chunk never
  // runs on two threads.
  template <class Visit>
  void run(const Visit& visit) const;
  // The same on the calling thread, for visitors that use the view themselves.
  template <class Visit>
  void runSerially(const Visit& visit) const {
    for (std::size_t chunk = 0; chunk < chunks_.size(); ++chunk) runChunk(chunk, view_.scope(), visit);
  }

 private:
  struct Chunk {
    std::uint64_t from, to;
  };

  void cut(std::uint64_t total, std::uint64_t size);
  template <class Visit>
  void runChunk(std::size_t chunk, const storage::ReadScope& scope, const Visit& visit) const;
  template <class Visit>
  void runRange(std::size_t chunk, const storage::ReadScope& scope, const Visit& visit) const;
  template <class Visit>
  void runList(std::size_t chunk, const storage::ReadScope& scope, const Visit& visit) const;

  View& view_;
  storage::TableId table_;
  const TableOverlay& overlay_;
  const Bitmap* filter_ = nullptr;  // range chunks: only these
  bool byRange_ = true;
  std::vector<RecordNumber> own_;  // numbers of a sparse bitmap
  std::span<const RecordNumber> list_;
  std::vector<Chunk> chunks_;
};

template <class Visit>
void RecordPass::run(const Visit& visit) const {
  if (view_.pool() == nullptr || chunks_.size() < 2) {
    runSerially(visit);
    return;
  }
  std::atomic<std::size_t> next{0};
  const auto slots = static_cast<unsigned>(std::min<std::size_t>(view_.pool()->size(), chunks_.size()));
  view_.pool()->run(slots, [&](unsigned slot) {
    for (std::size_t chunk = next++; chunk < chunks_.size(); chunk = next++) {
      runChunk(chunk, view_.workerScope(slot), visit);
    }
  });
}

template <class Visit>
void RecordPass::runChunk(std::size_t chunk, const storage::ReadScope& scope, const Visit& visit) const {
  if (byRange_) {
    runRange(chunk, scope, visit);
  } else {
    runList(chunk, scope, visit);
  }
}

template <class Visit>
void RecordPass::runRange(std::size_t chunk, const storage::ReadScope& scope, const Visit& visit) const {
  const auto from = static_cast<RecordNumber>(chunks_[chunk].from);
  const auto to = static_cast<RecordNumber>(chunks_[chunk].to);
  if (filter_ == nullptr && overlay_.empty()) {
    scope.scan(table_, from, to, [&](RecordNumber number, const RecordView& record) {
      visit(chunk, number, record);
      return true;
    });
    return;
  }
  const Bitmap everything;
  auto member = (filter_ != nullptr ? *filter_ : everything).begin();
  const auto last = (filter_ != nullptr ? *filter_ : everything).end();
  if (filter_ != nullptr) member.equalorlarger(from);
  const auto wanted = [&](RecordNumber number) {
    if (filter_ == nullptr) return true;
    while (member != last && *member < number) ++member;
    return member != last && *member == number;
  };
  auto changed = overlay_.entries.begin();
  const auto changedEnd = overlay_.entries.end();
  while (changed != changedEnd && changed->number < from) ++changed;
  const auto visitChanged = [&](RecordNumber below) {
    for (; changed != changedEnd && changed->number < below; ++changed) {
      if (changed->record && wanted(changed->number)) visit(chunk, changed->number, changed->record);
    }
  };
  scope.scan(table_, from, to, [&](RecordNumber number, const RecordView& record) {
    visitChanged(number);
    if (changed != changedEnd && changed->number == number) return true;  // the overlay's form comes next
    if (wanted(number)) visit(chunk, number, record);
    return filter_ == nullptr || member != last;
  });
  visitChanged(to);
}

template <class Visit>
void RecordPass::runList(std::size_t chunk, const storage::ReadScope& scope, const Visit& visit) const {
  for (std::uint64_t i = chunks_[chunk].from; i < chunks_[chunk].to; ++i) {
    const RecordNumber number = list_[i];
    if (const TableOverlay::Entry* changed = overlay_.find(number)) {
      if (changed->record) visit(chunk, number, changed->record);
    } else if (const RecordView record = scope.record(table_, number)) {
      visit(chunk, number, record);
    }
  }
}

}  // namespace qodly::engine
