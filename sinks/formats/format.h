// The formats that findings and compliance records are written in: one table, each with its name
// and its functions. Same input, same bytes: fixed field order, no clock.
#pragma once

#include <cstddef>
#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "evaluator/audit/finding.h"

namespace auditor {

struct FindingFormat {
  std::string_view name;  // as of the settings and of `--format`
  std::string (*finding_json)(const Finding& finding);
  std::string (*compliance_json)(const ComplianceRecord& record);
};

// An entry of finding_formats(); never null.
using Format = const FindingFormat*;

std::span<const FindingFormat> finding_formats();

// The auditor's own: the default, and the one that differences between findings are told in.
Format native_format();

// The names in their order, with `between` between them.
std::string format_names(std::string_view between);

// The format of this name; anything else is an error that names the nearest. `other` is one more
// name that whoever asks takes, and has looked for before.
std::expected<Format, std::string> parse_format(std::string_view text, std::string_view other = {});

// Below Kafka's usual max.message.bytes of 1 MiB. Where evidence is larger, its long texts and
// lists are cut; the pointers to where it stands remain.
inline constexpr std::size_t record_bytes_max = 900 << 10;

// Bounded by `record_bytes_max`.
std::string encode(const Finding& finding, Format format);
std::string encode(const ComplianceRecord& record, Format format);

}  // namespace auditor
