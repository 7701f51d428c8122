// IAM answers with percent-encoded policy documents (RFC 3986); requests hold plain ones.
#pragma once

#include <string>

namespace auditor {

// Decoded when it begins with %7B or %5B, as it is otherwise: no JSON document begins with `%`.
std::string decode_document(std::string text);

}  // namespace auditor
