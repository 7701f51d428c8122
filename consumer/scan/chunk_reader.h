// A chunk of a file -> its messages: inflated where it is compressed, a message a line where each
// line is a document. `topic` is the path, `offset` the line (from 0), or 0 for a file that is one
// message.
//
// Each thread owns one, with the room that it inflates into.
// Tested by file_chunks_test.cpp.
#pragma once

#include <cstddef>
#include <functional>

#include "consumer/decoding/compression.h"
#include "consumer/decoding/raw_message.h"
#include "consumer/scan/file_chunks.h"

namespace auditor {

class ChunkReader {
 public:
  // The views of a message live during the call.
  using OnMessage = std::function<void(const RawMessage& message)>;

  void read(const FileChunk& chunk, const OnMessage& on_message);

 private:
  void read_text(const FileChunk& chunk, std::string_view text, bool has_lines,
                 const OnMessage& on_message);
  void read_lines(const FileChunk& chunk, std::string_view text, const OnMessage& on_message);

  Inflater inflater_;
};

}  // namespace auditor
