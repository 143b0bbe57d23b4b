package sirocco.cli;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import sirocco.engine.Completion;
import sirocco.engine.Engine;
import sirocco.engine.Generation;
import sirocco.engine.Request;
import sirocco.engine.SamplingSettings;
import sirocco.engine.Session;
import sirocco.text.Message;

/// A model in this process. Its one session keeps what was said in the cache, so that a turn reads
/// only what is new.
final class EngineSpeaker implements Speaker {
  private final Engine engine;
  private final SamplingSettings settings;
  private final Session session;
  private volatile Optional<Generation> running = Optional.empty();

  EngineSpeaker(Engine engine, SamplingSettings settings) {
    this.engine = engine;
    this.settings = settings;
    this.session = engine.newSession();
  }

  @Override
  public Spoken answer(List<Message> conversation, Consumer<String> onText) {
    // Another seed each turn, or the same question would draw the same numbers again.
    long turn = conversation.stream().filter(Message.Assistant.class::isInstance).count();
    SamplingSettings drawn = settings.toBuilder().seed(settings.seed() + turn).build();
    Generation generation =
        session.start(
            Request.of(engine.encode(conversation), drawn)
                .answers(true)
                .onToken(token -> onText.accept(token.text())));
    running = Optional.of(generation);
    try {
      Completion completion = generation.run();
      return new Spoken(
          completion.text(),
          switch (completion.finishReason()) {
            case STOP, LENGTH, TIMEOUT -> End.DONE;
            case CONTEXT -> End.CONTEXT;
            case CANCELLED -> End.CANCELLED;
          },
          completion.usage().generatedTokens(),
          completion.generatedTokensPerSecond());
    } finally {
      running = Optional.empty();
    }
  }

  @Override
  public void cancel() {
    running.ifPresent(Generation::cancel);
  }

  @Override
  public void forget() {
    session.clear();
  }

  @Override
  public void close() {
    session.close();
  }
}
