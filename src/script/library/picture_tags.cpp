#include "script/library/picture_tags.h"

#include <algorithm>

#include "base/number_reader.h"
#include "base/text.h"
#include "script/library/convert_commands.h"
#include "script/vm/process.h"

namespace qodly::script::library {

namespace {

// "2031:07:03 14:07:09", as EXIF writes dates, and "20310703" of IPTC.
Value dateOf(std::string_view text) {
  std::string digits;
  for (const char c : text.substr(0, 10)) {
    if (c >= '0' && c <= '9') digits.push_back(c);
  }
  if (digits.size() != 8) return Value::date(Date::none());
  const auto number = parseInteger(digits).value_or(0);
  return Value::date(Date::fromCivil(static_cast<int>(number / 10000), static_cast<int>(number / 100 % 100),
                                     static_cast<int>(number % 100))
                         .value_or(Date::none()));
}

// "1/250" is a quotient.
double numberOf(std::string_view text) {
  const std::size_t slash = text.find('/');
  const double first = parseNumber(text.substr(0, slash), ".");
  if (slash == std::string_view::npos) return first;
  const double second = parseNumber(text.substr(slash + 1), ".");
  return second == 0 ? 0 : first / second;
}

Value valueOf(vm::Process& process, const PictureTag& tag, const Value& receiver) {
  const std::string_view first = tag.values.empty() ? std::string_view() : std::string_view(tag.values.front());
  if (receiver.isNumber()) return Value::real(numberOf(first));
  if (receiver.type() == Type::date) return dateOf(first);
  if (tag.values.size() < 2 || receiver.isText()) {
    std::string all(first);
    for (std::size_t i = 1; i < tag.values.size(); ++i) all += ", " + tag.values[i];
    return Value::text(std::move(all));
  }
  const Value several = process.newCollection();
  for (const std::string& value : tag.values) several.asCollection().push(Value::text(std::string_view(value)));
  return several;
}

Value blockOf(vm::Process& process, const std::vector<PictureTag>& tags, std::string_view block) {
  const Value object = process.newObject();
  for (const PictureTag& tag : tags) {
    if (tag.block == block) object.asObject().set(tag.name, valueOf(process, tag, Value()));
  }
  return object;
}

// EXIF writes dates with colons.
std::optional<std::string> textFor(const Value& value) {
  if (value.type() == Type::date) {
    std::string text;
    appendDate(value.asDate(), text);
    std::ranges::replace(text, '-', ':');
    return text + " 00:00:00";
  }
  if (value.isObject() || value.isCollection()) return std::nullopt;
  auto text = textOf(value, Regional());
  return text ? std::optional(std::move(*text)) : std::nullopt;
}

bool addChange(const TagPath& path, const Value& contents, std::vector<PictureTag>& changes) {
  PictureTag tag{path.block, path.name, {}};
  if (contents.isCollection()) {
    for (const Value& element : contents.asCollection().elements()) {
      auto text = textFor(element);
      if (!text) return false;
      tag.values.push_back(std::move(*text));
    }
  } else if (!contents.isMissing()) {
    auto text = textFor(contents);
    if (!text) return false;
    tag.values.push_back(std::move(*text));
  }
  changes.push_back(std::move(tag));
  return true;
}

}  // namespace

std::optional<Value> tagContents(vm::Process& process, const std::vector<PictureTag>& tags, std::string_view path,
                                 const Value& receiver) {
  if (path.empty()) {
    const Value all = process.newObject();
    for (const PictureTag& tag : tags) {
      if (all.asObject().find(tag.block) == nullptr) {
        all.asObject().set(tag.block, blockOf(process, tags, tag.block));
      }
    }
    return all;
  }
  const auto wanted = tagPath(path);
  if (!wanted) return std::nullopt;
  if (wanted->name.empty()) return blockOf(process, tags, wanted->block);
  for (const PictureTag& tag : tags) {
    if (tag.block == wanted->block && equalsIgnoringAsciiCase(tag.name, wanted->name)) {
      return valueOf(process, tag, receiver);
    }
  }
  return std::nullopt;
}

bool addTagChanges(std::string_view path, const Value& contents, std::vector<PictureTag>& changes) {
  if (path.empty()) {
    if (!contents.isObject()) return false;
    return std::ranges::all_of(contents.asObject().members(), [&](const Object::Member& block) {
      return !block.name.empty() && addTagChanges(block.name, block.value, changes);
    });
  }
  const auto target = tagPath(path);
  if (!target) return false;
  if (!target->name.empty()) return addChange(*target, contents, changes);
  if (!contents.isObject()) return false;
  return std::ranges::all_of(contents.asObject().members(), [&](const Object::Member& tag) {
    return addChange({target->block, tag.name}, tag.value, changes);
  });
}

}  // namespace qodly::script::library
