#include "script/library/picture_operators.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "script/library/codes.h"
#include "script/library/picture_commands.h"
#include "value/picture.h"

namespace qodly::script::library {

namespace {

using syntax::BinaryOperator;

std::optional<Bitmap> bitmapOf(const Value& picture) {
  return picture.asBlob().bytes.empty() ? std::nullopt : Bitmap::decode(picture.asBlob().bytes);
}

Result<Value> pictureOf(const std::optional<Bitmap>& bitmap) {
  auto bytes = bitmap ? bitmap->encode(PictureFormat::png) : std::nullopt;
  if (bytes) return makePicture(std::move(*bytes));
  return std::unexpected(Error(codes::limitReached, "host",
                               "The picture cannot be made: it would be empty or have more than 100 million pixels."));
}

std::unexpected<Error> impossible() {
  return std::unexpected(Error(codes::wrongType, "host",
                               "Pictures are combined by + (beside) and / (below), moved by + - / with a number, and "
                               "resized by * *+ *| with a number."));
}

// Nothing joined with a picture is that picture.
Result<Value> joined(BinaryOperator op, const Value& left, const Value& right) {
  const auto one = bitmapOf(left);
  const auto other = bitmapOf(right);
  if (!one || !other) return one ? left : right;
  if (op == BinaryOperator::add) return pictureOf(one->beside(*other));
  if (op == BinaryOperator::divide) return pictureOf(one->above(*other));
  return impossible();
}

int pixels(double number) { return static_cast<int>(std::clamp(std::round(number), -1e6, 1e6)); }

}  // namespace

Result<Value> PictureArithmetic::apply(BinaryOperator op, const Value& left, const Value& right) const {
  if (left.type() != Type::picture) return impossible();
  if (right.type() == Type::picture) return joined(op, left, right);
  if (!right.isNumber()) return impossible();
  const double number = right.asNumber();
  const auto bitmap = bitmapOf(left);
  if (!bitmap) return left;
  switch (op) {
    case BinaryOperator::add:
      return pictureOf(bitmap->moved(pixels(number), 0));
    case BinaryOperator::subtract:
      return pictureOf(bitmap->moved(pixels(-number), 0));
    case BinaryOperator::divide:
      return pictureOf(bitmap->moved(0, pixels(number)));
    case BinaryOperator::multiply:
      return pictureOf(bitmap->scaled(number, number));
    case BinaryOperator::superimpose:
      return pictureOf(bitmap->scaled(number, 1));
    case BinaryOperator::verticalSuper:
      return pictureOf(bitmap->scaled(1, number));
    default:
      return impossible();
  }
}

}  // namespace qodly::script::library
