// Measures two or more contenders in turn (A B A B...) and reports medians and ratios as rows of one table.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace qodly::bench {

enum class Better { lower, higher };  // what a good figure is: seconds or bytes, or operations a second

struct Contender {
  std::string name;
  std::function<double()> measure;  // one run; returns the figure in the row's unit
};

struct Row {
  std::string id;    // "load.million"
  std::string what;  // one line for a person
  std::string unit;  // "s", "us", "op/s"
  Better better = Better::lower;
  double aim = 1;  // wanted ratio: how many times better than the peer
  Contender ours;
  std::vector<Contender> peers;
};

// Runs every contender once to warm up and `runs` times in turn, and prints one JSON line for each peer:
// {"id","what","unit","ours","peer","peer_name","ratio","aim"}. ratio > 1: ours is better.
void run(const Row& row, int runs);

double seconds(const std::function<void()>& work);

// Keeps the optimiser from removing a result.
template <class T>
inline void keep(const T& value) {
  asm volatile("" : : "g"(&value) : "memory");
}

}  // namespace qodly::bench
