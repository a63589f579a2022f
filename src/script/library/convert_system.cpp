#include "script/library/convert_system.h"

#include <array>

#include "script/vm/process.h"

namespace qodly::script::library {

namespace {

using vm::Call;

Result<Value> no(Call&) { return Value::boolean(false); }
Result<Value> yes(Call&) { return Value::boolean(true); }

Result<Value> applicationVersion(Call&) { return Value::text("2100"); }  // the level of the product it is like

Result<Value> applicationType(Call&) {
  constexpr std::int64_t server = 5;
  return Value::integer(server);
}

Result<Value> versionType(Call&) {
  constexpr std::int64_t sixtyFourBits = 2;  // bit 1
  return Value::integer(sixtyFourBits);
}

Result<Value> applicationInfo(Call& call) {
  const Value info = call.process().newObject();
  info.asObject().set("newConnectionsAllowed", Value::boolean(true));
  info.asObject().set("volumeShadowCopyStatus", Value::text(""));
  info.asObject().set("launchedAsService", Value::boolean(true));
  return info;
}

constexpr std::string_view infoDoc = "What the server tells about its state.";

constexpr auto rows = std::to_array<vm::FunctionRow>({
    {"Is Windows", "() : boolean", no, "Whether the server runs on Windows: it does not."},
    {"Is macOS", "() : boolean", no, "Whether the server runs on macOS: it does not."},
    {"Application version", "(...ignored: any) : string", applicationVersion, "The compatibility level, four digits."},
    {"Application type", "() : integer", applicationType, "The kind of application: a server."},
    {"Version type", "() : integer", versionType, "Bits that describe the version: 64 bits."},
    {"Is license available", "(...ignored: any) : boolean", yes, "Whether a licence is there: none is needed."},
    {"Get application info", "() : object", applicationInfo, infoDoc},
    {"Application info", "() : object", applicationInfo, infoDoc},
});

}  // namespace

std::span<const vm::FunctionRow> systemInfoCommands() { return rows; }

}  // namespace qodly::script::library
