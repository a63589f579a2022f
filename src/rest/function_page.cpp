#include "rest/function_page.h"

#include "base/json_writer.h"
#include "base/text.h"
#include "rest/function_result.h"
#include "value/json.h"

namespace qodly::rest {

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

Result<> EntityEffects::finish(Call& call, AnswerForm form) {
  if (!entity_) return {};
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
  if (changed->size() == head && !saved) return {};
  std::string text = R"("__THIS":)";
  json::append(Value::object(changed), text);
  addToAnswer(call, form, text);
  return {};
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
  call.response.setHeader("X-Page-Effects", toBase64("{" + std::string(member) + "}"));
}

}  // namespace qodly::rest
