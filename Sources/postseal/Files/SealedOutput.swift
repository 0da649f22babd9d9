import ByteStreams
import MIME
import SealedMail
import SystemPackage

/// Where the copies of a sealed message go: one copy to a file or standard output, several into a folder.
struct SealedOutput {
  private enum Place {
    case single(any ByteSink)
    case folder([OutputFile])
  }

  private let place: Place

  /// Prepares every output before anything is encrypted, so that an existing file is told at once.
  ///
  /// - Throws: `Failure` 64 when there are Bcc recipients and no folder, `StreamError`.
  init(copies: [PlannedCopy], output: OutputOptions) throws {
    let policy = Output.policy(forced: output.force)
    guard copies.count > 1 else {
      place = .single(try Output.sink(to: output.output, policy: policy))
      return
    }
    guard let folder = output.output, folder != "-" else {
      throw Failure(
        .usage, "the message has Bcc recipients, so there are \(copies.count) copies to write",
        hint: "name a folder for them with `-o DIR`, or use `postseal send`")
    }
    place = .folder(
      try copies.enumerated().map { index, copy in
        try Output.file(FilePath(folder).appending(Self.name(of: copy, number: index + 1)), policy: policy)
      })
  }

  /// Writes the finished copies; each file appears when all of them are written.
  ///
  /// - Throws: `StreamError`.
  func write(_ copies: [SealedCopy]) throws(StreamError) {
    let sinks: [any ByteSink] =
      switch place {
      case .single(let sink): [sink]
      case .folder(let files): files
      }
    // Sign-only and clear copies of one message are the same bytes: one output takes the first.
    for (copy, sink) in zip(copies, sinks) { try copy.message.bytes.source().copy(to: sink) }
    for sink in sinks { try sink.finish() }
  }

  /// `shared.eml`, or `bcc-erin@example.net.eml`.
  private static func name(of copy: PlannedCopy, number: Int) -> String {
    let stem = copy.isBlind ? "bcc-\(copy.addresses.first?.text ?? String(number))" : "shared"
    return AttachmentName("\(stem).eml".replacing("/", with: "_"), number: number).text
  }
}
