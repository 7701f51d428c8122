#include "tests/bench/recorded_events.h"

#include <array>
#include <string_view>

namespace auditor {
namespace {

constexpr std::uint64_t accounts = 64;
constexpr std::uint64_t roles = 40;  // of an account

// In a shape: `$a` account, `$t` time, `$u` a UUID, `$x` eight hexadecimal digits, `$i` an address,
// `$g` a user agent, `$n` the number of a role, `$p` a trust policy.
constexpr std::string_view actor =
    R"("userIdentity":{"type":"AssumedRole","principalId":"AROA$x$x:$x","arn":"arn:aws:sts::$a:assumed-role/service-$n/$x","accountId":"$a","accessKeyId":"ASIA$x$x","sessionContext":{"sessionIssuer":{"type":"Role","arn":"arn:aws:iam::$a:role/service-$n","accountId":"$a","userName":"service-$n"},"attributes":{"creationDate":"$t","mfaAuthenticated":"false"}}})";
constexpr std::string_view ending =
    R"("requestID":"$u","eventID":"$u","readOnly":true,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"$a","eventCategory":"Management","tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256"}})";

struct Shape {
  std::uint64_t weight;
  std::string_view source, name;
  std::string_view rest;  // requestParameters and responseElements
};

constexpr std::
    array
        other_services{
            Shape{
                170, "ec2", "DescribeInstances",
                R"("requestParameters":{"instancesSet":{},"filterSet":{"items":[{"name":"tag:deployment","valueSet":{"items":[{"value":"$x"}]}},{"name":"vpc-id","valueSet":{"items":[{"value":"vpc-$x$x"}]}}]}},"responseElements":null)"},
            Shape{
                140, "ec2", "DescribeNetworkInterfaces",
                R"("requestParameters":{"networkInterfaceIdSet":{"items":[{"networkInterfaceId":"eni-$x$x"}]},"filterSet":{},"maxResults":1000},"responseElements":null)"},
            Shape{
                168, "ssm", "UpdateInstanceInformation",
                R"("requestParameters":{"instanceId":"i-$x$x","agentVersion":"3.3.$n.0","agentStatus":"Active","platformType":"Linux","platformName":"Amazon Linux","platformVersion":"2023","iPAddress":"$i","computerName":"ip-$x.ec2.internal","agentName":"amazon-ssm-agent","availabilityZone":"us-east-1a","sSMConnectionChannel":"ssmmessages"},"responseElements":null)"},
            Shape{
                93, "s3", "GetBucketAcl",
                R"("requestParameters":{"bucketName":"logs-$x","Host":"logs-$x.s3.us-east-1.amazonaws.com","acl":""},"responseElements":null,"additionalEventData":{"SignatureVersion":"SigV4","CipherSuite":"TLS_AES_128_GCM_SHA256","bytesTransferredIn":0,"AuthenticationMethod":"AuthHeader","x-amz-id-2":"$x$x$x$x$x$x$x/$x=","bytesTransferredOut":546})"},
            Shape{
                83, "kms", "Decrypt",
                R"("requestParameters":{"encryptionContext":{"aws:ebs:id":"vol-$x$x"},"encryptionAlgorithm":"SYMMETRIC_DEFAULT"},"responseElements":null,"resources":[{"accountId":"$a","type":"AWS::KMS::Key","ARN":"arn:aws:kms:us-east-1:$a:key/$u"}])"},
            Shape{
                80, "secretsmanager", "GetSecretValue",
                R"("requestParameters":{"secretId":"arn:aws:secretsmanager:us-east-1:$a:secret:app/$x"},"responseElements":null)"},
            Shape{
                51, "rds", "DescribeDBInstances",
                R"("errorCode":"AccessDenied","errorMessage":"User: arn:aws:sts::$a:assumed-role/service-$n/$x is not authorized to perform: rds:DescribeDBInstances on resource: arn:aws:rds:us-east-1:$a:db:*","requestParameters":null,"responseElements":null)"},
            Shape{45, "iam", "GetUser",
                  R"("requestParameters":{"userName":"user-$n"},"responseElements":null)"},
            Shape{45, "iam", "ListAttachedRolePolicies",
                  R"("requestParameters":{"roleName":"role-$n"},"responseElements":null)"},
            Shape{
                40, "ecr", "BatchCheckLayerAvailability",
                R"("requestParameters":{"registryId":"$a","repositoryName":"app-$n","layerDigests":["sha256:$x$x$x$x$x$x$x$x"]},"responseElements":{"layers":[{"layerDigest":"sha256:$x$x$x$x$x$x$x$x","layerAvailability":"AVAILABLE","layerSize":30312541}],"failures":[]})"},
            Shape{
                22,
                "sts", "AssumeRole", R"("requestParameters":{"roleArn":"arn:aws:iam::$a:role/role-$n","roleSessionName":"$x","durationSeconds":3600},"responseElements":{"credentials":{"accessKeyId":"ASIA$x$x","sessionToken":"$x$x$x$x$x$x$x$x$x$x$x$x","expiration":"Mar 1, 2026, 10:00:00 AM"},"assumedRoleUser":{"assumedRoleId":"AROA$x$x:$x","arn":"arn:aws:sts::$a:assumed-role/role-$n/$x"}})"},
            Shape{
                12, "s3", "PutBucketPolicy",
                R"("requestParameters":{"bucketName":"logs-$x","bucketPolicy":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::$a:root\"},\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::logs-$x/*\"}]}"},"responseElements":null)"},
        };

constexpr std::string_view trust =
    R"({\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"lambda.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"}]})";

constexpr std::array changes{
    Shape{
        13, "iam", "CreateRole",
        R"("requestParameters":{"roleName":"role-$n","assumeRolePolicyDocument":"$p"},"responseElements":{"role":{"path":"/","roleName":"role-$n","roleId":"AROA$x$x","arn":"arn:aws:iam::$a:role/role-$n"}})"},
    Shape{12, "iam", "DeleteRole",
          R"("requestParameters":{"roleName":"role-$n"},"responseElements":null)"},
    Shape{
        5, "iam", "AttachRolePolicy",
        R"("requestParameters":{"roleName":"role-$n","policyArn":"arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"},"responseElements":null)"},
    Shape{
        1, "iam", "AttachRolePolicy",
        R"("requestParameters":{"roleName":"role-$n","policyArn":"arn:aws:iam::aws:policy/AdministratorAccess"},"responseElements":null)"},
    Shape{
        5, "iam", "DetachRolePolicy",
        R"("requestParameters":{"roleName":"role-$n","policyArn":"arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"},"responseElements":null)"},
    Shape{
        4, "iam", "PutRolePolicy",
        R"("requestParameters":{"roleName":"role-$n","policyName":"inline","policyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[\"s3:GetObject\",\"s3:ListBucket\"],\"Resource\":\"arn:aws:s3:::data-$x/*\"}]}"},"responseElements":null)"},
    Shape{
        1, "iam", "PutRolePolicy",
        R"("requestParameters":{"roleName":"role-$n","policyName":"inline","policyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"ecr:*\",\"Resource\":\"*\"}]}"},"responseElements":null)"},
    Shape{
        4, "iam", "DeleteRolePolicy",
        R"("requestParameters":{"roleName":"role-$n","policyName":"inline"},"responseElements":null)"},
    Shape{
        4, "iam", "CreateUser",
        R"("requestParameters":{"userName":"user-$n"},"responseElements":{"user":{"path":"/","userName":"user-$n","userId":"AIDA$x$x","arn":"arn:aws:iam::$a:user/user-$n"}})"},
    Shape{4, "iam", "DeleteUser",
          R"("requestParameters":{"userName":"user-$n"},"responseElements":null)"},
    Shape{
        2, "ecr", "SetRepositoryPolicy",
        R"("requestParameters":{"registryId":"$a","repositoryName":"app-$n","policyText":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::$a:root\"},\"Action\":\"ecr:GetDownloadUrlForLayer\"}]}","force":false},"responseElements":{"registryId":"$a","repositoryName":"app-$n"})"},
    Shape{
        2, "ecr", "BatchDeleteImage",
        R"("requestParameters":{"registryId":"$a","repositoryName":"app-$n","imageIds":[{"imageDigest":"sha256:$x$x$x$x$x$x$x$x"}]},"responseElements":{"failures":[]})"},
};

constexpr std::array<std::string_view, 4> agents{
    "aws-cli/2.15.30 Python/3.11.8 Linux/6.1.0 exe/x86_64",
    "aws-sdk-go-v2/1.26.1 os/linux lang/go#1.22.2 md/GOOS#linux md/GOARCH#amd64",
    "Boto3/1.34.84 md/Botocore#1.34.84 ua/2.0 os/linux#6.1.79 md/arch#x86_64 lang/python#3.12.2",
    "APN/1.0 HashiCorp/1.0 Terraform/1.7.5 terraform-provider-aws/5.45.0 aws-sdk-go-v2/1.26.1",
};

class Record {
 public:
  explicit Record(std::uint64_t index)
      : index_(index),
        random_(index * 0x9e3779b97f4a7c15U),
        account_(next() % accounts),
        role_(next() % roles) {}

  std::string text(const Shape& shape) {
    out_ = R"({"eventVersion":"1.09",)";
    append(actor);
    append(R"(,"eventTime":"$t","eventSource":")");
    out_.append(shape.source).append(R"(.amazonaws.com","eventName":")").append(shape.name);
    append(R"(","awsRegion":"us-east-1","sourceIPAddress":"$i","userAgent":"$g",)");
    append(shape.rest);
    out_ += ',';
    append(ending);
    return std::move(out_);
  }

  template <std::size_t n>
  const Shape& pick(const std::array<Shape, n>& shapes) {
    std::uint64_t sum = 0;
    for (const Shape& shape : shapes) sum += shape.weight;
    std::uint64_t left = next() % sum;
    for (const Shape& shape : shapes) {
      if (left < shape.weight) return shape;
      left -= shape.weight;
    }
    return shapes.back();
  }

  int account() const { return static_cast<int>(account_); }

 private:
  std::uint64_t next() {  // SplitMix64
    random_ += 0x9e3779b97f4a7c15U;
    std::uint64_t z = random_;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  }

  void append(std::string_view shape) {
    for (std::size_t i = 0; i < shape.size(); ++i) {
      if (shape[i] == '$') {
        field(shape[++i]);
      } else {
        out_ += shape[i];
      }
    }
  }

  void field(char name) {
    switch (name) {
      case 'a':
        out_ += "1110000";
        return digits(account_, 5);
      case 't':
        return time();
      case 'u':
        return uuid();
      case 'x':
        return hexadecimal(8);
      case 'i':
        out_ += "10.";
        digits(next() % 256, 1);
        out_ += '.';
        digits(next() % 256, 1);
        out_ += ".7";
        return;
      case 'g':
        out_ += agents[next() % agents.size()];
        return;
      case 'n':
        return digits(role_, 1);
      case 'p':
        out_ += trust;
        return;
      default:
        out_ += name;
    }
  }

  void time() {
    const std::uint64_t second = index_ / 100;  // a hundred events a second
    out_ += "2026-03-";
    digits(1 + second / 86'400 % 28, 2);
    out_ += 'T';
    digits(second / 3'600 % 24, 2);
    out_ += ':';
    digits(second / 60 % 60, 2);
    out_ += ':';
    digits(second % 60, 2);
    out_ += 'Z';
  }

  void uuid() {
    hexadecimal(8);
    for (const std::size_t length : {4U, 4U, 4U, 12U}) {
      out_ += '-';
      hexadecimal(length);
    }
  }

  void hexadecimal(std::size_t length) {
    std::uint64_t bits = next();
    for (std::size_t i = 0; i < length; ++i, bits >>= 4U) out_ += "0123456789abcdef"[bits & 15U];
  }

  void digits(std::uint64_t value, std::size_t width) {
    const std::string text = std::to_string(value);
    if (text.size() < width) out_.append(width - text.size(), '0');
    out_ += text;
  }

  std::uint64_t index_;
  std::uint64_t random_;
  std::uint64_t account_, role_;
  std::string out_;
};

template <std::size_t n>
RecordedEvent made(std::uint64_t index, const std::array<Shape, n>& shapes, bool is_relevant) {
  Record record(index);
  const Shape& shape = record.pick(shapes);
  return {record.text(shape), record.account(), is_relevant};
}

}  // namespace

RecordedEvent recorded_event(std::uint64_t index) {
  if (index % recorded_relevant_every == 0) return recorded_change(index);
  return made(index, other_services, false);
}

RecordedEvent recorded_change(std::uint64_t index) { return made(index, changes, true); }

}  // namespace auditor
