#include "script/data/call_rights.h"

#include <optional>

#include "script/compile/code.h"
#include "script/data/data_process.h"
#include "script/vm/call_guard.h"
#include "script/vm/class.h"

namespace qodly::script::data {

namespace {

class Guard final : public vm::CallGuard {
 public:
  Guard(vm::Process& process, std::shared_ptr<CallRights> rights) : process_(process), rights_(std::move(rights)) {}

  Result<bool> enter(const vm::Class& owner, const compile::Code& code, const Value& self) override {
    if (code.kind != compile::CodeKind::function || code.function != syntax::FunctionKind::function) return false;
    auto called = resourceOf(owner, self);
    if (!called) return false;
    const std::string_view full = code.name;
    called->name = full.substr(full.rfind('.') + 1);
    return rights_->enter(*called);
  }
  void leave() override { rights_->leave(); }

 private:
  // nullopt: a class without rights of its own.
  std::optional<CalledFunction> resourceOf(const vm::Class& owner, const Value& self) {
    if (owner.singleton != vm::SingletonScope::none) return CalledFunction{.singleton = owner.name};
    if (const vm::Class* receiver = classOf(self); receiver != nullptr && receiver != &owner) {
      if (receiver->singleton != vm::SingletonScope::none) return CalledFunction{.singleton = receiver->name};
    }
    if (owner.extends == "DataStoreImplementation") return CalledFunction{.dataClass = "ds"};
    if (const model::DataClass* found = dataClassOf(owner)) return CalledFunction{.dataClass = found->name};
    return std::nullopt;
  }

  static const vm::Class* classOf(const Value& self) {
    if (!self.isObject()) return nullptr;
    const auto* link = static_cast<const vm::ClassValue*>(self.asObject().classLink().get());
    return link == nullptr ? nullptr : link->user();
  }

  const model::DataClass* dataClassOf(const vm::Class& owner) {
    constexpr std::string_view suffix = "Entity";
    const bool entity = owner.extends == suffix;
    if (!entity && owner.extends != "DataClass" && owner.extends != "EntitySelection") return nullptr;
    const model::Model& model = *DataProcess::of(process_).schema()->model;
    if (owner.extends == "EntitySelection") {
      for (const model::DataClass& each : model.classes) {
        if (each.selectionName == owner.name) return &each;
      }
      return nullptr;
    }
    std::string_view name = owner.name;
    if (entity && name.ends_with(suffix)) name.remove_suffix(suffix.size());
    const std::uint32_t index = model.indexOf(name);
    return index == model::noIndex ? nullptr : &model.classes[index];
  }

  vm::Process& process_;
  std::shared_ptr<CallRights> rights_;
};

}  // namespace

void setCallRights(vm::Process& process, std::shared_ptr<CallRights> rights) {
  process.extension<vm::WatchedCalls>().guard = std::make_shared<Guard>(process, std::move(rights));
}

}  // namespace qodly::script::data
