// Typed readings of condition values: numbers, instants, booleans, addresses.
//
// IAM keeps every value as text and reads it as its operator needs it. A reading that fails is
// nullopt: in a policy that makes the document unverifiable, in a request the comparison is false.
// Source: "IAM JSON policy elements: Condition operators".
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace auditor {

// A decimal number without exponent, at most 15 significant digits: so that two different texts
// are never the same double.
std::optional<double> read_number(std::string_view text);
std::string write_number(double value);

// A number strictly between two: the middle, with as few digits as do. Nullopt: there is none.
std::optional<std::string> write_number_between(double low, double high);

// Seconds since 1970, from an ISO 8601 date or date-time with zone, or from epoch seconds.
std::optional<double> read_instant(std::string_view text);
std::optional<double> read_epoch_seconds(std::string_view text);

// 2026-01-31T12:00:00Z, with a fraction if there is one; read back it is the same instant.
std::string write_instant(double epoch_seconds);

// "true" or "false", in any case.
std::optional<bool> read_bool(std::string_view text);

// An address of 16 bytes; IPv4 takes the first four.
struct Address {
  bool is_v6 = false;
  std::array<std::uint8_t, 16> bytes{};

  auto operator<=>(const Address&) const = default;
};

// A block of addresses: first and last, inclusive. Host bits behind the prefix are cleared.
struct AddressBlock {
  Address first;
  Address last;
  bool host_bits_set = false;  // [?] what IAM makes of 10.0.0.1/8 is not documented

  bool operator==(const AddressBlock&) const = default;

  bool contains(const Address& address) const {
    return address.is_v6 == first.is_v6 && first <= address && address <= last;
  }
};

std::optional<Address> read_address(std::string_view text);
std::optional<AddressBlock> read_address_block(std::string_view text);
std::string write_address(const Address& address);

// The neighbours of an address in its own family; nullopt at the ends.
std::optional<Address> next_address(Address address);
std::optional<Address> previous_address(Address address);

}  // namespace auditor
