#include "script/library/json_symbols.h"

#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "value/json.h"

namespace qodly::script::library {

namespace {

class Scanner {
 public:
  Scanner(std::string_view text, Heap& heap) : text_(text), heap_(heap), symbols_(Object::make(heap)) {}

  Ref<Object> scan() {
    for (; at_ < text_.size(); ++at_) {
      switch (text_[at_]) {
        case '{':
        case '[':
          open_.push_back({text_[at_] == '{', path_.size(), 0});
          nameNext_ = text_[at_] == '{';
          if (!nameNext_) enterElement();
          break;
        case '}':
        case ']':
          path_.resize(open_.back().pathLength);
          open_.pop_back();
          break;
        case ',':
          nextMember();
          break;
        case '\n':
          ++line_;
          lineStart_ = at_ + 1;
          break;
        case '\r':
          if (text_.substr(at_ + 1).starts_with('\n')) break;
          ++line_;
          lineStart_ = at_ + 1;
          break;
        case '"':
          string();
          break;
        default:
          break;
      }
    }
    return symbols_;
  }

 private:
  struct Open {
    bool object;
    std::size_t pathLength;  // of the container itself
    std::size_t index;
  };

  void nextMember() {
    Open& inner = open_.back();
    path_.resize(inner.pathLength);
    nameNext_ = inner.object;
    if (inner.object) return;
    ++inner.index;
    enterElement();
  }

  void enterElement() { path_ += fmt::format("[{}]", open_.back().index); }

  void string() {
    const std::size_t start = at_;
    for (++at_; text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\') ++at_;
    }
    if (!nameNext_) return;
    nameNext_ = false;
    const auto name = json::parse(text_.substr(start, at_ + 1 - start));
    if (!path_.empty()) path_ += '.';
    if (name && name->isText()) path_ += name->asText();
    Ref<Object> place = Object::make(heap_);
    place->set("line", Value::real(line_));
    place->set("offset", Value::real(static_cast<double>(utf16Length(text_.substr(lineStart_, start - lineStart_)))));
    symbols_->set(path_, Value::object(std::move(place)));
  }

  std::string_view text_;
  Heap& heap_;
  Ref<Object> symbols_;
  std::vector<Open> open_;
  std::string path_;
  std::size_t at_ = 0;
  std::size_t lineStart_ = 0;
  int line_ = 1;
  bool nameNext_ = false;
};

}  // namespace

Value jsonSymbols(std::string_view json, Heap& heap) { return Value::object(Scanner(json, heap).scan()); }

}  // namespace qodly::script::library
