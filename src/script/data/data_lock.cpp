#include "script/data/data_lock.h"

#include "base/error_codes.h"
#include "script/data/data_process.h"
#include "script/vm/codes.h"

namespace qodly::script::data {

namespace {

// What this process holds; given back when it ends.
struct HeldFreeze {
  orda::WriteFreeze* freeze = nullptr;
  orda::Owner owner = 0;
  ~HeldFreeze() {
    if (freeze != nullptr) freeze->releaseAll(owner);
  }
};

Result<Value> flushAndLock(vm::Call& call) {
  orda::Process& process = DataProcess::of(call.process()).orda();
  orda::WriteFreeze& freeze = process.datastore().freeze();
  auto& held = call.process().extension<HeldFreeze>();
  held.freeze = &freeze;
  held.owner = process.owner();
  freeze.take(process.owner());
  // An empty commit comes back when everything before it is on disk.
  if (auto flushed = process.engine().commit({}, process.owner(), 0); !flushed) {
    freeze.release(process.owner());
    return std::unexpected(flushed.error().error);
  }
  return Value::boolean(true);
}

Result<Value> locked(vm::Call& call) {
  return Value::boolean(DataProcess::of(call.process()).orda().datastore().freeze().isHeld());
}

Result<Value> unlock(vm::Call& call) {
  orda::Process& process = DataProcess::of(call.process()).orda();
  return Value::boolean(process.datastore().freeze().release(process.owner()));
}

constexpr vm::FunctionRow functions[] = {
    {"flushAndLock", "() : boolean", &flushAndLock, "Writes everything to disk and keeps all others from writing."},
    {"locked", "() : boolean", &locked, "Whether writing is stopped by flushAndLock."},
    {"unlock", "() : boolean", &unlock, "Lets the others write again."},
};

}  // namespace

std::span<const vm::FunctionRow> dataLockFunctions() { return functions; }

}  // namespace qodly::script::data
