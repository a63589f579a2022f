#include "script/vm/native_tables.h"

#include "script/vm/function.h"

namespace qodly::script::vm {

NativeTables::NativeTables(const Builtins& builtins)
    : builtins_(builtins),
      collection_(&of(builtins.collectionClass())),
      object_(&of(builtins.objectClass())),
      blob_(&of(builtins.blobClass())),
      function_(&of(builtins.functionClass())) {}

const NativeTable& NativeTables::of(const NativeClass& definition) {
  const std::lock_guard guard(mutex_);
  std::unique_ptr<NativeTable>& table = tables_[&definition];
  if (!table) table = make(definition);
  return *table;
}

std::unique_ptr<NativeTable> NativeTables::make(const NativeClass& definition) const {
  auto table = std::make_unique<NativeTable>();
  table->definition = &definition;
  int depth = 0;
  for (const NativeClass* at = &definition; at != nullptr && depth < 16; ++depth) {
    table->open = table->open || at->open;
    for (const FunctionRow& row : at->functions) {
      NativeMember& member = table->members[row.name];
      if (member.table != nullptr) continue;  // a nearer class has it
      member.table = table.get();
      member.name = row.name;
      member.function = &row;
      member.signature = &builtins_.signature(row);
      member.value = handleValue(Function::native(row, at));
    }
    for (const PropertyRow& row : at->properties) {
      NativeMember& member = table->members[row.name];
      if (member.table != nullptr) continue;
      member.table = table.get();
      member.name = row.name;
      member.property = &row;
      if (auto read = readSignature("() : " + std::string(row.type))) member.propertyType = std::move(read->result);
    }
    at = at->superclass.empty() || at->name == "Object" ? nullptr : builtins_.nativeClass(at->superclass);
  }
  return table;
}

}  // namespace qodly::script::vm
