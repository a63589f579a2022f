// Rights of functions (roles.md 6, 7, 10): functions of the data model and of singletons are asked for whoever calls
// them, and may promote privileges while they run. Whoever knows roles implements this; the language knows only who is
// called.
#pragma once

#include <memory>
#include <string_view>

#include "base/error.h"
#include "script/vm/process.h"

namespace qodly::script::data {

// A function as permissions name it. Lives as long as the call of enter().
struct CalledFunction {
  std::string_view dataClass = {};  // that it belongs to, "ds" for the datastore; "" of a singleton
  std::string_view singleton = {};  // class of the singleton, else ""
  std::string_view name = {};
};

// Used by the thread or fiber that runs the process.
class CallRights {
 public:
  virtual ~CallRights() = default;
  // True: it promotes privileges, and leave() is wanted when it has ended. Error 1557: it may not run.
  virtual Result<bool> enter(const CalledFunction& function) = 0;
  virtual void leave() = 0;
};

// For a process of type web, before it runs. Constructors, calculated attributes and event functions are not asked for:
// they follow the rights of the data they belong to.
void setCallRights(vm::Process& process, std::shared_ptr<CallRights> rights);

}  // namespace qodly::script::data
