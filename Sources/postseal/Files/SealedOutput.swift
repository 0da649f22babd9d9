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
  init(_ plan: SealPlan, output: OutputOptions) throws {
    let policy = Output.policy(forced: output.force)
    // Without encryption all copies are the same bytes, and one output takes them.
    let copies = plan.protection.isEncrypted ? plan.copies : Array(plan.copies.prefix(1))
    guard plan.protection.isEncrypted, copies.contains(where: \.isBlind) else {
      let sink = try Output.sink(to: output.output, policy: policy)
      outputs = copies.map { ($0, sink) }
      return
    }
    guard let folder = output.output, folder != "-" else {
      throw Failure(
        .usage,
        copies.count == 1
          ? "the message has a Bcc recipient, whose copy is a file of its own"
          : "the message has Bcc recipients, so there are \(copies.count) copies to write",
        hint: "name a folder for them with `-o DIR`, or use `postseal send`")
    }
    var taken: Set<String> = []
    outputs = try copies.map { copy in
      (copy, try Output.file(FilePath(folder).appending(Self.name(of: copy, besides: &taken)), policy: policy))
    }
  }

  /// Where a copy is collected while it is made: in the file it is meant for, when nobody sees that before it is finished.
  func storage(for copy: PlannedCopy) -> any StoringSink {
    outputs.first { $0.copy == copy }?.sink.stagedFile ?? Spool(memoryLimit: Sealer.spoolInMemory)
  }

  /// Writes the finished copies; each file appears when all of them are written.
  ///
  /// - Throws: `StreamError`.
  func write(_ copies: [SealedCopy]) throws(StreamError) {
    for (copy, output) in zip(copies, outputs) {
      let isThere = output.sink.stagedFile.map { $0.count > 0 } ?? false
      // Sign-only copies of one message are the same bytes, collected once.
      if !isThere { try copy.message.bytes.source().copy(to: output.sink) }
    }
    for output in outputs { try output.sink.finish() }
  }

  /// `shared.eml`, or `bcc-erin@example.net.eml`; numbered where another copy has the name already.
  private static func name(of copy: PlannedCopy, besides taken: inout Set<String>) -> String {
    let stem = copy.isBlind ? "bcc-\(copy.addresses[0].text)" : "shared"
    let name = AttachmentName("\(stem).eml".replacing("/", with: "_"), number: taken.count + 1)
    var number = 1
    // Some file systems hold capitals and small letters for the same.
    while !taken.insert(name.numbered(number).lowercased()).inserted { number += 1 }
    return name.numbered(number)
  }
}
