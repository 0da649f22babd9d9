import ArgumentParser
import MIME
import MailTransport

/// What is found wrong with the values of options before a command does anything.
enum OptionValue {
  /// Refuses a value that cannot be read as what it has to be, naming its option.
  ///
  /// - Throws: `ValidationError`, which ends with 64.
  static func check(_ option: String, _ read: () throws -> Void) throws(ValidationError) {
    do {
      try read()
    } catch {
      throw ValidationError("\(option): \(words(of: error)).")
    }
  }

  /// What is wrong with a value.
  static func words(of error: any Error) -> String {
    (error as? TransportError)?.description ?? Failure(error)?.sentences.joined(separator: "; ") ?? "\(error)"
  }

  /// The same for one that must only not be empty, which is what an unset variable of a script leaves.
  static func checkIsThere(_ option: String, _ value: String?) throws(ValidationError) {
    if value == "" { throw ValidationError("\(option) must not be empty.") }
  }
}
