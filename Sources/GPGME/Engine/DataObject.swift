import ByteStreams
import CGPGME

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// One end of an operation: gpgme pulls from a source or pushes into a sink.
///
/// GPGME: `gpgme_data_new_from_cbs`
@safe struct DataObject: ~Copyable {
  let handle: gpgme_data_t
  let box: DataBox

  /// An object that gpgme reads `source` through.
  static func reading(_ source: any ByteSource, for context: borrowing Context) throws(GPGMEError) -> DataObject {
    try reading(source, loop: context.loop)
  }

  /// The same for an operation that another loop than the context's drives.
  static func reading(_ source: any ByteSource, loop: EventLoop) throws(GPGMEError) -> DataObject {
    try make(DataBox(source: source, sink: nil, loop: loop))
  }

  /// An object that gpgme writes into `sink` through.
  ///
  /// The sink is not finished: that is for the caller, who knows whether all is well.
  static func writing(_ sink: any ByteSink, for context: borrowing Context) throws(GPGMEError) -> DataObject {
    try writing(sink, loop: context.loop)
  }

  /// The same for an operation that another loop than the context's drives.
  static func writing(_ sink: any ByteSink, loop: EventLoop) throws(GPGMEError) -> DataObject {
    try make(DataBox(source: nil, sink: sink, loop: loop))
  }

  private static func make(_ box: DataBox) throws(GPGMEError) -> DataObject {
    var handle: gpgme_data_t?
    // gpgme keeps the pointer to the table, which lives for ever, and the box, whose reference its release callback gives back.
    let retained = unsafe Unmanaged.passRetained(box)
    let code = unsafe gpgme_data_new_from_cbs(&handle, callbacks, retained.toOpaque())
    guard code == 0, let handle = unsafe handle else {
      unsafe retained.release()
      throw GPGMEError(.start, cause: .init(code: code))
    }
    // gpgme's own buffer is 512 bytes; 64 KiB halves the time of a long operation. Older versions do not know the flag: no harm.
    _ = unsafe gpgme_data_set_flag(handle, "io-buffer-size", "65536")
    _ = unsafe gpgme_data_set_encoding(handle, GPGME_DATA_ENCODING_BINARY)
    return unsafe DataObject(handle: handle, box: box)
  }

  private init(handle: gpgme_data_t, box: DataBox) {
    unsafe self.handle = handle
    self.box = box
  }

  deinit {
    // The one owner of the handle ends it.
    unsafe gpgme_data_release(handle)
  }

  /// The table that every object shares: allocated once and never freed, because gpgme keeps the pointer.
  private nonisolated(unsafe) static let callbacks: UnsafeMutablePointer<gpgme_data_cbs> = {
    let table = UnsafeMutablePointer<gpgme_data_cbs>.allocate(capacity: 1)
    unsafe table.initialize(to: gpgme_data_cbs(read: readData, write: writeData, seek: nil, release: releaseData))
    return unsafe table
  }()
}

/// What stands behind a data object: the caller's stream and the first error that it threw.
final class DataBox {
  private let source: (any ByteSource)?
  private let sink: (any ByteSink)?
  private let loop: EventLoop
  private(set) var error: StreamError?
  /// Bytes that went through.
  private(set) var count = 0

  init(source: (any ByteSource)?, sink: (any ByteSink)?, loop: EventLoop) {
    self.source = source
    self.sink = sink
    self.loop = loop
  }

  fileprivate func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    guard error == nil, let source else { return failed(error ?? .cancelled) }
    do throws(StreamError) {
      // gpgme's buffer, valid for the length of this call, which the span does not outlive.
      var span = unsafe buffer.mutableBytes
      let got = try source.read(into: &span)
      count += got
      return got
    } catch {
      return failed(error)
    }
  }

  fileprivate func write(_ buffer: UnsafeRawBufferPointer) -> Int {
    guard error == nil, let sink else { return failed(error ?? .cancelled) }
    do throws(StreamError) {
      // gpgme's buffer, valid for the length of this call, which the span does not outlive.
      try sink.write(unsafe buffer.bytes)
      count += buffer.count
      return buffer.count
    } catch {
      return failed(error)
    }
  }

  /// Keeps the first error and makes gpgme give up, which closes gpg's pipes; gpg itself is ended by the loop.
  private func failed(_ failure: StreamError) -> Int {
    if error == nil { error = failure }
    loop.noteEngines()
    errno = EIO
    return -1
  }
}

// gpgme calls these with the box that ``DataObject`` retained, until the release callback; buffer and size belong together.

private func readData(_ hook: UnsafeMutableRawPointer?, _ buffer: UnsafeMutableRawPointer?, _ size: Int) -> Int {
  guard let hook = unsafe hook else { return -1 }
  let box = unsafe Unmanaged<DataBox>.fromOpaque(hook).takeUnretainedValue()
  return unsafe box.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: size))
}

private func writeData(_ hook: UnsafeMutableRawPointer?, _ buffer: UnsafeRawPointer?, _ size: Int) -> Int {
  guard let hook = unsafe hook else { return -1 }
  let box = unsafe Unmanaged<DataBox>.fromOpaque(hook).takeUnretainedValue()
  return unsafe box.write(UnsafeRawBufferPointer(start: buffer, count: size))
}

private func releaseData(_ hook: UnsafeMutableRawPointer?) {
  guard let hook = unsafe hook else { return }
  unsafe Unmanaged<DataBox>.fromOpaque(hook).release()
}
