import ByteStreams
import Subprocess
import SystemPackage

/// Folders as tar archives, which the system's tar makes and unpacks.
enum FolderArchive {
  /// What tar says is kept up to this many bytes.
  private static let wordsLimit = 1 << 20

  /// A tar at work on a folder.
  struct Packing {
    private let pipe: BytePipe
    private let run: Task<Void, any Error>

    fileprivate init(_ pipe: BytePipe, _ run: Task<Void, any Error>) {
      self.pipe = pipe
      self.run = run
    }

    /// The archive, to be read once.
    var source: any ByteSource { pipe.source }

    /// Waits for tar; what was read counts only after this.
    ///
    /// - Throws: `Failure` 66 when it could not read all of the folder, or something in it changed meanwhile.
    func finish() async throws {
      pipe.close()
      try await run.value
    }
  }

  /// Starts to pack a folder, under its own name.
  ///
  /// Symbolic links are packed as links, and sockets not at all.
  /// - Throws: `Failure` 66 for `/` and what has no name, `StreamError`.
  static func pack(_ folder: FilePath) throws -> Packing {
    let whole = try Folders.resolved(folder)
    guard let name = whole.lastComponent?.string else {
      throw Failure(.noInput, "cannot pack \(folder): it has no name", hint: "name a folder in it")
    }
    let pipe = try BytePipe(.reading, subject: "tar")
    let arguments = ["-c", "-f", "-", "-C", whole.removingLastComponent().string, "./\(name)"]
    let run = start(arguments, what: "pack \(folder)", status: .noInput) { arguments in
      let result = try await Subprocess.run(
        .name("tar"), arguments: arguments, input: .none,
        output: .fileDescriptor(pipe.given, closeAfterSpawningProcess: true), error: .string(limit: wordsLimit))
      return (result.terminationStatus, result.standardError)
    }
    return Packing(pipe, run)
  }

  /// Unpacks an archive into a new folder that appears complete or not at all.
  ///
  /// Nothing outside it is written, whatever the archive says; who owned a file there is forgotten. An archive of a single folder
  /// becomes that folder, whatever its name was.
  /// - Parameters:
  ///   - folder: must not exist.
  ///   - fill: writes the archive.
  /// - Throws: `Failure` 65 for what tar cannot unpack, 73 when the folder cannot be made, and what `fill` throws.
  static func unpack(into folder: FilePath, _ fill: (any ByteSink) throws -> Void) async throws {
    let staged: StagedFolder
    do throws(StreamError) {
      staged = try StagedFolder(as: folder)
    } catch .system(let errno, _, _) {
      throw Failure(.cannotCreate, "cannot create \(folder): \(errno.sentence)")
    } catch {
      throw Failure(
        .cannotCreate, "cannot unpack into \(folder): it exists", hint: "name a new folder with `-o FOLDER`")
    }
    let pipe = try BytePipe(.writing, subject: "tar")
    let arguments = ["-x", "-f", "-", "-C", staged.path.string, "--no-same-owner", "--no-same-permissions"]
    let run = start(arguments, what: "unpack the archive", status: .malformedInput) { arguments in
      let result = try await Subprocess.run(
        .name("tar"), arguments: arguments, input: .fileDescriptor(pipe.given, closeAfterSpawningProcess: true),
        output: .discarded, error: .string(limit: wordsLimit))
      return (result.terminationStatus, result.standardError)
    }
    let filled = Result { try fill(pipe.sink) }
    pipe.close()
    // Of an archive that tar gave up, its reason says more than the broken pipe.
    try await run.value
    try filled.get()
    try staged.finish()
  }

  /// Runs tar on a thread of its own, as ours waits for its bytes.
  private static func start(
    _ arguments: [String], what: String, status: ExitStatus,
    _ tar: @escaping @Sendable (Arguments) async throws -> (TerminationStatus, String?)
  ) -> Task<Void, any Error> {
    Task(executorPreference: ThreadExecutor()) {
      let (termination, words): (TerminationStatus, String?)
      do {
        (termination, words) = try await tar(Arguments(arguments))
      } catch {
        throw Failure(.systemError, "cannot \(what): tar does not run", hint: "install tar, and see that it is in PATH")
      }
      guard !termination.isSuccess else { return }
      throw Failure(status, "cannot \(what): \(reason(in: words ?? ""))")
    }
  }

  /// What is wrong, from lines such as `/usr/bin/tar: what is wrong`, among which are some that only tell what tar does.
  private static func reason(in words: String) -> Substring {
    let lines = words.split(separator: "\n").map { $0.trimmingPrefix { !$0.isWhitespace }.trimmingPrefix(" ") }
    let remarks = ["Removing leading", "Exiting with failure status"]
    return lines.first { line in !remarks.contains { line.hasPrefix($0) } } ?? lines.first ?? "tar failed"
  }
}
