#include "security/cbor.h"

#include <fmt/format.h>

#include "base/error_codes.h"
#include "base/text.h"

namespace qodly::security {

namespace {

constexpr std::size_t maximumDepth = 8;
constexpr std::size_t maximumItems = 512;  // of all arrays and maps together

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  Result<Cbor> item(std::size_t depth) {
    if (depth > maximumDepth || ++items_ > maximumItems) return refuse("too many items");
    const auto head = readHead();
    if (!head) return std::unexpected(head.error());
    const auto [major, argument] = *head;
    switch (major) {
      case 0:
      case 1: {
        if (argument > static_cast<std::uint64_t>(INT64_MAX)) return refuse("too large a number");
        const auto number = static_cast<std::int64_t>(argument);
        return Cbor{Cbor::Kind::Integer, major == 0 ? number : -1 - number, {}, {}};
      }
      case 2:
      case 3: {
        if (argument > bytes_.size() - at_) return refuse("a string that goes beyond the end");
        const std::string_view text = bytes_.substr(at_, argument);
        at_ += argument;
        if (major == 3 && !isValidUtf8(text)) return refuse("a text that is not UTF-8");
        return Cbor{major == 2 ? Cbor::Kind::Bytes : Cbor::Kind::Text, 0, text, {}};
      }
      case 4:
      case 5:
        return container(major == 4 ? Cbor::Kind::Array : Cbor::Kind::Map, argument, depth);
      case 7:
        if (argument >= 20 && argument <= 22) {
          return Cbor{Cbor::Kind::Simple, static_cast<std::int64_t>(argument), {}, {}};
        }
        return refuse("an unexpected simple value");
      default:
        return refuse("an unexpected type");
    }
  }
  std::size_t at() const { return at_; }

 private:
  struct Head {
    unsigned major;
    std::uint64_t argument;
  };

  std::unexpected<Error> refuse(std::string_view what) const {
    return std::unexpected(Error(code::wrongArgument, "rest", fmt::format("The CBOR has {} at byte {}.", what, at_)));
  }

  Result<Head> readHead() {
    if (at_ >= bytes_.size()) return refuse("its end");
    const auto first = static_cast<unsigned char>(bytes_[at_++]);
    const unsigned major = first >> 5U;
    const unsigned info = first & 31U;
    if (info < 24) return Head{major, info};
    if (info > 27 || major == 7) return refuse("an indefinite length or a reserved form");
    const std::size_t size = std::size_t{1} << (info - 24);
    if (size > bytes_.size() - at_) return refuse("its end");
    std::uint64_t argument = 0;
    for (std::size_t i = 0; i < size; ++i) argument = argument << 8U | static_cast<unsigned char>(bytes_[at_++]);
    return Head{major, argument};
  }

  Result<Cbor> container(Cbor::Kind kind, std::uint64_t count, std::size_t depth) {
    if (count > maximumItems) return refuse("too many items");
    Cbor container{kind, 0, {}, {}};
    const std::uint64_t elements = kind == Cbor::Kind::Map ? count * 2 : count;
    for (std::uint64_t i = 0; i < elements; ++i) {
      auto element = item(depth + 1);
      if (!element) return element;
      container.elements.push_back(std::move(*element));
    }
    return container;
  }

  std::string_view bytes_;
  std::size_t at_ = 0, items_ = 0;
};

template <class Test>
const Cbor* findKey(const Cbor& map, Test&& test) {
  if (map.kind != Cbor::Kind::Map) return nullptr;
  for (std::size_t i = 0; i + 1 < map.elements.size(); i += 2) {
    if (test(map.elements[i])) return &map.elements[i + 1];
  }
  return nullptr;
}

}  // namespace

const Cbor* Cbor::find(std::int64_t key) const {
  return findKey(*this, [key](const Cbor& each) { return each.kind == Kind::Integer && each.integer == key; });
}

const Cbor* Cbor::find(std::string_view key) const {
  return findKey(*this, [key](const Cbor& each) { return each.kind == Kind::Text && each.bytes == key; });
}

Result<CborItem> readCbor(std::string_view bytes) {
  Reader reader(bytes);
  auto value = reader.item(0);
  if (!value) return std::unexpected(value.error());
  return CborItem{std::move(*value), reader.at()};
}

}  // namespace qodly::security
