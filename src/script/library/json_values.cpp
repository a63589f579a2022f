#include "script/library/json_values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

#include "base/json_writer.h"
#include "value/json.h"

namespace qodly::script::library {

namespace {

// Containers are written from a list of what is still to come, last one first: texts, and values.
struct Piece {
  const Value* value;
  std::string text;
};

void appendScalar(const Value& value, std::string& out) {
  if (value.isNumber()) {
    appendJsonNumber(value.asNumber(), out);
  } else {
    json::append(value, out);
  }
}

void pushObject(const Object& object, std::vector<Piece>& open, std::string& out) {
  std::vector<const Object::Member*> members;
  for (const Object::Member& member : object.members()) {
    if (!member.value.isUndefined()) members.push_back(&member);
  }
  std::ranges::sort(members, {}, [](const Object::Member* member) -> const std::string& { return member->name; });
  out += '{';
  open.push_back({nullptr, "}"});
  for (auto member = members.rbegin(); member != members.rend(); ++member) {
    open.push_back({&(*member)->value, {}});
    std::string name = std::next(member) == members.rend() ? "" : ",";
    json::appendString((*member)->name, name);
    open.push_back({nullptr, name + ":"});
  }
}

void pushCollection(const Collection& collection, std::vector<Piece>& open, std::string& out) {
  out += '[';
  open.push_back({nullptr, "]"});
  for (std::size_t i = collection.size(); i-- > 0;) {
    open.push_back({&collection.elements()[i], {}});
    if (i > 0) open.push_back({nullptr, ","});
  }
}

int significantDigits(std::string_view number) {
  int count = 0;
  for (const char c : number) {
    if (c == 'e') break;
    if (c < '0' || c > '9' || (c == '0' && count == 0)) continue;
    ++count;
  }
  return count;
}

}  // namespace

void appendJsonNumber(double value, std::string& out) {
  constexpr double wholeLimit = 9007199254740992;  // up to 2^53 whole numbers are written digit by digit
  constexpr double plainLimit = 1e15;
  constexpr int digits = 15;
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  std::array<char, 40> buffer{};
  char* const end = buffer.data() + buffer.size();
  std::to_chars_result written{};
  if (std::fabs(value) <= wholeLimit && std::trunc(value) == value) {
    written = std::to_chars(buffer.data(), end, static_cast<std::int64_t>(value));
  } else {
    // The shortest form is quick to make and nearly always short enough.
    const bool plain = std::fabs(value) < plainLimit && std::fabs(value) >= 1e-4;
    written =
        std::to_chars(buffer.data(), end, value, plain ? std::chars_format::fixed : std::chars_format::scientific);
    if (significantDigits({buffer.data(), written.ptr}) > digits) {
      written = std::to_chars(buffer.data(), end, value, std::chars_format::general, digits);
    }
  }
  const std::string_view text(buffer.data(), written.ptr);
  const std::size_t exponent = text.find('e');
  out.append(text.substr(0, std::min(exponent, text.size())));
  if (exponent == text.npos) return;
  out.append(text.substr(exponent, 2)).append(text.substr(text.find_first_not_of('0', exponent + 2)));  // e-6, not e-06
}

std::string canonicalJson(const Value& value) {
  std::string out;
  std::vector<Piece> open{{&value, {}}};
  while (!open.empty()) {
    const Piece piece = std::move(open.back());
    open.pop_back();
    if (piece.value == nullptr) {
      out += piece.text;
    } else if (piece.value->isObject()) {
      pushObject(piece.value->asObject(), open, out);
    } else if (piece.value->isCollection()) {
      pushCollection(piece.value->asCollection(), open, out);
    } else {
      appendScalar(*piece.value, out);
    }
  }
  return out;
}

}  // namespace qodly::script::library
