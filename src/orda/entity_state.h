// What an entity and a selection hold: internal to orda/.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "orda/entity.h"

namespace qodly::orda {

// An entity keeps the values it was loaded with: a private copy of the record's bytes, decoded one attribute at a time.
// Assigned values lie over it until a save writes them.
struct Entity::State {
  struct Slot {
    std::uint32_t attribute;
    Value value;
  };

  explicit State(DataClass owner) : dataClass(std::move(owner)) {}
  static EntityRef wrap(std::unique_ptr<State> state) { return EntityRef(new Entity(std::move(state))); }
  static State& of(const Entity& entity) { return *entity.state_; }
  // An entity of an existing record.
  static std::unique_ptr<State> ofRecord(const DataClass& dataClass, RecordNumber number, const RecordView& view);

  DataClass dataClass;
  RecordNumber number = storage::noRecord;
  bool locked = false;  // this entity holds one count of the record's lock
  std::uint32_t stamp = 0;
  std::string record;  // bytes as loaded or last saved; empty while new
  std::shared_ptr<const storage::LayoutSet> layouts;
  std::vector<Slot> assigned;                                // values set since then
  std::vector<Slot> constructed;                             // of a new entity: those that its constructor has set
  std::vector<Slot> contents;                                // object values handed out, which may be changed in place
  std::vector<std::pair<std::uint32_t, EntityRef>> related;  // N->1 attribute, entity read or assigned
  std::vector<std::uint32_t> touched;                        // in order of first touch
  std::shared_ptr<const TransactionFate> savedIn;            // level of the transaction the values come from, if any
  SelectionRef selection;                                    // taken from
  std::uint64_t position = 0;                                // in an ordered selection
  std::vector<std::uint32_t> touching;                       // attributes whose `touched` event runs
  std::vector<std::uint32_t> calculating;                    // attributes whose `get` or `set` runs
  bool afterSaving = false, afterDropping = false;           // the entity's afterSave or afterDrop runs

  bool isNew() const { return number == storage::noRecord; }
  Process& process() const { return dataClass.process(); }
  Engine& engine() const { return dataClass.process().engine(); }
  const model::DataClass& definition() const { return dataClass.definition(); }
  RecordId id() const { return {dataClass.schema().tables[dataClass.index()], number}; }
  RecordView view() const { return record.empty() ? RecordView() : RecordView(record, *layouts); }

  // What the entity holds was never committed: the transaction it comes from was cancelled.
  bool isUndone() const { return savedIn && savedIn->isCancelled(); }
  // Moves to the engine's current model by uuid. False when the dataclass does not exist any more.
  bool followModel() {
    return dataClass.schemaRef().get() == dataClass.process().datastore().currentSchema() || moveToModel();
  }
  bool moveToModel();
  void assign(std::uint32_t attribute, Value value);  // touches
  void touch(std::uint32_t attribute);
  const Slot* findAssigned(std::uint32_t attribute) const;
  Value value(std::uint32_t attribute);  // of a storage attribute, without never-null blanks over assigned
  void detectChangedContents();          // touches object attributes whose content was changed in place
  void adopt(const RecordView& view);    // values and stamp of the record; forgets everything unsaved
  void settle(std::string bytes, std::uint32_t newStamp);  // after a save: what was assigned is stored now
  void forgetRelated(std::uint32_t sourceAttribute);
};

struct EntitySelection::State {
  State(DataClass owner, RecordSet set, bool canAlter)
      : dataClass(std::move(owner)), members(std::move(set)), alterable(canAlter) {}
  static SelectionRef wrap(std::unique_ptr<State> state) { return SelectionRef(new EntitySelection(std::move(state))); }
  static State& of(const EntitySelection& selection) { return *selection.state_; }
  // Another reference to the same selection.
  static SelectionRef share(const EntitySelection& selection) {
    return SelectionRef::sharing(const_cast<EntitySelection*>(&selection));
  }
  static SelectionRef make(const DataClass& dataClass, RecordSet members, bool alterable) {
    return wrap(std::make_unique<State>(dataClass, std::move(members), alterable));
  }

  DataClass dataClass;
  RecordSet members;
  bool alterable;
  Value plan, path, extendedPlan, extendedPath;

  // Records read ahead by passing(): those at positions [from, from + views.size()), as long as nothing is written.
  struct Ahead {
    std::uint64_t from = 0, writes = 0, overlayVersion = 0;
    std::size_t wanted = 1;  // how many to read next time: grows while the guess is right
    std::vector<RecordNumber> numbers;
    std::string bytes;                                        // of all records, one behind the other
    std::vector<std::pair<std::size_t, std::size_t>> places;  // in bytes; length 0: dropped
    std::shared_ptr<const storage::LayoutSet> layouts;
  };
  std::unique_ptr<Ahead> ahead;

  Process& process() const { return dataClass.process(); }
};

const model::Relation& relationOf(const model::Model& model, const model::Attribute& attribute);
// Key of the destination entity as the destination attribute holds it; null when it has no such form.
Value destinationKey(const model::Model& model, const model::Relation& relation, const Value& foreignKey);

// Steps by name from a value: entity and selection attributes, members of objects, `length` of collections; a missing
// step gives null (orda.md 5.2).
Value walk(Value from, std::string_view dottedPath);

}  // namespace qodly::orda
