// The error value that every fallible function of the house returns. Cheap to move (one pointer), so that Result<T> of
// a small T stays small on the hot path.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qodly {

// Where in a text of the user (file, query string, request body) the cause stands. Lines and columns start at 1;
// 0 means "unknown".
struct SourcePosition {
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

// Thread-safe to read; immutable once built except through the with...() functions, which return a changed copy.
class Error {
 public:
  // component: the documented signature ("dbmg", "host", "rest", "ds"). message: one sentence for a person that says
  // what was wrong, names the thing concerned and, where it helps, what would be right.
  Error(int code, std::string component, std::string message);

  int code() const { return detail_->code; }
  const std::string& component() const { return detail_->component; }
  const std::string& message() const { return detail_->message; }
  const std::optional<SourcePosition>& where() const { return detail_->where; }
  // What follows from this error, in the order it is reported (rest.md 22.1: most specific first).
  const std::vector<Error>& consequences() const { return detail_->consequences; }

  Error at(SourcePosition where) const;
  Error followedBy(Error consequence) const;

  // "catalog.4DCatalog:12:5: message" - the form printed on a terminal and in the log.
  std::string text() const;

 private:
  struct Detail {
    int code;
    std::string component;
    std::string message;
    std::optional<SourcePosition> where;
    std::vector<Error> consequences;
  };
  std::shared_ptr<const Detail> detail_;
};

template <class T = void>
using Result = std::expected<T, Error>;

}  // namespace qodly
