/// What gpg says while an operation runs, for those who want to watch.
///
/// Nothing is concluded from it: outcomes are in the reports and errors. A session key is never among it. The arguments may hold foreign text.
/// GPGME: `gpgme_status_cb_t`, `gpgme_progress_cb_t`
package enum EngineEvent: Sendable, Equatable {
  /// One status line: its keyword, such as "GOODMDC", and what follows it.
  case status(keyword: String, arguments: String)
  /// How far gpg has come with something slow: what (such as "primegen" or a file), how much of `total`, which is 0 when unknown.
  case progress(what: String, done: Int, total: Int)

  /// The event that a status line is.
  init(keyword: String, arguments: String) {
    // PROGRESS <what> <char> <cur> <total> [<units>]
    let fields = arguments.split(separator: " ")
    if keyword == "PROGRESS", fields.count >= 4, let done = Int(fields[2]), let total = Int(fields[3]) {
      self = .progress(what: String(fields[0]), done: done, total: total)
    } else {
      self = .status(keyword: keyword, arguments: arguments)
    }
  }
}
