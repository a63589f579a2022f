// Opening the LMDB file. LMDB trusts its two meta pages, so they are checked before it maps the file:
//
//   page 0 and page 1, each:
//     0    8   page number                 40   4   page size (from byte 24 of the meta)
//     10   2   flags: bit 3 = meta page    80   8   root of the free list, all ones = none
//     16   4   magic BEEFC0DE              128  8   root of the main database, likewise
//     20   4   version 1                   136  8   last page in use
//                                          144  8   transaction number: the higher of the two pages counts
#include "storage/environment.h"

#include <array>
#include <bit>
#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error_codes.h"
#include "storage/file.h"
#include "storage/record_format.h"

namespace qodly::storage {

namespace {

constexpr unsigned maximumReaders = 8192;
constexpr unsigned maximumDatabases = 32768;
constexpr std::uint64_t smallestMap = std::uint64_t{1} << 28;

struct MetaPage {
  std::uint64_t pageSize, freeRoot, mainRoot, lastPage, transaction;
  bool isMeta;
};

MetaPage decodeMeta(const char* page) {
  const bool isMeta = (load<std::uint16_t>(page + 10) & 0x08) != 0 && load<std::uint32_t>(page + 16) == 0xBEEFC0DE &&
                      load<std::uint32_t>(page + 20) == 1;
  return {load<std::uint32_t>(page + 40),  load<std::uint64_t>(page + 80),  load<std::uint64_t>(page + 128),
          load<std::uint64_t>(page + 136), load<std::uint64_t>(page + 144), isMeta};
}

Error damagedFile(const std::filesystem::path& file, std::string_view what) {
  return {code::dataFileDamaged, "dbmg",
          fmt::format("{} {}. Restore a backup, or choose another data folder", file.string(), what)};
}

Result<> checkHeader(const std::filesystem::path& path) {
  const Result<File> file = File::open(path, O_RDONLY);
  if (!file) return std::unexpected(file.error());
  struct stat status {};
  if (::fstat(file->descriptor(), &status) != 0) return std::unexpected(fileError(errno, "read", path));
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (size == 0) return {};  // created, but never written

  std::array<char, 152> bytes{};
  const auto readMeta = [&](std::uint64_t offset) -> std::optional<MetaPage> {
    const ssize_t count = ::pread(file->descriptor(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count != static_cast<ssize_t>(bytes.size())) return std::nullopt;
    return decodeMeta(bytes.data());
  };
  const std::optional<MetaPage> first = readMeta(0);
  if (!first || !first->isMeta)
    return std::unexpected(damagedFile(path, "is not a data file of this program, or its header is damaged"));
  if (!std::has_single_bit(first->pageSize) || first->pageSize < 512 || first->pageSize > 65536) {
    return std::unexpected(damagedFile(path, "has a damaged header (page size)"));
  }
  const std::optional<MetaPage> second = readMeta(first->pageSize);
  if (!second || !second->isMeta || second->pageSize != first->pageSize) {
    return std::unexpected(damagedFile(path, "has a damaged header (second meta page)"));
  }
  const MetaPage& current = second->transaction > first->transaction ? *second : *first;
  const auto isRoot = [&](std::uint64_t root) { return root == UINT64_MAX || (root >= 2 && root <= current.lastPage); };
  if (!isRoot(current.freeRoot) || !isRoot(current.mainRoot)) {
    return std::unexpected(damagedFile(path, "has a damaged header (root pages)"));
  }
  if (current.lastPage >= size / current.pageSize) {
    return std::unexpected(damagedFile(path, fmt::format("is cut short: it has {} bytes and should have at least {}",
                                                         size, (current.lastPage + 1) * current.pageSize)));
  }
  return {};
}

// A map the address space has room for: sanitizers and resource limits leave less than a terabyte.
std::uint64_t mapSizeFor(const StoreOptions& options) {
  std::uint64_t size = options.mapSize;
#ifdef QODLY_SANITIZED
  size = std::min(size, std::uint64_t{1} << 33);
#endif
  struct rlimit limit {};
  if (::getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
    size = std::min(size, std::max<std::uint64_t>(limit.rlim_cur / 2, smallestMap));
  }
  constexpr std::uint64_t unit = 65536;  // a multiple of every page size
  return std::max(size / unit, std::uint64_t{16}) * unit;
}

// A broken invariant inside LMDB is a damaged page, met while reading or writing: the operation fails, not the process.
void onBrokenInvariant(MDB_env*, const char* message) {
  throw StorageFailure(
      Error(code::dataFileDamaged, "dbmg",
            fmt::format("The data file is damaged ({}). Run verify, and restore a backup if it confirms "
                        "the damage",
                        message)));
}

Result<lmdb::Environment> tryOpen(const StoreOptions& options, std::uint64_t mapSize, int& code) {
  MDB_env* created = nullptr;
  code = mdb_env_create(&created);
  if (code != 0) return std::unexpected(lmdb::errorFor(code, "opening the data file"));
  lmdb::Environment environment(created);
  mdb_env_set_mapsize(created, mapSize);
  mdb_env_set_maxreaders(created, maximumReaders);
  mdb_env_set_maxdbs(created, maximumDatabases);
  mdb_env_set_assert(created, onBrokenInvariant);
  unsigned flags = MDB_NOSUBDIR | MDB_NOTLS | MDB_NORDAHEAD;
  if (options.readOnly) flags |= MDB_RDONLY;
  if (!options.durable) flags |= MDB_NOSYNC;
  const std::filesystem::path path = dataFileOf(options.folder);
  code = mdb_env_open(created, path.c_str(), flags, 0644);
  if (code == 0) return environment;
  return std::unexpected(code == MDB_INVALID || code == MDB_VERSION_MISMATCH
                             ? damagedFile(path, "is not a data file of this program, or its header is damaged")
                             : lmdb::errorFor(code, fmt::format("opening {}", path.string())));
}

}  // namespace

std::filesystem::path dataFileOf(const std::filesystem::path& folder) { return folder / "data.qodly"; }

Result<lmdb::Environment> openEnvironment(const StoreOptions& options) {
  const std::filesystem::path path = dataFileOf(options.folder);
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored)) {
    if (Result<> sound = checkHeader(path); !sound) return std::unexpected(sound.error());
  }
  std::uint64_t mapSize = mapSizeFor(options);
  for (;;) {
    int code = 0;
    Result<lmdb::Environment> environment = tryOpen(options, mapSize, code);
    const bool noRoom = code == ENOMEM || code == EINVAL;  // what a refused map is answered with
    if (environment || !noRoom || mapSize <= smallestMap) return environment;
    mapSize /= 2;
  }
}

}  // namespace qodly::storage
