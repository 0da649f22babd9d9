#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The variables the tool was started with.
enum Environment {
  /// The value of `name`; nil when it is unset or empty.
  static func value(_ name: String) -> String? {
    // The pointer belongs to the C library and is copied at once; nothing changes the environment after start-up.
    guard let pointer = unsafe getenv(name) else { return nil }
    let value = unsafe String(cString: pointer)
    return value.isEmpty ? nil : value
  }

  /// Sets `name` for this process and its children unless it has a value.
  ///
  /// Only called before other threads exist.
  static func setDefault(_ name: String, _ value: String) {
    // Both strings are copied by the call.
    _ = unsafe setenv(name, value, 0)
  }

  /// Sets `name` for this process and its children.
  ///
  /// Only called before other threads exist.
  static func set(_ name: String, _ value: String) {
    // Both strings are copied by the call.
    _ = unsafe setenv(name, value, 1)
  }

  /// Whether a graphical pinentry could show itself.
  static var hasDisplay: Bool {
    value("DISPLAY") != nil || value("WAYLAND_DISPLAY") != nil
  }
}
