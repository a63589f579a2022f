// Pictures as the REST API names their formats; what is done with them is in value/picture.h.
#pragma once

#include "value/picture.h"

namespace qodly::rest {

using qodly::convertPicture;
using qodly::formatNamed;
using qodly::formatOf;
using qodly::isPicture;
using qodly::isWebSafe;
using qodly::mediaTypeOf;
using qodly::PictureFormat;

}  // namespace qodly::rest
