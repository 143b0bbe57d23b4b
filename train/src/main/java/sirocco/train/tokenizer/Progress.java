package sirocco.train.tokenizer;

/// Is told how far the training of a tokenizer has come.
public interface Progress {
  /// Tells nobody.
  Progress NONE =
      new Progress() {
        @Override
        public void read(long documents, long characters) {}

        @Override
        public void found(int pieces, int wanted) {}
      };

  /// So much of the corpus has been read. Called now and then, and once at its end.
  void read(long documents, long characters);

  /// So many merged pieces have been found. Called with none at the start, now and then, and at the
  /// end.
  void found(int pieces, int wanted);
}
