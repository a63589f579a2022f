// The application's texts in several languages: XLIFF files in Resources/<language>.lproj (commands.md 24.1).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "script/library/file_systems.h"

namespace qodly::script::library {

using LocalizedTexts = std::unordered_map<std::string, std::string>;  // by resname

// The trans-units of an XLIFF 1.2 document: the target, or the source where there is none. A broken document has none.
void readXliff(std::string_view document, LocalizedTexts& into);

// Reads the files of a language when it is first asked for. Used by one process.
class LocalizedFiles {
 public:
  // language: "en-US"; its own folder is looked at first, then that of "en".
  std::optional<std::string> find(const FileSystems& systems, std::string_view language, const std::string& name);

 private:
  const LocalizedTexts& textsOf(const FileSystems& systems, const std::string& language);
  std::map<std::string, LocalizedTexts> languages_;
};

}  // namespace qodly::script::library
