import MIME
import SealedMail

/// What a message, or one part of it, is called in the commands that a page tells, each as it can be typed.
struct MessageName {
  /// The message as words of a command line.
  let message: String
  /// The part that is shown alone; nil for the whole message.
  var part: PartNumber?
  /// Whether what is shown came out of a layer of encryption, which numbers its parts anew.
  var isOpenedApart = false

  /// Names what is shown, in a command that takes a message and `--part`.
  var words: String { part.map { "\(message) --part \($0.text)" } ?? message }

  /// The command that reads the part with the number `section` among those that are shown.
  func reading(_ section: String) -> String {
    guard isOpenedApart, part != nil else { return "postseal read \(message) --part \(section)" }
    return "postseal decrypt \(words) | postseal read --part \(section)"
  }
}
