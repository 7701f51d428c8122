// Tested by partitions_test.cpp.
#include "evaluator/aws/partitions.h"

#include <algorithm>
#include <array>

namespace auditor {
namespace {

using Names = std::string_view;

constexpr std::array commercial_regions{
    Names("us-east-1"),      Names("us-east-2"),      Names("us-west-1"),
    Names("us-west-2"),      Names("af-south-1"),     Names("ap-east-1"),
    Names("ap-east-2"),      Names("ap-northeast-1"), Names("ap-northeast-2"),
    Names("ap-northeast-3"), Names("ap-south-1"),     Names("ap-south-2"),
    Names("ap-southeast-1"), Names("ap-southeast-2"), Names("ap-southeast-3"),
    Names("ap-southeast-4"), Names("ap-southeast-5"), Names("ap-southeast-6"),
    Names("ap-southeast-7"), Names("ca-central-1"),   Names("ca-west-1"),
    Names("eu-central-1"),   Names("eu-central-2"),   Names("eu-north-1"),
    Names("eu-south-1"),     Names("eu-south-2"),     Names("eu-west-1"),
    Names("eu-west-2"),      Names("eu-west-3"),      Names("il-central-1"),
    Names("me-central-1"),   Names("me-south-1"),     Names("mx-central-1"),
    Names("sa-east-1")};
constexpr std::array china_regions{Names("cn-north-1"), Names("cn-northwest-1")};
constexpr std::array gov_regions{Names("us-gov-west-1"), Names("us-gov-east-1")};
constexpr std::array iso_regions{Names("us-iso-east-1"), Names("us-iso-west-1")};
constexpr std::array isob_regions{Names("us-isob-east-1"), Names("us-isob-west-1")};
constexpr std::array isoe_regions{Names("eu-isoe-west-1")};
constexpr std::array isof_regions{Names("us-isof-south-1"), Names("us-isof-east-1")};
constexpr std::array eusc_regions{Names("eusc-de-east-1")};

constexpr std::array partition_rows{
    PartitionRow{"aws", commercial_regions, ".amazonaws.com"},
    PartitionRow{"aws-cn", china_regions, ".amazonaws.com.cn"},
    PartitionRow{"aws-us-gov", gov_regions, ".amazonaws.com"},
    PartitionRow{"aws-iso", iso_regions, ".c2s.ic.gov"},
    PartitionRow{"aws-iso-b", isob_regions, ".sc2s.sgov.gov"},
    PartitionRow{"aws-iso-e", isoe_regions, ".cloud.adc-e.uk"},
    PartitionRow{"aws-iso-f", isof_regions, ".csp.hci.ic.gov"},
    PartitionRow{"aws-eusc", eusc_regions, ".amazonaws.eu"},
};

}  // namespace

std::span<const PartitionRow> partitions() { return partition_rows; }

std::string_view plain_region(std::string_view partition) {
  const auto* const row = std::ranges::find(partition_rows, partition, &PartitionRow::name);
  return (row == partition_rows.end() ? partition_rows.front() : *row).regions.front();
}

bool is_documented_service_name(std::string_view service) {
  return std::ranges::any_of(partition_rows, [&](const PartitionRow& row) {
    return service.size() > row.service_suffix.size() && service.ends_with(row.service_suffix);
  });
}

}  // namespace auditor
