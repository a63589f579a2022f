#include "rest/info.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <span>

#include <fmt/format.h>
#include <unistd.h>

#include "base/json_writer.h"
#include "rest/errors.h"

namespace qodly::rest {

namespace {

// Records are read out of the memory map: the cache is the machine's memory, of which the process uses a part.
struct Memory {
  std::int64_t total = 0, used = 0;
};

Memory memory() {
  const std::int64_t page = sysconf(_SC_PAGESIZE);
  Memory memory{.total = sysconf(_SC_PHYS_PAGES) * page, .used = 0};
  std::ifstream statm("/proc/self/statm");
  std::int64_t size = 0, resident = 0;
  if (statm >> size >> resident) memory.used = resident * page;
  return memory;
}

void appendInstantMember(std::string_view name, Instant instant, std::string& out) {
  out += fmt::format(R"(,"{}":")", name);
  appendInstant(instant, out);
  out += '"';
}

void appendEntitySet(const Call& call, const EntitySet& set, std::string& out) {
  std::string_view dataClass;
  for (const auto& definition : call.model().classes) {
    if (definition.uuid == set.classUuid) dataClass = definition.name;
  }
  out += fmt::format(R"({{"id":"{}","dataClass":)", set.id);
  json::appendString(dataClass, out);
  out += fmt::format(R"(,"selectionSize":{},"sorted":{})", set.members.size(), set.members.isOrdered());
  appendInstantMember("refreshed", set.refreshed, out);
  appendInstantMember("expires", set.expires(), out);
  out += '}';
}

// What is told: everything to an administrator, to others what is theirs (O-53).
struct Told {
  std::vector<std::shared_ptr<security::Session>> sessions;
  bool whole = false;  // ids in full

  explicit Told(Call& call) : whole(call.rights.held.contains(security::Roles::webAdmin)) {
    if (whole) {
      sessions = call.services.sessions.all();
    } else if (auto own = call.request.session()) {
      sessions.push_back(std::move(own));
    }
  }

  std::vector<EntitySet> entitySets() const {
    std::vector<EntitySet> sets;
    for (const auto& session : sessions) {
      const auto data = session->find<SessionData>();
      if (!data) continue;
      auto own = data->entitySets().list();
      std::ranges::move(own, std::back_inserter(sets));
    }
    return sets;
  }
};

void appendSession(const security::Session& session, bool whole, std::string& out) {
  if (out.back() == '}') out += ',';
  out += fmt::format(R"({{"sessionID":"{}","lifeTime":{},"expiration":"{}"}})",
                     whole ? session.id() : session.id().substr(0, 8), session.idleTimeout().count(),
                     session.expirationDate());
}

// What the server keeps for the sessions that are told: their entity sets, and how many references these hold.
std::string memoryOf(std::span<const EntitySet> sets) {
  std::uint64_t references = 0, bitTables = 0;
  for (const EntitySet& set : sets) {
    references += set.members.size();
    bitTables += set.members.isOrdered() ? 0 : 1;
  }
  return fmt::format(R"({{"entities":0,"entitySelections":{},"records":{},"selections":{},"bittables":{}}})",
                     sets.size(), references, sets.size() - bitTables, bitTables);
}

// "privileges":[{"privilege":"guest"}]: what the session has been given, or that it is a guest (roles.md 4, 11).
std::string privileges(const Call& call) {
  std::vector<std::string> names;
  if (call.rights.privileges) names = call.rights.privileges->names(*call.rights.roles);
  if (names.empty()) names.emplace_back("guest");
  std::string out = R"("privileges":[)";
  for (const std::string& name : names) {
    out += &name == &names.front() ? R"({"privilege":)" : R"(,{"privilege":)";
    json::appendString(name, out);
    out += '}';
  }
  out += ']';
  return out;
}

}  // namespace

Result<> answerInfo(Call& call) {
  const auto& segments = call.address.segments;
  if (!segments.empty() && segments.front() != "privileges") {
    return std::unexpected(
        refused(404, fmt::format("There is no $info/{}: expected $info or $info/privileges", segments.front())));
  }
  if (!segments.empty()) {
    call.json() += fmt::format("{{{}}}", privileges(call));
    return {};
  }
  const Told told(call);
  const std::vector<EntitySet> sets = told.entitySets();
  const Memory used = memory();
  std::string& out = call.json();
  out += fmt::format(R"({{"cacheSize":{},"usedCache":{},"entitySetCount":{},"entitySet":[)", used.total, used.used,
                     sets.size());
  for (const EntitySet& set : sets) {
    if (out.back() == '}') out += ',';
    appendEntitySet(call, set, out);
  }
  out += R"(],"ProgressInfo":[)"
         R"({"UserInfo":"flushProgressIndicator","SessionCount":0,"Title":"","CanInterrupt":false},)"
         R"({"UserInfo":"indexProgressIndicator","SessionCount":0,"Title":"","CanInterrupt":true}],"sessionInfo":[)";
  for (const auto& session : told.sessions) appendSession(*session, told.whole, out);
  out += R"(],"HTTPConnections":[],)";
  out += privileges(call);
  out +=
      fmt::format(R"(,"memMetrics":[{{"clients":{{}},"processes":{{}},"methods":{{}},"total":{}}}]}})", memoryOf(sets));
  return {};
}

}  // namespace qodly::rest
