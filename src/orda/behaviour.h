// What the code of the application does inside ORDA: calculated attributes, entity events, data filters, constructors
// and formulas (orda.md 6, 17, 20, query.md 11, 12). The layer of the language implements it; the model says which
// dataclasses and attributes have code (model.h), so that nothing is asked where there is none.
//
// Thread-safety: belongs to one Process and is used by whoever uses that.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "orda/engine.h"
#include "query/plan.h"

namespace qodly::orda {

class DataClass;
class Entity;
class Process;
struct Status;

// One call of an event function (orda.md 20.3).
struct EventCall {
  model::EntityEvent event = model::EntityEvent::touched;
  std::uint32_t attribute = model::noIndex;         // attribute level: whose function is called; noIndex: entity level
  std::uint32_t attributeName = model::noIndex;     // `attributeName` of the event object, if it has one
  const std::vector<std::string>* names = nullptr;  // savedAttributes, droppedAttributes
  const Status* status = nullptr;                   // afterSave, afterDrop
};

// A formula of a query, compiled once for many entities.
class EntityFormula {
 public:
  virtual ~EntityFormula() = default;
  virtual Result<Value> operator()(Entity& entity) = 0;
};

class Behaviour {
 public:
  virtual ~Behaviour() = default;

  virtual Result<Value> get(Entity& entity, std::uint32_t attribute) = 0;
  virtual Result<> set(Entity& entity, std::uint32_t attribute, const Value& value) = 0;
  virtual Result<std::optional<query::Substitute>> query(const DataClass& dataClass, std::uint32_t attribute,
                                                         query::Operator op, const Value& value) = 0;
  virtual Result<std::optional<std::string>> orderBy(const DataClass& dataClass, std::uint32_t attribute,
                                                     bool descending) = 0;
  // The entities that `event restrict` lets the caller read; nullopt: all of them.
  virtual Result<std::optional<RecordSet>> restriction(const DataClass& dataClass) = 0;
  virtual Result<> construct(Entity& entity) = 0;
  // What the event function returned; an error when it raised one.
  virtual Result<Value> event(Entity& entity, const EventCall& call) = 0;
  // `formula`: a function value, or a text. `arguments`: $1. Error: -10737, -20001.
  virtual Result<std::unique_ptr<EntityFormula>> formula(const DataClass& dataClass, const Value& formula,
                                                         const Value& arguments) = 0;
  // An error of code that does not stop what it happened in (orda.md 20.5).
  virtual void report(const Error& error) = 0;
};

// Makes the behaviour of a process that was given none. Thread-safe.
using BehaviourFactory = std::function<std::unique_ptr<Behaviour>(Process&)>;

}  // namespace qodly::orda
