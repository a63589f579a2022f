// Writing the packed form; the layout is drawn in packed_layout.h.
#include <algorithm>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "value/packed.h"
#include "value/packed_layout.h"

namespace qodly {

namespace {

using packed::Tag;

constexpr std::size_t maximumSize = 0x7FFFFFFF;  // 2 GB (orda.md 9)

class Packer {
 public:
  explicit Packer(std::string& out) : out_(out), start_(out.size()) {}

  Result<> write(const Value& value) {
    switch (value.type()) {
      case Type::undefined:
      case Type::null:
        putTag(Tag::null);
        break;
      case Type::boolean:
        putTag(value.asBoolean() ? Tag::trueValue : Tag::falseValue);
        break;
      case Type::integer:
        putScalar(Tag::integer, value.asInteger());
        break;
      case Type::real:
        putScalar(Tag::real, value.asReal());
        break;
      case Type::text:
        putText(value.asText());
        break;
      case Type::date:
        putScalar(Tag::date, value.asDate().days);
        break;
      case Type::time:
        putScalar(Tag::time, value.asTime().ms);
        break;
      case Type::instant:
        putScalar(Tag::instant, value.asInstant().ms);
        break;
      case Type::blob:
        putBlob(Tag::blob, value.asBlob());
        break;
      case Type::picture:
        putBlob(Tag::picture, value.asBlob());
        break;
      case Type::object:
        return writeContainer(value, value.asObject());
      case Type::collection:
        return writeContainer(value, value.asCollection());
      case Type::handle: {
        const auto text = value.asHandle().storedText();
        if (!text) return refuse(code::wrongType, fmt::format("A {} cannot be stored", value.asHandle().kind()));
        putText(*text);
        break;
      }
    }
    if (out_.size() - start_ > maximumSize) return refuse(code::limitReached, "An object is larger than 2 GB");
    return {};
  }

 private:
  void putTag(Tag tag) { out_.push_back(static_cast<char>(tag)); }

  template <class T>
  void put(T number) {
    out_.append(reinterpret_cast<const char*>(&number), sizeof number);
  }

  template <class T>
  void putScalar(Tag tag, T number) {
    putTag(tag);
    put(number);
  }

  void putText(std::string_view text) {
    putTag(Tag::text);
    out_.append(text);
  }

  void putBlob(Tag tag, const BlobBox& blob) {
    const std::string_view mediaType = std::string_view(blob.mediaType).substr(0, 255);
    putTag(tag);
    put(static_cast<std::uint8_t>(mediaType.size()));
    put(static_cast<std::uint32_t>(blob.path.size()));
    out_.append(mediaType).append(blob.path).append(blob.bytes);
  }

  template <class Container>
  Result<> writeContainer(const Value& value, const Container& container) {
    const Box* box = &container;
    if (std::find(path_.begin(), path_.end(), box) != path_.end()) {
      return refuse(code::wrongArgument, fmt::format("The {} contains itself{}", name(value.type()), place()));
    }
    if (path_.size() >= maximumPackedDepth) {
      return refuse(code::limitReached,
                    fmt::format("Objects and collections are nested more than {} levels deep", maximumPackedDepth));
    }
    path_.push_back(box);
    Result<> done = writeContent(container);
    path_.pop_back();
    return done;
  }

  Result<> writeContent(const Collection& collection) {
    const std::size_t begin = out_.size();
    const std::size_t tables = collection.size();
    reserveTables(Tag::list, tables);
    std::vector<std::size_t> ends;
    ends.reserve(tables);
    for (const Value& element : collection.elements()) {
      if (auto done = write(element); !done) return done;
      ends.push_back(out_.size() - begin);
    }
    fillTables(begin, Tag::list, collection.size(), ends, {});
    return {};
  }

  Result<> writeContent(const Object& object) {
    std::vector<const Object::Member*> members;
    members.reserve(object.size());
    for (const Object::Member& member : object.members()) {
      if (!member.value.isUndefined()) members.push_back(&member);
    }
    std::vector<std::uint32_t> positions;
    if (members.size() > packed::unsortedLimit) {
      positions.resize(members.size());
      for (std::uint32_t i = 0; i < positions.size(); ++i) positions[i] = i;
      std::sort(positions.begin(), positions.end(),
                [&](std::uint32_t a, std::uint32_t b) { return members[a]->name < members[b]->name; });
    }

    const std::size_t begin = out_.size();
    reserveTables(Tag::object, members.size() * 2 + positions.size());
    std::vector<std::size_t> ends;
    ends.reserve(members.size() * 2);
    for (const Object::Member* member : members) {
      out_.append(member->name);
      ends.push_back(out_.size() - begin);
      names_.push_back(member->name);
      auto done = write(member->value);
      names_.pop_back();
      if (!done) return done;
      ends.push_back(out_.size() - begin);
    }
    fillTables(begin, Tag::object, members.size(), ends, positions);
    return {};
  }

  // Room for the narrow form, which most containers fit.
  void reserveTables(Tag tag, std::size_t entries) {
    putTag(tag);
    out_.append((entries + 1) * sizeof(std::uint16_t), '\0');
  }

  void fillTables(std::size_t begin, Tag tag, std::size_t count, const std::vector<std::size_t>& ends,
                  const std::vector<std::uint32_t>& positions) {
    if (out_.size() - begin <= packed::narrowLimit && count <= packed::narrowLimit) {
      fill<std::uint16_t>(begin, count, ends, positions, 0);
      return;
    }
    const std::size_t growth = (1 + ends.size() + positions.size()) * (sizeof(std::uint32_t) - sizeof(std::uint16_t));
    out_.insert(begin + 1, growth, '\0');
    out_[begin] = static_cast<char>(tag == Tag::list ? Tag::wideList : Tag::wideObject);
    fill<std::uint32_t>(begin, count, ends, positions, growth);
  }

  template <class Width>
  void fill(std::size_t begin, std::size_t count, const std::vector<std::size_t>& ends,
            const std::vector<std::uint32_t>& positions, std::size_t growth) {
    char* to = out_.data() + begin + 1;
    const auto store = [&](std::size_t number) {
      const auto narrowed = static_cast<Width>(number);
      std::memcpy(to, &narrowed, sizeof narrowed);
      to += sizeof narrowed;
    };
    store(count);
    for (const std::size_t end : ends) store(end + growth);
    for (const std::uint32_t position : positions) store(position);
  }

  std::string place() const {
    if (names_.empty()) return {};
    return fmt::format(" (at {})", fmt::join(names_, "."));
  }

  Result<> refuse(int code, std::string message) {
    out_.resize(start_);
    return std::unexpected(Error(code, "dbmg", std::move(message)));
  }

  std::string& out_;
  std::size_t start_;
  std::vector<const Box*> path_;
  std::vector<std::string_view> names_;
};

}  // namespace

Result<> pack(const Value& value, std::string& out) { return Packer(out).write(value); }

}  // namespace qodly
