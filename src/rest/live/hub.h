// The live updates of a server: who follows what, and one thread that finds out what each commit means to them
// (pages.md 5.6). Commits only leave their changes here; subscriptions and evaluation belong to the hub's thread, so
// its state needs no locks.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "orda/change_source.h"
#include "rest/live/client.h"
#include "rest/live/group.h"

namespace qodly::rest::live {

// Thread-safe. The thread starts with the first client.
class Hub : public std::enable_shared_from_this<Hub> {
 public:
  static constexpr std::size_t maximumSubscriptions = 200;  // of a client
  static constexpr std::size_t maximumClientsOfSession = 16;
  static constexpr std::size_t maximumClients = 20'000;
  static constexpr std::size_t maximumHistory = 1000;  // changes kept for those who come back
  static constexpr std::chrono::minutes historyTime{5};
  static constexpr std::chrono::milliseconds batchTime{100};
  // What code decides is looked at again at most this often, and never for more than a fifth of the time.
  static constexpr std::chrono::milliseconds codePause{500};
  static constexpr std::size_t asksAtOnce = 200;          // pages that may ask for stale values in the same moment
  static constexpr std::size_t asksASecond = 5'000;       // when they are more
  static constexpr std::chrono::seconds unheardTime{60};  // a named client that nobody asks for is forgotten

  explicit Hub(Services& services);
  ~Hub();  // ends every client
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  // The client of a connection; with a name the same one as before, when the session still has it: then it may be asked
  // for its messages now and then. Errors: 402, 429 too many of this session, 503 too many at all, 501 the engine
  // cannot tell changes.
  Result<std::shared_ptr<Client>> connect(Call& call, std::string_view name, bool stays);
  // The named client of the call's session; nullptr: none.
  std::shared_ptr<Client> find(Call& call, std::string_view name);
  // What the client says. Done when this returns: waits for the hub.
  void receive(const std::shared_ptr<Client>& client, std::vector<Request> requests);
  void disconnect(const std::shared_ptr<Client>& client);
  // Its clients are told, and forgotten.
  void sessionEnded(const security::Session& session);
  // Everything committed before is evaluated for the client when this returns.
  void settle(const std::shared_ptr<Client>& client);
  void stop();
  std::size_t clients() const { return clientCount_.load(std::memory_order_relaxed); }

 private:
  using Clock = std::chrono::steady_clock;
  struct Subscription {
    Subscribe wanted;
    std::shared_ptr<Group> group;
    View view;
    bool byItself = false;  // code of the application decides, for this session alone
  };
  struct Entry {
    std::shared_ptr<Client> client;
    std::string name;
    Viewer viewer;
    std::uint64_t privilegesStamp = 0, raises = 0;
    bool loggedIn = false;
    int connections = 0;
    Clock::time_point heard;
    std::optional<std::uint64_t> resume;
    std::optional<std::size_t> storage;  // hash of session.storage when it was last looked at
    std::map<std::string, Subscription> subscriptions;
  };
  struct Commit {
    std::shared_ptr<const orda::CommittedChanges> changes;
    Instant at;
  };
  struct Past {
    std::uint64_t sequence;
    Clock::time_point time;
    Commit commit;
  };

  void post(std::function<void()> work);
  void wait(std::function<void()> work);  // until it is done
  void run();
  void committed(std::shared_ptr<const orda::CommittedChanges> changes);

  // On the hub's thread.
  Result<std::shared_ptr<Client>> admit(Viewer viewer, std::string_view name, bool stays);
  Entry* entryOf(const Client& client);
  void take(Entry& entry, const Request& request);
  void subscribe(Entry& entry, const Subscribe& wanted);
  Result<Subscription> makeSubscription(const Entry& entry, const Subscribe& wanted);
  Result<Subject> subjectOf(const Entry& entry, const Subscribe& wanted, std::uint32_t dataClass,
                            std::optional<EntitySet>& set) const;
  void catchUp(Entry& entry, Subscription& subscription, const std::optional<EntitySet>& set);
  void missed(Entry& entry, Subscription& subscription);
  void readAgain(Entry& entry, Subscription& subscription, const EntitySet& set);
  void tellChanges(Entry& entry, Subscription& subscription, const Changes& changes);
  void learnCode(Subscription& subscription);
  void evaluate();
  class Evaluation;
  bool codeWaits() const { return groupsTouched_ || !touched_.empty(); }
  // How many were told to ask again. `sessions`: only those; nullptr: all.
  std::size_t lookThroughCode(const Touched& touched, const std::set<const security::Session*>* sessions);
  void lookAtStorage(const security::Session* only = nullptr);
  void forgetHistory();
  void tellEntities(Entry& entry, Subscription& subscription, std::span<const orda::RecordNumber> numbers);
  bool storeMembers(Entry& entry, const Subscription& subscription) const;
  void followSchema();
  void checkRights(Entry& entry);
  bool isInForce(const security::ApiKey& key) const;
  void checkUser(security::Session& session) const;
  void renew(Entry& entry);
  void sweep();
  void refreshAll();
  void remove(Client& client);
  void forgetUnused();

  Services& services_;
  std::shared_ptr<const orda::Schema> schema_;
  std::map<GroupKey, std::weak_ptr<Group>> groups_;
  std::map<const Client*, Entry> entries_;
  std::deque<Past> history_;
  Instant historyFrom_{};                     // what was committed since then is in the history
  std::atomic<std::int64_t> lastCommit_ = 0;  // milliseconds, whoever follows
  Instant noticing_{};                        // since when the reads of code are noted
  Touched touched_;                           // to be looked through when codeTime_ has come
  bool groupsTouched_ = false;
  Clock::time_point codeTime_{};
  std::set<std::uint32_t> resultClasses_;  // of entities that code gives to subscriptions
  std::size_t historySize_ = 0;
  std::uint64_t sequence_;
  orda::ReadWatch* const watch_;  // nullptr: then nobody connects
  std::atomic<std::size_t> clientCount_{0};

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> work_;
  std::vector<Commit> commits_;
  bool flooded_ = false;  // more commits than are kept
  Clock::time_point firstCommit_{}, nextSweep_{};
  bool stopping_ = false, started_ = false;
  std::shared_ptr<void> following_, hearing_;
  std::thread thread_;
};

}  // namespace qodly::rest::live
