#include "script/library/mail_imap_values.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "script/library/io_error.h"
#include "script/library/mail_date.h"
#include "script/library/mail_object.h"
#include "script/library/option_reader.h"
#include "script/library/status_value.h"

namespace qodly::script::library::imap {

namespace {

struct Row {
  std::string_view keyword, flag;
};
constexpr std::array rows{Row{"seen", "\\Seen"}, Row{"draft", "\\Draft"}, Row{"flagged", "\\Flagged"},
                          Row{"answered", "\\Answered"}, Row{"deleted", "\\Deleted"}};

bool isId(std::string_view id) {
  return !id.empty() && id.size() <= 10 && std::ranges::all_of(id, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<std::string> flagNamed(std::string_view keyword) {
  const std::string lower = lowerAscii(keyword.starts_with('$') ? keyword.substr(1) : keyword);
  const auto* row = std::ranges::find(rows, lower, &Row::keyword);
  if (row != rows.end()) return std::string(row->flag);
  const bool valid = !keyword.empty() && std::ranges::all_of(keyword, [](char c) {
    return c > 32 && c < 127 && !std::string_view("(){]%*\"\\").contains(c);
  });
  if (!valid) return std::nullopt;
  return std::string(keyword);
}

std::string keywordOf(std::string_view flag) {
  const auto* row =
      std::ranges::find_if(rows, [&](const Row& known) { return equalsIgnoringAsciiCase(known.flag, flag); });
  return row == rows.end() ? std::string(flag) : "$" + std::string(row->keyword);
}

Result<std::string> flagsOf(vm::Process& process, const Value& keywords) {
  std::string flags;
  if (!keywords.isObject()) return flags;
  OptionReader reader(process, keywords, "keywords");
  std::vector<std::string> names;
  for (const auto& member : keywords.asObject().members()) names.push_back(member.name);
  for (const std::string& name : names) {
    const Value value = reader.value(name);
    if (value.type() != Type::boolean || !value.asBoolean()) continue;
    const auto flag = flagNamed(name);
    if (!flag) return fail(fault::wrongSettings, fmt::format("\"{}\" cannot be the name of a mail flag.", name));
    flags += (flags.empty() ? "" : " ") + *flag;
  }
  return flags;
}

Result<std::optional<std::string>> idSet(const vm::Call& call, std::size_t index) {
  constexpr std::int64_t all = 1;  // kIMAPAll
  const Value& given = call.at(index);
  if (given.isNumber() && call.integer(index) == all) return "1:*";
  std::string set;
  const auto add = [&](const Value& id) {
    const std::string text = id.isText() ? std::string(trim(id.asText()))
                             : id.isNumber() && id.asNumber() > 0
                                 ? std::to_string(static_cast<std::int64_t>(id.asNumber()))
                                 : std::string();
    if (!isId(text)) return false;
    set += (set.empty() ? "" : ",") + text;
    return true;
  };
  bool valid = true;
  if (given.isCollection()) {
    for (const Value& id : given.asCollection().elements()) valid = valid && add(id);
  } else {
    valid = add(given);
  }
  if (!valid)
    return fail(fault::wrongSettings, "The messages must be given as a collection of their ids, or kIMAPAll.");
  if (set.empty()) return std::nullopt;
  return set;
}

std::string receivedAt(std::string_view internalDate) {
  std::string spaced(trim(internalDate));
  std::ranges::replace(
      spaced.begin(), spaced.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(spaced.size(), 11)), '-', ' ');
  const auto moment = readMailDate(spaced);
  return moment ? isoSeconds(*moment) : std::string();
}

Value mailObjectOf(vm::Process& process, const ImapMail& mail, bool withBody) {
  const Value value = mailObject(process, parseEntity(mail.content), withBody);
  Object& object = value.asObject();
  object.set("id", Value::text(std::string_view(mail.uid)));
  object.set("receivedAt", Value::text(receivedAt(mail.received)));
  object.set("size", numberValue(static_cast<double>(mail.size)));
  auto keywords = Object::make(process.heap());
  for (const std::string& flag : mail.flags) {
    if (!equalsIgnoringAsciiCase(flag, "\\Recent")) keywords->set(keywordOf(flag), Value::boolean(true));
  }
  object.set("keywords", Value::object(std::move(keywords)));
  return value;
}

Value boxObject(vm::Process& process, std::string_view name, const ImapBoxStatus& status) {
  auto object = Object::make(process.heap());
  object->set("name", Value::text(name));
  object->set("mailCount", numberValue(static_cast<double>(status.messages)));
  object->set("mailRecent", numberValue(static_cast<double>(status.recent)));
  object->set("id", Value::text(std::string_view(status.id)));
  return Value::object(std::move(object));
}

}  // namespace qodly::script::library::imap
