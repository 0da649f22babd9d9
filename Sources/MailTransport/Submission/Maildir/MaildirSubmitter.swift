import ByteStreams
import MIME
package import SystemPackage

/// Delivers mail into a Maildir of this machine: each copy once, whatever the number of its recipients.
///
/// The envelope is recorded as a delivering agent does it: above the message stand `Return-Path: <…>` and one
/// `Delivered-To:` for each recipient of the envelope, in its order; then the message byte for byte, with its CRLF line ends.
/// Source: RFC 5321 §4.4 (Return-Path); https://cr.yp.to/proto/maildir.html
package struct MaildirSubmitter: Submitter {
  package let path: FilePath

  /// The time of the delivery, in seconds since 1970, for the names of the files.
  package let time: Int

  package init(path: FilePath, time: Int) {
    self.path = path
    self.time = time
  }

  /// Writes every copy first, and gives them their names only then, so that a full disk delivers nothing.
  ///
  /// Nobody sees a file before all of it is on the disk: it has no name until then, which is more than `tmp/` could promise.
  package func submit(
    _ copies: [Submission], rule: PartialRule, progress: @escaping @Sendable (SubmissionProgress) -> Void
  ) async throws(TransportError) -> SubmissionReport {
    let total = try ContentSurvey.of(copies).reduce(0) { $0 + $1.octets }
    for folder in [path, path.appending("tmp"), path.appending("new"), path.appending("cur")] {
      try local { () throws(StreamError) in try Folders.create(folder) }
    }
    var files: [(name: String, file: OutputFile)] = []
    var sent = 0
    for copy in copies {
      let name = MaildirName.next(at: time)
      let target = path.appending("new").appending(name)
      let file = try local { () throws(StreamError) in try OutputFile(target, policy: .neverReplace) }
      files.append((name, file))
      try local { () throws(StreamError) in try file.write(Array(Self.trace(of: copy.envelope).utf8)) }
      try write(copy, to: file) { progress(SubmissionProgress(sent: sent + $0, total: total)) }
      sent += copy.message.bytes.count
    }
    var reports: [CopyReport] = []
    var interruption: TransportError?
    for (copy, (name, file)) in zip(copies, files) {
      do throws(TransportError) {
        try local { () throws(StreamError) in try file.finish() }
        reports.append(CopyReport(copy, everybody: .accepted(ForeignText("new/\(name)"))))
      } catch {
        if reports.isEmpty { throw error }
        interruption = error
        break
      }
    }
    reports += copies.dropFirst(reports.count).map { CopyReport($0, everybody: .withheld) }
    return SubmissionReport(
      channel: path.string, copies: reports, interruption: interruption,
      lacksNotices: copies.contains { $0.notice?.events.isEmpty == false })
  }

  /// The lines that record the envelope.
  static func trace(of envelope: Envelope) -> String {
    "Return-Path: <\(envelope.reversePathText)>\r\n"
      + envelope.recipients.map { "Delivered-To: \($0.text)\r\n" }.joined()
  }

  private func write(_ copy: Submission, to file: OutputFile, progress: (Int) -> Void) throws(TransportError) {
    var reader = ContentReader(copy)
    while let chunk = try reader.next() {
      if Task.isCancelled { throw .cancelled }
      try local { () throws(StreamError) in try file.write(chunk) }
      progress(reader.offset)
    }
  }

  /// Turns an error of the folder's files into ours.
  private func local<Result>(_ body: () throws(StreamError) -> Result) throws(TransportError) -> Result {
    do throws(StreamError) { return try body() } catch { throw .maildir(path: path.string, error) }
  }
}
