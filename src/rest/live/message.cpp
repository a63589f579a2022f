#include "rest/live/message.h"

#include <fmt/format.h>

#include "base/json_writer.h"
#include "rest/errors.h"
#include "value/json.h"

namespace qodly::rest::live {

namespace {

constexpr std::string_view expectation =
    R"(expected {"subscribe":id,"dataclass":name,...}, {"unsubscribe":id}, {"resume":number} or {"privileges":[names]})";

Error wrong(std::string_view what) { return malformed(fmt::format("{}: {}", what, expectation)); }

Result<std::string> identifier(const Value& value) {
  if (value.type() == Type::integer || (value.isText() && value.asText().size() <= 64)) return json::text(value);
  return std::unexpected(wrong("The id of a subscription is a whole number or a short text"));
}

std::optional<std::uint64_t> countOf(const Value& value) {
  if (value.type() != Type::integer || value.asInteger() < 0) return std::nullopt;
  return static_cast<std::uint64_t>(value.asInteger());
}

std::string textOf(const Object& object, std::string_view name) {
  const Value value = object.get(name);
  return value.isText() ? std::string(value.asText()) : std::string();
}

// Keys are numbers or texts, as everywhere in REST.
Result<std::optional<std::string>> keyOf(const Object& object) {
  const Value value = object.get("key");
  if (value.isMissing()) return std::nullopt;
  if (value.isText()) return std::string(value.asText());
  if (value.isNumber()) return json::text(value);
  return std::unexpected(wrong("\"key\" is a number or a text"));
}

Result<std::string> attributesOf(const Object& object) {
  const Value value = object.get("attributes");
  if (value.isMissing()) return std::string();
  if (value.isText()) return std::string(value.asText());
  if (!value.isCollection()) return std::unexpected(wrong("\"attributes\" is an array of attribute paths"));
  std::string list;
  for (const Value& path : value.asCollection().elements()) {
    if (!path.isText()) return std::unexpected(wrong("\"attributes\" is an array of attribute paths"));
    if (!list.empty()) list += ',';
    list += path.asText();
  }
  return list;
}

Result<Subscribe> readSubscribe(const Object& object) {
  auto id = identifier(object.get("subscribe"));
  if (!id) return std::unexpected(id.error());
  auto key = keyOf(object);
  if (!key) return std::unexpected(key.error());
  auto attributes = attributesOf(object);
  if (!attributes) return std::unexpected(attributes.error());
  Subscribe result{.id = std::move(*id),
                   .dataClass = textOf(object, "dataclass"),
                   .set = {},
                   .key = std::move(*key),
                   .filter = textOf(object, "filter"),
                   .params = {},
                   .attributes = std::move(*attributes)};
  if (object.get("set").isText()) result.set = textOf(object, "set");
  if (result.dataClass.empty()) return std::unexpected(wrong("\"dataclass\" is missing"));
  if (result.set && result.key) return std::unexpected(wrong("Only one of \"set\" and \"key\" can be given"));
  if (const Value params = object.get("params"); params.isCollection()) result.params = json::text(params);
  if (const Value window = object.get("window"); window.isCollection() && window.asCollection().size() == 2) {
    result.first = countOf(window.asCollection().elements()[0]).value_or(result.first);
    result.count = countOf(window.asCollection().elements()[1]).value_or(result.count);
  }
  return result;
}

Result<Holding> readHolding(const Value& names) {
  Holding result;
  if (!names.isCollection()) return std::unexpected(wrong("\"privileges\" is an array of names"));
  for (const Value& name : names.asCollection().elements()) {
    if (!name.isText()) return std::unexpected(wrong("\"privileges\" is an array of names"));
    result.privileges.emplace_back(name.asText());
  }
  return result;
}

Result<Request> readRequest(const Value& value) {
  if (!value.isObject()) return std::unexpected(wrong("A message is a JSON object"));
  const Object& object = value.asObject();
  if (object.find("subscribe") != nullptr) return readSubscribe(object);
  if (const Value* id = object.find("unsubscribe")) {
    auto text = identifier(*id);
    if (!text) return std::unexpected(text.error());
    return Unsubscribe{std::move(*text)};
  }
  if (const Value* names = object.find("privileges")) return readHolding(*names);
  if (const auto last = countOf(object.get("resume"))) return Resume{*last};
  return std::unexpected(wrong("This message is not understood"));
}

}  // namespace

Result<std::vector<Request>> readRequests(std::string_view text) {
  const auto parsed = json::parse(text, {.maximumDepth = 16});
  if (!parsed) return std::unexpected(malformed(parsed.error().text()));
  std::vector<Request> requests;
  if (!parsed->isCollection()) {
    auto one = readRequest(*parsed);
    if (!one) return std::unexpected(one.error());
    requests.push_back(std::move(*one));
    return requests;
  }
  if (parsed->asCollection().size() > maximumMessagesAtOnce) {
    return std::unexpected(malformed(fmt::format("More than {} messages at once", maximumMessagesAtOnce)));
  }
  for (const Value& value : parsed->asCollection().elements()) {
    auto one = readRequest(value);
    if (!one) return std::unexpected(one.error());
    requests.push_back(std::move(*one));
  }
  return requests;
}

void PendingEvents::put(const std::string& key, std::string event) {
  if (refresh_) return;
  auto& place = entities_[key];
  bytes_ = bytes_ - place.size() + event.size();
  place = std::move(event);
  if (entities_.size() > maximumEntities) refresh();
}

void PendingEvents::update(const std::string& key, std::string_view members) {
  std::string event = R"("type":"update","key":)";
  json::appendString(key, event);
  event += ',';
  event += members;
  put(key, std::move(event));
}

void PendingEvents::remove(const std::string& key, std::string_view why) {
  std::string event = R"("type":"remove","key":)";
  json::appendString(key, event);
  event += fmt::format(R"(,"why":"{}")", why);
  std::erase(added_, key);
  put(key, std::move(event));
}

void PendingEvents::add(std::uint64_t count, const std::vector<std::string>& keys) {
  if (refresh_) return;
  count_ = count;
  added_.insert(added_.end(), keys.begin(), keys.end());
  // What was removed before and comes back is an addition only.
  for (const std::string& key : keys) {
    if (const auto known = entities_.find(key); known != entities_.end()) {
      bytes_ -= known->second.size();
      entities_.erase(known);
    }
  }
}

void PendingEvents::refresh() {
  refresh_ = true;
  stale_.reset();
  count_.reset();
  added_.clear();
  entities_.clear();
  bytes_ = 0;
}

void PendingEvents::stale(unsigned within) {
  if (!refresh_) stale_ = within;
}

void PendingEvents::fail(const Error& error) {
  error_.clear();
  appendErrors(error, error_);
}

void PendingEvents::append(std::string_view id, std::string& out) const {
  const auto begin = [&] { out += fmt::format(R"({{"id":{},)", id); };
  if (!error_.empty()) {
    begin();
    out += fmt::format(R"("type":"error","__ERROR":[{}]}},)", error_);
  }
  if (refresh_) {
    begin();
    out += R"("type":"refresh"},)";
  }
  for (const auto& [key, event] : entities_) {
    begin();
    out += event;
    out += "},";
  }
  if (stale_) {
    begin();
    out += R"("type":"stale")";
    if (*stale_ > 0) out += fmt::format(R"(,"within":{})", *stale_);
    out += "},";
  }
  if (!count_) return;
  begin();
  out += fmt::format(R"("type":"add","count":{})", *count_);
  if (!added_.empty() && added_.size() <= maximumKeys) {
    out += R"(,"keys":[)";
    for (const std::string& key : added_) {
      json::appendString(key, out);
      out += ',';
    }
    out.back() = ']';
  }
  out += "},";
}

}  // namespace qodly::rest::live
