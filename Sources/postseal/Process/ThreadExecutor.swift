#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Runs every piece of a task on a thread of its own, where it may block as long as it likes.
///
/// The threads that Swift shares among tasks are as few as the processors, and waiting for gpg would hold them up.
final class ThreadExecutor: TaskExecutor {
  /// The job and where it runs, for the thread that takes it.
  private final class Work {
    let job: UnownedJob
    let executor: ThreadExecutor

    init(_ job: UnownedJob, on executor: ThreadExecutor) {
      self.job = job
      self.executor = executor
    }

    func run() { unsafe job.runSynchronously(on: executor.asUnownedTaskExecutor()) }
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let work = Work(UnownedJob(job), on: self)
    // Holds: the retained work is released by the thread that takes it, or below when there is no thread.
    let context = unsafe Unmanaged.passRetained(work)
    #if canImport(Darwin)
      var thread: pthread_t?
      let code = unsafe pthread_create(
        &thread, nil,
        {
          unsafe Unmanaged<Work>.fromOpaque($0).takeRetainedValue().run()
          return nil
        }, context.toOpaque())
      if code == 0, let thread = unsafe thread { unsafe pthread_detach(thread) }
    #else
      var thread = pthread_t()
      let code = unsafe pthread_create(
        &thread, nil,
        {
          if let work = unsafe $0 { unsafe Unmanaged<Work>.fromOpaque(work).takeRetainedValue().run() }
          return nil
        }, context.toOpaque())
      if code == 0 { pthread_detach(thread) }
    #endif
    // Without a thread to be had the caller's does.
    if code != 0 { unsafe context.takeRetainedValue().run() }
  }
}
