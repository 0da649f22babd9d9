internal import CCurl

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// libcurl, loaded when it is first needed: linking it would load some thirty libraries at each start of the tool.
///
/// Its members are functions of a library that is never unloaded, each with the type that curl.h declares for it: that is why
/// the casts, and calling them with pointers that live for the call, hold.
@safe struct CurlLibrary: @unchecked Sendable {
  typealias Handle = UnsafeMutableRawPointer
  typealias Initialise = @convention(c) (Int) -> CURLcode
  typealias Create = @convention(c) () -> Handle?
  typealias Perform = @convention(c) (Handle?) -> CURLcode
  typealias Destroy = @convention(c) (Handle?) -> Void
  typealias Send = @convention(c) (Handle?, UnsafeRawPointer?, Int, UnsafeMutablePointer<Int>?) -> CURLcode
  typealias Receive = @convention(c) (Handle?, UnsafeMutableRawPointer?, Int, UnsafeMutablePointer<Int>?) -> CURLcode
  typealias Explain = @convention(c) (CURLcode) -> UnsafePointer<CChar>?

  let create: Create
  let perform: Perform
  let destroy: Destroy
  let send: Send
  let receive: Receive
  let explain: Explain
  let setOption: postseal_curl_setopt
  let getInfo: postseal_curl_getinfo
  /// Nil where libcurl uses another TLS library.
  let openSSL: OpenSSLLibrary?

  /// Why there is no libcurl to use.
  struct Missing: Error {
    let reason: String
  }

  /// The library of this process.
  static func shared() throws(Missing) -> CurlLibrary { try loaded.get() }

  private static let loaded: Result<CurlLibrary, Missing> = {
    do throws(Missing) { return .success(try CurlLibrary()) } catch { return .failure(error) }
  }()

  #if canImport(Darwin)
    private static let name = "libcurl.4.dylib"
  #else
    private static let name = "libcurl.so.4"
  #endif

  private init() throws(Missing) {
    guard let library = unsafe dlopen(Self.name, RTLD_NOW | RTLD_LOCAL) else {
      throw Missing(reason: "\(Self.name) cannot be loaded")
    }
    func function<Function>(_ name: String, as type: Function.Type) throws(Missing) -> Function {
      guard let symbol = unsafe dlsym(library, name) else { throw Missing(reason: "\(Self.name) has no \(name)") }
      return unsafe unsafeBitCast(symbol, to: type)
    }
    let initialise = try function("curl_global_init", as: Initialise.self)
    guard initialise(Int(CURL_GLOBAL_ALL)) == CURLE_OK else {
      throw Missing(reason: "\(Self.name) cannot be initialised")
    }
    unsafe create = try function("curl_easy_init", as: Create.self)
    unsafe perform = try function("curl_easy_perform", as: Perform.self)
    unsafe destroy = try function("curl_easy_cleanup", as: Destroy.self)
    unsafe send = try function("curl_easy_send", as: Send.self)
    unsafe receive = try function("curl_easy_recv", as: Receive.self)
    unsafe explain = try function("curl_easy_strerror", as: Explain.self)
    unsafe setOption = try function("curl_easy_setopt", as: postseal_curl_setopt.self)
    unsafe getInfo = try function("curl_easy_getinfo", as: postseal_curl_getinfo.self)
    // dlsym looks into the libraries that libcurl itself uses, too.
    openSSL = unsafe OpenSSLLibrary(in: library)
  }
}
