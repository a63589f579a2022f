// How the language treats the handles of ORDA: attributes as properties, elements, iteration (orda.md 2, 12.1, 13.2).
#pragma once

#include <array>
#include <atomic>

#include "orda/entity.h"
#include "script/vm/quick_type.h"

namespace qodly::script::data {

// Remembers where names were found in attribute lists. The names of compiled code have fixed addresses, so a look at
// one slot and one comparison of names usually does. Thread-safe.
class AttributeCache {
 public:
  // Index of the attribute; noIndex when there is none of that name.
  std::uint32_t find(const model::DataClass& dataClass, std::string_view name) const {
    std::atomic<std::uint32_t>& slot = slots_[slotOf(&dataClass, name)];
    const std::uint32_t known = slot.load(std::memory_order_relaxed);
    if (known < dataClass.attributes.size()) {
      const model::Attribute& attribute = dataClass.attributes[known];
      if (attribute.name == name && !attribute.shadowed) return known;
    }
    const std::uint32_t index = dataClass.indexOf(name);
    if (index != model::noIndex) slot.store(index, std::memory_order_relaxed);
    return index;
  }

 private:
  static constexpr std::size_t slotCount = 1024;
  static std::size_t slotOf(const model::DataClass* dataClass, std::string_view name) {
    const auto mixed = (reinterpret_cast<std::uintptr_t>(name.data()) >> 3U) * 0x9E3779B97F4A7C15U ^
                       (reinterpret_cast<std::uintptr_t>(dataClass) >> 4U) * 0xC2B2AE3D27D4EB4FU;
    return static_cast<std::size_t>(mixed >> 54U) % slotCount;
  }
  mutable std::array<std::atomic<std::uint32_t>, slotCount> slots_{};
};

class EntityType final : public vm::QuickType {
 public:
  bool quickly(const Handle& handle, std::string_view name, Value& value) const override;
  const vm::NativeClass& nativeClass() const override;
  const vm::Class* classOf(vm::Process& process, const Handle& handle) const override;
  std::optional<Result<Value>> property(vm::Process& process, Handle& handle, std::string_view name) const override;
  std::optional<Result<>> setProperty(vm::Process& process, Handle& handle, std::string_view name,
                                      const Value& value) const override;
  std::optional<std::vector<std::string>> keys(vm::Process& process, Handle& handle) const override;
  Result<Value> toPlain(vm::Process& process, Handle& handle) const override;
  Result<Value> copyOf(vm::Process& process, Handle& handle, bool shared) const override;

 private:
  AttributeCache names_;
};

class SelectionType final : public vm::HandleType {
 public:
  const vm::NativeClass& nativeClass() const override;
  const vm::Class* classOf(vm::Process& process, const Handle& handle) const override;
  std::optional<Result<Value>> property(vm::Process& process, Handle& handle, std::string_view name) const override;
  std::optional<Result<>> setProperty(vm::Process& process, Handle& handle, std::string_view name,
                                      const Value& value) const override;
  Result<Value> element(vm::Process& process, Handle& handle, std::int64_t index) const override;
  std::optional<std::int64_t> length(vm::Process& process, Handle& handle) const override;
  Result<std::optional<Value>> item(vm::Process& process, Handle& handle, std::int64_t index) const override;
  std::optional<std::vector<std::string>> keys(vm::Process& process, Handle& handle) const override;
  Result<Value> toPlain(vm::Process& process, Handle& handle) const override;
  bool mayBeShared(const Handle& handle) const override;
  std::optional<Value> forOtherProcess(vm::Process& receiver, const Handle& handle) const override;
  Result<Value> copyOf(vm::Process& process, Handle& handle, bool shared) const override;
};

class DataClassType final : public vm::HandleType {
 public:
  const vm::NativeClass& nativeClass() const override;
  const vm::Class* classOf(vm::Process& process, const Handle& handle) const override;
  std::optional<Result<Value>> property(vm::Process& process, Handle& handle, std::string_view name) const override;
  std::optional<std::vector<std::string>> keys(vm::Process& process, Handle& handle) const override;
  bool same(const Handle& left, const Handle& right) const override;
  std::optional<Value> forOtherProcess(vm::Process& receiver, const Handle& handle) const override;
  Result<Value> copyOf(vm::Process& process, Handle& handle, bool shared) const override;
};

class DatastoreType final : public vm::HandleType {
 public:
  const vm::NativeClass& nativeClass() const override;
  const vm::Class* classOf(vm::Process& process, const Handle& handle) const override;
  std::optional<Result<Value>> property(vm::Process& process, Handle& handle, std::string_view name) const override;
  std::optional<std::vector<std::string>> keys(vm::Process& process, Handle& handle) const override;
  bool same(const Handle& left, const Handle& right) const override;
  std::optional<Value> forOtherProcess(vm::Process& receiver, const Handle& handle) const override;
  Result<Value> copyOf(vm::Process& process, Handle& handle, bool shared) const override;
};

}  // namespace qodly::script::data
