#include "script/data/web_form.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "script/vm/codes.h"
#include "value/json.h"

namespace qodly::script::data {

namespace {

constexpr std::size_t maximumEffects = 10'000;  // components, states, classes of a component: each
constexpr std::size_t maximumText = 64 * 1024;  // of a message
constexpr std::size_t maximumName = 1024;       // of a component, a class, a state

struct PageSlot {
  PageEvent event;
  PageEffects effects;
};

PageSlot* slotOf(vm::Process& process) { return process.findExtension<PageSlot>(); }
PageEffects& effectsOf(const vm::Call& call) { return slotOf(call.process())->effects; }

class WebFormObject final : public vm::NativeObject {
 public:
  static const vm::NativeClass& classOf() { return webFormClass(); }
  const vm::NativeClass& nativeClass() const override { return classOf(); }
};

class WebFormItem final : public vm::NativeObject {
 public:
  explicit WebFormItem(std::string name) : name_(std::move(name)) {}
  static const vm::NativeClass& classOf() { return webFormItemClass(); }
  const vm::NativeClass& nativeClass() const override { return classOf(); }
  const std::string& name() const { return name_; }

 private:
  std::string name_;
};

Result<> checkRoom(std::size_t used, std::string_view what) {
  if (used < maximumEffects) return {};
  return std::unexpected(
      hostError(code::limitReached, fmt::format("One request may not change more than {} {}.", maximumEffects, what)));
}

Result<> checkName(std::string_view name, std::string_view what) {
  if (name.size() <= maximumName) return {};
  return std::unexpected(
      hostError(code::limitReached, fmt::format("The name of a {} has at most {} characters.", what, maximumName)));
}

// --- The page

template <std::size_t kind>
Result<Value> notify(vm::Call& call) {
  constexpr std::array<std::string_view, 3> types{"message", "warning", "error"};
  effectsOf(call).notification = {.type = types[kind], .message = std::string(utf16Prefix(call.text(0), maximumText))};
  return Value();
}

template <bool enable>
Result<Value> changeState(vm::Call& call) {
  auto& states = effectsOf(call).states;
  if (auto room = checkRoom(states.size(), "states"); !room) return std::unexpected(room.error());
  if (auto name = checkName(call.text(0), "state"); !name) return std::unexpected(name.error());
  states.push_back({.enable = enable, .name = std::string(call.text(0))});
  return Value();
}

constexpr std::array formFunctions{
    vm::FunctionRow{"setMessage", "(msg: string)", &notify<0>, "Shows a message on the page."},
    vm::FunctionRow{"setWarning", "(msg: string)", &notify<1>, "Shows a warning on the page."},
    vm::FunctionRow{"setError", "(msg: string)", &notify<2>, "Shows an error on the page; the function goes on."},
    vm::FunctionRow{"enableState", "(state: string)", &changeState<true>, "Enables a state of the page."},
    vm::FunctionRow{"disableState", "(state: string)", &changeState<false>, "Disables a state of the page."},
};

constexpr vm::NativeClass formDefinition{.name = "WebForm",
                                         .superclass = "Object",
                                         .functions = formFunctions,
                                         .properties = {},
                                         .constructor = nullptr,
                                         .doc = "The page that called: its components by their server-side reference.",
                                         .open = true};

// --- Its components

Result<PageEffects::Component*> component(const vm::Call& call) {
  auto& components = effectsOf(call).components;
  const std::string& name = vm::NativeObject::from<WebFormItem>(call.self())->name();
  const auto known = components.find(name);
  if (known != components.end()) return &known->second;
  if (auto room = checkRoom(components.size(), "components"); !room) return std::unexpected(room.error());
  return &components[name];
}

template <bool visible>
Result<Value> setVisible(vm::Call& call) {
  const auto found = component(call);
  if (!found) return std::unexpected(found.error());
  (*found)->visible = visible;
  return Value();
}

// The last call about a class counts.
Result<Value> moveClass(vm::Call& call, std::vector<std::string> PageEffects::Component::*into,
                        std::vector<std::string> PageEffects::Component::*from) {
  const auto found = component(call);
  if (!found) return std::unexpected(found.error());
  auto& kept = (**found).*into;
  for (const std::string_view name : split(call.text(0), ' ')) {
    if (trim(name).empty()) continue;
    if (auto fits = checkName(name, "class"); !fits) return std::unexpected(fits.error());
    if (auto room = checkRoom(kept.size(), "classes of a component"); !room) return std::unexpected(room.error());
    std::erase((**found).*from, trim(name));
    if (std::ranges::find(kept, trim(name)) == kept.end()) kept.emplace_back(trim(name));
  }
  return Value();
}

Result<Value> addClass(vm::Call& call) {
  return moveClass(call, &PageEffects::Component::addClass, &PageEffects::Component::removeClass);
}
Result<Value> removeClass(vm::Call& call) {
  return moveClass(call, &PageEffects::Component::removeClass, &PageEffects::Component::addClass);
}

constexpr std::array itemFunctions{
    vm::FunctionRow{"hide", "()", &setVisible<false>, "Hides the component; closes a dialog."},
    vm::FunctionRow{"show", "()", &setVisible<true>, "Shows the component; opens a dialog."},
    vm::FunctionRow{"addCSSClass", "(className: string)", &addClass, "Adds a CSS class."},
    vm::FunctionRow{"removeCSSClass", "(className: string)", &removeClass, "Removes a CSS class."},
};

constexpr vm::NativeClass itemDefinition{.name = "WebFormItem",
                                         .superclass = "Object",
                                         .functions = itemFunctions,
                                         .properties = {},
                                         .constructor = nullptr,
                                         .doc = "A component of the page that called."};

}  // namespace

const vm::NativeClass& webFormClass() { return formDefinition; }
const vm::NativeClass& webFormItemClass() { return itemDefinition; }

std::optional<Result<Value>> WebFormType::property(vm::Process& process, Handle& /*handle*/,
                                                   std::string_view name) const {
  if (webFormClass().function(name) != nullptr) return std::nullopt;
  if (auto fits = checkName(name, "component"); !fits) return std::unexpected(fits.error());
  if (slotOf(process) == nullptr) return Value::null();
  return Value::handle(Ref<Handle>(new WebFormItem(std::string(name))));  // NOLINT(cppcoreguidelines-owning-memory)
}

void setPage(vm::Process& process, PageEvent event) {
  auto& slot = process.extension<PageSlot>();
  slot.event = std::move(event);
  slot.effects = {};
}

const PageEffects* pageEffects(vm::Process& process) {
  const PageSlot* slot = slotOf(process);
  return slot == nullptr ? nullptr : &slot->effects;
}

Result<Value> webFormCommand(vm::Call& call) {
  if (slotOf(call.process()) == nullptr) return Value::null();
  return Value::handle(Ref<Handle>(new WebFormObject));  // NOLINT(cppcoreguidelines-owning-memory)
}

Result<Value> webEventCommand(vm::Call& call) {
  const PageSlot* slot = slotOf(call.process());
  if (slot == nullptr) return Value::null();
  Value event = call.process().newObject();
  event.asObject().set("caller", Value::text(std::string_view(slot->event.caller)));
  event.asObject().set("eventType", Value::text(std::string_view(slot->event.eventType)));
  auto data = json::parse(slot->event.data.empty() ? "{}" : slot->event.data, {.heap = &call.process().heap()});
  if (!data) return std::unexpected(data.error());
  event.asObject().set("data", std::move(*data));
  return event;
}

}  // namespace qodly::script::data
