// seed: what existed before the stream began -> the memory's topic.
// Tested by commands_test.cpp and seed_test.cpp.
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "consumer/commands/broker_timeout.h"
#include "consumer/commands/command_line.h"
#include "consumer/kafka/client_properties.h"
#include "consumer/kafka/topic_check.h"
#include "consumer/replay/publish_bound.h"
#include "consumer/seed/seed_reader.h"
#include "consumer/seed/seed_records.h"
#include "consumer/settings/process.h"
#include "consumer/settings/text_file.h"
#include "evaluator/policy/values.h"
#include "sinks/formats/finding_text.h"
#include "sinks/kafka/bulk_publisher.h"
#include "sinks/kafka/transactional_sink.h"

namespace auditor {
namespace {

constexpr auto seed_examples = R"(Examples:
  aws iam get-account-authorization-details --output json > account.json
  guardrail-auditor seed --config auditor.yaml --account-authorization-details account.json --dry-run
  guardrail-auditor seed --config auditor.yaml --account-authorization-details account.json

  for name in $(aws ecr describe-repositories --query 'repositories[].repositoryName' --output text); do
    aws ecr get-repository-policy --repository-name "$name" --output json || true
  done > repositories.json
  aws ecr get-registry-policy --output json > registry.json
  guardrail-auditor seed --config auditor.yaml --account-authorization-details account.json \
    --repository-policies repositories.json --registry-policy registry.json --region eu-west-1

All files are of one account, or of the same ones; several outputs may follow each other in a file,
or stand in lists. The outputs of ECR may hold `region`, and those of repositories `tags` as `aws ecr
list-tags-for-resource` prints them: without them a repository's tags are taken as not known.
AWS managed policies are skipped: the catalogue knows them.

What events after --as-of have taught wins over the seed; what is older is replaced by it. Seeding
again, with the same files or newer ones, does no harm. A running service reads the seed when it next
takes its partitions: seed before the first start, or restart it. It then reports what the seed shows.

The memory of an account must stand in the partition that its events come from: the one of the
account's id as key. --partitioner says how the input's producers find it: murmur2 (Java clients, and
`guardrail-auditor route`), or consistent (CRC32: librdkafka's default, as of kcat or Python).

Exit codes: 0 all is written, 1 it is not, 2 the command line was wrong.)";

constexpr std::size_t file_bytes_max = std::size_t{1} << 30;

struct SeedOptions {
  std::string config, details, repositories, registry, region, as_of, partitioner;
  bool is_dry_run = false;
  BrokerTimeout timeout;
};

std::int64_t now_seconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string shown(const std::string& path) { return path == "-" ? "standard input" : path; }

std::string read_file(const std::string& path) {
  auto text = read_text_file(path == "-" ? "/dev/stdin" : path, file_bytes_max);
  if (!text) throw std::runtime_error("`" + shown(path) + "` " + text.error());
  return *std::move(text);
}

// When the outputs were asked for, as far as it is known: the oldest file's time of writing. An
// output that comes through a pipe is being asked for right now.
std::int64_t as_of_files(const SeedOptions& options, std::int64_t now) {
  std::int64_t oldest = now;
  for (const std::string& path : {options.details, options.repositories, options.registry}) {
    struct stat status{};
    if (!path.empty() && path != "-" && stat(path.c_str(), &status) == 0) {
      oldest = std::min(oldest, static_cast<std::int64_t>(status.st_mtime));
    }
  }
  return oldest;
}

std::int64_t seconds_as_of(const SeedOptions& options, std::int64_t now) {
  if (options.as_of.empty()) return as_of_files(options, now);
  const auto instant = read_instant(options.as_of);
  if (!instant || *instant < 0) {
    throw std::runtime_error("--as-of: `" + options.as_of +
                             "` is no time such as 2026-01-31T12:00:00Z");
  }
  if (*instant > static_cast<double>(now)) {
    throw std::runtime_error("--as-of: `" + options.as_of + "` is still to come");
  }
  return static_cast<std::int64_t>(*instant);
}

EventTime as_of(const SeedOptions& options, std::int64_t now) {
  const auto time = EventTime::at(seconds_as_of(options, now));
  if (!time) throw std::runtime_error("--as-of: the time of the outputs has no year of AWS");
  return *time;
}

void check_read(const std::expected<void, std::string>& done, const std::string& path) {
  if (!done) throw std::runtime_error("`" + shown(path) + "`: " + plain_text(done.error()));
}

Seed read_seed(const SeedOptions& options, EventTime time) {
  SeedReader reader(time);
  check_read(reader.read_account_details(read_file(options.details)), options.details);
  if (!options.repositories.empty()) {
    check_read(reader.read_repositories(read_file(options.repositories), options.region),
               options.repositories);
  }
  if (!options.registry.empty()) {
    check_read(reader.read_registries(read_file(options.registry), options.region),
               options.registry);
  }
  return reader.take();
}

void report_seed(const Seed& seed, EventTime time) {
  const SeedCounts& counts = seed.counts;
  std::cout << "as of " << time.text() << ": " << counts.roles << " roles, " << counts.users
            << " users, " << counts.groups << " groups, " << counts.policies << " policies (and "
            << counts.aws_policies_skipped << " of AWS, skipped), " << counts.repositories
            << " repositories, " << counts.registries << " registries; accounts:";
  for (const auto& [account, facts] : seed.facts) std::cout << ' ' << account.account;
  std::cout << std::endl;
  for (const std::string& doubt : seed.doubts) {
    std::cerr << "warning: not readable, will be told as unverifiable: " << plain_text(doubt)
              << '\n';
  }
}

// Of the input, and so of the state: what is remembered of a partition stands in the same one.
std::int32_t common_partitions(const Settings& settings, const BrokerPatience& patience) {
  KafkaProperties properties = consumer_properties(settings);
  properties.erase("group.instance.id");  // KAFKA: it asks, and joins no group
  Progress unwatched;
  const auto partitions = partitions_of_both(properties, settings.topics.input,
                                             settings.topics.state, unwatched, patience);
  if (!partitions) throw std::runtime_error("not every topic can be used");
  return *partitions;
}

Partitioner partitioner_of(const SeedOptions& options, const KafkaProperties& producer) {
  const auto set = producer.find("partitioner");
  const std::string name =
      !options.partitioner.empty() || set == producer.end() ? options.partitioner : set->second;
  const auto partitioner = parse_partitioner(name);
  if (!partitioner) throw std::runtime_error(partitioner.error());
  return *partitioner;
}

int write_seed(const Seed& seed, const SeedOptions& options, const Settings& settings) {
  KafkaProperties producer = producer_properties(settings);
  const Partitioner partitioner = partitioner_of(options, producer);
  producer["transactional.id"] += "-seed";  // WHY: it must not fence the running service
  producer["client.id"] += "-seed";
  const BrokerPatience patience(stop_requested(), options.timeout.value());
  const std::vector<OutputRecord> records =
      seed_records(seed, partitioner, common_partitions(settings, patience), settings.topics);
  TransactionalSink sink(producer, std::span(&settings.topics.state, 1));
  PublishBound bound(options.timeout.value());
  const auto done = publish(sink, records, [&](std::size_t count) {
    bound.note_written();
    std::cout << "written: " << count << " of " << records.size() << " entries" << std::endl;
  });
  if (!done) throw std::runtime_error(done.error() + "; run the same command again");
  std::cout << "the memory is in topic `" << settings.topics.state
            << "`; a running service must be restarted to read it\n";
  return 0;
}

int seed(const SeedOptions& options) {
  const std::int64_t now = now_seconds();
  const Settings settings = read_settings(options.config);
  log_to_stderr(settings.log_level);
  throw_if_wrong(kafka_problems(settings));
  const EventTime time = as_of(options, now);
  const Seed read = read_seed(options, time);
  report_seed(read, time);
  return options.is_dry_run ? 0 : write_seed(read, options, settings);
}

}  // namespace

void seed_command(CommandLine& command) {
  command.about("Tells the memory what existed before the stream of events began");
  const auto options = std::make_shared<SeedOptions>();
  command.text("--config", options->config, "Settings file, as of `run`").type("FILE").required();
  command
      .text("--account-authorization-details", options->details,
            "Output of `aws iam get-account-authorization-details`; - is standard input")
      .type("FILE|-")
      .required();
  command
      .text("--repository-policies", options->repositories,
            "Outputs of `aws ecr get-repository-policy`, one behind the other")
      .type("FILE");
  command.text("--registry-policy", options->registry, "Output of `aws ecr get-registry-policy`")
      .type("FILE");
  command
      .text("--region", options->region,
            "Of the repositories and registries that do not say theirs")
      .type("REGION");
  command
      .text("--as-of", options->as_of,
            "When the outputs were asked for; default: when the oldest file was written, of "
            "standard input now. Of two changes the later one counts, so too late a time "
            "loses changes, and too early a time keeps what they undid")
      .type("TIME");
  command
      .text("--partitioner", options->partitioner,
            "murmur2, consistent or fnv1a; default: kafka.producer.partitioner of the "
            "settings, else murmur2")
      .type("NAME");
  command.flag("--dry-run", options->is_dry_run, "Only read the files, and say what is there");
  options->timeout.add_to(command);
  command.footer(seed_examples);
  command.run([options] { return seed(*options); });
}

}  // namespace auditor
