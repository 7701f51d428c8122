#include "consumer/decoding/carrier.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace auditor::carrier_test {
namespace {

std::string report(std::string_view json) { return report_in(WrappingMembers(json)); }

TEST(Carrier, MayHoldARecordPlainlyOrInBase64) {
  for (const char* json : {R"({"a":"{\"eventName\":\"x\"}"})", R"({"eventCategory":"Insight"})",
                           R"("H4sIAAAAAAAAAAAAAAAAAAAA")", R"("eyJldmVudE5hbWUiOiJ4In0")",
                           R"(["KLUv/SQAAAAAAAAAAAAAAA"])"}) {
    EXPECT_TRUE(may_hold_record(json)) << json;
  }
  EXPECT_FALSE(may_hold_record(R"({"EventName":"x","message":"GET /"})"));
}

TEST(Carrier, HoldsTextsInMembersOfTheirNames) {
  for (const char* key :
       {"message", "Message", "@message", "_raw", "full_message", "event.original", "log",
        "stringValue", "data_base64", "CloudTrailEvent", "aws_cloudtrail"}) {
    EXPECT_TRUE(holds_text(key)) << key;
  }
  for (const char* key : {"user_agent", "value", "short_message", "NextToken", "", "messages"}) {
    EXPECT_FALSE(holds_text(key)) << key;
  }
}

TEST(Carrier, ReportsIfAKeySaysSo) {
  EXPECT_EQ(report(R"({"lastError":"x","eventName":1})"), "lastError");
  EXPECT_EQ(report(R"({"a":[{"b":{"stackTrace" : [1]}}],"c":{"eventName":1}})"), "stackTrace");
  EXPECT_EQ(report("{\"\x1b_error\":1,\"c\":{\"eventName\":1}}"), "?_error");
  EXPECT_TRUE(is_report_key("DeadLetterReason"));
}

TEST(Carrier, DoesNotReportIfNothingIsReported) {
  for (const char* json :
       {R"({"error":null,"b":{"errors": []},"c":"eventName"})",
        R"({"path":"/error","c":"eventName"})", R"({"c":["error","reason"],"d":"eventName"})",
        R"({"ecs":{},"error":"x","c":"eventName"})", R"({"errorCode":"x","eventName":"y"})"}) {
    EXPECT_EQ(report(json), "") << json;
  }
  // The record's own members are not the carrier's.
  EXPECT_EQ(report(R"({"aws":{"eventSource":"a","eventName":"b","errorCode":"c"}})"), "");
}

}  // namespace
}  // namespace auditor::carrier_test
