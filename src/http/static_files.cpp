#include "http/static_files.h"

#include <array>
#include <climits>
#include <memory>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "http/clock.h"
#include "http/compressor.h"
#include "http/mime.h"
#include "http/target.h"

namespace qodly::http {

namespace {

constexpr std::uint64_t loadedBytes = 1024 * 1024;

class Descriptor {
 public:
  explicit Descriptor(int value = -1) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  int get() const { return value_; }
  explicit operator bool() const { return value_ >= 0; }
  int release() { return std::exchange(value_, -1); }

 private:
  int value_;
};

bool isServable(std::string_view segment) {
  if (segment.front() == '.') return segment == ".well-known";
  return segment.find_first_of(std::string_view("/\\\0", 3)) == std::string_view::npos;
}

// The real path of an open file, links resolved; "" when the system does not tell.
std::string realPath(const Descriptor& file) {
  std::array<char, PATH_MAX> target;
  const ssize_t length = ::readlink(fmt::format("/proc/self/fd/{}", file.get()).c_str(), target.data(), target.size());
  return length <= 0 ? std::string() : std::string(target.data(), static_cast<std::size_t>(length));
}

bool liesInside(const Descriptor& file, const Descriptor& root) {
  const std::string folder = realPath(root);
  const std::string path = realPath(file);
  if (folder.empty() || path.empty()) return false;
  return path == folder || folder == "/" || (path.starts_with(folder) && path[folder.size()] == '/');
}

Descriptor openAt(const Descriptor& folder, const std::string& name) {
  return Descriptor(::openat(folder.get(), name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
}

// The first name in byte order that is the wanted one but for its case (ASCII); "" when there is none.
std::string nameIgnoringCase(const Descriptor& folder, std::string_view wanted) {
  const int copy = ::openat(folder.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (copy < 0) return {};
  const auto close = [](DIR* directory) { ::closedir(directory); };
  const std::unique_ptr<DIR, decltype(close)> directory(::fdopendir(copy));
  std::string found;
  if (!directory) return found;
  while (const dirent* entry = ::readdir(directory.get())) {
    const std::string_view name(entry->d_name);
    if (equalsIgnoringAsciiCase(name, wanted) && (found.empty() || name < found)) found = name;
  }
  return found;
}

Descriptor openIgnoringCase(const Descriptor& root, std::span<const std::string_view> names) {
  Descriptor at(::openat(root.get(), ".", O_PATH | O_DIRECTORY | O_CLOEXEC));
  for (const std::string_view name : names) {
    Descriptor next = openAt(at, std::string(name));
    if (!next) {
      const std::string other = nameIgnoringCase(at, name);
      if (other.empty()) return Descriptor();
      next = openAt(at, other);
    }
    if (!next || !liesInside(next, root)) return Descriptor();
    at = std::move(next);
  }
  return at;
}

std::string joined(std::span<const std::string_view> names) {
  std::string path = ".";
  for (const std::string_view name : names) path.append("/").append(name);
  return path;
}

std::string folderUrl(std::span<const std::string_view> segments, std::string_view query) {
  std::string url = "/";
  for (const std::string_view segment : segments) url += percentEncode(segment) + "/";
  if (!query.empty()) url.append("?").append(query);
  return url;
}

bool isUnchangedSince(const Request& request, std::int64_t modified) {
  if (request.hasHeader("If-None-Match")) return false;
  const auto since = parseHttpDate(request.header("If-Modified-Since"));
  return since && modified <= *since;
}

bool load(const Descriptor& file, std::size_t size, std::string& out) {
  out.resize(size);
  std::size_t done = 0;
  while (done < size) {
    const ssize_t count = ::pread(file.get(), out.data() + done, size - done, static_cast<off_t>(done));
    if (count <= 0) break;
    done += static_cast<std::size_t>(count);
  }
  out.resize(done);
  return done == size;
}

FilePrint printOf(const struct stat& facts) {
  return {facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec, static_cast<std::uint64_t>(facts.st_size), facts.st_dev,
          facts.st_ino};
}

// One file found: what it is called, where it is open, what the system says of it.
struct Found {
  Descriptor file;
  struct stat facts {};
  std::string path;  // below the root
  std::string_view name;
};

class FileAnswer {
 public:
  FileAnswer(Found found, StaticCache& cache, const Request& request, Response& response)
      : found_(std::move(found)), cache_(cache), request_(request), response_(response) {}

  void send(const Descriptor& root) {
    response_.setContentType(contentTypeOf(found_.name));
    const bool worthIt = found_.facts.st_size >= leastCompressed && isCompressibleType(response_.contentType());
    const bool brotli = worthIt && !request_.hasHeader("Range") &&
                        preferredCoding(request_.header("Accept-Encoding"), true) == Coding::Brotli;
    if (worthIt) response_.addHeader("Vary", "Accept-Encoding");
    if (brotli && sendBeside(root)) return;
    const bool cached = cache_.takes(static_cast<std::uint64_t>(found_.facts.st_size)) && sendCached(brotli);
    if (!cached) sendPlain();
  }

 private:
  static constexpr off_t leastCompressed = 1024;
  static constexpr int quality = 5;

  // Head of the answer; true: the client has the file already.
  bool head(std::string_view suffix, const struct stat& facts) {
    const std::string etag =
        fmt::format("\"{:x}.{:x}-{:x}{}\"", facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec, facts.st_size, suffix);
    std::string modified;
    appendHttpDate(facts.st_mtim.tv_sec, modified);
    response_.setHeader("Last-Modified", modified);
    if (response_.notModified(request_, etag)) return true;
    if (!isUnchangedSince(request_, facts.st_mtim.tv_sec)) return false;
    response_.setStatus(304);
    return true;
  }

  // NAME.br, when it is there and not older than what it was made from.
  bool sendBeside(const Descriptor& root) {
    Descriptor file = openAt(root, found_.path + ".br");
    struct stat facts {};
    if (!file || !liesInside(file, root) || ::fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode)) return false;
    if (facts.st_mtim.tv_sec < found_.facts.st_mtim.tv_sec) return false;
    if (head("-br", facts)) return true;
    response_.setHeader("Content-Encoding", "br");
    response_.setFile(std::make_unique<FileBody>(file.release(), 0, static_cast<std::uint64_t>(facts.st_size)));
    return true;
  }

  bool sendCached(bool brotli) {
    const FilePrint print = printOf(found_.facts);
    auto kept = cache_.find(found_.path, print);
    if (!kept || (brotli && !kept->brotliTried)) {
      auto made = kept ? std::make_shared<CachedFile>(*kept) : std::make_shared<CachedFile>();
      if (!made->plain) {
        std::string text;
        if (!load(found_.file, static_cast<std::size_t>(found_.facts.st_size), text)) return false;
        made->plain = std::make_shared<const std::string>(std::move(text));
      }
      made->print = print;
      made->isPicture = response_.contentType().starts_with("image/");
      made->brotliTried = brotli;
      if (brotli) made->brotli = brotliOf(*made->plain, quality);
      cache_.keep(found_.path, made);
      kept = std::move(made);
    }
    if (brotli && kept->brotli) {
      if (head("-br", found_.facts)) return true;
      response_.setHeader("Content-Encoding", "br");
      response_.setBody(kept->brotli);
      return true;
    }
    if (head({}, found_.facts)) return true;
    response_.setBody(kept->plain);
    range();
    return true;
  }

  void sendPlain() {
    if (head({}, found_.facts)) return;
    const auto size = static_cast<std::uint64_t>(found_.facts.st_size);
    if (size > loadedBytes) {
      response_.setFile(std::make_unique<FileBody>(found_.file.release(), 0, size));
    } else if (!load(found_.file, static_cast<std::size_t>(size), response_.body())) {
      return response_.error(500, "The file could not be read to its end", "http");
    }
    range();
  }

  void range() {
    if (request_.hasHeader("Range")) {
      response_.applyRange(request_);
    } else {
      response_.setHeader("Accept-Ranges", "bytes");
    }
  }

  Found found_;
  StaticCache& cache_;
  const Request& request_;
  Response& response_;
};

}  // namespace

StaticFiles::StaticFiles(StaticFilesOptions options)
    : options_(std::move(options)), cache_(std::make_shared<StaticCache>(options_.cacheBytes)), prefixSegments_(0) {
  for (const std::string_view part : split(options_.prefix, '/')) prefixSegments_ += part.empty() ? 0 : 1;
}

bool StaticFiles::serve(Request& request, Response& response) const {
  const auto segments = request.segments();
  if (!request.isRead() || segments.size() < prefixSegments_) return false;
  std::vector<std::string_view> names(segments.begin() + static_cast<std::ptrdiff_t>(prefixSegments_), segments.end());
  for (const std::string_view name : names) {
    if (!isServable(name) || (options_.refused && options_.refused(name))) return false;
  }
  const Descriptor root(::open(options_.root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root) return false;

  const auto find = [&] {
    Descriptor file = openAt(root, joined(names));
    return file || !options_.ignoreCase ? std::move(file) : openIgnoringCase(root, names);
  };
  Descriptor file = find();
  struct stat facts {};
  if (!file || !liesInside(file, root) || ::fstat(file.get(), &facts) != 0) return false;
  const bool isFolder = S_ISDIR(facts.st_mode);
  if (isFolder) {
    if (options_.indexFile.empty()) return false;
    names.push_back(options_.indexFile);
    file = find();
    if (!file || !liesInside(file, root) || ::fstat(file.get(), &facts) != 0) return false;
  }
  if (!S_ISREG(facts.st_mode)) return false;
  if (isFolder != request.path().ends_with('/')) {
    // Relative links of a page only work below the folder's own URL; a file has no URL with a slash behind it.
    if (!isFolder) return false;
    response.redirect(301, folderUrl(segments, request.query()));
    return true;
  }
  if (!options_.cacheControl.empty()) response.setHeader("Cache-Control", options_.cacheControl);
  FileAnswer({std::move(file), facts, joined(names), names.back()}, *cache_, request, response).send(root);
  return true;
}

bool StaticFiles::serveFile(std::string_view path, Request& request, Response& response) const {
  if (!request.isRead()) return false;
  std::vector<std::string_view> names;
  for (const std::string_view part : split(path, '/')) {
    if (part.empty() || !isServable(part)) return false;
    names.push_back(part);
  }
  const Descriptor root(::open(options_.root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root || names.empty()) return false;
  Descriptor file = openAt(root, joined(names));
  if (!file && options_.ignoreCase) file = openIgnoringCase(root, names);
  struct stat facts {};
  if (!file || !liesInside(file, root) || ::fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode)) return false;
  if (!options_.cacheControl.empty()) response.setHeader("Cache-Control", options_.cacheControl);
  FileAnswer({std::move(file), facts, joined(names), names.back()}, *cache_, request, response).send(root);
  return true;
}

void StaticFiles::operator()(Request& request, Response& response) const {
  if (serve(request, response)) return;
  response.error(404, "Nothing is found at " + std::string(request.path()), "http");
}

}  // namespace qodly::http
