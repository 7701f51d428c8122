// SHA-256 of a text, in hex. Cryptographic because whoever writes policies and names chooses it.
#pragma once

#include <string>
#include <string_view>

namespace auditor {

std::string sha256_hex(std::string_view bytes);

}  // namespace auditor
