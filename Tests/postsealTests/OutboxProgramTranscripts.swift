import ByteStreams
import Foundation
import SystemPackage
import TestSupport
import Testing

/// What a sendmail program gets of us when we are killed while it is at work: all of a copy, and of others nothing.
@Suite struct OutboxProgramTranscripts {
  let stage: OutboxStage

  init() throws { stage = try OutboxStage() }

  /// A sendmail of this test, in which `$D` is the stage's folder and `$N` the number of the run.
  private func sendmail(_ script: String) throws -> String {
    let opening = "#!/bin/sh\nD=\(stage.stage.folder.path)\necho run >> \"$D/runs\"; N=$(grep -c . \"$D/runs\")\n"
    let path = try stage.stage.folder.write(Array("\(opening)\(script)\n".utf8), to: "sendmail")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path.string)
    return path.string
  }

  private func text(_ name: String) throws -> String {
    String(decoding: try stage.stage.folder.read(name), as: UTF8.self)
  }

  /// The message is larger than what a pipe holds, so that a pipe would break off.
  private func letter() -> Letter {
    var letter = Letter(bcc: "erin@example.org")
    letter.attachments = [("noise.bin", "application/octet-stream", SystemRandom.bytes(400_000))]
    return letter
  }

  @Test(arguments: [
    #"kill -9 $PPID; sleep 0.3; cat > "$D/part$N""#,
    #"head -c 1000 > "$D/part$N"; kill -9 $PPID; sleep 0.3; cat >> "$D/part$N""#,
    #"cat > "$D/part$N"; kill -9 $PPID"#,
  ])
  func `a run that is killed leaves no half message with a program, and doubles none`(script: String) throws {
    try stage.stage.write(letter())
    let program = try sendmail("\(script); mv \"$D/part$N\" \"$D/got$N\"")
    let run = try stage.run("send", "letter.eml", "--via", "sendmail:\(program)")
    #expect(run.status == 137)
    while try !stage.stage.folder.contents().contains("got1") { usleep(20_000) }
    #expect(try text("got1").hasSuffix("--\n") && text("got1").contains("-----END PGP MESSAGE-----"))
    #expect(try stage.run("outbox", "send").status == 0)
    #expect(try text("runs") == "run\n")
    #expect(try stage.files().map { String($0.prefix { $0 != "/" }) } == ["unknown", "unknown"])
    _ = try sendmail(#"cat > "$D/part$N"; mv "$D/part$N" "$D/got$N""#)
    #expect(try stage.run("outbox", "send", "--resend").status == 0)
    #expect(try text("got2") == text("got1"))
    #expect(try text("got3").hasSuffix("--\n"))
    #expect(try stage.files() == [])
  }
}
