#include "script/vm/handle_type.h"

#include "script/vm/codes.h"

namespace qodly::script::vm {

namespace {

std::unexpected<Error> noElements(const Handle& handle) {
  return std::unexpected(hostError(code::wrongType, std::string("a ") + handle.kind() + " has no elements"));
}

}  // namespace

const Class* HandleType::classOf(Process& /*process*/, const Handle& /*handle*/) const { return nullptr; }

std::optional<Result<Value>> HandleType::property(Process& /*process*/, Handle& /*handle*/,
                                                  std::string_view /*name*/) const {
  return std::nullopt;
}

std::optional<Result<>> HandleType::setProperty(Process& /*process*/, Handle& /*handle*/, std::string_view /*name*/,
                                                const Value& /*value*/) const {
  return std::nullopt;
}

Result<Value> HandleType::element(Process& /*process*/, Handle& handle, std::int64_t /*index*/) const {
  return noElements(handle);
}

std::optional<std::int64_t> HandleType::length(Process& /*process*/, Handle& /*handle*/) const { return std::nullopt; }

Result<std::optional<Value>> HandleType::item(Process& /*process*/, Handle& handle, std::int64_t /*index*/) const {
  return noElements(handle);
}

std::optional<std::vector<std::string>> HandleType::keys(Process& /*process*/, Handle& /*handle*/) const {
  return std::nullopt;
}

Result<Value> HandleType::toPlain(Process& /*process*/, Handle& /*handle*/) const { return Value(); }

bool HandleType::mayBeShared(const Handle& /*handle*/) const { return false; }

std::optional<Value> HandleType::forOtherProcess(Process& /*receiver*/, const Handle& /*handle*/) const {
  return std::nullopt;
}

bool HandleType::same(const Handle& /*left*/, const Handle& /*right*/) const { return false; }

}  // namespace qodly::script::vm
