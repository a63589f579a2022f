// Reading, finding and saving; the edits are in catalog_edits.cpp.
#include "model/catalog_document.h"

#include <cerrno>
#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error_codes.h"
#include "base/text.h"
#include "base/write_all.h"

namespace qodly::model {

namespace {

Error invalid(std::string message) { return Error(code::modelInvalid, "dbmg", std::move(message)); }

Error systemError(std::string_view what, const std::filesystem::path& path) {
  const int number = errno;
  return Error(number == ENOENT   ? code::fileNotFound
               : number == ENOSPC ? code::diskFull
                                  : code::inputOutput,
               "dbmg", "Cannot " + std::string(what) + " \"" + path.string() + "\": " + std::strerror(number) + '.');
}

Result<std::string> readFile(const std::filesystem::path& path) {
  errno = 0;
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  if (!in) return std::unexpected(systemError("open", path));
  const auto size = in.tellg();
  if (size < 0 || static_cast<std::uint64_t>(size) > XmlText::maximumBytes) {
    return std::unexpected(invalid("\"" + path.string() + "\" is larger than a catalog may be (" +
                                   std::to_string(XmlText::maximumBytes) + " bytes)."));
  }
  std::string text(static_cast<std::size_t>(size), '\0');
  in.seekg(0);
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in) return std::unexpected(systemError("read", path));
  return text;
}

// Writes, syncs and renames; the temporary file does not survive a failure.
Result<> replaceFile(const std::filesystem::path& path, std::string_view content) {
  struct stat old = {};
  const bool existed = ::stat(path.c_str(), &old) == 0;
  const std::filesystem::path temporary = path.string() + ".saving-" + std::to_string(::getpid());
  const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor < 0) return std::unexpected(systemError("create", temporary));
  bool good = !existed || ::fchmod(descriptor, old.st_mode & 07777) == 0;
  good = good && writeAll(descriptor, content) && ::fsync(descriptor) == 0;
  auto failure = good ? std::optional<Error>() : systemError("write", temporary);
  ::close(descriptor);
  if (!failure && ::rename(temporary.c_str(), path.c_str()) != 0) failure = systemError("replace", path);
  if (!failure) return {};
  ::unlink(temporary.c_str());
  return std::unexpected(*failure);
}

}  // namespace

std::optional<FileIdentity> FileIdentity::of(const std::filesystem::path& file) {
  struct stat status = {};
  if (::stat(file.c_str(), &status) != 0) return std::nullopt;
  return FileIdentity{static_cast<std::uint64_t>(status.st_size),
                      std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec,
                      static_cast<std::uint64_t>(status.st_ino)};
}

CatalogDocument::CatalogDocument(XmlText xml) : xml_(std::move(xml)), readOnly_(!isValidUtf8(xml_.text())) {}

Result<CatalogDocument> CatalogDocument::parse(std::string text, std::string file) {
  auto xml = XmlText::parse(std::move(text), std::move(file));
  if (!xml) return std::unexpected(xml.error());
  if (std::string_view(xml->root().name()) != "base") {
    return std::unexpected(
        invalid(std::string("The root element is <") + xml->root().name() + ">; a catalog has <base> as its root.")
            .at(xml->where(xml->root())));
  }
  return CatalogDocument(std::move(*xml));
}

Result<CatalogDocument> CatalogDocument::load(const std::filesystem::path& path, std::string file) {
  const auto identity = FileIdentity::of(path);
  auto text = readFile(path);
  if (!text) return std::unexpected(text.error());
  auto document = parse(std::move(*text), std::move(file));
  if (document) document->saved_ = identity;
  return document;
}

CatalogDocument CatalogDocument::create(std::string_view name, std::string_view collationLocale) {
  std::string text =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<!DOCTYPE base SYSTEM \"http://www.4d.com/dtd/2007/base.dtd\" >\n<base name=\"";
  text += escapeAttribute(name) + "\" uuid=\"" + newUuid() + "\" collation_locale=\"" +
          escapeAttribute(collationLocale) + "\">\n\t<schema name=\"DEFAULT_SCHEMA\"/>\n</base>";
  return std::move(*parse(std::move(text)));
}

Result<> CatalogDocument::save(const std::filesystem::path& path, bool force) {
  if (readOnly_) {
    return std::unexpected(
        invalid("\"" + xml_.file() + "\" is read-only: it holds bytes that are no UTF-8. Convert the file to UTF-8."));
  }
  const auto present = FileIdentity::of(path);
  if (!force && present && present != saved_) {
    return std::unexpected(Error(code::dataUnavailable, "dbmg",
                                 "\"" + xml_.file() +
                                     "\" is outdated: the file changed on disk since it was read. Reload it, or "
                                     "force the save."));
  }
  if (auto written = replaceFile(path, xml_.text()); !written) return written;
  saved_ = FileIdentity::of(path);
  return {};
}

}  // namespace qodly::model
