// Reading archives; declared in zip_archive.h.
#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>

#include "base/text.h"
#include "script/library/descriptor.h"
#include "script/library/file_access.h"
#include "script/library/io_error.h"
#include "script/library/zip_archive.h"
#include "script/library/zip_library.h"

namespace qodly::script::library::zip {

namespace {

constexpr std::int64_t maximumEntries = 1'000'000;

}  // namespace

struct Reader::Handle {
  const ZipLibrary* library;
  zip_t* archive;
  std::string shownPath, password;
  std::mutex mutex;

  ~Handle() { library->discard(archive); }
  std::unexpected<Error> failed(std::string_view what, std::string_view why) const {
    return fail(fault::archive, fmt::format("{} of the archive \"{}\" cannot be read: {}.", what, shownPath, why));
  }
};

Reader::Reader(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
Reader::~Reader() = default;

Result<std::shared_ptr<Reader>> Reader::open(const std::filesystem::path& path, const std::string& shownPath,
                                             std::string password) {
  const auto library = ZipLibrary::get();
  if (!library) return std::unexpected(library.error());
  std::error_code missing;
  if (!std::filesystem::is_regular_file(path, missing)) {
    return fail(fault::noFile, fmt::format("The file \"{}\" does not exist.", shownPath));
  }
  int code = 0;
  zip_t* archive = (*library)->open(path.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code);
  if (archive == nullptr) {
    return fail(fault::archive,
                fmt::format("\"{}\" is no readable ZIP archive (libzip reports error {}).", shownPath, code));
  }
  auto handle = std::make_unique<Handle>(*library, archive, shownPath, std::move(password));
  std::shared_ptr<Reader> reader(new Reader(std::move(handle)));  // NOLINT: the constructor is private
  reader->list();
  return reader;
}

// Entries whose names would leave the archive are left out (classes.md 8).
void Reader::list() {
  entries_[""] = {"", true, -1, 0, 0};
  const std::int64_t count = std::min<std::int64_t>(handle_->library->count(handle_->archive, 0), maximumEntries);
  for (std::int64_t index = 0; index < count; ++index) {
    zip_stat_t found{};
    if (handle_->library->stat(handle_->archive, static_cast<zip_uint64_t>(index), ZIP_FL_ENC_GUESS, &found) != 0)
      continue;
    const std::string name = repairUtf8(found.name);
    auto clean = cleanName(name);
    if (!clean || clean->empty()) continue;
    const bool isFolder = name.ends_with('/') || name.ends_with('\\');
    for (std::size_t slash = clean->find('/'); slash != std::string::npos; slash = clean->find('/', slash + 1)) {
      const std::string above = clean->substr(0, slash);
      entries_.try_emplace(above, Entry{above, true, -1, 0, 0});
    }
    entries_[*clean] = {*clean, isFolder, index, isFolder ? 0 : found.size,
                        static_cast<std::int64_t>(found.mtime) * 1000};
  }
}

const Entry* Reader::find(std::string_view path) const {
  const auto found = entries_.find(path);
  return found == entries_.end() ? nullptr : &found->second;
}

std::vector<const Entry*> Reader::below(std::string_view folder, bool folders, bool recursive,
                                        bool ignoreInvisible) const {
  std::vector<const Entry*> found;
  const std::string prefix = folder.empty() ? std::string() : std::string(folder) + "/";
  for (auto at = entries_.lower_bound(prefix); at != entries_.end() && at->first.starts_with(prefix); ++at) {
    const std::string_view inside = std::string_view(at->first).substr(prefix.size());
    if (inside.empty() || at->second.isFolder != folders) continue;
    if (!recursive && inside.contains('/')) continue;
    if (ignoreInvisible && (inside.starts_with('.') || inside.contains("/."))) continue;
    found.push_back(&at->second);
  }
  // By name within each folder: the separator comes before every character of names.
  std::ranges::sort(found, [](const Entry* left, const Entry* right) {
    return std::ranges::lexicographical_compare(split(left->path, '/'), split(right->path, '/'));
  });
  return found;
}

Result<> Reader::each(const Entry& entry, const std::function<Result<>(std::string_view)>& take) const {
  std::lock_guard lock(handle_->mutex);
  const ZipLibrary& zip = *handle_->library;
  const std::string shown = fmt::format("\"{}\"", entry.path);
  if (entry.isFolder || entry.index < 0) return handle_->failed(shown, "it is a folder");
  zip_file_t* file = zip.openEntry(handle_->archive, static_cast<zip_uint64_t>(entry.index), 0,
                                   handle_->password.empty() ? nullptr : handle_->password.c_str());
  if (file == nullptr) return handle_->failed(shown, zip.message(handle_->archive));
  std::string part(65536, '\0');  // not on the stack: fibers have a small one
  while (true) {
    const zip_int64_t got = zip.read(file, part.data(), part.size());
    if (got < 0) {
      auto problem = handle_->failed(shown, zip.errorText(zip.entryError(file)));
      zip.closeEntry(file);
      return problem;
    }
    if (got == 0) break;
    if (auto taken = take({part.data(), static_cast<std::size_t>(got)}); !taken) {
      zip.closeEntry(file);
      return taken;
    }
  }
  if (zip.closeEntry(file) != 0) return handle_->failed(shown, "it is damaged");
  return {};
}

Result<std::string> Reader::read(const Entry& entry) const {
  std::string content;
  auto done = each(entry, [&](std::string_view part) -> Result<> {
    if (content.size() + part.size() > file::maximumContent) {
      return fail(fault::limitReached, fmt::format("\"{}\" has more than 2 GB.", entry.path));
    }
    content += part;
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return content;
}

Result<> Reader::extract(const Entry& entry, const Location& place) const {
  const auto path = place.target();
  if (!path) return std::unexpected(path.error());
  const std::filesystem::path temporary = path->parent_path() / (".qodly-" + randomHex(8) + ".tmp");
  const Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!file.isOpen()) return std::unexpected(systemError(errno, "write the file", place.path()));
  auto done = each(entry, [&](std::string_view part) -> Result<> {
    while (!part.empty()) {
      const ssize_t written = ::write(file.number(), part.data(), part.size());
      if (written < 0) return std::unexpected(systemError(errno, "write the file", place.path()));
      part.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
  });
  std::error_code problem;
  if (done) {
    std::filesystem::rename(temporary, *path, problem);
    if (!problem) return {};
    done = std::unexpected(systemError(problem.value(), "write the file", place.path()));
  }
  std::filesystem::remove(temporary, problem);
  return done;
}

}  // namespace qodly::script::library::zip
