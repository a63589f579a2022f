// Lines that outlive a crash.
#include "security/sealed_journal.h"

#include <algorithm>

#include "tests/unit/security/instance_folder.h"

namespace qodly::security {
namespace {

using Lines = std::vector<std::string>;
constexpr std::uint64_t anySize = 1U << 20U;

class SealedJournalTest : public WithInstance {
 protected:
  std::filesystem::path file = folder / "journal.bin";
  Lines read(std::uint64_t largest = anySize) const { return SealedJournal(instance, file).read(largest); }
};

TEST_F(SealedJournalTest, KeepsWhatWasWritten) {
  EXPECT_EQ(read(), Lines());
  {
    SealedJournal journal(instance, file);
    ASSERT_TRUE(journal.replace({"one"}));
    ASSERT_TRUE(journal.append({"two", "", "three\nlines\n"}, true));
    ASSERT_TRUE(journal.append({}, true));
    ASSERT_TRUE(journal.append({"four"}, false));
    EXPECT_EQ(journal.bytes(), std::filesystem::file_size(file));
  }
  EXPECT_EQ(read(), Lines({"one", "two", "", "three\nlines\n", "four"}));
  SealedJournal journal(instance, file);
  ASSERT_TRUE(journal.replace({"five"}));
  ASSERT_TRUE(journal.append({"six"}, false));
  EXPECT_EQ(read(), Lines({"five", "six"}));
}

TEST_F(SealedJournalTest, ALineThatWasCutOffOrChangedIsLeftOut) {
  SealedJournal journal(instance, file);
  ASSERT_TRUE(journal.replace({"one", "two", "three"}));
  const std::string whole = readFile(file).value();
  for (std::size_t length = 0; length < whole.size(); ++length) {
    write("journal.bin", whole.substr(0, length));
    const auto complete = static_cast<std::size_t>(std::ranges::count(whole.substr(0, length), '\n'));
    EXPECT_EQ(read().size(), complete) << length;
  }
  std::string changed = whole;
  changed[3] = changed[3] == 'A' ? 'B' : 'A';
  write("journal.bin", changed);
  EXPECT_EQ(read(), Lines({"two", "three"}));
  write("journal.bin", "no base64!\n\n====\n" + whole);
  EXPECT_EQ(read(), Lines({"one", "two", "three"}));
}

TEST_F(SealedJournalTest, AnotherKeyReadsNothingAndNobodyReadsItPlain) {
  ASSERT_TRUE(SealedJournal(instance, file).replace({"a secret thing"}));
  EXPECT_EQ(readFile(file).value().find("secret"), std::string::npos);
  const std::filesystem::path other = folder / "other";
  EXPECT_EQ(SealedJournal(Instance::open(other).value(), file).read(anySize), Lines());
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(file).permissions() & (perms::group_all | perms::others_all), perms::none);
}

TEST_F(SealedJournalTest, AFileThatIsTooLargeIsNotRead) {
  ASSERT_TRUE(SealedJournal(instance, file).replace({std::string(2000, 'x')}));
  EXPECT_EQ(read(1000), Lines());
  EXPECT_EQ(read(10'000).size(), 1U);
}

TEST_F(SealedJournalTest, TellsThatItCannotWrite) {
  SealedJournal journal(instance, folder / "missing" / "journal.bin");
  EXPECT_FALSE(journal.replace({"one"}));
  EXPECT_FALSE(journal.append({"one"}, false));
}

}  // namespace
}  // namespace qodly::security
