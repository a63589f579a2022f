#include "harness.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include <fmt/format.h>

namespace qodly::bench {

namespace {

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

}  // namespace

void run(const Row& row, int runs) {
  std::vector<double> ours;
  std::vector<std::vector<double>> peers(row.peers.size());
  for (int turn = -1; turn < runs; ++turn) {
    const double own = row.ours.measure();
    if (turn >= 0) ours.push_back(own);
    for (std::size_t i = 0; i < peers.size(); ++i) {
      const double figure = row.peers[i].measure();
      if (turn >= 0) peers[i].push_back(figure);
    }
  }
  const double own = median(ours);
  for (std::size_t i = 0; i < peers.size(); ++i) {
    const double peer = median(peers[i]);
    const double ratio = row.better == Better::lower ? peer / own : own / peer;
    fmt::print(
        R"({{"id":"{}","what":"{}","unit":"{}","ours":{:.6g},"peer":{:.6g},"peer_name":"{}","ratio":{:.3g},"aim":{:.3g}}})"
        "\n",
        row.id, row.what, row.unit, own, peer, row.peers[i].name, ratio, row.aim);
  }
  std::fflush(stdout);
}

double seconds(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace qodly::bench
