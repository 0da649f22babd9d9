import ArgumentParser

/// A command whose help ends with examples.
protocol Documented: ParsableCommand {
  /// Two calls that work as they stand.
  static var examples: [String] { get }
}

extension Documented {
  /// The end of the help text.
  static var examplesText: String {
    "EXAMPLES:\n" + examples.map { "  \($0)" }.joined(separator: "\n")
  }
}
