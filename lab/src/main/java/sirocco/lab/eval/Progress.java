package sirocco.lab.eval;

/// Is told how far an evaluation has come, by the thread that runs it.
public interface Progress {
  /// Before the first question.
  ///
  /// @param total items
  /// @param done of them, by an earlier run
  void begins(int total, int done);

  /// After each item, whether it could be judged or not.
  void advances();

  /// One that nobody watches.
  static Progress none() {
    return new Progress() {
      @Override
      public void begins(int total, int done) {}

      @Override
      public void advances() {}
    };
  }
}
