// How the language treats the handles of other layers (entities, selections, dataclasses, the datastore, sessions):
// what `x.name`, `x[i]`, forEach and JSON do with them. A layer registers one HandleType a kind with the Runtime;
// NativeObjects get theirs from their NativeClass.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "script/vm/native.h"

namespace qodly::script::vm {

class Class;

// Thread-safe: one object serves all processes. The default implementations know nothing: reading gives undefined,
// writing is error -20010, elements and iteration are error -20002.
class HandleType {
 public:
  virtual ~HandleType() = default;

  // The functions and fixed properties it has by rows; asked after property().
  virtual const NativeClass& nativeClass() const = 0;
  // The user-written class laid over it (cs.InvoiceEntity): its functions and computed properties are found before
  // those of nativeClass(). nullptr: none.
  virtual const Class* classOf(Process& process, const Handle& handle) const;

  // An attribute of that name; nullopt when it has none (then functions and properties of the rows are looked up).
  virtual std::optional<Result<Value>> property(Process& process, Handle& handle, std::string_view name) const;
  // nullopt when it has no such attribute.
  virtual std::optional<Result<>> setProperty(Process& process, Handle& handle, std::string_view name,
                                              const Value& value) const;
  virtual Result<Value> element(Process& process, Handle& handle, std::int64_t index) const;  // handle[index]

  // forEach: number of passes, and the item of each; nullopt when it cannot be iterated. An item may be nullopt: the
  // pass is skipped (an entity deleted meanwhile).
  virtual std::optional<std::int64_t> length(Process& process, Handle& handle) const;
  virtual Result<std::optional<Value>> item(Process& process, Handle& handle, std::int64_t index) const;
  // Names that objectKeys and forEach over an object give; nullopt when it does not count as an object.
  virtual std::optional<std::vector<std::string>> keys(Process& process, Handle& handle) const;

  // What jsonStringify, eval and REST print for it; undefined: null is printed.
  virtual Result<Value> toPlain(Process& process, Handle& handle) const;
  virtual bool mayBeShared(const Handle& handle) const;
  // Whether two different handles of this kind are the same thing for `==`.
  virtual bool same(const Handle& left, const Handle& right) const;
  // What objectCopy puts into a copy (into a shared one: `shared`): by default the handle itself; null for what cannot
  // be copied (commands.md 8).
  virtual Result<Value> copyOf(Process& /*process*/, Handle& handle, bool /*shared*/) const {
    return Value::handle(Ref<Handle>::sharing(&handle));
  }
  // The handle as another process may have it (callWorker parameters); nullopt: error -20017.
  virtual std::optional<Value> forOtherProcess(Process& receiver, const Handle& handle) const;
};

}  // namespace qodly::script::vm
