/// Messages to bob of `Keyrings/`, each with a sound MDC around content that is not whole: made with the message's own session key.
package enum CraftedMessage: String, CaseIterable, Sendable {
  /// Literal data whose announced length swallows the MDC packet.
  case swallowedCheck
  /// The same in chunks, where no length is announced.
  case swallowedCheckInChunks
  /// Literal data that ends inside a chunk.
  case openChunk
  /// Compressed data that ends early.
  case cutCompression
  /// A marker packet and no text.
  case noText
  /// Literal data that ends before gpg shows any of it.
  case endsInHeader
  /// Nothing at all inside.
  case emptyPacket
  /// Two texts, of which gpg drops the second in silence or with an error.
  case twoTexts
  /// Whole, to show that the others fail for their defect alone.
  case whole

  /// The message's bytes.
  package var bytes: [UInt8] {
    var bits: UInt32 = 0
    var count = 0
    var bytes: [UInt8] = []
    for character in text.utf8 where character != UInt8(ascii: "\n") && character != UInt8(ascii: "=") {
      guard let value = Self.alphabet.firstIndex(of: character) else { preconditionFailure("base64") }
      bits = bits << 6 | UInt32(value)
      count += 6
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    return bytes
  }

  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  private var text: String {
    switch self {
    case .swallowedCheck:
      """
      hF4Dauo0llhX+xUSAQdA/EKlY1FptkCNLULsVbGLTj3LLJSRj6U+iMkzMEVuCncw2UuBGYVdksFdkiSE9JY24iVEA0LpzoUaHbEC
      gaHDhP1g9kPC5GAIdnrdXnlhtZvd0l8BtNbYOVUz0QIe8Clv9OCcPe+NmAFpaecbAHk8u8CeyuueCZPOR0CA+rNFB+uY7W1Jwdmw
      03dh9fU4ayxBf/5Be8e7b8NFzkTxmzyUbUQPGxqoy5qrgxOUzD3t5JME5g==
      """
    case .swallowedCheckInChunks:
      """
      hF4Dauo0llhX+xUSAQdA/EKlY1FptkCNLULsVbGLTj3LLJSRj6U+iMkzMEVuCncw2UuBGYVdksFdkiSE9JY24iVEA0LpzoUaHbEC
      gaHDhP1g9kPC5GAIdnrdXnlhtZvd0o4BtNbYOVUz0QIe8Clv9OCcPe+NmygKhDcaEXlt27FP3qdO36wbdebd2kGX0dg7MQeeF7se
      FpMpGeSaFlsxSTnwlaCKrybUZng1Qt8/vESehviBs0CqlVUrK6ew7dLa9w4qHBMBDZexQFr4DsDqSVe0HrsIioHn079s+JHxBN+T
      B12M7hfCYGFkhbw7oSL2
      """
    case .openChunk:
      """
      hF4Dauo0llhX+xUSAQdA/EKlY1FptkCNLULsVbGLTj3LLJSRj6U+iMkzMEVuCncw2UuBGYVdksFdkiSE9JY24iVEA0LpzoUaHbEC
      gaHDhP1g9kPC5GAIdnrdXnlhtZvd0ooBtNbYOVUz0QIe8Clv9OCcPe+NmxQKhDeaEHk9x7RPfdK5fjJGHC1GZBVOmV47mxuZwdQq
      7r4zLYdox7z/7+6oU7mqhGZS51fi9aN2ABMKAj+5NfI+MII0KHjayQX22BQz6iwwnOVbHLpuFaSf9k61+I6f1XCaUWkaFxea44jc
      CqX4xN8VP2OB4tE=
      """
    case .cutCompression:
      """
      hF4Dauo0llhX+xUSAQdA/EKlY1FptkCNLULsVbGLTj3LLJSRj6U+iMkzMEVuCncw2UuBGYVdksFdkiSE9JY24iVEA0LpzoUaHbEC
      gaHDhP1g9kPC5GAIdnrdXnlhtZvd0ogBtNbYOVUz0QIe8Clv9OCcPe+NmxYKhDdKEXlt37E/nqNmWCiWGI6zjsJLYtXkQMiElmpO
      aP4ErV2cGdmdmKqmbh8K3gKdkjoc+4LOKHdvkNYmOAqaAZ43V90dIRrtnbgVBrQbQkIaXKQ17PlFCxqvlDhvCT3kwT9ZddhcuO2L
      qAquiK67X6Lk
      """
    case .noText:
      """
      hF4Dauo0llhX+xUSAQdA/EKlY1FptkCNLULsVbGLTj3LLJSRj6U+iMkzMEVuCncw2UuBGYVdksFdkiSE9JY24iVEA0LpzoUaHbEC
      gaHDhP1g9kPC5GAIdnrdXnlhtZvd0i4BtNbYOVUz0QIe8Clv9OCcPe+NmUhbLrfIFE5/F4J5XLvXjNMFNR7NQ2vSpNKL
      """
    case .endsInHeader:
      """
      hF4Dauo0llhX+xUSAQdA/EKlY1FptkCNLULsVbGLTj3LLJSRj6U+iMkzMEVuCncw2UuBGYVdksFdkiSE9JY24iVEA0LpzoUaHbEC
      gaHDhP1g9kPC5GAIdnrdXnlhtZvd0mABtNbYOVUz0QIe8Clv9OCcPe+NmK5paecbAHk8u8CeyuuJmi1wvjC97+MLJjum+nkgaFWC
      /KxVJVS/ZZQVJDeDFkV+cNqyHioU5xhuDVgkizsemD/2l5YBF1vZqlrJ5EI=
      """
    case .emptyPacket:
      """
      hF4Dauo0llhX+xUSAQdA/EKlY1FptkCNLULsVbGLTj3LLJSRj6U+iMkzMEVuCncw2UuBGYVdksFdkiSE9JY24iVEA0LpzoUaHbEC
      gaHDhP1g9kPC5GAIdnrdXnlhtZvd0ikBtNbYOVUz0QIe8Clv9OCcPe+NgF9D74pcCHuO8xvgU26YGm0iw9EXEA==
      """
    case .twoTexts:
      """
      hF4Dauo0llhX+xUSAQdA/EKlY1FptkCNLULsVbGLTj3LLJSRj6U+iMkzMEVuCncw2UuBGYVdksFdkiSE9JY24iVEA0LpzoUaHbEC
      gaHDhP1g9kPC5GAIdnrdXnlhtZvd0pUBtNbYOVUz0QIe8Clv9OCcPe+NmH9paecbAHk8u8CeyutrU6RgNiaxbHd2u9K9237vA9ZO
      oWbLs3J0rAPQ3EdwMXEp2zJRqKu10u5YS95Nea427LmvhlW+CT+5jj2bPGf4DLLQoRY9EPBVeDsdgyEOsIJ0A1IfjQ3z6S7XdBEU
      Q2l49v5PX79D1XshZKH1rAL8vpmVYw==
      """
    case .whole:
      """
      hF4Dauo0llhX+xUSAQdA/EKlY1FptkCNLULsVbGLTj3LLJSRj6U+iMkzMEVuCncw2UuBGYVdksFdkiSE9JY24iVEA0LpzoUaHbEC
      gaHDhP1g9kPC5GAIdnrdXnlhtZvd0pABtNbYOVUz0QIe8Clv9OCcPe+Nmy4KhDdKEXlt37E/nqOltnOaEA48Be04bOelzpYBJQDy
      nx/H7zIb602Uhs4u68/GXfPGw4kmHW3nfJCkLmIuY8kVWO2gOqWof2usAcq048GtNgb2Jqroa0I3GlxqXbJA6My159R3q0DD3pf5
      tvbIYSGm+NmED7UR4FfoQjY=
      """
    }
  }
}
