import ArgumentParser

/// A command that does something: it has the common options and ends with a status.
protocol Command: Documented {
  var options: GlobalOptions { get }

  /// Does the work and reports it.
  ///
  /// - Throws: any module's error; `Failure.init(_:)` turns it into words and a status.
  func perform() async throws -> ExitStatus
}
