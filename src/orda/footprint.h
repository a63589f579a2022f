// Which data the code of the application read to give its answers: what a calculated attribute, a `query` or `orderBy`
// function or a filter of a dataclass depends on (learned while they run, orda/read_watch.h).
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <set>

#include "model/model.h"

namespace qodly::orda {

// Bounded by the size of the model. Not thread-safe.
class Footprint {
 public:
  struct Reads {
    bool whole = false;                  // entities were loaded: every attribute counts
    bool together = false;               // entities were compared with others; else each was tested by itself
    std::set<std::uint32_t> attributes;  // decided about what was found
  };
  enum class Way : std::uint8_t { together, apart };

  // Entities that come or go always count; the attributes are those of the dataclass.
  void note(std::uint32_t dataClass, Way way = Way::together);
  void note(std::uint32_t dataClass, std::uint32_t attribute, Way way = Way::together);
  void noteWhole(std::uint32_t dataClass);
  void noteSession() { session_ = true; }

  bool covers(const Footprint& other) const;
  void merge(const Footprint& other);
  const std::map<std::uint32_t, Reads>& classes() const { return classes_; }
  bool readsSession() const { return session_; }  // session.storage

 private:
  std::map<std::uint32_t, Reads> classes_;
  bool session_ = false;
};

// A piece of code that answers instead of stored data.
struct CodePlace {
  std::uint32_t dataClass = model::noIndex;
  std::uint32_t attribute = model::noIndex;  // noIndex: the filter of the dataclass, and formulas over it
  auto operator<=>(const CodePlace&) const = default;
};

}  // namespace qodly::orda
