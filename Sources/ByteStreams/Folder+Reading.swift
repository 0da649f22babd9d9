package import SystemPackage

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension Folder {
  /// What of a folder is listed.
  package enum Selection: Sendable {
    case everything
    /// Everything but subfolders.
    case files
  }

  /// The names of what lies in the folder, in no order.
  ///
  /// - Throws: `system`.
  package func names(_ selection: Selection) throws(StreamError) -> [FilePath.Component] {
    // A descriptor of its own: where a listing stands belongs to the open folder, and `fdopendir` takes it over.
    let own = try systemCall("read", subject) {
      unsafe openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    }
    guard let stream = unsafe fdopendir(own) else {
      let code = errno
      close(own)
      throw .system(Errno(rawValue: code), act: "read", subject: subject)
    }
    // Holds: the stream is open until here, and an entry is used before the next one is asked for.
    defer { unsafe closedir(stream) }
    var names: [FilePath.Component] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(stream) else { break }
      if selection == .files, unsafe entry.pointee.d_type == UInt8(DT_DIR) { continue }
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
        unsafe name.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: entry.pointee.d_name)) {
          unsafe FilePath.Component(platformString: $0)
        }
      }
      if let name, name.kind == .regular { names.append(name) }
    }
    if errno != 0 { throw .system(Errno(rawValue: errno), act: "read", subject: subject) }
    return names
  }

  /// Whether anything has the name, a dangling symbolic link too.
  package func contains(_ name: FilePath.Component) -> Bool {
    var status = stat()
    return unsafe name.withPlatformString { unsafe fstatat(descriptor, $0, &status, AT_SYMLINK_NOFOLLOW) } == 0
  }

  /// A regular file in the folder, to be read; whatever else has the name is not touched.
  ///
  /// - Throws: `system`: ELOOP for a symbolic link, wherever it leads; EINVAL for a folder, a FIFO or a device.
  package func open(_ name: FilePath.Component) throws(StreamError) -> ByteStore {
    let path = "\(subject)/\(name)"
    var found = stat()
    _ = try systemCall("open", path) {
      unsafe name.withPlatformString { unsafe fstatat(descriptor, $0, &found, AT_SYMLINK_NOFOLLOW) }
    }
    // Opening alone can do something to a device, and waits at a FIFO.
    switch found.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFLNK: throw .system(.tooManySymbolicLinkLevels, act: "open", subject: path)
    default: throw .system(.invalidArgument, act: "open", subject: path)
    }
    let file = try systemCall("open", path) {
      unsafe name.withPlatformString {
        unsafe openat(descriptor, $0, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
      }
    }
    return ByteStore(try FileWindow(try ReadableFile(owning: file, subject: path)))
  }
}

extension FilePath.Component {
  /// The name as the system has it, which need not be UTF-8.
  package var bytes: [UInt8] {
    // Holds: the C string lives for the length of the call, and ends with its NUL.
    unsafe withPlatformString { name in
      unsafe UnsafeBufferPointer(start: name, count: strlen(name)).map { UInt8(bitPattern: $0) }
    }
  }
}
