import Foundation
import TestSupport

// Generates messages, and tells how postseal reads messages; `Scripts/differential` compares that with other readers.
//   generate FOLDER COUNT SEED   writes that many messages into the folder
//   read FOLDER                  prints one line of JSON for each message in the folder

@main struct Differential {
  static func main() {
    do {
      try run(Array(CommandLine.arguments.dropFirst()))
    } catch {
      FileHandle.standardError.write(Data("differential: \(error)\n".utf8))
      exit(1)
    }
  }

  private static func run(_ arguments: [String]) throws {
    let folder = URL(fileURLWithPath: arguments.count > 1 ? arguments[1] : "")
    switch arguments.first {
    case "generate" where arguments.count == 4:
      guard let count = Int(arguments[2]), let seed = UInt64(arguments[3]) else { throw UsageError() }
      try generate(count, seed: seed, into: folder)
    case "read" where arguments.count == 2: try read(folder)
    default: throw UsageError()
    }
  }

  private static func generate(_ count: Int, seed: UInt64, into folder: URL) throws {
    for number in 0..<count {
      var maker = MessageMaker(seed: seed, number: number)
      let name = String(format: "%06d.eml", number)
      try Data(maker.message()).write(to: folder.appendingPathComponent(name))
    }
  }

  private static func read(_ folder: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() where name.hasSuffix(".eml") {
      let message = [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
      var line = try encoder.encode(Reading(of: message, file: name))
      line.append(0x0A)
      FileHandle.standardOutput.write(line)
    }
  }
}

/// Arguments that this program does not know.
struct UsageError: Error, CustomStringConvertible {
  let description = "usage: Differential generate FOLDER COUNT SEED | read FOLDER"
}
