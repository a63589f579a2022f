#include "script/data/legacy_commands.h"

#include <algorithm>

#include <fmt/format.h>

#include "orda/entity.h"
#include "orda/sequence_control.h"
#include "script/data/data_process.h"
#include "script/data/web_session.h"
#include "script/vm/codes.h"
#include "script/vm/pointer.h"
#include "script/vm/runtime.h"

namespace qodly::script::data {

namespace {

constexpr std::int64_t tableSequenceNumber = 31;
constexpr std::size_t dropBatch = 5'000;

bool isDataOpen(const vm::Call& call) { return call.process().runtime().service<DataService>() != nullptr; }

Result<orda::Process*> dataOf(const vm::Call& call) {
  if (isDataOpen(call)) return &DataProcess::of(call.process()).orda();
  return std::unexpected(hostError(code::unknownName, "no data is open here"));
}

// The dataclass of a table reference.
Result<orda::DataClass> tableOf(const vm::Call& call, std::size_t index) {
  const vm::TableReference* table = vm::TableReference::from(call.at(index));
  if (table == nullptr) return std::unexpected(call.wrongArgument(index, "a table"));
  const auto process = dataOf(call);
  if (!process) return std::unexpected(process.error());
  auto found = orda::DataClass::find(**process, table->table());
  if (!found) {
    return std::unexpected(hostError(code::unknownName, fmt::format("there is no table [{}]", table->table())));
  }
  return std::move(*found);
}

// The automatic number of a dataclass: its primary key's, if that has one.
std::uint32_t sequenceOf(const model::DataClass& dataClass) {
  const auto found = std::ranges::find_if(dataClass.attributes, &model::Attribute::autosequence);
  return found == dataClass.attributes.end() ? model::noIndex
                                             : static_cast<std::uint32_t>(found - dataClass.attributes.begin());
}

// The next automatic number is the one behind `last`.
void setSequence(const orda::DataClass& dataClass, std::int64_t last) {
  const std::uint32_t attribute = sequenceOf(dataClass.definition());
  auto* control = dynamic_cast<orda::SequenceControl*>(&dataClass.process().engine());
  if (attribute != model::noIndex && control != nullptr) control->setSequence(dataClass.index(), attribute, last);
}

Result<Value> startTransaction(vm::Call& call) {
  const auto process = dataOf(call);
  if (!process) return std::unexpected(process.error());
  (*process)->startTransaction();
  return Value();
}

Result<Value> validateTransaction(vm::Call& call) {
  const auto process = dataOf(call);
  if (!process) return std::unexpected(process.error());
  if (auto done = (*process)->validateTransaction(); !done) return std::unexpected(done.error());
  return Value();
}

Result<Value> cancelTransaction(vm::Call& call) {
  const auto process = dataOf(call);
  if (!process) return std::unexpected(process.error());
  if (auto done = (*process)->cancelTransaction(); !done) return std::unexpected(done.error());
  return Value();
}

Result<Value> inTransaction(vm::Call& call) {
  return Value::boolean(isDataOpen(call) && DataProcess::of(call.process()).orda().transactionLevel() != 0);
}

// Every entity goes, without events, filters and deletion control.
Result<Value> truncateTable(vm::Call& call) {
  const auto dataClass = tableOf(call, 0);
  if (!dataClass) return std::unexpected(dataClass.error());
  orda::Process& process = dataClass->process();
  if (!process.allows(dataClass->schema(), dataClass->index(), orda::Right::drop)) {
    return std::unexpected(orda::noPermission("delete", dataClass->name()));
  }
  const auto numbers = process.engine().all(dataClass->index(), process.overlay()).toVector();
  const orda::TableId table = dataClass->schema().tables[dataClass->index()];
  for (std::size_t from = 0; from < numbers.size(); from += dropBatch) {
    orda::ChangeSet changes;
    for (const auto number : std::span(numbers).subspan(from, std::min(dropBatch, numbers.size() - from))) {
      storage::Change change;
      change.kind = storage::Change::Kind::remove;
      changes.put({table, number}, std::move(change));
    }
    if (auto written = process.write(std::move(changes)); !written) return std::unexpected(written.error().error);
    if (auto goOn = call.process().checkpoint(); !goOn) return std::unexpected(goOn.error());
  }
  setSequence(*dataClass, 0);
  return Value();
}

Result<Value> recordsInTable(vm::Call& call) {
  const auto dataClass = tableOf(call, 0);
  if (!dataClass) return std::unexpected(dataClass.error());
  return Value::integer(static_cast<std::int64_t>(dataClass->getCount()));
}

// Other selectors are accepted and have no effect.
Result<Value> setDatabaseParameter(vm::Call& call) {
  if (call.count() < 3 || call.integer(1) != tableSequenceNumber) return Value();
  const auto dataClass = tableOf(call, 0);
  if (!dataClass) return std::unexpected(dataClass.error());
  setSequence(*dataClass, std::max<std::int64_t>(0, call.integer(2)));
  return Value();
}

Result<Value> getDatabaseParameter(vm::Call& call) {
  if (call.count() < 2 || call.integer(1) != tableSequenceNumber) return Value::real(0);
  const auto dataClass = tableOf(call, 0);
  if (!dataClass) return std::unexpected(dataClass.error());
  const std::uint32_t attribute = sequenceOf(dataClass->definition());
  auto* control = dynamic_cast<orda::SequenceControl*>(&dataClass->process().engine());
  if (attribute == model::noIndex || control == nullptr) return Value::real(0);
  const std::int64_t last = control->lastSequence(dataClass->index(), attribute);
  return Value::real(static_cast<double>(last));
}

// Numbers of the table and field at the one end of the relation that begins at a field; 0 when none does. Relations
// load by themselves in both directions; there is no choice field.
Result<Value> getRelationProperties(vm::Call& call) {
  const auto process = dataOf(call);
  if (!process) return std::unexpected(process.error());
  const auto model = (*process)->datastore().model();
  const auto table = std::ranges::find(model->classes, call.integer(0), &model::DataClass::tableNumber);
  if (table == model->classes.end()) {
    return std::unexpected(hostError(code::unknownName, fmt::format("there is no table number {}", call.integer(0))));
  }
  const auto begins = [&](const model::Relation& relation) {
    if (relation.sourceClass != static_cast<std::uint32_t>(table - model->classes.begin())) return false;
    return table->attributes[relation.sourceAttribute].fieldNumber == call.integer(1);
  };
  const auto relation = std::ranges::find_if(model->relations, begins);
  const bool found = relation != model->relations.end();
  const model::DataClass* const one = found ? &model->classes[relation->destinationClass] : nullptr;
  call.setOut(2, Value::integer(found ? one->tableNumber : 0));
  call.setOut(3, Value::integer(found ? one->attributes[relation->destinationAttribute].fieldNumber : 0));
  call.setOut(4, Value::integer(0));
  for (const std::size_t automatic : {5U, 6U}) call.setOut(automatic, Value::boolean(found));
  return Value();
}

Result<Value> currentUser(vm::Call& call) {
  const WebSession* session = sessionOf(call.process());
  return Value::text(session != nullptr ? session->userName() : std::string());
}

constexpr vm::FunctionRow commands[] = {
    {"START TRANSACTION", "()", &startTransaction, "Opens a transaction, or one inside another."},
    {"VALIDATE TRANSACTION", "()", &validateTransaction, "Makes the changes of the transaction last."},
    {"CANCEL TRANSACTION", "()", &cancelTransaction, "Undoes everything since the transaction was started."},
    {"In transaction", "() : boolean", &inTransaction, "Whether a transaction is open in the process."},
    {"TRUNCATE TABLE", "(table: variant)", &truncateTable,
     "Drops every entity of a dataclass; its automatic numbers begin at 1 again."},
    {"Records in table", "(table: variant) : integer", &recordsInTable, "Number of entities of a dataclass."},
    {"SET DATABASE PARAMETER", "(tableOrSelector: variant, selectorOrValue: variant, value?: variant)",
     &setDatabaseParameter, "Sets the number after which the automatic numbers of a dataclass go on."},
    {"Get database parameter", "(tableOrSelector: variant, selector?: variant) : number", &getDatabaseParameter,
     "The automatic number of a dataclass that was given out last."},
    {"GET RELATION PROPERTIES",
     "(table: integer, field: integer, out oneTable: integer, out oneField: integer, out choiceField?: integer, "
     "out autoOne?: boolean, out autoMany?: boolean)",
     &getRelationProperties, "Which table and field the relation that begins at a field leads to; 0 when none does."},
    {"Current user", "() : string", &currentUser, "Name of the user of the web session."},
};

}  // namespace

std::span<const vm::FunctionRow> legacyDataCommands() { return commands; }

}  // namespace qodly::script::data
