// 4D.ZipArchive, 4D.ZipFile, 4D.ZipFolder and the commands that make and open archives (classes.md 8).
#pragma once

#include <span>

#include "script/library/zip_archive.h"
#include "script/vm/native.h"

namespace qodly::script::library {

const vm::NativeClass& zipArchiveClass();
const vm::NativeClass& zipFileClass();
const vm::NativeClass& zipFolderClass();
std::span<const vm::FunctionRow> zipCommands();  // zipCreateArchive, zipReadArchive

// An element of an open archive, which it keeps open.
class ZipElement : public vm::NativeObject {
 public:
  ZipElement(std::shared_ptr<zip::Reader> archive, const zip::Entry& found)
      : reader(std::move(archive)), entry(found) {}
  std::string fullName() const { return entry.path.substr(entry.path.rfind('/') + 1); }
  bool isHidden() const { return fullName().starts_with('.'); }

  const std::shared_ptr<zip::Reader> reader;
  const zip::Entry& entry;  // lives as long as the reader
};

class ZipFileObject final : public ZipElement {
 public:
  using ZipElement::ZipElement;
  static const vm::NativeClass& classOf() { return zipFileClass(); }
  const vm::NativeClass& nativeClass() const override { return zipFileClass(); }
};

class ZipFolderObject final : public ZipElement {
 public:
  using ZipElement::ZipElement;
  static const vm::NativeClass& classOf() { return zipFolderClass(); }
  const vm::NativeClass& nativeClass() const override { return zipFolderClass(); }
};

// A ZipFile or ZipFolder.
Value zipValue(std::shared_ptr<zip::Reader> reader, const zip::Entry& entry);
Value zipArchiveValue(std::shared_ptr<zip::Reader> reader);

}  // namespace qodly::script::library
