// What an application offers to remote callers, for one caller: dataclasses with their attributes, functions with their
// types, singletons. From it the OpenAPI document and the TypeScript client are made.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/model.h"
#include "script/vm/program.h"

namespace qodly::rest {

struct Rights;

enum class ApiKind : std::uint8_t {
  text,
  uuid,
  integer,
  number,
  boolean,
  date,      // a day
  instant,   // date and time
  duration,  // milliseconds
  object,
  collection,
  picture,
  blob,
  entity,     // of ApiType::dataClass
  selection,  // of ApiType::dataClass
  message,    // 4D.OutgoingMessage: whatever the code makes
  variant,
  nothing,
};

struct ApiType {
  ApiKind kind = ApiKind::variant;
  std::string dataClass;  // of entity and selection
};

struct ApiAttribute {
  std::string name;
  ApiType type;
  model::AttributeKind kind = model::AttributeKind::storage;
  bool isKey = false;
  bool generated = false;  // a key that the server makes when none is given
  bool readOnly = false;   // calculated without `set`, alias, 1->N relation
  bool required = false;   // mandatory
  bool nullable = true;    // may be read as null
  bool unique = false;
  std::uint32_t maximumLength = 0;  // 0: any
  std::optional<double> minimum, maximum, defaultValue;
  std::string comment;
  std::string path;  // of an alias
  bool readable = true, creatable = true, updatable = true;
};

struct ApiParameter {
  std::string name;
  ApiType type;
};

struct ApiFunction {
  std::string name;
  std::string_view appliesTo;  // "dataStore", "dataClass", "entityCollection", "entity", "singleton"
  std::vector<ApiParameter> parameters;
  std::optional<ApiType> further;  // of any number of arguments behind them
  ApiType result;                  // nothing: it gives none
  bool onHttpGet = false;
};

struct ApiClass {
  std::string name, selectionName, comment;
  std::vector<ApiAttribute> attributes;
  std::vector<ApiFunction> functions;
  bool readable = true, creatable = true, updatable = true, droppable = true;

  const ApiAttribute* key() const;  // nullptr when it is hidden
};

struct ApiSingleton {
  std::string name;
  std::vector<ApiFunction> functions;
};

struct ApiDescription {
  std::string application;
  std::vector<ApiClass> classes;
  std::vector<ApiFunction> functions;  // of the datastore
  std::vector<ApiSingleton> singletons;

  const ApiClass* find(std::string_view dataClass) const;
};

// `program`: nullptr when there is no code. `rights`: whose view it is; nullptr: everything that is exposed.
ApiDescription describeApi(std::string application, const model::Model& model, const script::vm::Program* program,
                           const Rights* rights);

}  // namespace qodly::rest
