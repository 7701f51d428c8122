// Numbers, instants and addresses as condition values, read from text.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace auditor::reference {

std::optional<double> read_number(std::string_view text);
std::string write_number(double value);  // without exponent

// Seconds since 1970, from an ISO 8601 date or from epoch seconds.
std::optional<double> read_instant(std::string_view text);

// Four digits may be a year as well as seconds [?]: the instant under that reading.
std::optional<double> read_year(std::string_view text);

std::optional<bool> read_boolean(std::string_view text);

bool is_base64(std::string_view text);

struct AddressRange {
  bool is_v6 = false;
  std::array<std::uint8_t, 16> bytes{};
  unsigned prefix = 0;
  bool has_prefix = false;
};

// An address, or an address and a prefix length.
std::optional<AddressRange> read_address_range(std::string_view text);

bool has_host_bits(const AddressRange& range);
bool contains(const AddressRange& range, const AddressRange& address);

}  // namespace auditor::reference
