/// Bytes and names that nobody can guess, from the system's random source.
package enum SystemRandom {
  /// `count` random bytes.
  ///
  /// Source: `getrandom(2)`, through the standard library.
  package static func bytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return bytes(count, using: &generator)
  }

  /// `count` random bytes from `generator`, which a test may fix.
  package static func bytes(_ count: Int, using generator: inout some RandomNumberGenerator) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }

  /// A random name of `length` lower-case letters and digits (5 bits each), for boundaries, message IDs and temporary files.
  package static func name(_ length: Int) -> String {
    var generator = SystemRandomNumberGenerator()
    return name(length, using: &generator)
  }

  /// A random name of `length` lower-case letters and digits (5 bits each) from `generator`, which a test may fix.
  package static func name(_ length: Int, using generator: inout some RandomNumberGenerator) -> String {
    let alphabet = Array("abcdefghijkmnpqrstuvwxyz23456789")
    return String((0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] })
  }
}
