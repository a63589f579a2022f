// Cutting JSON into elements.
#include "app/import/json_source.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "base/text.h"
#include "value/json.h"

namespace qodly::app {

namespace {

constexpr std::size_t npos = std::string_view::npos;

Error malformed(std::uint64_t line, std::string message) {
  return Error(code::malformedJson, "dbmg", std::move(message)).at({{}, static_cast<std::uint32_t>(line), 0});
}

bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

Result<std::unique_ptr<JsonSource>> JsonSource::open(std::unique_ptr<TextInput> input, bool lines) {
  std::unique_ptr<JsonSource> source(new JsonSource(std::move(input), Form::lines));  // NOLINT: private constructor
  if (lines) return source;
  auto more = source->skipBlanks();
  if (!more) return std::unexpected(more.error());
  const char first = *more ? source->input_->window().front() : '\0';
  if (first == '[') {
    source->form_ = Form::array;
    source->input_->consume(1);
  } else if (first == '{') {
    source->form_ = Form::sequence;
  } else {
    return std::unexpected(malformed(source->input_->line(),
                                     "The file must begin with [ (an array of objects) or { (an "
                                     "object)."));
  }
  return source;
}

Result<bool> JsonSource::skipBlanks() {
  while (true) {
    const std::string_view window = input_->window();
    const auto stop = std::ranges::find_if_not(window, isBlank);
    input_->consume(static_cast<std::size_t>(stop - window.begin()));
    if (!input_->window().empty()) return true;
    auto more = input_->more();
    if (!more || !*more) return more;
  }
}

Result<bool> JsonSource::toNextElement() {
  auto more = skipBlanks();
  if (!more) return more;
  if (form_ == Form::sequence) return more;
  if (!*more) {
    return std::unexpected(
        malformed(input_->line(), "The file ends inside the array: ] is missing. It may be cut off."));
  }
  const char c = input_->window().front();
  if (c == ']') {
    ended_ = true;
    return false;
  }
  if (first_) return true;
  if (c != ',') {
    return std::unexpected(malformed(input_->line(), fmt::format("Found '{}' behind an element of the array; , or ] is "
                                                                 "expected there.",
                                                                 c)));
  }
  input_->consume(1);
  return skipBlanks();
}

// Length of the element at the front of the window.
Result<std::size_t> JsonSource::elementEnd() {
  const char opening = input_->window().front();
  const bool container = opening == '{' || opening == '[';
  std::size_t at = 0;
  int depth = 0;
  bool inString = false;
  while (true) {
    const std::string_view window = input_->window();
    while (at < window.size()) {
      const char c = window[at];
      if (inString) {
        if (c == '\\') {
          ++at;
        } else if (c == '"') {
          inString = false;
        }
      } else if (c == '"') {
        inString = true;
      } else if (c == '{' || c == '[') {
        ++depth;
      } else if (c == '}' || c == ']') {
        if (!container && depth == 0) return at;
        if (--depth == 0) return at + 1;
      } else if (!container && depth == 0 && (c == ',' || (form_ == Form::sequence && isBlank(c)))) {
        return at;
      }
      ++at;
    }
    auto more = input_->more();
    if (!more) return std::unexpected(more.error());
    if (*more) continue;
    if (!container) return window.size();
    return std::unexpected(malformed(input_->line(),
                                     "The file ends inside the element that begins in this line: a "
                                     "bracket or quote is not closed. It may be cut off."));
  }
}

void JsonSource::parse(Row& row, std::string_view text) {
  row.raw = text;
  auto value = json::parse(text);
  if (!value) {
    const auto& where = value.error().where();
    row.problem = where && where->column != 0 ? fmt::format("{} (line {}, column {} of the row)",
                                                            value.error().message(), where->line, where->column)
                                              : value.error().message();
    row.object = {};
  } else if (!value->isObject()) {
    row.problem = "the row is no JSON object";
    row.object = {};
  } else {
    row.object = std::move(*value);
  }
}

Result<bool> JsonSource::nextLine(Row& row) {
  while (true) {
    std::size_t end = input_->window().find('\n');
    while (end == npos) {
      const std::size_t searched = input_->window().size();
      auto more = input_->more();
      if (!more) return more;
      end = *more ? input_->window().find('\n', searched) : input_->window().size();
    }
    const std::string_view text = trim(input_->window().substr(0, end));
    length_ = std::min(end + 1, input_->window().size());
    if (length_ == 0) return false;
    if (text.empty()) {
      input_->consume(length_);
      continue;
    }
    row.line = input_->line();
    parse(row, text);
    return true;
  }
}

Result<bool> JsonSource::next(Row& row) {
  row.problem.reset();
  input_->consume(length_);
  length_ = 0;
  if (form_ == Form::lines) return nextLine(row);
  if (ended_) return false;
  auto more = toNextElement();
  if (!more || !*more) return more;
  first_ = false;
  auto end = elementEnd();
  if (!end) return std::unexpected(end.error());
  if (*end == 0) {
    return std::unexpected(
        malformed(input_->line(),
                  fmt::format("Found '{}' where an element of the array is expected.", input_->window().front())));
  }
  length_ = *end;
  row.line = input_->line();
  parse(row, input_->window().substr(0, length_));
  return true;
}

FilePosition JsonSource::position() const {
  const auto lines = std::ranges::count(input_->window().substr(0, length_), '\n');
  return {input_->offset() + length_, input_->line() + static_cast<std::uint64_t>(lines)};
}

Result<> JsonSource::resumeAt(FilePosition where) {
  length_ = 0;
  first_ = false;
  return input_->skipTo(where.offset, where.line);
}

}  // namespace qodly::app
