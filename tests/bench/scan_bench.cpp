// How much of the speed of reading is left to `scan`: against inflating alone for log files in
// gzip, and against a bare simdjson pass for a file of lines. Figures of one run, rounds
// alternating, medians; prints, and judges nothing.
//   scan_bench [EVENTS [ROUNDS]]
#include <fcntl.h>
#include <libdeflate.h>
#include <simdjson.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "consumer/scan/scan_readers.h"
#include "consumer/scan/time_ordered_audit.h"
#include "consumer/settings/rules.h"
#include "tests/kafka/temporary_directory.h"

namespace auditor {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t events_of_log_file = 500;  // about 600 KB, as CloudTrail writes them
constexpr std::size_t relevant_every = 200;

class Generator {
 public:
  // 1.2 KB: a call as an assumed role makes it, most of it the same in every record.
  std::string record(std::size_t index) {
    const bool is_relevant = index % relevant_every == 0;
    const std::string account = "11112222" + std::to_string(1000 + random_() % 40);
    std::string text =
        R"({"eventVersion":"1.08","userIdentity":{"type":"AssumedRole","principalId":"AROA)" +
        hex(8) + ":session-" + hex(4) + R"(","arn":"arn:aws:sts::)" + account +
        ":assumed-role/service-" + std::to_string(random_() % 90) + "/session-" + hex(4) +
        R"(","accountId":")" + account + R"(","accessKeyId":"ASIA)" + hex(8) +
        R"(","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROA)" + hex(8) +
        R"(","arn":"arn:aws:iam::)" + account + R"(:role/service","accountId":")" + account +
        R"(","userName":"service"},"webIdFederationData":{},"attributes":{"creationDate":)"
        R"("2026-03-01T00:00:00Z","mfaAuthenticated":"false"}}},"eventTime":"2026-03-01T)" +
        two_digits(random_() % 24) + ":" + two_digits(random_() % 60) + ":" +
        two_digits(random_() % 60) + R"(Z","eventSource":")";
    text += is_relevant ? R"(iam.amazonaws.com","eventName":"PutRolePolicy",)"
                        : R"(s3.amazonaws.com","eventName":"GetObject",)";
    text += R"("awsRegion":"eu-central-1","sourceIPAddress":"198.51.100.)" +
            std::to_string(random_() % 256) +
            R"(","userAgent":"[aws-sdk-java/2.20.26 Linux/5.10.165 OpenJDK_64-Bit_Server_VM/17]",)"
            R"("requestParameters":)";
    text +=
        is_relevant
            ? R"({"roleName":"service-)" + std::to_string(random_() % 90) +
                  R"(","policyName":"p","policyDocument":"{\"Statement\":{\"Effect\":\"Allow\",)"
                  R"(\"Action\":\"ecr:*\",\"Resource\":\"*\"}}"})"
            : R"({"bucketName":"data-)" + std::to_string(random_() % 300) + R"(","key":"part-)" +
                  hex(16) + R"(.parquet","Host":"data.s3.eu-central-1.amazonaws.com"})";
    text += R"(,"responseElements":null,"additionalEventData":{"SignatureVersion":"SigV4",)"
            R"("CipherSuite":"ECDHE-RSA-AES128-GCM-SHA256","bytesTransferredIn":0,)"
            R"("AuthenticationMethod":"AuthHeader","x-amz-id-2":")" +
            hex(32) + R"(","bytesTransferredOut":)" + std::to_string(random_() % 100'000) +
            R"(},"requestID":")" + hex(8) + R"(","eventID":")" + hex(16) +
            R"(","readOnly":true,"eventType":"AwsApiCall","managementEvent":false,)"
            R"("recipientAccountId":")" +
            account + R"(","eventCategory":"Data","tlsDetails":{"tlsVersion":"TLSv1.2"}})";
    return text;
  }

 private:
  std::string hex(int bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (int i = 0; i < 2 * bytes; ++i) text += digits[random_() % 16];
    return text;
  }
  static std::string two_digits(std::size_t number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
  }

  std::mt19937_64 random_{7};
};

std::string gzip(const std::string& text) {
  libdeflate_compressor* const compressor = libdeflate_alloc_compressor(6);
  std::string bytes(libdeflate_gzip_compress_bound(compressor, text.size()), '\0');
  bytes.resize(
      libdeflate_gzip_compress(compressor, text.data(), text.size(), bytes.data(), bytes.size()));
  libdeflate_free_compressor(compressor);
  return bytes;
}

// The same records twice: as log files in gzip, and as one file of lines.
struct Data {
  TemporaryDirectory directory{"scan-bench"};
  std::vector<std::string> log_files;
  std::string lines_file;
  std::uint64_t text_bytes = 0;

  explicit Data(std::size_t events) {
    lines_file = (directory.path() / "events.ndjson").string();
    std::ofstream lines(lines_file, std::ios::binary);
    Generator generator;
    for (std::size_t done = 0; done < events; done += events_of_log_file) {
      std::string log = "{\"Records\":[";
      for (std::size_t i = 0; i < events_of_log_file; ++i) {
        const std::string record = generator.record(done + i);
        lines << record << '\n';
        log += (i == 0 ? "" : ",") + record;
      }
      log += "]}";
      text_bytes += log.size();
      log_files.push_back((directory.path() / (std::to_string(done) + ".json.gz")).string());
      std::ofstream(log_files.back(), std::ios::binary) << gzip(log);
    }
  }
};

void read_file(const std::string& path, std::string& bytes) {
  const int descriptor = ::open(path.c_str(), O_RDONLY);
  const auto size = static_cast<std::size_t>(fs::file_size(path));
  if (bytes.size() < size + simdjson::SIMDJSON_PADDING) {
    bytes.resize(size + simdjson::SIMDJSON_PADDING);
  }
  std::size_t read = 0;
  for (ssize_t count = 1; read < size && count > 0; read += static_cast<std::size_t>(count)) {
    count = ::read(descriptor, bytes.data() + read, size - read);
  }
  ::close(descriptor);
}

// Each thread takes the next file, reads it and inflates it into room that it has.
void inflate_alone(const Data& data, std::size_t threads) {
  std::atomic<std::size_t> next = 0;
  const auto inflate = [&data, &next] {
    libdeflate_decompressor* const decompressor = libdeflate_alloc_decompressor();
    std::string bytes;
    std::string text(4 << 20, '\0');
    for (std::size_t i = next++; i < data.log_files.size(); i = next++) {
      read_file(data.log_files[i], bytes);
      std::size_t size = 0;
      const auto stored = static_cast<std::size_t>(fs::file_size(data.log_files[i]));
      if (libdeflate_gzip_decompress(decompressor, bytes.data(), stored, text.data(), text.size(),
                                     &size) != LIBDEFLATE_SUCCESS) {
        std::abort();
      }
    }
    libdeflate_free_decompressor(decompressor);
  };
  std::vector<std::jthread> workers;
  for (std::size_t i = 0; i < threads; ++i) workers.emplace_back(inflate);
}

// One thread: reads in chunks, and of each line what tells relevant calls from others.
void simdjson_alone(const Data& data) {
  constexpr std::size_t chunk = 1 << 20;
  std::string bytes;
  simdjson::ondemand::parser parser;
  const int descriptor = ::open(data.lines_file.c_str(), O_RDONLY);
  std::size_t sum = 0;
  std::size_t left = 0;
  for (ssize_t count = 1; count > 0;) {
    if (bytes.size() < left + chunk + simdjson::SIMDJSON_PADDING) {
      bytes.resize(left + chunk + simdjson::SIMDJSON_PADDING);
    }
    count = ::read(descriptor, bytes.data() + left, chunk);
    const std::size_t size = left + static_cast<std::size_t>(std::max<ssize_t>(count, 0));
    std::size_t begin = 0;
    for (std::size_t end = 0;
         (end = std::string_view(bytes).substr(0, size).find('\n', begin)) != std::string::npos;
         begin = end + 1) {
      const simdjson::padded_string_view line(bytes.data() + begin, end - begin,
                                              bytes.size() - begin);
      simdjson::ondemand::document document;
      std::string_view source;
      std::string_view name;
      if (parser.iterate(line).get(document) || document["eventSource"].get(source) ||
          document["eventName"].get(name)) {
        std::abort();
      }
      sum += source.size() + name.size();
    }
    left = size - begin;
    std::copy_n(bytes.data() + begin, left, bytes.data());
  }
  ::close(descriptor);
  if (sum == 0) std::abort();
}

class Nowhere : public FindingOutput {
 public:
  void write(const SideBySide&) override {}
  void finish() override {}
};

// All that `scan` does, but for the writing.
void scan(const std::vector<std::string>& files, const std::shared_ptr<const Rules>& rules,
          std::size_t threads) {
  SideBySide sides(rules, nullptr);
  Nowhere output;
  TimeOrderedAudit audit(sides, output);
  FileChunks chunks(list_files(files));
  ScanReaders readers(chunks, sides.guardrails_of_all(), threads);
  while (auto chunk = readers.next()) audit.add(chunk->events);
  audit.evaluate();
}

double seconds_of(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void compare(const char* what, const Data& data, int rounds, const std::function<void()>& bare,
             const std::function<void()>& whole) {
  std::vector<double> bare_times;
  std::vector<double> whole_times;
  std::vector<double> ratios;
  bare();  // the files are in the page cache from here on
  for (int round = 0; round < rounds; ++round) {
    bare_times.push_back(seconds_of(bare));
    whole_times.push_back(seconds_of(whole));
    ratios.push_back(bare_times.back() / whole_times.back());
  }
  const double megabytes = static_cast<double>(data.text_bytes) / 1e6;
  std::printf("%-42s bare %6.0f MB/s   scan %6.0f MB/s   ratio %.2f\n", what,
              megabytes / median(bare_times), megabytes / median(whole_times), median(ratios));
}

int run(std::size_t events, int rounds) {
  const Data data(events);
  const std::shared_ptr<const Rules> rules = load_rules({}).rules;
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  std::printf("%zu events, %.0f MB of text, medians of %d rounds\n", events,
              static_cast<double>(data.text_bytes) / 1e6, rounds);
  compare(
      "gzip log files, 1 thread", data, rounds, [&] { inflate_alone(data, 1); },
      [&] { scan(data.log_files, rules, 1); });
  const std::string all = "gzip log files, " + std::to_string(cores) + " threads";
  compare(
      all.c_str(), data, rounds, [&] { inflate_alone(data, cores); },
      [&] { scan(data.log_files, rules, cores); });
  compare(
      "lines, 1 thread", data, rounds, [&] { simdjson_alone(data); },
      [&] { scan({data.lines_file}, rules, 1); });
  const std::string lines = "lines, 1 thread and " + std::to_string(cores);
  compare(
      lines.c_str(), data, rounds, [&] { simdjson_alone(data); },
      [&] { scan({data.lines_file}, rules, cores); });
  return 0;
}

}  // namespace
}  // namespace auditor

int main(int argc, char** argv) {
  const auto number = [&](int index, long otherwise) {
    return argc > index ? std::max(1L, std::atol(argv[index])) : otherwise;
  };
  return auditor::run(static_cast<std::size_t>(number(1, 100'000)), static_cast<int>(number(2, 7)));
}
