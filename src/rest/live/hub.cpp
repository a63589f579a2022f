// The hub's thread, its queue, and the clients. What subscriptions mean is in hub_subscriptions.cpp, what commits mean
// to them in hub_changes.cpp.
#include "rest/live/hub.h"

#include <algorithm>

#include "base/wait.h"
#include "rest/errors.h"
#include "rest/rights.h"

namespace qodly::rest::live {

namespace {

constexpr std::size_t maximumWaitingCommits = 5000;
constexpr std::chrono::seconds sweepTime{1};

std::uint64_t startSequence() { return static_cast<std::uint64_t>(Instant::now().ms); }

}  // namespace

// Numbers of an earlier start are below those of this one, so that whoever names one is told to look again.
Hub::Hub(Services& services)
    : services_(services), sequence_(startSequence()), watch_(orda::readWatch(services.datastore.engine())) {
  hearing_ = services_.datastore.engine().listen(
      [this](std::span<const orda::ChangeEvent>) { lastCommit_.store(Instant::now().ms, std::memory_order_relaxed); });
}

Hub::~Hub() { stop(); }

void Hub::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  following_.reset();
  hearing_.reset();
  std::lock_guard lock(mutex_);
  for (auto& [client, entry] : entries_) {
    entry.client->end("stop");
    entry.client->wake();
  }
  entries_.clear();
  groups_.clear();
}

void Hub::post(std::function<void()> work) {
  {
    std::lock_guard lock(mutex_);
    if (stopping_) return;
    work_.push_back(std::move(work));
    if (!started_) {
      started_ = true;
      thread_ = std::thread([this] { run(); });
    }
  }
  changed_.notify_one();
}

void Hub::wait(std::function<void()> work) {
  const auto done = std::make_shared<Completion<bool>>();
  // Set when the work is done, and also when it is dropped because the hub stops.
  std::shared_ptr<void> last(nullptr, [done](void*) { done->set(true); });
  post([work = std::move(work), last] { work(); });
  last.reset();
  done->wait();
}

void Hub::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto now = Clock::now();
    const bool due =
        flooded_ || (!commits_.empty() && now >= firstCommit_ + batchTime) || (codeWaits() && now >= codeTime_);
    if (due || now >= nextSweep_) {
      lock.unlock();
      if (due) evaluate();
      if (now >= nextSweep_) sweep();
      lock.lock();
      if (now >= nextSweep_) nextSweep_ = now + sweepTime;
    } else if (!work_.empty()) {
      auto work = std::move(work_.front());
      work_.pop_front();
      lock.unlock();
      work();
      work = nullptr;
      lock.lock();
    } else {
      auto next = nextSweep_;
      if (!commits_.empty()) next = std::min(next, firstCommit_ + batchTime);
      if (codeWaits()) next = std::min(next, codeTime_);
      changed_.wait_until(lock, next);
    }
  }
  auto dropped = std::move(work_);
  lock.unlock();
}

void Hub::committed(std::shared_ptr<const orda::CommittedChanges> changes) {
  {
    std::lock_guard lock(mutex_);
    if (commits_.empty()) firstCommit_ = Clock::now();
    if (commits_.size() >= maximumWaitingCommits) {
      flooded_ = true;
      commits_.clear();
    }
    if (!flooded_) commits_.push_back({std::move(changes), Instant::now()});
  }
  changed_.notify_one();
}

Result<std::shared_ptr<Client>> Hub::connect(Call& call, std::string_view name, bool stays) {
  // A session of its own, so that its end can be noticed.
  if (auto session = call.session(); !session) return std::unexpected(session.error());
  Viewer viewer{.session = call.request.visit().known(), .rights = call.rights};
  if (!viewer.session) return std::unexpected(refused(402, "The maximum number of sessions is reached"));
  viewer.rights.privileges = viewer.session->slot<security::SessionPrivileges>();
  Result<std::shared_ptr<Client>> client = std::unexpected(refused(503, "The server stops"));
  wait([&] { client = admit(std::move(viewer), name, stays); });
  return client;
}

Result<std::shared_ptr<Client>> Hub::admit(Viewer viewer, std::string_view name, bool stays) {
  std::size_t ofSession = 0;
  for (auto& [known, entry] : entries_) {
    if (entry.viewer.session != viewer.session) continue;
    ++ofSession;
    if (name.empty() || entry.name != name) continue;
    entry.heard = Clock::now();
    entry.connections += stays ? 1 : 0;
    return entry.client;
  }
  if (ofSession >= maximumClientsOfSession) {
    return std::unexpected(refused(429, "This session has too many connections for live updates already"));
  }
  if (entries_.size() >= maximumClients) return std::unexpected(refused(503, "Too many clients follow changes"));
  if (following_.use_count() == 0) {  // the token points to nothing
    orda::ChangeSource* source = orda::changeSource(services_.datastore.engine());
    if (source == nullptr || watch_ == nullptr)
      return std::unexpected(refused(501, "This engine does not tell changes"));
    following_ = source->follow([weak = weak_from_this()](std::shared_ptr<const orda::CommittedChanges> changes) {
      if (const auto alive = weak.lock()) alive->committed(std::move(changes));
    });
    schema_ = services_.datastore.schema();
    forgetHistory();
    watch_->want(true);
    noticing_ = Instant::now();
  }
  auto client = std::make_shared<Client>();
  Entry entry;
  entry.client = client;
  entry.name = name;
  entry.viewer = std::move(viewer);
  entry.privilegesStamp = entry.viewer.rights.privileges->stamp();
  entry.raises = entry.viewer.rights.privileges->raises();
  entry.loggedIn = entry.viewer.rights.privileges->isLoggedIn();
  entry.connections = stays ? 1 : 0;
  entry.heard = Clock::now();
  entries_.emplace(client.get(), std::move(entry));
  clientCount_.store(entries_.size(), std::memory_order_relaxed);
  return client;
}

std::shared_ptr<Client> Hub::find(Call& call, std::string_view name) {
  const auto session = call.request.visit().known();
  std::shared_ptr<Client> found;
  if (!session || name.empty()) return found;
  wait([&] {
    for (auto& [client, entry] : entries_) {
      if (entry.viewer.session != session || entry.name != name) continue;
      entry.heard = Clock::now();
      found = entry.client;
    }
  });
  return found;
}

Hub::Entry* Hub::entryOf(const Client& client) {
  const auto known = entries_.find(&client);
  return known == entries_.end() ? nullptr : &known->second;
}

void Hub::receive(const std::shared_ptr<Client>& client, std::vector<Request> requests) {
  wait([this, client, requests = std::move(requests)] {
    Entry* entry = entryOf(*client);
    if (entry == nullptr) return;
    entry->heard = Clock::now();
    followSchema();
    checkRights(*entry);
    for (const Request& request : requests) {
      if (!client->isEnded()) take(*entry, request);
    }
    forgetUnused();
    client->wake();
  });
}

void Hub::disconnect(const std::shared_ptr<Client>& client) {
  post([this, client] {
    Entry* entry = entryOf(*client);
    if (entry == nullptr || --entry->connections > 0) return;
    // A named one may come back by another connection.
    entry->heard = Clock::now();
    if (entry->name.empty()) remove(*client);
  });
}

void Hub::remove(Client& client) {
  entries_.erase(&client);
  clientCount_.store(entries_.size(), std::memory_order_relaxed);
  forgetUnused();
}

void Hub::forgetUnused() {
  std::erase_if(groups_, [](const auto& entry) { return entry.second.expired(); });
}

void Hub::sessionEnded(const security::Session& session) {
  if (clients() == 0) return;
  post([this, ended = &session] {
    for (auto& [client, entry] : entries_) {
      if (entry.viewer.session.get() != ended) continue;
      entry.client->end("session");
      entry.client->wake();
    }
    std::erase_if(entries_, [&](const auto& entry) { return entry.second.viewer.session.get() == ended; });
    clientCount_.store(entries_.size(), std::memory_order_relaxed);
    forgetUnused();
  });
}

void Hub::settle(const std::shared_ptr<Client>& client) {
  wait([this, client] {
    evaluate();
    Entry* entry = entryOf(*client);
    if (entry == nullptr) return;
    lookAtStorage(entry->viewer.session.get());
    if (!codeWaits()) return;
    const std::set<const security::Session*> sessions{entry->viewer.session.get()};
    lookThroughCode(touched_, &sessions);
  });
}

void Hub::forgetHistory() {
  history_.clear();
  historySize_ = 0;
  historyFrom_ = Instant::now();
}

// Rights that changed count at once, whether something was committed or not.
void Hub::sweep() {
  followSchema();
  const auto now = Clock::now();
  std::vector<Client*> gone;
  for (auto& [client, entry] : entries_) {
    checkRights(entry);
    if (entry.client->isEnded() || (entry.connections <= 0 && now - entry.heard > unheardTime)) {
      gone.push_back(entry.client.get());
    } else {
      entry.client->wake();
    }
  }
  for (Client* client : gone) remove(*client);
  while (!history_.empty() && (historySize_ > maximumHistory || now - history_.front().time > historyTime)) {
    const Commit& oldest = history_.front().commit;
    historySize_ -= oldest.changes->changes.size();
    historyFrom_ = {std::max(historyFrom_.ms, oldest.at.ms + 1)};
    history_.pop_front();
  }
  if (!entries_.empty()) lookAtStorage();
  if (!entries_.empty() || !history_.empty()) return;
  following_.reset();
  if (watch_ != nullptr) watch_->want(false);
}

}  // namespace qodly::rest::live
