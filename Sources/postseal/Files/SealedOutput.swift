import ByteStreams
import MIME
import SealedMail
import SystemPackage

/// Where the copies of a sealed message go: one copy to a file or standard output, several into a folder.
struct SealedOutput {
  private let outputs: [(copy: PlannedCopy, sink: any ByteSink)]

  /// Prepares every output before anything is encrypted, so that an existing file is told at once.
  ///
  /// - Throws: `Failure` 64 when there are Bcc recipients and no folder, `StreamError`.
  init(copies: [PlannedCopy], output: OutputOptions) throws {
    let policy = Output.policy(forced: output.force)
    guard copies.count > 1 else {
      let sink = try Output.sink(to: output.output, policy: policy)
      outputs = copies.map { ($0, sink) }
      return
    }
    guard let folder = output.output, folder != "-" else {
      throw Failure(
        .usage, "the message has Bcc recipients, so there are \(copies.count) copies to write",
        hint: "name a folder for them with `-o DIR`, or use `postseal send`")
    }
    outputs = try copies.enumerated().map { index, copy in
      (copy, try Output.file(FilePath(folder).appending(Self.name(of: copy, number: index + 1)), policy: policy))
    }
  }

  /// Where a copy is collected while it is made: in the file it is meant for, when nobody sees that before it is finished.
  func storage(for copy: PlannedCopy) -> any StoringSink {
    let file = outputs.first { $0.copy == copy }.flatMap { $0.sink as? OutputFile }
    guard let file, file.placement == .atomic else { return Spool(memoryLimit: Sealer.spoolInMemory) }
    return file
  }

  /// Writes the finished copies; each file appears when all of them are written.
  ///
  /// - Throws: `StreamError`.
  func write(_ copies: [SealedCopy]) throws(StreamError) {
    for (copy, output) in zip(copies, outputs) {
      let isThere = (output.sink as? OutputFile).map { $0.placement == .atomic && $0.count > 0 } ?? false
      // Sign-only copies of one message are the same bytes, collected once.
      if !isThere { try copy.message.bytes.source().copy(to: output.sink) }
    }
    for output in outputs { try output.sink.finish() }
  }

  /// `shared.eml`, or `bcc-erin@example.net.eml`.
  private static func name(of copy: PlannedCopy, number: Int) -> String {
    let stem = copy.isBlind ? "bcc-\(copy.addresses.first?.text ?? String(number))" : "shared"
    return AttachmentName("\(stem).eml".replacing("/", with: "_"), number: number).text
  }
}
