package sirocco.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import sirocco.engine.Completion;
import sirocco.engine.Engine;
import sirocco.engine.EngineException;
import sirocco.engine.Generation;
import sirocco.engine.Request;
import sirocco.engine.SamplingSettings;
import sirocco.engine.Session;
import sirocco.text.Message;
import sirocco.text.TemplateException;
import tools.jackson.databind.node.ObjectNode;

/// `sirocco batch`: answers every line of a file.
@Command(
    name = "batch",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Continues or answers every line of a file.",
      "",
      "A line of IN is a JSON object with prompt (a text to continue) or messages (a conversation"
          + " to answer, with tools if there are any). Its fields temperature, top_k, top_p, min_p, repetition_penalty,"
          + " frequency_penalty, presence_penalty, penalty_window, logit_bias, seed, stop and"
          + " max_tokens replace the options below for this line. Other fields are left alone.",
      "A line of OUT is the line of IN with text, finish_reason (stop, length or context) and tokens"
          + " (every id generated, an end token included), in the same order.",
      "All of IN is checked before the first line is run. If OUT is there already, its complete"
          + " lines must be the first lines of IN, and only the rest is run."
    },
    footer = {"", "Example: ./sirocco batch -i questions.jsonl -o answers.jsonl"})
final class BatchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @ArgGroup(validate = false, order = 8, heading = ModelArguments.HEADING)
  private ModelArguments model = new ModelArguments();

  @ArgGroup(validate = false, order = 9, heading = SamplingArguments.HEADING)
  private SamplingArguments sampling = new SamplingArguments();

  @Option(
      names = {"-i", "--input"},
      required = true,
      paramLabel = "IN",
      description = "The lines to run; - for standard input.")
  private Path input = Path.of("");

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "OUT",
      description = "Where the results go.")
  private Path output = Path.of("");

  @Mixin private PromptArguments promptFormat = new PromptArguments();

  @Option(
      names = "--parallel",
      paramLabel = "N",
      description = "Lines that are run together; faster, takes N caches (default: 1).")
  private int parallel = 1;

  /// A line to run.
  private record Job(
      JsonLines.Line line,
      Optional<String> prompt,
      List<Message> messages,
      List<Message.Tool> tools,
      SamplingSettings settings) {}

  /// A line that runs.
  private record Running(Job job, Session session, Generation generation) {}

  @Override
  public Integer call() throws IOException {
    if (parallel < 1) {
      throw new ParameterException(
          spec.commandLine(), "--parallel must be at least 1, found " + parallel);
    }
    List<Job> jobs = read();
    List<JsonLines.Line> lines = jobs.stream().map(Job::line).toList();
    Deque<Job> left = new ArrayDeque<>(jobs);
    BatchOutput done = BatchOutput.resume(output, lines);
    for (int i = 0; i < done.count(); i++) {
      left.removeFirst();
    }
    if (left.isEmpty()) {
      done.open().close(); // there even if there was nothing to do
      return 0;
    }
    try (Engine engine = model.open(spec.commandLine(), promptFormat.format())) {
      check(left, engine);
      run(left, engine, done, jobs.size());
    }
    return 0;
  }

  /// That every line can be run, before the first takes its time.
  private void check(Deque<Job> left, Engine engine) {
    if (left.stream().anyMatch(job -> job.prompt.isEmpty())) {
      ModelArguments.warn(spec.commandLine(), engine.promptComplaint());
    }
    try (Session session = engine.newSession()) {
      left.forEach(job -> start(job, engine, session));
    }
  }

  private void run(Deque<Job> left, Engine engine, BatchOutput done, int total) throws IOException {
    try (OutputStream out = done.open();
        ProgressBar progress = new ProgressBar("batch", total)) {
      progress.resume(done.count());
      run(left, engine, out, progress);
    }
  }

  private List<Job> read() throws IOException {
    boolean standard = input.toString().equals("-");
    if (!standard && Files.exists(output) && Files.isSameFile(input, output)) {
      throw new InputException(output + ": is the input; give another output");
    }
    SamplingSettings defaults = sampling.settings(spec.commandLine(), model.sampling(), 0);
    List<Job> jobs = new ArrayList<>();
    try (InputStream stream =
            standard ? System.in : Files.newInputStream(InputException.notFolder(input));
        JsonLines lines = new JsonLines(standard ? "standard input" : input.toString(), stream)) {
      for (var line = lines.next(); line.isPresent(); line = lines.next()) {
        jobs.add(job(line.get(), defaults));
      }
    }
    return jobs;
  }

  private static Job job(JsonLines.Line line, SamplingSettings defaults) {
    LineFields fields = new LineFields(line);
    Optional<String> prompt = fields.text("prompt");
    Optional<List<Message>> messages = fields.messages();
    if (prompt.isPresent() == messages.isPresent()) {
      throw new InputException(
          line.where() + ": expected the field prompt or the field messages, one of them");
    }
    return new Job(
        line, prompt, messages.orElse(List.of()), fields.tools(), fields.settings(defaults));
  }

  private void run(Deque<Job> left, Engine engine, OutputStream out, ProgressBar progress)
      throws IOException {
    Deque<Running> running = new ArrayDeque<>();
    try {
      while (!(left.isEmpty() && running.isEmpty())) {
        while (!left.isEmpty() && running.size() < parallel) {
          running.add(start(left.removeFirst(), engine));
        }
        engine.step(running.stream().map(Running::generation).toList());
        // In order: a line that is done waits for those before it.
        while (!running.isEmpty() && running.getFirst().generation.isDone()) {
          try (Session ended = running.getFirst().session) {
            write(running.removeFirst(), out);
            progress.advance(1, ended.length() + " tokens");
          }
        }
      }
    } finally {
      running.forEach(r -> r.session.close());
    }
  }

  private static Running start(Job job, Engine engine) {
    Session session = engine.newSession();
    try {
      return start(job, engine, session);
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  private static Running start(Job job, Engine engine, Session session) {
    try {
      int[] ids =
          job.prompt.map(engine::encode).orElseGet(() -> engine.encode(job.messages, job.tools));
      Request request = Request.of(ids, job.settings).answers(job.prompt.isEmpty());
      return new Running(job, session, session.start(request));
    } catch (EngineException | TemplateException e) {
      throw new InputException(job.line.where() + ": " + e.getMessage());
    }
  }

  private static void write(Running running, OutputStream out) throws IOException {
    Completion completion = running.generation.completion();
    ObjectNode node = running.job.line.fields().deepCopy();
    BatchOutput.RESULTS.forEach(node::remove); // so that they come last
    node.put("text", completion.text());
    node.put("finish_reason", completion.finishReason().json());
    completion.tokens().forEach(node.putArray("tokens")::add);
    out.write((JsonLines.write(node) + "\n").getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }
}
