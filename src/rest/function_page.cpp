#include "rest/function_page.h"

#include <optional>

#include "base/json_writer.h"
#include "base/text.h"
#include "rest/function_result.h"
#include "script/data/web_form.h"
#include "script/vm/process.h"
#include "security/session_privileges.h"
#include "value/json.h"

namespace qodly::rest {

namespace {

using script::data::PageEffects;
using script::data::PageEvent;

constexpr std::string_view contextHeader = "X-Page-Context";
constexpr std::size_t maximumEffectsHeader = 128 * 1024;

std::string textMember(const Value& object, std::string_view name) {
  const Value value = object.asObject().get(name);
  return value.isText() ? std::string(value.asText()) : std::string();
}

std::optional<PageEvent> callingPage(const http::Request& request) {
  const std::string_view header = request.header(contextHeader);
  const auto text = header.empty() ? std::nullopt : fromBase64(header);
  const auto context = text ? json::parse(*text, {.maximumDepth = 32}) : Result<Value>(Value());
  if (!context || !context->isObject()) return std::nullopt;
  PageEvent event;
  if (const Value given = context->asObject().get("event"); given.isObject()) {
    event.caller = textMember(given, "caller");
    event.eventType = lowerAscii(textMember(given, "eventType"));
    if (const Value data = given.asObject().get("data"); data.isObject()) event.data = json::text(data);
  }
  return event;
}

void appendTexts(std::string_view name, const std::vector<std::string>& texts, std::string& out) {
  if (texts.empty()) return;
  json::appendString(name, out);
  out += ":[";
  for (const std::string& text : texts) {
    json::appendString(text, out);
    out += ',';
  }
  out.back() = ']';
  out += ',';
}

// Ends an object or array whose members each have a comma behind them.
void close(char bracket, std::string& out) {
  if (out.back() == ',') out.pop_back();
  out += bracket;
}

void appendComponents(const PageEffects& effects, std::string& out) {
  out += R"("__COMPONENTS":{)";
  for (const auto& [name, component] : effects.components) {
    json::appendString(name, out);
    out += ":{";
    if (component.visible) out += *component.visible ? R"("visible":true,)" : R"("visible":false,)";
    appendTexts("addClass", component.addClass, out);
    appendTexts("removeClass", component.removeClass, out);
    close('}', out);
    out += ',';
  }
  close('}', out);
  out += ',';
}

void appendStates(const PageEffects& effects, std::string& out) {
  out += R"("__STATES":[)";
  for (const auto& [enable, name] : effects.states) {
    out += enable ? R"({"action":"enable","name":)" : R"({"action":"disable","name":)";
    json::appendString(name, out);
    out += "},";
  }
  close(']', out);
  out += ',';
}

// `"__WEBFORM":{...}`; "" when there are no effects.
std::string webFormMember(const PageEffects& effects) {
  if (effects.empty()) return "";
  std::string out = R"("__WEBFORM":{)";
  if (effects.notification) {
    out += R"("__NOTIFICATION":{"message":)";
    json::appendString(effects.notification->message, out);
    out += R"(,"type":")" + std::string(effects.notification->type) + R"("},)";
  }
  if (!effects.components.empty()) appendComponents(effects, out);
  if (!effects.states.empty()) appendStates(effects, out);
  close('}', out);
  return out;
}

void addToAnswer(Call& call, AnswerForm form, std::string_view member) {
  if (form == AnswerForm::json) {
    std::string& body = call.response.body();
    body.pop_back();  // its brace
    if (body.size() > 1) body += ',';
    body += member;
    body += '}';
    return;
  }
  std::string encoded = toBase64("{" + std::string(member) + "}");
  if (encoded.size() > maximumEffectsHeader) {
    return call.scripts().logWarning("The effects of a function on its page are too large for a header: left out");
  }
  call.response.setHeader("X-Page-Effects", encoded);
}

}  // namespace

Result<Value> EntityEffects::shown(Call& call) const {
  std::string text;
  if (auto done = appendEntity(call, *entity_, nullptr, text); !done) return std::unexpected(done.error());
  return json::parse(text);
}

Result<> EntityEffects::begin(Call& call, orda::EntityRef entity) {
  entity_ = std::move(entity);
  auto now = shown(call);
  if (!now) return std::unexpected(now.error());
  before_ = std::move(*now);
  return {};
}

Result<std::string> EntityEffects::member(Call& call) {
  if (!entity_) return std::string();
  const auto now = shown(call);
  if (!now) return std::unexpected(now.error());
  auto changed = Object::make();
  if (!entity_->isNew()) changed->set("__KEY", Value::text(entity_->getKeyText()));
  changed->set("__STAMP", Value::integer(entity_->getStamp()));
  const std::size_t head = changed->size();
  const bool saved = !before_.asObject().get("__STAMP").identical(now->asObject().get("__STAMP"));
  for (const Object::Member& member : now->asObject().members()) {
    if (member.name.starts_with("__")) continue;
    const Value* known = before_.asObject().find(member.name);
    if (known == nullptr || !known->identical(member.value)) changed->set(member.name, member.value);
  }
  if (changed->size() == head && !saved) return std::string();
  std::string text = R"("__THIS":)";
  json::append(Value::object(changed), text);
  return text;
}

bool beginPage(Call& call) {
  auto event = callingPage(call.request);
  if (event) script::data::setPage(call.scripts(), std::move(*event));
  return event.has_value();
}

void finishPage(Call& call, AnswerForm form, std::string entity) {
  const script::data::PageEffects* effects = script::data::pageEffects(call.scripts());
  if (effects == nullptr) return;
  std::string members = webFormMember(*effects);
  if (!members.empty() && !entity.empty()) members += ',';
  members += entity;
  if (!members.empty()) addToAnswer(call, form, members);
}

void tellPrivilegesStamp(Call& call) {
  // A page reads its privileges first: what it hears then is what later stamps are compared with.
  if (call.request.header(contextHeader).empty() && call.address.service != "$info") return;
  const auto session = call.request.visit().known();
  const auto granted = session ? session->find<security::SessionPrivileges>() : nullptr;
  call.response.setHeader("X-Privileges-Stamp", std::to_string(granted ? granted->stamp() : 0));
}

}  // namespace qodly::rest
