// x[i], text[[i]], blob{i} (language.md 7.4, 9.3, 16, 17).
#include <algorithm>
#include <cmath>

#include "base/number_reader.h"
#include "base/text.h"
#include "script/vm/array_value.h"
#include "script/vm/codes.h"
#include "script/vm/large_blob.h"
#include "script/vm/machine.h"
#include "script/vm/pointer.h"
#include "script/vm/properties.h"
#include "script/vm/runtime_state.h"
#include "script/vm/shared.h"

namespace qodly::script::vm {

namespace {

constexpr double largestIndex = 1U << 30U;

std::unexpected<Error> outOfRange(const std::string& message) {
  return std::unexpected(hostError(code::indexOutOfRange, message));
}

// A non-negative whole number; fractions are cut off.
Result<std::size_t> indexOf(const Value& value) {
  double number = 0;
  const Value* const selected = selectedArrayElement(value);
  const Value& index = selected != nullptr ? *selected : value;
  if (index.isNumber()) {
    number = index.asNumber();
  } else if (index.type() == Type::time) {
    number = static_cast<double>(index.asTime().ms) / 1000;
  } else {
    return std::unexpected(
        hostError(code::wrongType, "an index must be a number, " + describeType(index) + " was given"));
  }
  if (std::isnan(number) || number <= -1 || number > largestIndex) {
    std::string text;
    appendReal(number, text);
    return outOfRange("the index " + text + " is out of range");
  }
  return static_cast<std::size_t>(std::max(number, 0.0));
}

// 1-based place of a character; 0 when there is none.
std::size_t placeOf(double number) {
  return number >= 1 && number <= largestIndex * 2 ? static_cast<std::size_t>(number) : 0;
}

Result<Value> byteOf(std::string_view bytes, const Value& index) {
  const auto at = indexOf(index);
  if (!at) return std::unexpected(at.error());
  if (*at >= bytes.size()) {
    return outOfRange("byte " + std::to_string(*at) + " of a blob of " + std::to_string(bytes.size()) + " bytes");
  }
  return Value::integer(static_cast<unsigned char>(bytes[*at]));
}

Result<Stored> storeInCollection(Machine& machine, Collection& collection, const Value& index, const Value& value) {
  const auto at = indexOf(index);
  if (!at) return std::unexpected(at.error());
  auto wanted = valueForContainer(machine.process(), collection, value.isUndefined() ? Value::null() : value);
  if (!wanted) return std::unexpected(wanted.error());
  auto guard = WriteGuard::take(machine.process(), collection);
  if (!guard) return std::unexpected(guard.error());
  std::vector<Value>& elements = collection.elements();
  if (*at < elements.size()) {
    elements[*at] = std::move(*wanted);
    return Stored{};
  }
  if (const std::size_t room = elements.capacity(); *at + 1 > room) {
    const std::size_t more = std::max(*at + 1, room * 2) - room;  // as a vector grows
    if (auto charged = machine.process().charge(more * sizeof(Value)); !charged) {
      return std::unexpected(charged.error());
    }
    elements.reserve(room + more);
  }
  if (*at == elements.size()) {
    elements.push_back(std::move(*wanted));
  } else {
    elements.resize(*at, Value::null());
    elements.push_back(std::move(*wanted));
  }
  return Stored{};
}

// entity[name] := text in the 4D surface, where the name comes from data (a header line of a CSV file): real
// applications import this way and rely on a text that is no number counting as the number of its digits, as Num gives
// it.
Result<Stored> storeNamed(Machine& machine, const Value& receiver, std::string_view name, const Value& value) {
  auto stored = storeMember(machine, receiver, name, value);
  const bool another = !stored && stored.error().code() == code::wrongType && receiver.type() == Type::handle &&
                       value.isText() && machine.process().runsFourD();
  if (!another) return stored;
  auto asNumber = storeMember(machine, receiver, name, Value::real(parseNumber(value.asText(), ".")));
  return asNumber ? asNumber : stored;
}

}  // namespace

Result<Found> findElement(Machine& machine, const Value& receiver, const Value& index) {
  if (index.isText()) return findMember(machine, receiver, index.asText());
  Process& process = machine.process();
  switch (receiver.type()) {
    case Type::undefined:
      return Found{};
    case Type::null:
      return std::unexpected(hostError(code::missingValue, "an element of null cannot be read"));
    case Type::collection: {
      const auto at = indexOf(index);
      if (!at) return std::unexpected(at.error());
      const ReadGuard guard(receiver.asCollection());
      const std::vector<Value>& elements = receiver.asCollection().elements();
      return *at < elements.size() ? Found{elements[*at], nullptr, nullptr} : Found{};
    }
    case Type::blob: {
      auto byte = byteOf(receiver.asBlob().bytes, index);
      if (!byte) return std::unexpected(byte.error());
      return Found{std::move(*byte), nullptr, nullptr};
    }
    case Type::handle: {
      if (const auto large = LargeBlob::bytesOf(receiver)) {
        auto byte = byteOf(large->view(), index);
        if (!byte) return std::unexpected(byte.error());
        return Found{std::move(*byte), nullptr, nullptr};
      }
      if (const Value* blob = blobInside(process, receiver)) {
        auto byte = byteOf(blob->asBlob().bytes, index);
        if (!byte) return std::unexpected(byte.error());
        return Found{std::move(*byte), nullptr, nullptr};
      }
      const auto at = indexOf(index);
      if (!at) return std::unexpected(at.error());
      if (const HandleType* type = process.runtime().handleType(receiver.asHandle().kind())) {
        auto value = type->element(process, receiver.asHandle(), static_cast<std::int64_t>(*at));
        if (!value) return std::unexpected(value.error());
        return Found{std::move(*value), nullptr, nullptr};
      }
      break;
    }
    case Type::object:
      return std::unexpected(hostError(
          code::wrongType, "a property of an object is named by a text, " + describeType(index) + " was given"));
    default:
      break;
  }
  return std::unexpected(hostError(code::wrongType, describeType(receiver) + " has no elements"));
}

Result<Stored> storeElement(Machine& machine, const Value& receiver, const Value& index, const Value& value) {
  if (index.isText()) return storeNamed(machine, receiver, index.asText(), value);
  switch (receiver.type()) {
    case Type::undefined:
    case Type::null:
      return std::unexpected(
          hostError(code::missingValue, "an element of " + describeType(receiver) + " cannot be written"));
    case Type::collection:
      return storeInCollection(machine, receiver.asCollection(), index, value);
    case Type::object:
      return std::unexpected(hostError(
          code::wrongType, "a property of an object is named by a text, " + describeType(index) + " was given"));
    default:
      return std::unexpected(
          hostError(code::readOnly, "the elements of " + describeType(receiver) + " cannot be written"));
  }
}

Result<Value> characterAt(const Value& text, const Value& index) {
  if (text.isUndefined()) return Value();
  if (!text.isText()) {
    return std::unexpected(hostError(code::wrongType, "[[ ]] needs a text, " + describeType(text) + " was given"));
  }
  if (!index.isNumber()) {
    return std::unexpected(
        hostError(code::wrongType, "the place of a character must be a number, " + describeType(index) + " was given"));
  }
  const std::size_t place = placeOf(index.asNumber());
  if (place == 0 || place > text.textUnits()) return Value::text("");
  const std::size_t begin = text.textOffset(place - 1);
  const std::size_t end = text.textOffset(place);
  // A character outside the BMP belongs to its first unit, so that going through a text gives it back unchanged.
  return end <= begin ? Value::text("") : Value::text(text.asText().substr(begin, end - begin));
}

Result<> setCharacter(Value& target, const Value& index, const Value& value) {
  if (!target.isText() || !index.isNumber() || !value.isText()) {
    return std::unexpected(hostError(code::wrongType, "text[[place]] = text is expected, " + describeType(target) +
                                                          ", " + describeType(index) + " and " + describeType(value) +
                                                          " were given"));
  }
  const std::size_t place = placeOf(index.asNumber());
  if (place == 0 || place > target.textUnits()) {
    std::string number;
    appendReal(index.asNumber(), number);
    return outOfRange("character " + number + " of a text of " + std::to_string(target.textUnits()) +
                      " characters: index out of range");
  }
  if (value.asText().empty()) return outOfRange("a character cannot be replaced by an empty text");
  const std::string_view old = target.asText();
  const std::size_t begin = target.textOffset(place - 1);
  const std::size_t end = std::max(target.textOffset(place), begin);
  const std::string_view fresh =
      value.asText().substr(0, value.textUnits() > 1 ? value.textOffset(1) : std::string_view::npos);
  std::string changed;
  changed.reserve(old.size() + fresh.size());
  changed.append(old.substr(0, begin)).append(fresh).append(old.substr(end));
  target = Value::text(std::move(changed));
  return {};
}

Result<Value> braceElement(Machine& machine, const Value& target, const Value& index) {
  if (target.isUndefined()) return Value();
  if (target.type() == Type::blob) return byteOf(target.asBlob().bytes, index);
  if (const ArrayValue* array = ArrayValue::from(target)) {
    const auto at = indexOf(index);
    if (!at) return std::unexpected(at.error());
    return array->read(static_cast<std::int64_t>(*at));
  }
  if (const auto large = LargeBlob::bytesOf(target)) return byteOf(large->view(), index);
  if (const Value* blob = blobInside(machine.process(), target)) return byteOf(blob->asBlob().bytes, index);
  return std::unexpected(
      hostError(code::wrongType, "{ } needs a blob or an array, " + describeType(target) + " was given"));
}

Result<> setBraceElement(Machine& machine, Value& target, const Value& index, const Value& value) {
  if (ArrayValue* array = ArrayValue::from(target)) {
    const auto at = indexOf(index);
    if (!at) return std::unexpected(at.error());
    return array->write(static_cast<std::int64_t>(*at), value);
  }
  if (LargeBlob::bytesOf(target) != nullptr) target = Value(*blobInside(machine.process(), target));
  if (target.type() != Type::blob) {
    return std::unexpected(
        hostError(code::wrongType, "{ } needs a blob or an array, " + describeType(target) + " was given"));
  }
  const auto at = indexOf(index);
  if (!at) return std::unexpected(at.error());
  if (!value.isNumber()) {
    return std::unexpected(hostError(code::wrongType, "a byte is a number, " + describeType(value) + " was given"));
  }
  std::string bytes = target.asBlob().bytes;
  if (*at >= bytes.size()) {
    return outOfRange("byte " + std::to_string(*at) + " of a blob of " + std::to_string(bytes.size()) + " bytes");
  }
  const auto whole = toInteger32(value.asNumber());
  if (!whole) return std::unexpected(whole.error());
  bytes[*at] = static_cast<char>(static_cast<unsigned char>(*whole & 0xFF));
  target = Value::blob(std::move(bytes), target.asBlob().mediaType);
  return {};
}

}  // namespace qodly::script::vm
