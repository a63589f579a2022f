#include "rest/info.h"

#include <fstream>

#include <fmt/format.h>
#include <unistd.h>

#include "base/json_writer.h"
#include "rest/errors.h"

namespace qodly::rest {

namespace {

constexpr std::string_view noObjects =
    R"({"entities":0,"entitySelections":0,"records":0,"selections":0,"bittables":0})";

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

void appendSession(Call& call, std::string& out) {
  const auto session = call.request.visit().known();
  if (!session) return;
  out += fmt::format(R"({{"sessionID":"{}","lifeTime":{},"expiration":"{}"}})", session->id().substr(0, 8),
                     session->idleTimeout().count(), session->expirationDate());
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
  std::vector<EntitySet> sets;
  if (SessionData* known = call.knownSession()) sets = known->entitySets().list();
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
  appendSession(call, out);
  out += R"(],"HTTPConnections":[],)";
  out += privileges(call);
  out += fmt::format(R"(,"memMetrics":[{{"clients":{{}},"processes":{{}},"methods":{{}},"total":{}}}]}})", noObjects);
  return {};
}

}  // namespace qodly::rest
