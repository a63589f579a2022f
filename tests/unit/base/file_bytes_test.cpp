#include "base/file_bytes.h"

#include <fstream>
#include <iterator>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace qodly {
namespace {

namespace fs = std::filesystem;

class FileBytesTest : public testing::Test {
 protected:
  void SetUp() override { fs::create_directories(folder); }
  void TearDown() override { fs::remove_all(folder); }

  static std::shared_ptr<const FileBytes> made(const fs::path& where, std::string_view text) {
    auto writer = FileBytesWriter::open(where);
    EXPECT_TRUE(writer.has_value());
    EXPECT_TRUE(writer->append(text).has_value());
    auto whole = writer->finish();
    EXPECT_TRUE(whole.has_value());
    return *whole;
  }
  static std::string read(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  const fs::path folder = fs::temp_directory_path() / ("qodly_file_bytes_" + std::to_string(::getpid()));
};

TEST_F(FileBytesTest, HoldsWhatWasAppendedAndLeavesNothing) {
  const auto bytes = made(folder, "hello world");
  EXPECT_EQ(bytes->size(), 11u);
  EXPECT_EQ(bytes->view(), "hello world");
  EXPECT_TRUE(fs::is_empty(folder));
}

TEST_F(FileBytesTest, ZerosCanBeReadBehind) {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, page - 1, page, page + 1}) {
    const auto bytes = made(folder, std::string(size, 'x'));
    const std::string_view behind(bytes->view().data() + size, FileBytes::slack);
    EXPECT_EQ(behind, std::string(FileBytes::slack, '\0')) << size;
  }
}

TEST_F(FileBytesTest, SlicesOutliveTheWhole) {
  auto bytes = made(folder, "abcdefghij");
  const auto part = bytes->slice(2, 5);
  const auto partOfPart = part->slice(1, 2);
  bytes.reset();
  EXPECT_EQ(part->view(), "cdefg");
  EXPECT_EQ(partOfPart->view(), "de");
  EXPECT_EQ(partOfPart->part().offset, 3u);
}

TEST_F(FileBytesTest, AFolderThatTakesNoFileIsReplaced) {
  EXPECT_EQ(made(folder / "missing", "abc")->view(), "abc");
  EXPECT_EQ(made("", "abc")->view(), "abc");
}

TEST_F(FileBytesTest, ACopyDoesNotFollowTheOriginal) {
  const fs::path file = folder / "a.txt";
  std::ofstream(file, std::ios::binary) << "before";
  const OpenFile original(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  const auto copy = FileBytes::copyOf(original, 6, folder);
  ASSERT_TRUE(copy.has_value());
  std::ofstream(file, std::ios::binary | std::ios::trunc) << "x";
  EXPECT_EQ((*copy)->view(), "before");
  EXPECT_EQ(FileBytes::copyOf(original, 6, folder).error(), EIO);
}

TEST_F(FileBytesTest, PartsAreWrittenAtTheirPlace) {
  const auto bytes = made(folder, "0123456789");
  const fs::path file = folder / "out";
  {
    const OpenFile out(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    ASSERT_TRUE(copyPart(bytes->part(), out.descriptor(), 0).has_value());
    ASSERT_TRUE(copyPart(bytes->slice(4, 3)->part(), out.descriptor(), 8).has_value());
  }
  EXPECT_EQ(read(file), "01234567456");
}

TEST_F(FileBytesTest, APipeTakesNoPart) {
  const auto bytes = made(folder, "abc");
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  EXPECT_EQ(copyPart(bytes->part(), ends[1], 0).error(), ESPIPE);
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace qodly
