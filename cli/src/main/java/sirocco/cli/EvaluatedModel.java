package sirocco.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import sirocco.engine.Engine;
import sirocco.engine.EngineOptions;
import sirocco.engine.Scheduler;
import sirocco.engine.SchedulerOptions;
import sirocco.lab.eval.Subject;
import sirocco.lab.eval.Task;
import sirocco.lab.range.KeyValueRetrieval;
import sirocco.lab.range.Passkey;
import sirocco.lab.subject.EndpointSubject;
import sirocco.lab.subject.EngineSubject;
import sirocco.lab.subject.ModelFingerprint;

/// A model that is being measured, in this process or behind a server.
///
/// @param concurrent questions that it is asked at once
/// @param fitted a task with only those of its prompts that fit the model's context, where that is
///   known: others would be cut, and with them what they ask about
/// @param cut texts so far that were too long and lost a part, as far as that is known
record EvaluatedModel(
    Subject subject, int concurrent, UnaryOperator<Task> fitted, LongSupplier cut, Runnable end)
    implements AutoCloseable {
  private static final int CONCURRENT = 32;
  private static final int QUEUED = 1 << 20; // a question may be many requests
  private static final long CACHE = 2L << 30;

  static EvaluatedModel open(
      CommandLine command, ModelArguments model, EndpointArguments endpoint) {
    return endpoint
        .subject(command)
        .map(EvaluatedModel::behind)
        .orElseGet(() -> here(model.path(), model.open(command)));
  }

  /// One behind a server.
  static EvaluatedModel behind(EndpointSubject subject) {
    return new EvaluatedModel(subject, CONCURRENT, task -> task, () -> 0, () -> {});
  }

  /// One in this process.
  ///
  /// @param engine closed with it, or at once if this fails
  static EvaluatedModel here(Path path, Engine engine) {
    try {
      // Nobody waits for a next token: whole chunks of prompts may be read between steps.
      var options = new SchedulerOptions(CONCURRENT, QUEUED, CACHE, Duration.ofSeconds(10));
      Scheduler scheduler = Scheduler.start(engine, options);
      String fingerprint = ModelFingerprint.of(path, settings(engine.options()));
      var subject = new EngineSubject(ServeModel.fileName(path), fingerprint, engine, scheduler);
      return new EvaluatedModel(
          subject,
          2 * CONCURRENT, // so that the next are there when some are done
          task -> fitted(task, scheduler.context(), text -> engine.encode(text).length),
          subject::cut,
          () -> {
            scheduler.close();
            engine.close();
          });
    } catch (RuntimeException | Error e) {
      engine.close();
      throw e;
    }
  }

  /// What decides about numbers; threads and chunks do not.
  private static String settings(EngineOptions options) {
    return Stream.of(
            options.context(),
            options.cache(),
            options.expertsPerToken(),
            options.promptFormat(),
            options.adapter(),
            options.interventions())
        .map(Object::toString)
        .collect(Collectors.joining(" "));
  }

  private static Task fitted(Task task, int context, ToIntFunction<String> tokens) {
    return switch (task) {
      case Passkey passkey -> passkey.fitting(context, tokens);
      case KeyValueRetrieval pairs -> pairs.fitting(context, tokens);
      default -> task;
    };
  }

  @Override
  public void close() {
    subject.close();
    end.run();
  }
}
