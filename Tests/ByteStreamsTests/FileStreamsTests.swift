import ByteStreams
import Foundation
import SystemPackage
import TestSupport
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

struct FileStreamsTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test func `a store of a file and one of an array are the same`() throws {
    var random = SplitMix64(seed: 5)
    let bytes = random.bytes(600_000)
    let path = try folder.write(bytes, to: "file")
    for store in [
      ByteStore(bytes), try ByteStore.file(path), try ByteStore.load(ArraySource(bytes), memoryLimit: .max),
    ] {
      #expect(store.count == bytes.count)
      #expect(try store.source().drain(step: 70_001) == bytes)
      #expect(try store.source().drain(step: 70_001) == bytes)
      #expect(try store.read(100..<250) == Array(bytes[100..<250]))
      #expect(try store.read(7..<7) == [])
      #expect(try store.source(150_000..<599_999).drain() == Array(bytes[150_000..<599_999]))
      let slice = store.slice(10..<110).slice(5..<50)
      #expect(slice.count == 45)
      #expect(try slice.read(1..<45) == Array(bytes[16..<60]))
      #expect(try slice.source(2..<4).drain() == Array(bytes[17..<19]))
      #expect(throws: Never.self) { try store.checkUnchanged() }
    }
  }

  @Test func `a file that shrinks while it is read is an error`() throws {
    let path = try folder.write([UInt8](repeating: 1, count: 100), to: "file")
    let store = try ByteStore.file(path)
    let descriptor = try FileDescriptor.open(path, .writeOnly)
    try descriptor.closeAfter { try descriptor.resize(to: 50) }
    #expect(try store.read(0..<50).count == 50)
    #expect(throws: StreamError.changed(path: path.string)) { try store.read(0..<51) }
    #expect(throws: StreamError.changed(path: path.string)) { try store.source().drain() }
  }

  @Test func `a file that is written to is noticed`() throws {
    let path = try folder.write([1, 2, 3], to: "file")
    let store = try ByteStore.file(path)
    try folder.write([1, 2, 3, 4], to: "other")
    #expect(throws: Never.self) { try store.checkUnchanged() }
    let descriptor = try FileDescriptor.open(path, .writeOnly, options: .append)
    try descriptor.closeAfter { _ = try descriptor.writeAll([4]) }
    #expect(throws: StreamError.changed(path: path.string)) { try store.checkUnchanged() }
  }

  @Test func `what is no regular file is not read in windows`() throws {
    #expect(throws: StreamError.system(.invalidArgument, act: "read", subject: "/dev/null")) {
      try ByteStore.file("/dev/null")
    }
    #expect(throws: StreamError.system(.isDirectory, act: "read", subject: "/tmp")) { try ByteStore.file("/tmp") }
    #expect(throws: StreamError.system(.noSuchFileOrDirectory, act: "open", subject: "/no/where")) {
      try ByteStore.file("/no/where")
    }
  }

  @Test func `a device is loaded through a spool`() throws {
    let store = try ByteStore.load(try ReadableFile.open("/dev/null"), memoryLimit: 10)
    #expect(store.count == 0)
  }

  @Test func `an open file is loaded from where it stands, without a copy`() throws {
    let path = try folder.write(Array(0..<100), to: "file")
    let descriptor = try FileDescriptor.open(path, .readOnly)
    defer { try? descriptor.close() }
    #expect(try descriptor.seek(offset: 40, from: .start) == 40)
    let store = try ByteStore.load(
      try ReadableFile.duplicate(of: descriptor, subject: "standard input"), memoryLimit: 0)
    #expect(try store.source().drain() == Array(40..<100))
    #expect(try store.source().drain() == Array(40..<100))
    #expect(throws: StreamError.system(.badFileDescriptor, act: "open", subject: "standard input")) {
      try ReadableFile.duplicate(of: FileDescriptor(rawValue: 1_000_000), subject: "standard input")
    }
  }

  #if os(Linux)
    @Test func `a file that says it is empty is read all the same`() throws {
      let store = try ByteStore.load(try ReadableFile.open("/proc/self/status"), memoryLimit: 1 << 20)
      #expect(try store.read(0..<5) == [UInt8]("Name:"))
    }
  #endif

  @Test(arguments: [0, 9, 10, 11, 100_000])
  func `a spool gives back what was written, from memory or from a file without a name`(length: Int) throws {
    var random = SplitMix64(seed: 6)
    let bytes = random.bytes(length)
    let spool = Spool(memoryLimit: 10, directory: folder.path)
    for start in stride(from: 0, to: length, by: 7) { try spool.write(bytes, start..<min(start + 7, length)) }
    try spool.finish()
    #expect(spool.count == length)
    let store = try spool.store()
    #expect(try store.source().drain() == bytes)
    #expect(try store.read(0..<length) == bytes)
    #expect(try folder.contents() == [])
  }

  @Test func `a spool that has no folder says which`() {
    let spool = Spool(memoryLimit: 2, directory: "/no/where")
    #expect(throws: StreamError.system(.noSuchFileOrDirectory, act: "open", subject: "/no/where")) {
      try spool.write([1, 2, 3])
    }
  }

  @Test func `a full disk is an error with its name`() throws {
    let full = try FileDescriptor.open(FilePath("/dev/full"), .writeOnly)
    defer { try? full.close() }
    let sink = DescriptorSink(full, subject: "standard output")
    #expect(throws: StreamError.system(.noSpace, act: "write", subject: "standard output")) { try sink.write([1]) }
  }

  @Test func `a pipe carries everything, also when it does not block`() throws {
    let (input, output) = try FileDescriptor.pipe()
    for descriptor in [input, output] { #expect(fcntl(descriptor.rawValue, F_SETFL, O_NONBLOCK) == 0) }
    var random = SplitMix64(seed: 9)
    let bytes = random.bytes(300_000)
    Thread.detachNewThread {
      defer { try? output.close() }
      let sink = DescriptorSink(output, subject: "pipe")
      #expect(throws: Never.self) {
        try sink.write(bytes)
        try sink.finish()
      }
    }
    #expect(try DescriptorSource(input, subject: "pipe").drain(step: 4096) == bytes)
    try input.close()
  }

  @Test func `a closed reader is an error and not the end of the process`() throws {
    signal(SIGPIPE, SIG_IGN)
    let (input, output) = try FileDescriptor.pipe()
    try input.close()
    let sink = DescriptorSink(output, subject: "standard output")
    #expect(throws: StreamError.system(.brokenPipe, act: "write", subject: "standard output")) { try sink.write([1]) }
    try output.close()
  }

  @Test func `a closed descriptor is an error`() {
    let source = DescriptorSource(FileDescriptor(rawValue: 1_000_000), subject: "standard input")
    #expect(throws: StreamError.system(.badFileDescriptor, act: "read", subject: "standard input")) {
      try source.drain()
    }
  }
}
