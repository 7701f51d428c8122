#include "consumer/scan/chunk_reader.h"

#include <algorithm>
#include <string_view>

#include "consumer/decoding/envelope.h"
#include "consumer/decoding/json_scanner.h"

namespace auditor {

void PieceMessages::read(const FilePiece& piece, const OnMessage& on_message) {
  std::string_view text = piece.bytes;
  bool has_lines = piece.form == FilePiece::Form::lines;
  if (piece.form == FilePiece::Form::compressed) {
    // What cannot be inflated stays as it is: the envelope will say why, in the quarantine.
    text = inflater_.inflate(piece.bytes, file_text_bytes_max).value_or(text);
    has_lines = is_line_wise(trim_json(text));
  }
  if (has_lines) return read_lines(piece, text, on_message);
  if (!trim_json(text).empty()) on_message({text, piece.path, 0, 0, -1});
}

void PieceMessages::read_lines(const FilePiece& piece, std::string_view text,
                               const OnMessage& on_message) {
  for (std::int64_t line = piece.first_line; !text.empty(); ++line) {
    const std::size_t length = std::min(text.find('\n'), text.size());
    const RawMessage message{text.substr(0, length), piece.path, 0, line, -1};
    if (!trim_json(message.payload).empty()) on_message(message);
    text.remove_prefix(std::min(length + 1, text.size()));
  }
}

}  // namespace auditor
