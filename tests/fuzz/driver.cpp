// Runs a fuzz target - LLVMFuzzerTestOneInput - over a corpus and then over mutations of it, with nothing but the
// compiler: no fuzzing engine needed. Where the program is built with -fsanitize-coverage=trace-pc, inputs that reach
// new code join the corpus in memory.
//
//   <fuzzer> CORPUS_DIR [--seconds N] [--runs N] [--seed N] [--max-length N]
//
// The input being run is kept where a signal handler finds it: on a crash it is written to crash-<fuzzer>.bin in the
// current directory. Running the fuzzer with that file as CORPUS_DIR repeats the crash.
#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" void __sanitizer_cov_trace_pc();
extern "C" void __sanitizer_set_death_callback(void (*callback)()) __attribute__((weak));

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

// What the handler of a dying process needs: fixed memory, no allocation.
struct CrashRecord {
  std::array<char, 256> path{};
  const char* data = nullptr;
  std::size_t size = 0;
};
CrashRecord crashRecord;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): a signal handler reads it

constexpr std::size_t coverageSize = std::size_t{1} << 16;
std::uint8_t coverageCounts[coverageSize];  // NOLINT: written by instrumented code, before main() as well

void saveCrash() {
  if (crashRecord.data == nullptr) return;
  const int file = open(crashRecord.path.data(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return;
  std::size_t written = 0;
  while (written < crashRecord.size) {
    const ssize_t count = write(file, crashRecord.data + written, crashRecord.size - written);
    if (count <= 0) break;
    written += static_cast<std::size_t>(count);
  }
  close(file);
  constexpr std::string_view message = "\nThe crashing input was written to ";
  (void)!write(STDERR_FILENO, message.data(), message.size());
  (void)!write(STDERR_FILENO, crashRecord.path.data(), std::strlen(crashRecord.path.data()));
  (void)!write(STDERR_FILENO, "\n", 1);
  crashRecord.data = nullptr;
}

void onSignal(int signal) {
  saveCrash();
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

struct Options {
  fs::path corpus;
  double seconds = 10;
  std::uint64_t runs = UINT64_MAX;
  std::uint64_t seed = 1;
  std::size_t maximumLength = 4096;
};

[[noreturn]] void usage(const char* program, const std::string& problem) {
  std::fprintf(stderr, "%s\nusage: %s CORPUS_DIR [--seconds N] [--runs N] [--seed N] [--max-length N]\n",
               problem.c_str(), program);
  std::exit(2);
}

Options readOptions(const std::vector<std::string>& arguments) {
  Options options;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (!argument.starts_with("--")) {
      options.corpus = argument;
      continue;
    }
    if (i + 1 == arguments.size()) usage(arguments[0].c_str(), argument + " needs a number");
    const std::string& value = arguments[++i];
    char* end = nullptr;
    const double number = std::strtod(value.c_str(), &end);
    if (value.empty() || *end != '\0' || number < 0) usage(arguments[0].c_str(), argument + " needs a number");
    if (argument == "--seconds") {
      options.seconds = number;
    } else if (argument == "--runs") {
      options.runs = static_cast<std::uint64_t>(number);
    } else if (argument == "--seed") {
      options.seed = static_cast<std::uint64_t>(number);
    } else if (argument == "--max-length") {
      options.maximumLength = static_cast<std::size_t>(number);
    } else {
      usage(arguments[0].c_str(), "unknown option " + argument);
    }
  }
  if (!fs::exists(options.corpus)) usage(arguments[0].c_str(), "no such corpus: " + options.corpus.string());
  return options;
}

std::vector<std::string> readCorpus(const fs::path& place) {
  std::vector<fs::path> files;
  if (fs::is_directory(place)) {
    for (const auto& entry : fs::recursive_directory_iterator(place)) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
  } else {
    files.push_back(place);
  }
  std::vector<std::string> inputs;
  for (const fs::path& file : files) {
    std::ifstream stream(file, std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
  }
  if (inputs.empty()) inputs.emplace_back();
  return inputs;
}

// Words and runs of signs of the corpus, and values that sit at the edges of number types.
std::vector<std::string> makeDictionary(const std::vector<std::string>& corpus) {
  constexpr std::size_t mostTokens = 4096;
  std::set<std::string> tokens = {std::string(1, '\0'), "\xFF", std::string(4, '\xFF'), std::string(4, '\0'),
                                  "\x7F\xFF\xFF\xFF",   "-1",   "9223372036854775808",  "1e308",
                                  "\xEF\xBB\xBF"};
  const auto isWord = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$'; };
  for (const std::string& input : corpus) {
    for (std::size_t at = 0; at < input.size() && tokens.size() < mostTokens;) {
      const bool word = isWord(input[at]);
      std::size_t end = at + 1;
      while (end < input.size() && isWord(input[end]) == word && end - at < 24) ++end;
      tokens.insert(input.substr(at, end - at));
      at = end;
    }
  }
  return {tokens.begin(), tokens.end()};
}

class Mutator {
 public:
  Mutator(std::vector<std::string> corpus, std::uint64_t seed, std::size_t maximumLength)
      : corpus_(std::move(corpus)),
        dictionary_(makeDictionary(corpus_)),
        random_(seed),
        maximumLength_(maximumLength) {}

  void add(const std::string& input) { corpus_.push_back(input); }
  std::size_t size() const { return corpus_.size(); }

  std::string next() {
    std::string input = corpus_[below(corpus_.size())];
    for (std::size_t changes = 1 + below(below(4) == 0 ? 16 : 4); changes > 0; --changes) change(input);
    if (input.size() > maximumLength_) input.resize(maximumLength_);
    return input;
  }

 private:
  std::size_t below(std::size_t limit) { return limit == 0 ? 0 : random_() % limit; }

  std::pair<std::size_t, std::size_t> range(const std::string& input) {
    const std::size_t from = below(input.size() + 1);
    return {from, below(std::min<std::size_t>(input.size() - from, below(8) == 0 ? 512 : 16) + 1)};
  }

  void change(std::string& input) {
    const auto [from, length] = range(input);
    const std::size_t to = below(input.size() + 1);
    switch (below(10)) {
      case 0:
        if (from < input.size()) input[from] = static_cast<char>(input[from] ^ (1 << below(8)));
        break;
      case 1:
        if (from < input.size()) input[from] = static_cast<char>(random_());
        break;
      case 2:
        if (from < input.size()) input[from] = static_cast<char>(input[from] + static_cast<int>(below(9)) - 4);
        break;
      case 3:
        input.insert(from, 1, static_cast<char>(random_()));
        break;
      case 4:
        input.erase(from, length);
        break;
      case 5:
        input.insert(to, input.substr(from, length));
        break;
      case 6:
        input.insert(from, dictionary_[below(dictionary_.size())]);
        break;
      case 7:
        input.replace(from, length, dictionary_[below(dictionary_.size())]);
        break;
      case 8:
        splice(input, from);
        break;
      default:
        input.insert(from,
                     std::string(below(below(50) == 0 ? 2000 : 20), input.empty() ? 'a' : input[to % input.size()]));
    }
  }

  // The front of one input with the back of another.
  void splice(std::string& input, std::size_t from) {
    const std::string& other = corpus_[below(corpus_.size())];
    input.resize(from);
    input += other.substr(below(other.size() + 1));
  }

  std::vector<std::string> corpus_;
  std::vector<std::string> dictionary_;
  std::mt19937_64 random_;
  std::size_t maximumLength_;
};

// True when the last run reached code that no run before had reached, or reached it clearly more often.
bool foundNewCoverage(std::array<std::uint8_t, coverageSize>& seen) {
  bool found = false;
  for (std::size_t i = 0; i < coverageSize; ++i) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, coverageCounts + i / 8 * 8, sizeof eight);
    if (eight == 0) {
      i = i / 8 * 8 + 7;  // most places are never reached
      continue;
    }
    if (coverageCounts[i] == 0) continue;
    const auto bucket =
        static_cast<std::uint8_t>(1U << std::min(7, static_cast<int>(std::bit_width(coverageCounts[i])) - 1));
    found = found || (seen[i] & bucket) == 0;
    seen[i] |= bucket;
    coverageCounts[i] = 0;
  }
  return found;
}

void run(const std::string& input) {
  // An exact copy on the heap, so that the sanitizer sees every read past the end.
  const std::vector<std::uint8_t> exact(input.begin(), input.end());
  crashRecord.data = input.data();
  crashRecord.size = input.size();
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
  crashRecord.data = nullptr;
}

}  // namespace

// Called at every edge of code that is built with -fsanitize-coverage=trace-pc. Calls nothing, as what it called would
// be traced, too.
extern "C" __attribute__((no_sanitize_coverage)) void __sanitizer_cov_trace_pc() {
  const auto place = reinterpret_cast<std::uintptr_t>(__builtin_return_address(0));
  std::uint8_t* count = coverageCounts + ((place ^ (place >> 16)) & (coverageSize - 1));
  if (*count != 0xFF) ++*count;
}

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv, argv + argc);
  const Options options = readOptions(arguments);
  const std::string name = fs::path(arguments[0]).filename().string();
  std::snprintf(crashRecord.path.data(), crashRecord.path.size(), "crash-%s.bin", name.c_str());
  for (const int signal : {SIGSEGV, SIGABRT, SIGFPE, SIGILL, SIGBUS}) std::signal(signal, onSignal);
  if (__sanitizer_set_death_callback != nullptr) __sanitizer_set_death_callback(saveCrash);

  const std::vector<std::string> corpus = readCorpus(options.corpus);
  Mutator mutator(corpus, options.seed, options.maximumLength);
  std::array<std::uint8_t, coverageSize> seen{};
  std::uint64_t runs = 0;
  const auto start = Clock::now();
  const auto elapsed = [&] { return std::chrono::duration<double>(Clock::now() - start).count(); };

  for (const std::string& input : corpus) {
    run(input);
    ++runs;
    foundNewCoverage(seen);
  }
  while (runs < options.runs && ((runs & 63) != 0 || elapsed() < options.seconds)) {
    const std::string input = mutator.next();
    run(input);
    ++runs;
    if (foundNewCoverage(seen)) mutator.add(input);
  }
  std::printf("%s: %llu runs in %.1f s (%.0f runs/s), %zu inputs kept\n", name.c_str(),
              static_cast<unsigned long long>(runs), elapsed(), static_cast<double>(runs) / elapsed(), mutator.size());
  return 0;
}
