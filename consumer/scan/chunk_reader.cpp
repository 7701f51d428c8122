#include "consumer/scan/chunk_reader.h"

#include <algorithm>
#include <string_view>

#include "consumer/decoding/envelope.h"
#include "consumer/decoding/json_scanner.h"

namespace auditor {

void ChunkReader::read(const FileChunk& chunk, const OnMessage& on_message) {
  std::string_view text = chunk.bytes;
  bool has_lines = chunk.form == FileChunk::Form::lines;
  if (chunk.form == FileChunk::Form::compressed) {
    // What cannot be inflated stays as it is: the envelope will say why, in the quarantine.
    text = inflater_.inflate(chunk.bytes, file_text_bytes_max).value_or(text);
    has_lines = is_line_wise(trim_json(text));
  }
  if (has_lines) return read_lines(chunk, text, on_message);
  if (!trim_json(text).empty()) on_message({text, chunk.path, 0, 0, -1});
}

void ChunkReader::read_lines(const FileChunk& chunk, std::string_view text,
                             const OnMessage& on_message) {
  for (std::int64_t line = chunk.first_line; !text.empty(); ++line) {
    const std::size_t length = std::min(text.find('\n'), text.size());
    const RawMessage message{text.substr(0, length), chunk.path, 0, line, -1};
    if (!trim_json(message.payload).empty()) on_message(message);
    text.remove_prefix(std::min(length + 1, text.size()));
  }
}

}  // namespace auditor
