// Writing values as JSON, without recursion on the C++ stack.
#include <unordered_set>

#include "base/json_writer.h"
#include "value/json.h"

namespace qodly::json {

namespace {

class Writer {
 public:
  Writer(std::string& out, const WriteOptions& options) : out_(out), options_(options) {}

  void write(const Value& value) {
    begin(value);
    while (!open_.empty()) step();
  }

 private:
  struct Open {
    const Value* container;
    std::size_t next = 0;
    bool empty = true;  // nothing written inside
  };

  // Writes a scalar, or opens a container.
  void begin(const Value& value) {
    switch (value.type()) {
      case Type::undefined:
      case Type::null:
      case Type::handle:
        out_ += "null";
        return;
      case Type::boolean:
        appendBoolean(value.asBoolean(), out_);
        return;
      case Type::integer:
        appendNumber(value.asInteger(), out_);
        return;
      case Type::real:
        appendNumber(value.asReal(), out_);
        return;
      case Type::time:
        appendNumber(value.asTime().ms, out_);
        return;
      case Type::text:
        appendString(value.asText(), out_);
        return;
      case Type::date:
        writeDate(value.asDate());
        return;
      case Type::instant:
        out_.push_back('"');
        appendInstant(value.asInstant(), out_);
        out_.push_back('"');
        return;
      case Type::blob:
        out_ += "\"[object Blob]\"";
        return;
      case Type::picture:
        out_ += "\"[object Picture]\"";
        return;
      case Type::object:
      case Type::collection:
        break;
    }
    if (isOpen(value)) {
      out_ += "null";
      return;
    }
    out_.push_back(value.isObject() ? '{' : '[');
    open_.push_back({&value});
    if (open_.size() > linearLimit) openBoxes_.insert(boxOf(value));
  }

  void step() {
    Open& inner = open_.back();
    const bool object = inner.container->isObject();
    if (object) {
      const auto& members = inner.container->asObject().members();
      while (inner.next < members.size() && members[inner.next].value.isUndefined()) ++inner.next;
      if (inner.next < members.size()) {
        separate(inner);
        const Object::Member& member = members[inner.next++];
        appendString(member.name, out_);
        out_ += options_.pretty ? ": " : ":";
        begin(member.value);
        return;
      }
    } else if (const auto& elements = inner.container->asCollection().elements(); inner.next < elements.size()) {
      separate(inner);
      begin(elements[inner.next++]);
      return;
    }
    close(inner, object);
  }

  void close(const Open& inner, bool object) {
    const bool empty = inner.empty;
    if (open_.size() > linearLimit) openBoxes_.erase(boxOf(*inner.container));
    open_.pop_back();
    if (!empty) newLine();
    out_.push_back(object ? '}' : ']');
  }

  void separate(Open& inner) {
    if (!inner.empty) out_.push_back(',');
    inner.empty = false;
    newLine();
  }

  void newLine() {
    if (!options_.pretty) return;
    out_.push_back('\n');
    out_.append(open_.size(), '\t');
  }

  void writeDate(Date date) {
    out_ += options_.legacyDates ? "\"!!" : "\"";
    appendDate(date, out_);
    out_ += options_.legacyDates ? "!!\"" : "\"";
  }

  // A container inside itself is written as null, so that the output ends.
  bool isOpen(const Value& value) const {
    const Box* box = boxOf(value);
    for (std::size_t i = 0; i < open_.size() && i < linearLimit; ++i) {
      if (boxOf(*open_[i].container) == box) return true;
    }
    return openBoxes_.contains(box);
  }

  static const Box* boxOf(const Value& value) {
    if (value.isObject()) return &value.asObject();
    return &value.asCollection();
  }

  static constexpr std::size_t linearLimit = 32;  // levels searched one by one; deeper ones through openBoxes_

  std::string& out_;
  const WriteOptions& options_;
  std::vector<Open> open_;
  std::unordered_set<const Box*> openBoxes_;
};

}  // namespace

void append(const Value& value, std::string& out, const WriteOptions& options) { Writer(out, options).write(value); }

std::string text(const Value& value, const WriteOptions& options) {
  std::string out;
  append(value, out, options);
  return out;
}

}  // namespace qodly::json
