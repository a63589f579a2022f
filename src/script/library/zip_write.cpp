// Making archives; declared in zip_archive.h.
#include <algorithm>
#include <fstream>

#include <fmt/format.h>

#include "base/text.h"
#include "script/library/file_access.h"
#include "script/library/folder_access.h"
#include "script/library/io_error.h"
#include "script/library/zip_archive.h"
#include "script/library/zip_library.h"

namespace qodly::script::library::zip {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t maximumItems = 1'000'000;

struct Discard {
  const ZipLibrary* library;
  void operator()(zip_t* archive) const { library->discard(archive); }
};
using Archive = std::unique_ptr<zip_t, Discard>;

std::string under(const std::string& folder, const std::string& name) {
  return folder.empty() ? name : folder + "/" + name;
}

class Gatherer {
 public:
  Gatherer(bool ignoreInvisible, const fs::path& skip) : ignoreInvisible_(ignoreInvisible), skip_(skip) {}

  Result<> folder(const Location& place, const std::string& name) {
    const folder::Listing listing{false, ignoreInvisible_};
    const auto files = folder::files(place, listing);
    if (!files) return std::unexpected(files.error());
    for (const Location& file : *files) addFile(file, under(name, file.name()));
    const auto folders = folder::folders(place, listing);
    if (!folders) return std::unexpected(folders.error());
    if (files->empty() && folders->empty() && !name.empty()) items.push_back({"", name + "/"});
    if (items.size() > maximumItems) return fail(fault::limitReached, "An archive takes a million elements at most.");
    for (const Location& below : *folders) {
      if (auto done = folder(below, under(name, below.name())); !done) return done;
    }
    return {};
  }

  void addFile(const Location& file, const std::string& name) {
    const auto path = file.target();
    std::error_code missing;
    if (path && *path != skip_ && fs::is_regular_file(*path, missing)) items.push_back({*path, name});
  }

  std::vector<Item> items;

 private:
  bool ignoreInvisible_;
  fs::path skip_;
};

// What libzip's thread of control tells while it closes.
void tell(zip_t*, double part, void* progress) {
  (*static_cast<const std::function<void(int)>*>(progress))(static_cast<int>(std::clamp(part, 0.0, 1.0) * 100));
}

// libzip keeps no archive without entries: the record that ends a directory is all there is in one.
bool writeEmpty(const fs::path& destination) {
  constexpr std::string_view end("PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 22);
  std::ofstream out(destination, std::ios::binary | std::ios::trunc);
  out << end;
  return static_cast<bool>(out.flush());
}

std::uint16_t methodOf(Encryption encryption) {
  switch (encryption) {
    case Encryption::aes128:
      return ZIP_EM_AES_128;
    case Encryption::aes192:
      return ZIP_EM_AES_192;
    case Encryption::aes256:
      return ZIP_EM_AES_256;
    case Encryption::none:
      break;
  }
  return ZIP_EM_NONE;
}

}  // namespace

std::optional<std::string> cleanName(std::string_view name) {
  std::string slashes(name);
  std::ranges::replace(slashes, '\\', '/');
  if (slashes.starts_with('/') || slashes.contains('\0')) return std::nullopt;
  std::string clean;
  for (const std::string_view part : split(slashes, '/')) {
    if (part == "..") return std::nullopt;
    if (part.empty() || part == ".") continue;
    if (!clean.empty()) clean += '/';
    clean += part;
  }
  return clean;
}

Result<std::vector<Item>> itemsOf(const Location& source, const std::string& name, bool ignoreInvisible,
                                  const fs::path& skip) {
  Gatherer gatherer(ignoreInvisible, skip);
  const file::Kind kind = file::stateOf(source).kind;
  if (kind == file::Kind::missing) return fail(fault::noFile, fmt::format("\"{}\" does not exist.", source.path()));
  if (kind == file::Kind::file) {
    gatherer.addFile(source, name);
  } else if (auto done = gatherer.folder(source, name); !done) {
    return std::unexpected(done.error());
  }
  return std::move(gatherer.items);
}

Result<> write(const Plan& plan, const fs::path& destination, const std::function<void(int)>& progress) {
  const auto library = ZipLibrary::get();
  if (!library) return std::unexpected(library.error());
  const ZipLibrary& zip = **library;
  const auto failed = [&](std::string_view reason) {
    return fail(fault::archive, fmt::format("The archive cannot be made: {}.", reason));
  };
  const bool encrypts = plan.encryption != Encryption::none;
  const bool plain = plan.compression == Compression::none || plan.compression == Compression::deflate;
  if (!plain && encrypts) return failed("LZMA and XZ archives cannot be encrypted");
  if (zip.supports(static_cast<zip_int32_t>(plan.compression), 1) != 1) {
    return failed("this compression method is not supported on this machine");
  }
  if (plan.items.empty()) {
    if (!writeEmpty(destination)) return failed("the file cannot be written");
    if (progress) progress(100);
    return {};
  }
  int code = 0;
  Archive archive(zip.open(destination.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code), Discard{&zip});
  if (!archive) return failed(fmt::format("libzip reports error {}", code));
  for (const Item& item : plan.items) {
    if (item.source.empty()) {
      if (zip.addFolder(archive.get(), item.name.c_str(), ZIP_FL_ENC_UTF_8) < 0)
        return failed(zip.message(archive.get()));
      continue;
    }
    zip_source_t* source = zip.sourceFile(archive.get(), item.source.c_str(), 0, -1);
    if (source == nullptr) return failed(zip.message(archive.get()));
    const zip_int64_t index = zip.add(archive.get(), item.name.c_str(), source, ZIP_FL_ENC_UTF_8 | ZIP_FL_OVERWRITE);
    if (index < 0) {
      zip.freeSource(source);
      return failed(zip.message(archive.get()));
    }
    const auto place = static_cast<zip_uint64_t>(index);
    const auto level = static_cast<zip_uint32_t>(std::clamp(plan.level, 1, 9));
    zip.setCompression(archive.get(), place, static_cast<zip_int32_t>(plan.compression), level);
    if (encrypts && zip.setEncryption(archive.get(), place, methodOf(plan.encryption), plan.password.c_str()) != 0) {
      return failed(zip.message(archive.get()));
    }
  }
  constexpr double precision = 0.01;
  if (progress) {
    zip.onProgress(archive.get(), precision, &tell, nullptr, const_cast<std::function<void(int)>*>(&progress));
  }
  // An archive without entries is not written by libzip: its 22 bytes are.
  if (plan.items.empty()) {
    std::error_code ignored;
    fs::remove(destination, ignored);
  }
  zip_t* closing = archive.release();
  if (zip.close(closing) == 0) return {};
  const std::string reason = zip.message(closing);
  zip.discard(closing);
  return failed(reason);
}

}  // namespace qodly::script::library::zip
