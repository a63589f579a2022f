// What a value must satisfy before it is stored, and what a new entity gets by itself (orda.md 4.3, 9): pure rules on
// one attribute, shared by entity.save(), fromCollection and the bulk importer. Thread-safe: no state.
#pragma once

#include "base/error.h"
#include "model/model.h"
#include "value/convert.h"
#include "value/value.h"

namespace qodly::orda {

// The value as the storage attribute takes it on assignment: converted, uuids normalised, texts cut at the limiting
// length. Errors: wrongType, valueOutOfRange; both name the attribute, the value and what would be right.
Result<Value> assignable(const model::DataClass& dataClass, const model::Attribute& attribute, const Value& value,
                         NumberAsDuration numbers = NumberAsDuration::seconds);

// As assignable, but only for values that are of the attribute's type already (fromCollection, orda.md 11.2): numbers
// for numeric attributes, texts for texts, ISO text for dates. nullopt: the property is not used.
std::optional<Value> acceptable(const model::DataClass& dataClass, const model::Attribute& attribute,
                                const Value& value);

// Mandatory, minimum and maximum of one attribute. Errors: mandatoryNull, valueOutOfRange.
Result<> checkConstraints(const model::DataClass& dataClass, const model::Attribute& attribute, const Value& value);

// Default value of an attribute that is null and was never assigned; null when it has none.
Value defaultValue(const model::Attribute& attribute);

// The attribute gets a value of its own at the first save when it is null.
inline bool isAutomatic(const model::Attribute& attribute) { return attribute.autosequence || attribute.autogenerate; }

// The primary key may never be null, whatever the model says.
bool isMandatory(const model::DataClass& dataClass, const model::Attribute& attribute);

Error duplicateKeyError(const model::DataClass& dataClass, const model::Attribute& attribute, const Value& value);

}  // namespace qodly::orda
