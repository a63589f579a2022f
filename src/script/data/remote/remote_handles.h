// A remote datastore in the language: its datastore, dataclasses, selections and entities as values. They offer what
// local ones offer, as far as it goes through REST (orda.md 22).
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "script/data/remote/remote_connection.h"
#include "script/vm/handle_type.h"
#include "script/vm/native.h"

namespace qodly::script::data {

// A class of a remote datastore. The catalog keeps its classes.
struct RemoteOwner {
  std::shared_ptr<RemoteConnection> connection;
  std::shared_ptr<const RemoteCatalog> catalog;
  std::uint32_t index = 0;

  const RemoteClass& definition() const { return catalog->classes[index]; }
  RemoteOwner related(std::uint32_t other) const { return {connection, catalog, other}; }
  std::string uri() const;                      // "/rest/Book"
  std::string uri(std::string_view key) const;  // "/rest/Book[7]"
};

class RemoteDatastore final : public Handle {
 public:
  static constexpr char kindName[] = "remote datastore";
  explicit RemoteDatastore(std::shared_ptr<RemoteConnection> to) : connection(std::move(to)) {}
  const char* kind() const override { return kindName; }
  const std::shared_ptr<RemoteConnection> connection;
};

class RemoteDataClass final : public Handle {
 public:
  static constexpr char kindName[] = "remote dataclass";
  explicit RemoteDataClass(RemoteOwner of) : owner(std::move(of)) {}
  const char* kind() const override { return kindName; }
  const RemoteOwner owner;
};

class RemoteSelection;

// What was loaded, with what was assigned since then over it. Used by the process that made it.
class RemoteEntity final : public Handle {
 public:
  static constexpr char kindName[] = "remote entity";
  explicit RemoteEntity(RemoteOwner of) : owner(std::move(of)) {}
  const char* kind() const override { return kindName; }

  // Takes over an entity of an answer; forgets what was assigned.
  void load(const Value& answer);
  bool isNew() const { return key.empty(); }
  const Value* assignedTo(std::string_view attribute) const;

  const RemoteOwner owner;
  std::string key;  // "" while never saved
  double stamp = 0;
  Value loaded;                                         // the object of the answer; undefined while never saved
  std::vector<std::pair<std::string, Value>> assigned;  // in order of the first assignment
  Ref<RemoteSelection> selection;                       // that it was taken from
  std::int64_t position = 0;
};

// Either the entities [from, from + count) of a set that the other side keeps, or a list of keys.
class RemoteSelection final : public Handle {
 public:
  static constexpr char kindName[] = "remote selection";
  explicit RemoteSelection(RemoteOwner of) : owner(std::move(of)) {}
  const char* kind() const override { return kindName; }
  std::int64_t length() const { return setUri.empty() ? static_cast<std::int64_t>(keys.size()) : count; }

  const RemoteOwner owner;
  std::string setUri;  // "/rest/Book/$entityset/4B0C..."; "": `keys` are it
  std::int64_t from = 0, count = 0;
  std::vector<std::string> keys;
  bool ordered = false, alterable = false;

  // Of a set: the entities read last, for going through them.
  std::int64_t pageFrom = 0;
  std::vector<Value> page;
};

using RemoteEntityRef = Ref<RemoteEntity>;
using RemoteSelectionRef = Ref<RemoteSelection>;

template <class T>
Value remoteValue(const Ref<T>& handle) {
  return handle ? Value::handle(Ref<Handle>::sharing(handle.get())) : Value::null();
}
template <class T>
T* remoteFrom(const Value& value) {
  if (value.type() != Type::handle || value.asHandle().kind() != T::kindName) return nullptr;
  return static_cast<T*>(&value.asHandle());
}

// --- Values (remote_values.cpp)

// An attribute of an entity as scripts have it; reads related entities, selections and contents when they are asked
// for.
Result<Value> remoteAttributeValue(vm::Process& process, RemoteEntity& entity, const RemoteAttribute& attribute);
// A value of an answer that stands for `attribute`; relations are null.
Value remoteScalar(vm::Process& process, const RemoteAttribute& attribute, const Value& sent);
// The result of a function: entities and selections at any depth become handles.
Value remoteResult(vm::Process& process, const RemoteOwner& owner, const Value& sent);
// As the body of a request has it. Entities and selections become references; error for what cannot be sent.
Result<Value> toRemote(vm::Process& process, const Value& value);
Result<std::string> remoteArguments(vm::Process& process, const Value& collection);
std::string keyText(const Value& key);
// An entity of an answer ({"__KEY": ...}); null for a dropped one.
RemoteEntityRef remoteEntity(const RemoteOwner& owner, const Value& sent);

// --- Selections (remote_selection.cpp)

// Reads what `target` (path and query) selects into a set of the other side.
Result<RemoteSelectionRef> remoteSelect(vm::Process& process, const RemoteOwner& owner, std::string target);
// A set of the other side with the same entities; makes one of a part or a list.
Result<std::string> remoteSetOf(vm::Process& process, RemoteSelection& selection);
// The entity at a place, from the page read last when `ahead`; null reference when it was dropped.
Result<RemoteEntityRef> remoteAt(vm::Process& process, RemoteSelection& selection, std::int64_t index, bool ahead);
// "$filter=...&$params=..." of query(...).
Result<std::string> remoteFilter(vm::Call& call);

// --- Calls

// A function of the other side as a value that can be called on its receiver.
Result<Value> remoteFunction(vm::Process& process, std::string_view name);
Result<Value> callRemote(vm::Call& call, const RemoteOwner& owner, std::string_view target, std::string body);
// An error that a status object tells, raised at the end of the statement.
void raiseRemote(vm::Process& process, const Error& error);
Result<Value> remoteUnavailable(vm::Call& call);  // error -20009

// What runs for a function of a local class when it is called on a remote value.
struct NativeBody {
  std::string_view name;
  vm::NativeFunction run = nullptr;
};
// The rows of a local class with remote bodies, then `own`. Functions without a body are left out.
std::vector<vm::FunctionRow> withBodies(std::span<const vm::FunctionRow> local, std::span<const NativeBody> bodies,
                                        std::span<const vm::FunctionRow> own);

// Rows of the built-in classes; types for install().
const vm::NativeClass& remoteEntityClass();
const vm::NativeClass& remoteSelectionClass();
const vm::NativeClass& remoteDataClassClass();
const vm::NativeClass& remoteDatastoreClass();
void installRemote(vm::Runtime& runtime);

Result<Value> openDatastore(vm::Call& call);                            // the command
Value openedDatastore(vm::Process& process, std::string_view localId);  // ds("..."): null when there is none

}  // namespace qodly::script::data
