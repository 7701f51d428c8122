// Tested by event_id_test.cpp.
#include "evaluator/text/shared_text.h"

#include <cstring>
#include <new>

namespace auditor {

// The bytes of the text stand behind it.
struct SharedText::Block {
  explicit Block(std::size_t bytes) : size(bytes) {}

  char* text() { return reinterpret_cast<char*>(this + 1); }

  std::size_t owners = 1;
  std::size_t size;
};

SharedText::SharedText(std::string_view text) {
  if (text.empty()) return;
  block_ = new (::operator new(sizeof(Block) + text.size())) Block(text.size());
  std::memcpy(block_->text(), text.data(), text.size());
}

SharedText::SharedText(const SharedText& other) noexcept : block_(other.block_) {
  if (block_) ++block_->owners;
}

SharedText::~SharedText() {
  if (!block_ || --block_->owners > 0) return;
  block_->~Block();
  ::operator delete(block_);
}

std::string_view SharedText::view() const {
  return block_ ? std::string_view(block_->text(), block_->size) : std::string_view();
}

std::size_t SharedText::owners() const { return block_ ? block_->owners : 0; }

}  // namespace auditor
