#include "script/library/io_error.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include <fmt/format.h>

namespace qodly::script::library {

namespace {

struct Row {
  int number;
  int code;
};

constexpr std::array rows{
    Row{ENOENT, fault::noFile},        Row{ENOTDIR, fault::noFile},         Row{EACCES, fault::accessDenied},
    Row{EPERM, fault::accessDenied},   Row{EROFS, fault::accessDenied},     Row{EBUSY, fault::accessDenied},
    Row{ETXTBSY, fault::accessDenied}, Row{ELOOP, fault::accessDenied},     Row{EISDIR, fault::accessDenied},
    Row{EEXIST, fault::nameInUse},     Row{ENOSPC, fault::diskFull},        Row{EDQUOT, fault::diskFull},
    Row{EFBIG, fault::diskFull},       Row{ENAMETOOLONG, fault::wrongPath}, Row{ENOTEMPTY, fault::folderNotEmpty},
};

}  // namespace

Error systemError(int number, std::string_view doing, std::string_view path) {
  const auto* row = std::ranges::find(rows, number, &Row::number);
  return Error(row == rows.end() ? fault::inputOutput : row->code, "host",
               fmt::format("Cannot {} \"{}\": {}.", doing, path, std::generic_category().message(number)));
}

}  // namespace qodly::script::library
