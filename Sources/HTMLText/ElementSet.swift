/// Some of the known elements: a test for one takes no time, since the stack is searched for every tag.
struct ElementSet {
  private let bits: UInt128

  /// The elements of these names, all of which must be known.
  init(_ names: String) {
    bits = names.split(separator: " ").reduce(0) { $0 | 1 << UInt128(HTMLElement(String($1)).code) } & ~1
  }

  private init(bits: UInt128) { self.bits = bits }

  func contains(_ element: HTMLElement) -> Bool { bits >> UInt128(element.code) & 1 == 1 }

  func union(_ other: ElementSet) -> ElementSet { ElementSet(bits: bits | other.bits) }

  func subtracting(_ other: ElementSet) -> ElementSet { ElementSet(bits: bits & ~other.bits) }
}
