// The names a source text may use without declaring them: commands, constants, methods and tables. Names of the 4D
// surface contain blanks ("Current date", "Is text"), so reading a text needs the whole table: the longest known name
// wins (language.md 27). Both spellings of a name are known in both surfaces.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace qodly::script::syntax {

enum class NameSort : std::uint8_t { command, constant, method, table };

struct KnownName {
  NameSort sort = NameSort::command;
  std::string name;          // QodlyScript spelling; "" when there is only the 4D one
  std::string fourD;         // 4D spelling; "" when there is only the QodlyScript one (methods and tables: always)
  std::uint32_t number = 0;  // token number of a command, identifier of a table; 0 unknown

  // The one spelling that identifies it: Name::canonical in the tree.
  std::string_view canonical() const { return name.empty() ? fourD : name; }
};

struct NameMatch {
  const KnownName* name = nullptr;
  std::size_t length = 0;  // bytes of the text that it covers
};

// What the parser and the printer ask. Implementations must be safe to read from many threads.
class Names {
 public:
  virtual ~Names() = default;
  // The longest command, constant or method that `text` starts with; it ends where a word ends. Words are separated by
  // single blanks. Case does not count. nullopt when none.
  virtual std::optional<NameMatch> longestMatch(std::string_view text) const = 0;
  // A name of that sort in either spelling, whole text. nullptr when unknown.
  virtual const KnownName* find(NameSort sort, std::string_view text) const = 0;
  virtual const KnownName* commandNumbered(std::uint32_t number) const = 0;  // nullptr when unknown or 0
};

// Names in hash tables, optionally laid over another table that is asked when this one does not know (application over
// built-in names). Fill first, then share; the table below must outlive this one.
class NameTable final : public Names {
 public:
  explicit NameTable(const Names* below = nullptr) : below_(below) {}
  NameTable(NameTable&&) = default;
  NameTable& operator=(NameTable&&) = default;
  NameTable(const NameTable&) = delete;
  NameTable& operator=(const NameTable&) = delete;
  ~NameTable() override = default;

  // A spelling that is already known keeps its first meaning; both spellings may be the same.
  void add(KnownName name);
  void addMethod(std::string_view name) { add({NameSort::method, std::string(name), {}, 0}); }
  void addTable(std::string_view name, std::uint32_t number) { add({NameSort::table, std::string(name), {}, number}); }

  std::optional<NameMatch> longestMatch(std::string_view text) const override;
  const KnownName* find(NameSort sort, std::string_view text) const override;
  const KnownName* commandNumbered(std::uint32_t number) const override;

 private:
  void index(std::string_view spelling, const KnownName* name);

  const Names* below_;
  std::deque<KnownName> names_;
  std::unordered_map<std::string, const KnownName*> words_;   // folded spelling of commands, constants, methods
  std::unordered_map<std::string, const KnownName*> tables_;  // folded spelling of tables
  std::unordered_map<std::string, std::size_t> mostWords_;    // folded first word: words of the longest name with it
  std::unordered_map<std::uint32_t, const KnownName*> numbers_;
};

// Case folded code point by code point; runs of blanks count as one.
std::string foldName(std::string_view name);

// Characters of names (language.md 2.3): letters are Unicode letters.
bool isNameStart(char32_t codePoint);
bool isNameCharacter(char32_t codePoint);
// Bytes of the name characters at text[offset].
std::size_t nameLength(std::string_view text, std::size_t offset);

}  // namespace qodly::script::syntax
