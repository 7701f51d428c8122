#include "consumer/scan/chunk_reader.h"

#include <algorithm>
#include <string_view>

#include "consumer/decoding/envelope.h"
#include "consumer/decoding/json_scanner.h"

namespace auditor {

void ChunkReader::read(const FileChunk& chunk, const OnMessage& on_message) {
  if (chunk.form == FileChunk::Form::compressed) {
    const Inflated inflated = inflater_.inflate(chunk.bytes, file_text_bytes_max);
    read_text(chunk, inflated.text, is_line_wise(trim_json(inflated.text)), on_message);
    if (inflated.damage.empty()) return;
    const std::string_view rest = std::string_view(chunk.bytes).substr(inflated.damaged_from);
    return on_message({rest, chunk.path, 0, 0, -1, inflated.damage});
  }
  read_text(chunk, chunk.bytes, chunk.form == FileChunk::Form::lines, on_message);
}

void ChunkReader::read_text(const FileChunk& chunk, std::string_view text, bool has_lines,
                            const OnMessage& on_message) {
  if (has_lines) return read_lines(chunk, text, on_message);
  if (!trim_json(text).empty()) on_message({text, chunk.path, 0, 0, -1});
}

void ChunkReader::read_lines(const FileChunk& chunk, std::string_view text,
                             const OnMessage& on_message) {
  for (std::int64_t line = chunk.first_line; !text.empty(); ++line) {
    const std::size_t length = std::min(text.find('\n'), text.size());
    const RawMessage message{text.substr(0, length), chunk.path, 0, line};
    if (!trim_json(message.payload).empty()) on_message(message);
    text.remove_prefix(std::min(length + 1, text.size()));
  }
}

}  // namespace auditor
