#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// libgsasl, loaded when a server wants what libcurl cannot do.
///
/// Its members are functions of a library that is never unloaded, each with the type that gsasl.h declares for it: that is why
/// the casts, and calling them with pointers that live for the call, hold.
@safe struct GSASLLibrary: @unchecked Sendable {
  typealias Handle = UnsafeMutableRawPointer
  typealias Initialise = @convention(c) (UnsafeMutablePointer<Handle?>) -> CInt
  typealias Start = @convention(c) (Handle?, UnsafePointer<CChar>?, UnsafeMutablePointer<Handle?>) -> CInt
  typealias SetProperty = @convention(c) (Handle?, CInt, UnsafePointer<CChar>?) -> CInt
  typealias Step =
    @convention(c) (
      Handle?, UnsafePointer<CChar>?, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    ) -> CInt
  typealias Release = @convention(c) (Handle?) -> Void

  let initialise: Initialise
  let start: Start
  let setProperty: SetProperty
  let step: Step
  let finish: Release
  let done: Release
  let free: Release

  /// What gsasl.h calls `GSASL_OK` and `GSASL_NEEDS_MORE`.
  static let (ok, needsMore): (CInt, CInt) = (0, 1)
  /// What gsasl.h calls `GSASL_AUTHID` and `GSASL_PASSWORD`.
  static let (user, password): (CInt, CInt) = (1, 3)

  /// The library of this process; nil when there is none.
  static let shared = GSASLLibrary()

  #if canImport(Darwin)
    private static let names = ["libgsasl.18.dylib", "libgsasl.7.dylib"]
  #else
    private static let names = ["libgsasl.so.18", "libgsasl.so.7"]
  #endif

  private init?() {
    guard let library = unsafe Self.names.lazy.compactMap({ unsafe dlopen($0, RTLD_NOW | RTLD_LOCAL) }).first else {
      return nil
    }
    func function<Function>(_ name: String, as type: Function.Type) -> Function? {
      guard let symbol = unsafe dlsym(library, name) else { return nil }
      return unsafe unsafeBitCast(symbol, to: type)
    }
    guard let initialise = unsafe function("gsasl_init", as: Initialise.self),
      let start = unsafe function("gsasl_client_start", as: Start.self),
      let setProperty = unsafe function("gsasl_property_set", as: SetProperty.self),
      let step = unsafe function("gsasl_step64", as: Step.self),
      let finish = unsafe function("gsasl_finish", as: Release.self),
      let done = unsafe function("gsasl_done", as: Release.self),
      let free = unsafe function("gsasl_free", as: Release.self)
    else { return nil }
    unsafe self.initialise = initialise
    unsafe self.start = start
    unsafe self.setProperty = setProperty
    unsafe self.step = step
    unsafe self.finish = finish
    unsafe self.done = done
    unsafe self.free = free
  }
}
