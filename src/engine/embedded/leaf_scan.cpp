// Each chunk makes its part of the result; parts of different chunks are disjoint and in order.
#include "engine/embedded/leaf_scan.h"

#include "engine/embedded/record_pass.h"

namespace qodly::engine {

namespace {

template <class Test>
Bitmap collect(const RecordPass& pass, const Test& test) {
  struct Part {
    std::vector<RecordNumber> batch;
    Bitmap found;
    void flush() {
      found.addMany(batch.size(), batch.data());
      batch.clear();
    }
  };
  constexpr std::size_t batchSize = 4096;
  std::vector<Part> parts(pass.chunks());
  pass.run([&](std::size_t chunk, RecordNumber number, const RecordView& record) {
    if (!test.test(record)) return;
    Part& part = parts[chunk];
    part.batch.push_back(number);
    if (part.batch.size() == batchSize) part.flush();
  });
  Bitmap found;
  for (Part& part : parts) {
    part.flush();
    found |= part.found;
  }
  return found;
}

template <class Test>
Bitmap scan(std::uint32_t dataClass, const Bitmap* candidates, const Test& test, View& view) {
  if (candidates == nullptr) return collect(RecordPass(view, dataClass), test);
  return collect(RecordPass(view, dataClass, *candidates), test);
}

}  // namespace

Bitmap scanRecords(std::uint32_t dataClass, const Bitmap* candidates, const Predicate& predicate, View& view) {
  return scan(dataClass, candidates, predicate, view);
}

Bitmap scanRecords(std::uint32_t dataClass, const Bitmap* candidates, const LeafTest& test, View& view) {
  return scan(dataClass, candidates, test, view);
}

}  // namespace qodly::engine
