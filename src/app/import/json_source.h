// JSON rows: the elements of one array, objects one after the other, or one object a line (NDJSON). The file is cut
// into elements by brackets and quotes alone, so memory is bounded by the largest element.
#pragma once

#include <memory>

#include "app/import/row_source.h"

namespace qodly::app {

class JsonSource final : public RowSource {
 public:
  // `lines`: NDJSON, where a bad line costs that line only. Error: malformedJson when the file holds no array and no
  // object.
  static Result<std::unique_ptr<JsonSource>> open(std::unique_ptr<TextInput> input, bool lines);

  Result<bool> next(Row& row) override;
  FilePosition position() const override;
  Result<> resumeAt(FilePosition where) override;
  const std::vector<std::string>& columns() const override { return none_; }
  const TextInput& input() const override { return *input_; }

 private:
  enum class Form { array, sequence, lines };
  JsonSource(std::unique_ptr<TextInput> input, Form form) : input_(std::move(input)), form_(form) {}
  Result<bool> skipBlanks();     // to the next byte that is none; false at the end of the file
  Result<bool> toNextElement();  // over `,` and blanks; false behind the last element
  Result<std::size_t> elementEnd();
  Result<bool> nextLine(Row& row);
  void parse(Row& row, std::string_view text);

  std::unique_ptr<TextInput> input_;
  Form form_;
  bool first_ = true;
  bool ended_ = false;
  std::size_t length_ = 0;  // of the element handed out, at the front of the window
  std::vector<std::string> none_;
};

}  // namespace qodly::app
