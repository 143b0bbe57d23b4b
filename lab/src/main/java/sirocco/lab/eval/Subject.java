package sirocco.lab.eval;

import java.util.concurrent.CompletableFuture;

/// What is measured: a model, here or behind a server, or something scripted. For several threads.
public interface Subject extends AutoCloseable {
  /// What reports call it.
  String name();

  /// What tells it from others, and changes when its weights or its numbers do: part of the key
  /// that samples are kept under.
  String fingerprint();

  /// Asks. Questions that are asked together are answered together as far as the subject can;
  /// cancelling the future takes the question back.
  ///
  /// @param seed of what is drawn; the same question and seed get the same reply
  /// @return fails with an [EvaluationException] if there is no reply
  CompletableFuture<Reply> ask(Question question, long seed);

  @Override
  void close();
}
