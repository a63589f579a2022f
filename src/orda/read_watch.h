// What the code of the application reads while it runs, noted by the engine for those who want to know: live updates
// (pages.md 5.6). An engine that can tell implements ReadWatch beside Engine.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>

#include "orda/engine.h"
#include "orda/footprint.h"

namespace qodly::orda {

// Thread-safe. What is noted belongs to the fiber or thread that reads. Learns only while somebody wants to know, and
// keeps the union of all that was seen, because code may read something else each time. Costs a test otherwise. Code of
// a fiber that goes on with a stack of its own (vm/frames.cpp) is not noted from there on: what matters is evaluated
// again on an ordinary thread.
class ReadWatch {
 public:
  virtual ~ReadWatch() = default;

  bool isWanted() const { return wanted_.load(std::memory_order_relaxed); }
  void want(bool wanted) { wanted_.store(wanted, std::memory_order_relaxed); }

  // What is known of all code of one schema; another schema forgets it.
  void learn(const Schema& schema, CodePlace place, const Footprint& footprint);
  bool knows(const Schema& schema, CodePlace place) const;  // the code has been seen at work
  void forEach(const Schema& schema, const std::function<void(CodePlace, const Footprint&)>& visit) const;

  // Where the running fiber or thread notes what it reads; nullptr: nowhere.
  Footprint* notes() const { return noting_.load(std::memory_order_relaxed) == 0 ? nullptr : find(); }

  // As long as it lives, the reads of the fiber or thread that made it are noted there, and nowhere else.
  class Noting {
   public:
    Noting(ReadWatch& watch, Footprint& notes);
    ~Noting();
    Noting(const Noting&) = delete;
    Noting& operator=(const Noting&) = delete;
    Footprint* outer() const { return outer_; }

   private:
    ReadWatch& watch_;
    Footprint* outer_;
  };

  // For engines.
  void noteRun(const Schema& schema, const query::Plan& plan) const;
  void noteKeys(const Schema& schema, std::uint32_t dataClass, std::span<const query::SortKey> keys) const;
  void noteHop(const Schema& schema, const query::Hop& hop) const;
  void notePath(const Schema& schema, std::uint32_t dataClass, const query::BoundPath& path) const;
  void noteAll(std::uint32_t dataClass) const;
  // The reader, or one that notes what it reads.
  std::unique_ptr<Reader> watched(std::unique_ptr<Reader> reader) const;

 private:
  Footprint* find() const;
  Footprint* exchange(Footprint* notes);

  std::atomic<bool> wanted_ = false;
  std::atomic<int> noting_ = 0;
  mutable std::mutex runningMutex_;
  std::map<const void*, Footprint*> running_;  // by fiber or thread
  mutable std::shared_mutex mutex_;
  const Schema* schema_ = nullptr;  // which the indexes belong to; schemas live as long as the datastore
  std::map<CodePlace, Footprint> known_;
};

// nullptr: the engine cannot tell.
ReadWatch* readWatch(Engine& engine);

// A piece of code runs: what it reads is noted for it, and for the code that called it.
class ReadNotes {
 public:
  ReadNotes(Engine& engine, const Schema& schema, CodePlace place);
  ~ReadNotes();
  ReadNotes(const ReadNotes&) = delete;
  ReadNotes& operator=(const ReadNotes&) = delete;

 private:
  struct Running;
  std::unique_ptr<Running> running_;
};

}  // namespace qodly::orda
