#include "app/certificate_state.h"

#include <algorithm>

#include "security/json_members.h"
#include "value/json.h"

namespace qodly::app {

namespace {

constexpr std::int64_t day = 86'400;

std::filesystem::path fileOf(const security::Instance& instance) { return instance.folder() / "acme" / "state.json"; }

Instant timeMember(const Object& object, std::string_view name) {
  return parseInstant(security::textMember(object, name)).value_or(Instant{});
}

// The shorter of a span of days and a share of the whole life.
Instant beforeEnd(std::int64_t from, std::int64_t until, std::int64_t days, std::int64_t share) {
  return {(until - std::min(days * day, std::max<std::int64_t>(0, until - from) / share)) * 1000};
}

}  // namespace

CertificateStates readCertificateStates(const security::Instance& instance) {
  CertificateStates states;
  const auto content = security::readFile(fileOf(instance));
  const auto parsed = content ? json::parse(*content) : Result<Value>(Value());
  if (!parsed || !parsed->isObject()) return states;
  states.settings = security::textMember(parsed->asObject(), "settings");
  const Value* hosts = parsed->asObject().find("hosts");
  if (hosts == nullptr || !hosts->isObject()) return states;
  for (const Object::Member& member : hosts->asObject().members()) {
    if (!member.value.isObject()) continue;
    const Object& object = member.value.asObject();
    CertificateState state;
    state.failures =
        static_cast<unsigned>(std::clamp<std::int64_t>(security::integerMember(object, "failures"), 0, 1000));
    state.lastAttempt = timeMember(object, "lastAttempt");
    state.nextAttempt = timeMember(object, "nextAttempt");
    state.lastWarning = timeMember(object, "lastWarning");
    state.lastError = security::textMember(object, "lastError");
    states.hosts.insert_or_assign(std::string(std::string_view(member.name)), std::move(state));
  }
  return states;
}

Result<> writeCertificateStates(const security::Instance& instance, const CertificateStates& states) {
  const Ref<Object> hosts = Object::make();
  for (const auto& [host, state] : states.hosts) {
    const Ref<Object> object = Object::make();
    object->set("failures", Value::integer(state.failures));
    object->set("lastAttempt", timeValue(state.lastAttempt));
    object->set("nextAttempt", timeValue(state.nextAttempt));
    object->set("lastWarning", timeValue(state.lastWarning));
    object->set("lastError", Value::text(std::string_view(state.lastError)));
    hosts->set(host, Value::object(object));
  }
  const Ref<Object> whole = Object::make();
  whole->set("settings", Value::text(std::string_view(states.settings)));
  whole->set("hosts", Value::object(hosts));
  return security::writePrivateFile(fileOf(instance), json::text(Value::object(whole), {.pretty = true}) + "\n");
}

Value timeValue(Instant time) {
  if (time.ms == 0) return Value::null();
  std::string text;
  appendInstant(time, text);
  return Value::text(std::string_view(text));
}

Instant renewalOf(std::int64_t from, std::int64_t until) { return beforeEnd(from, until, 30, 3); }
Instant warningOf(std::int64_t from, std::int64_t until) { return beforeEnd(from, until, 14, 6); }

std::int64_t pauseSeconds(unsigned failures, std::int64_t asked) {
  constexpr std::int64_t first = 300, longestAsked = 7 * day;
  constexpr unsigned mostDoublings = 9;
  const std::int64_t own = std::min(day, first << std::min(failures == 0 ? 0 : failures - 1, mostDoublings));
  return std::max(own, std::min(asked, longestAsked));
}

}  // namespace qodly::app
