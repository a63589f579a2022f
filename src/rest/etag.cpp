#include "rest/etag.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/decimal.h"
#include "base/quick_hash.h"
#include "base/text.h"
#include "rest/errors.h"

namespace qodly::rest {

namespace {

// Who asks: what is left out of an answer depends on it.
std::size_t hashOf(const Rights& rights) {
  std::size_t hash = reinterpret_cast<std::uintptr_t>(rights.roles.get());
  for (const std::uint32_t privilege : rights.held.members()) hash = hash * 31 + privilege + 1;
  return hash;
}

Error preconditionFailed(std::string_view why) { return refused(412, std::string(why)); }

// `"5"` and `"5-1c0ffee"` name stamp 5. Weak tags do not count (RFC 9110 13.1.1).
bool namesStamp(std::string_view tag, std::uint32_t stamp) {
  if (tag.size() < 3 || tag.front() != '"' || tag.back() != '"') return false;
  const std::string_view content = tag.substr(1, tag.size() - 2);
  return content.substr(0, content.find('-')) == std::to_string(stamp);
}

// What is answered can be answered again: nothing is stored for it, nothing of it is seen by this process alone.
bool isRepeatable(const Call& call) {
  return call.request.isRead() && !call.storesEntitySet() && call.overlay() == nullptr &&
         !call.parameters.has(Parameter::queryPath);
}

// What entities of the dataclass show by themselves: links, but nothing behind them unless by an alias.
bool decidesByCode(const model::DataClass& dataClass) {
  return dataClass.restricted || std::ranges::any_of(dataClass.attributes, [](const model::Attribute& attribute) {
           return attribute.isCalculated() || attribute.kind == model::AttributeKind::alias;
         });
}

// What is named may lead to what code decides behind relations: a path has a dot.
bool staysInClass(const Parameters& parameters, const Address& address) {
  if (parameters.has(Parameter::expand)) return false;
  for (const Parameter named : {Parameter::attributes, Parameter::filter, Parameter::orderby}) {
    if (parameters.text(named).contains('.')) return false;
  }
  return std::ranges::none_of(address.segments, [](const std::string& segment) { return segment.contains('.'); });
}

}  // namespace

void tagEntity(Call& call, std::uint32_t stamp) {
  if (!call.request.isRead() || call.overlay() != nullptr) return;
  std::array<char, 48> tag;
  char* at = tag.data();
  *at++ = '"';
  at = decimal::putUnsigned(at, stamp);
  *at++ = '-';
  at = std::to_chars(at, tag.data() + tag.size(), quickHash(call.response.bodyView()), 16).ptr;
  *at++ = '"';
  (void)call.response.notModified(call.request, {tag.data(), static_cast<std::size_t>(at - tag.data())});
}

void tagWritten(Call& call, std::uint32_t stamp) { call.response.setHeader("ETag", fmt::format("\"{}\"", stamp)); }

bool answeredFromPageTag(Call& call, std::uint32_t dataClass) {
  if (!isRepeatable(call) || call.address.isEntity() || call.address.hasEntitySet) return false;
  const WriteCounters::Reading reading = call.services.writeCounters.of(call.schema, dataClass);
  if (reading.scripted &&
      (!staysInClass(call.parameters, call.address) || decidesByCode(call.model().classes[dataClass])))
    return false;
  const auto tag = fmt::format("\"{}.{}.{}-{:x}\"", std::string_view(call.services.openingId).substr(0, 12),
                               reading.model, reading.writes, hashOf(call.rights) ^ quickHash(call.request.target()));
  call.json();
  return call.response.notModified(call.request, tag);
}

void tagBody(Call& call) {
  if (!isRepeatable(call) || !call.response.header("ETag").empty()) return;
  (void)call.response.notModified(call.request, fmt::format("\"{:x}\"", quickHash(call.response.bodyView())));
}

bool hasPreconditions(const Call& call) {
  return call.request.hasHeader("If-Match") || call.request.header("If-None-Match") == "*";
}

Result<> checkPreconditions(const Call& call, orda::Entity* entity) {
  const bool exists = entity != nullptr && !entity->isNew();
  if (call.request.header("If-None-Match") == "*" && exists) {
    return std::unexpected(preconditionFailed("The entity exists already (If-None-Match: *)"));
  }
  if (!call.request.hasHeader("If-Match")) return {};
  if (!exists) return std::unexpected(preconditionFailed("There is no entity that If-Match could name"));
  const auto tags = split(call.request.header("If-Match"), ',');
  const std::uint32_t stamp = entity->getStamp();
  const bool named =
      std::ranges::any_of(tags, [&](std::string_view tag) { return trim(tag) == "*" || namesStamp(trim(tag), stamp); });
  if (named) return {};
  return std::unexpected(
      preconditionFailed(fmt::format("The entity has changed: its stamp is {}, which If-Match does not name", stamp)));
}

}  // namespace qodly::rest
