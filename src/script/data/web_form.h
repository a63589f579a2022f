// The page that called the running function, as `webForm` and `webEvent` show it (pages.md 9): what happened there, and
// what the function asks it to show. Whoever answers pages sets it and takes the effects; the language knows only this.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "script/vm/handle_type.h"
#include "script/vm/native.h"
#include "script/vm/process.h"

namespace qodly::script::data {

struct PageEvent {
  std::string caller;     // server-side reference of the component, "" when it has none
  std::string eventType;  // "onclick"
  std::string data;       // JSON of an object; "": none
};

// What calls on the page added up to.
struct PageEffects {
  struct Component {
    std::optional<bool> visible;
    std::vector<std::string> addClass, removeClass;
  };
  struct State {
    bool enable = false;
    std::string name;
  };
  struct Notification {
    std::string_view type;  // "message", "warning", "error"
    std::string message;
  };
  std::map<std::string, Component, std::less<>> components;  // by server-side reference
  std::vector<State> states;                                 // in the order of the calls
  std::optional<Notification> notification;                  // the last one

  bool empty() const { return components.empty() && states.empty() && !notification; }
};

// From now on the process works for that page; effects begin anew.
void setPage(vm::Process& process, PageEvent event);
// nullptr when the process works for no page.
const PageEffects* pageEffects(vm::Process& process);

const vm::NativeClass& webFormClass();
const vm::NativeClass& webFormItemClass();
Result<Value> webFormCommand(vm::Call& call);   // `webForm`
Result<Value> webEventCommand(vm::Call& call);  // `webEvent`

// Every name is a component of the page.
class WebFormType final : public vm::HandleType {
 public:
  static const char* kind() { return webFormClass().name.data(); }
  const vm::NativeClass& nativeClass() const override { return webFormClass(); }
  std::optional<Result<Value>> property(vm::Process& process, Handle& handle, std::string_view name) const override;
};

}  // namespace qodly::script::data
