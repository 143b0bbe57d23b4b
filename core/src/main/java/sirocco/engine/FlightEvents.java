package sirocco.engine;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Percentage;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/// What Java's flight recorder is told (docs/library.md, section Watching). Names and fields are
/// read by others: they change as the API does.
///
/// The first event of a kind that a process loads wakes the whole recorder, which takes a fifth of
/// a second. So nothing below is touched before [#awake], not even to ask whether it is recorded.
final class FlightEvents {
  private FlightEvents() {}

  /// Whether there has been a recording in this process.
  static boolean awake() {
    return FlightRecorder.isInitialized();
  }

  @Name("sirocco.ModelLoad")
  @Label("Model Load")
  @Description("A model's files were opened and its weights mapped")
  @Category("Sirocco")
  @StackTrace(false)
  static final class ModelLoad extends Event {
    @Label("Path")
    String path = "";

    @Label("Bytes")
    @Description("Of all its files")
    @DataAmount
    long bytes;

    @Label("Architecture")
    String architecture = "";
  }

  /// A pass through a model that went well.
  @Category({"Sirocco", "Pass"})
  @StackTrace(false)
  abstract static sealed class Pass extends Event {
    @Label("Model")
    String model = "";

    @Label("Pass")
    @Description("Which pass of the model it is, from 1")
    long pass;

    @Label("Sessions")
    @Description("Texts that took part in it")
    int sessions;
  }

  @Name("sirocco.Step")
  @Label("Step")
  @Description("A pass that made tokens, one or more for each session")
  @Category({"Sirocco", "Pass"})
  @StackTrace(false)
  static final class Step extends Pass {
    @Label("Tokens")
    @Description("Tokens made")
    int tokens;

    @Label("Rows")
    @Description("Rows computed: one for each session and each token that was guessed ahead")
    int rows;
  }

  @Name("sirocco.Prompt")
  @Label("Prompt")
  @Description("A pass that read a piece of prompts, or of texts to embed or to score")
  @Category({"Sirocco", "Pass"})
  @StackTrace(false)
  static final class Prompt extends Pass {
    @Label("Tokens")
    @Description("Tokens read")
    int tokens;

    @Label("First Tokens")
    @Description("Tokens made: the first of each answer whose prompt was read to its end")
    int firstTokens;
  }

  @Name("sirocco.Routing")
  @Label("Routing")
  @Description("How a layer's router spread the rows of a pass over its experts")
  @Category({"Sirocco", "Pass"})
  @StackTrace(false)
  @Enabled(false)
  static final class Routing extends Event {
    @Label("Model")
    String model = "";

    @Label("Pass")
    @Description("That of the event sirocco.Step or sirocco.Prompt")
    long pass;

    @Label("Makes Tokens")
    @Description("Whether the pass is a step, rather than one that reads")
    boolean step;

    @Label("Layer")
    int layer;

    @Label("Rows")
    int rows;

    @Label("Touched Experts")
    @Description("Experts that at least one row went to: those whose weights were read")
    int touched;

    @Label("Busiest Expert")
    @Description("The expert that most rows went to; the lowest of several")
    int busiest;

    @Label("Busiest Share")
    @Description("The part of the rows' choices that went to the busiest expert")
    @Percentage
    double share;

    @Label("Imbalance")
    @Description("The busiest expert's choices by the mean of all experts; 1 if all are as busy")
    double imbalance;

    @Label("Entropy")
    @Description("Mean entropy of the router's softmax over all experts, in nats")
    double entropy;
  }

  @Name("sirocco.Request")
  @Label("Request")
  @Description("A request from when it was taken to its end")
  @Category("Sirocco")
  @StackTrace(false)
  static final class Request extends Event {
    @Label("Model")
    String model = "";

    @Label("Adapter")
    @Description("What was added to the weights; empty for what is usual")
    String adapter = "";

    @Label("Queued")
    @Description("How long it waited before it began")
    @Timespan
    long queued;

    @Label("Time to First Token")
    @Description("From when it was taken to its first token, if there was one")
    @Timespan
    long firstToken = Long.MIN_VALUE; // the recorder's sign for none

    @Label("Prompt Tokens")
    int promptTokens;

    @Label("Cached Tokens")
    @Description("Tokens of the prompt that did not have to be read")
    int cachedTokens;

    @Label("Generated Tokens")
    int generatedTokens;

    @Label("Finish Reason")
    @Description("stop, length, context, cancelled, timeout, or failed")
    String finishReason = "";
  }
}
