import CGPGME

/// Answers the questions of `gpg --edit-key` from a list: for each question the answers in the order it may come.
///
/// A question that is not in the list, or comes too often, ends the dialogue with an error: never guess.
/// GPGME: `gpgme_op_interact`
final class EditDialogue {
  private var answers: [String: [String]]
  /// The question that nobody foresaw, by gpg's name for it; nil when there was none.
  private(set) var unexpectedQuestion: String?

  init(answers: [String: [String]]) {
    self.answers = answers
  }

  fileprivate func answer(_ question: String, on descriptor: CInt) -> gpgme_error_t {
    guard var left = answers[question], !left.isEmpty else {
      unexpectedQuestion = unexpectedQuestion ?? question
      return gpgme_error(GPG_ERR_UNEXPECTED)
    }
    let line = left.removeFirst() + "\n"
    answers[question] = left
    // gpgme_io_writen takes the bytes counted before it returns.
    return unsafe line.utf8.withContiguousStorageIfAvailable { bytes in
      unsafe gpgme_io_writen(descriptor, bytes.baseAddress, bytes.count) == 0 ? 0 : gpgme_error(GPG_ERR_EIO)
    } ?? gpgme_error(GPG_ERR_EIO)
  }
}

/// Called by gpgme with the dialogue that was registered; only GET_… lines with a descriptor are questions.
func answerDialogue(
  _ hook: UnsafeMutableRawPointer?, _ keyword: UnsafePointer<CChar>?, _ arguments: UnsafePointer<CChar>?,
  _ descriptor: CInt
) -> gpgme_error_t {
  guard descriptor >= 0, let hook = unsafe hook, let keyword = unsafe text(keyword), keyword.hasPrefix("GET_") else {
    return 0
  }
  let dialogue = unsafe Unmanaged<EditDialogue>.fromOpaque(hook).takeUnretainedValue()
  return unsafe dialogue.answer(text(arguments) ?? "", on: descriptor)
}
