/// Names one part of an opened message, to be judged alone: its section number, and of several inline blocks in it the one that is meant.
///
/// Source: RFC 9051 §6.4.5.1
package struct PartNumber: Sendable, Equatable {
  /// The section number, such as "1.2".
  package let section: String
  /// Which of its inline blocks, from 1; nil when it needs no saying.
  package let block: Int?

  /// The number as it is given.
  package var text: String { block.map { "\(section):\($0)" } ?? section }

  /// Reads "1.2", or "1.2:3" for the third inline block of that part; nil for anything else.
  package init?(_ text: String) {
    let halves = text.split(separator: ":", omittingEmptySubsequences: false)
    guard halves.count <= 2, Self.isNumbers(halves[0]), text.utf8.count <= 1000 else { return nil }
    section = String(halves[0])
    guard halves.count == 2 else {
      block = nil
      return
    }
    guard let number = Int(halves[1]), number > 0, Self.isNumbers(halves[1]) else { return nil }
    block = number
  }

  private static func isNumbers(_ text: Substring) -> Bool {
    text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { number in
      !number.isEmpty && number.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
  }
}
