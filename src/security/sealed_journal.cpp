#include "security/sealed_journal.h"

#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/error_codes.h"
#include "base/write_all.h"

namespace qodly::security {

namespace {

Error cannotWrite(const std::filesystem::path& file) {
  return {code::inputOutput, "dbmg", fmt::format("Cannot write \"{}\": {}.", file.string(), std::strerror(errno))};
}

}  // namespace

SealedJournal::SealedJournal(const Instance& instance, std::filesystem::path file)
    : instance_(instance), file_(std::move(file)) {}

SealedJournal::~SealedJournal() { close(); }

void SealedJournal::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

std::vector<std::string> SealedJournal::read(std::uint64_t largest) const {
  std::vector<std::string> lines;
  std::error_code failed;
  const auto size = std::filesystem::file_size(file_, failed);
  if (failed || size > largest) return lines;
  const auto content = readFile(file_);
  if (!content) return lines;
  std::string_view rest = *content;
  for (std::size_t end = 0; (end = rest.find('\n')) != std::string_view::npos; rest.remove_prefix(end + 1)) {
    if (auto line = instance_.unseal(rest.substr(0, end))) lines.push_back(std::move(*line));
  }
  return lines;
}

std::string SealedJournal::sealed(const std::vector<std::string>& lines) const {
  std::string content;
  for (const std::string& line : lines) content.append(instance_.seal(line)).append("\n");
  return content;
}

Result<> SealedJournal::append(const std::vector<std::string>& lines, bool durable) {
  if (lines.empty()) return {};
  if (descriptor_ < 0) descriptor_ = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const std::string content = sealed(lines);
  const bool written = descriptor_ >= 0 && writeAll(descriptor_, content);
  if (!written || (durable && ::fdatasync(descriptor_) != 0)) return std::unexpected(cannotWrite(file_));
  bytes_ += content.size();
  return {};
}

Result<> SealedJournal::replace(const std::vector<std::string>& lines) {
  close();
  const std::string content = sealed(lines);
  auto written = writePrivateFile(file_, content);
  if (written) bytes_ = content.size();
  return written;
}

}  // namespace qodly::security
