#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension RawSpan {
  /// The offset of the first `byte` at or after `start`, or nil; as fast as the C library's `memchr`.
  package func firstIndex(of byte: UInt8, from start: Int = 0) -> Int? {
    firstIndex(of: byte, in: start..<byteCount)
  }

  /// The offset of the first `byte` within `range`, or nil; as fast as the C library's `memchr`.
  package func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
    precondition(range.lowerBound >= 0 && range.upperBound <= byteCount)
    // Holds: the range was checked against the span, and the pointer found lies within it.
    return unsafe withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress, !range.isEmpty else { return nil }
      guard let hit = unsafe memchr(base + range.lowerBound, CInt(byte), range.count) else { return nil }
      return unsafe UnsafeRawPointer(hit) - base
    }
  }

  /// The byte at `offset`, which is checked.
  package subscript(offset: Int) -> UInt8 {
    precondition(offset >= 0 && offset < byteCount)
    // Holds: the offset was checked, and every byte is a UInt8.
    return unsafe unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
  }
}

extension MutableRawSpan {
  /// Copies all of `bytes` to `offset`; they must fit.
  package mutating func copy(_ bytes: RawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount <= byteCount - offset)
    // Holds: the room was checked, and exclusive access keeps the two from overlapping.
    unsafe withUnsafeMutableBytes { target in
      unsafe bytes.withUnsafeBytes { source in
        guard let to = target.baseAddress, let from = source.baseAddress else { return }
        unsafe memcpy(to + offset, from, source.count)
      }
    }
  }

  /// The byte at `offset`, which is checked.
  package func byte(at offset: Int) -> UInt8 {
    precondition(offset >= 0 && offset < byteCount)
    // Holds: the offset was checked, and every byte is a UInt8.
    return unsafe unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
  }

  /// Sets the byte at `offset`, which is checked.
  package mutating func set(_ byte: UInt8, at offset: Int) {
    precondition(offset >= 0 && offset < byteCount)
    // Holds: the offset was checked.
    unsafe storeBytes(of: byte, toUncheckedByteOffset: offset, as: UInt8.self)
  }
}

extension [UInt8] {
  /// A view of the elements as raw bytes, for as long as the array is not changed.
  package var rawSpan: RawSpan {
    @_lifetime(borrow self)
    get {
      // Holds: a UInt8 is its own byte, without padding.
      unsafe span.bytes
    }
  }

  /// Gives `body` the elements as raw bytes to change.
  package mutating func withMutableRawSpan<Result, Failure: Error>(
    _ body: (inout MutableRawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    var span = mutableSpan
    // Holds: a UInt8 is its own byte, and every byte is a UInt8.
    var bytes = unsafe span.mutableBytes
    return try body(&bytes)
  }

  /// The bytes of a span.
  package init(_ bytes: RawSpan) {
    // Holds: the pointer is used only during the copy.
    self = unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }
  }

  /// Appends the bytes of a span.
  package mutating func append(_ bytes: RawSpan) {
    // Holds: the pointer is used only during the copy.
    unsafe bytes.withUnsafeBytes { unsafe self.append(contentsOf: $0) }
  }
}

extension ByteSink {
  /// Takes all of `bytes`, or throws.
  package func write(_ bytes: [UInt8]) throws(StreamError) {
    try write(bytes.rawSpan)
  }

  /// Takes the bytes of `array` within `range`, or throws.
  package func write(_ array: [UInt8], _ range: Range<Int>) throws(StreamError) {
    try write(array.rawSpan.extracting(range))
  }
}
