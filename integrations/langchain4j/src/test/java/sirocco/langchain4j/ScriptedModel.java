package sirocco.langchain4j;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import sirocco.checkpoint.ModelConfig;
import sirocco.model.Batch;
import sirocco.model.CachePages.Page;
import sirocco.model.KvCache;
import sirocco.model.Model;
import sirocco.model.Output;
import sirocco.model.Workspace;
import sirocco.tensor.KeyValues;
import sirocco.tensor.Tensor;
import sirocco.text.Tokenizer;

/// A real model, weights, experts, cache and all, but for its knowledge: in place of its own logits
/// it gives high ones to the tokens that go on with what a [Script] has to say. So questions of
/// fact can be asked while all else is as in any model: template, tokenizer, scheduler, shared
/// prompt pages, sampling, grammar.
final class ScriptedModel implements Model {
  private static final float CERTAIN = 60;
  private static final float LESS = 15; // an answer than the one before it
  private static final List<String> PROMPT_ENDS = List.of("[/INST]", "[/TOOL_RESULTS]");

  private final Model model;
  private final Tokenizer tokenizer;
  private final int end;
  private final Script script;
  private final List<String> texts;
  private final Map<KvCache, int[]> read = new WeakHashMap<>();
  private final IdentityHashMap<Page, int[]> pages = new IdentityHashMap<>();

  /// @param model stays the caller's
  ScriptedModel(Model model, Tokenizer tokenizer, Script script) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.end = tokenizer.vocabulary().eos().orElseThrow();
    this.script = script;
    this.texts = new ArrayList<>();
    for (int id = 0; id < tokenizer.vocabSize(); id++) {
      texts.add(
          tokenizer.isControl(id)
              ? tokenizer.vocabulary().tokens().get(id).text()
              : new String(tokenizer.bytes(id), StandardCharsets.UTF_8));
    }
  }

  @Override
  public ModelConfig config() {
    return model.config();
  }

  @Override
  public Output forward(Batch batch, Workspace workspace) {
    List<int[]> before = batch.parts().stream().map(part -> before(part.cache())).toList();
    Output output = model.forward(batch, workspace);
    int row = 0;
    for (int p = 0; p < batch.parts().size(); p++) {
      Batch.Part part = batch.parts().get(p);
      int[] all = concat(before.get(p), part.tokens());
      remember(part.cache(), all);
      for (int i = part.logitsRows() - 1; i >= 0; i--) {
        speak(output.logits(), row++, Arrays.copyOf(all, all.length - i));
      }
    }
    return output;
  }

  /// The tokens that a cache holds, of which the first may have been read for another session.
  private int[] before(KvCache cache) {
    int[] ids = Arrays.copyOf(read.getOrDefault(cache, new int[0]), cache.length());
    List<Page> full = cache.fullPages();
    for (int i = 0; i < full.size(); i++) {
      int[] page = pages.get(full.get(i));
      System.arraycopy(page, 0, ids, i * KeyValues.BLOCK, KeyValues.BLOCK);
    }
    return ids;
  }

  private void remember(KvCache cache, int[] ids) {
    read.put(cache, ids);
    List<Page> full = cache.fullPages();
    for (int i = 0; i < full.size(); i++) {
      int from = i * KeyValues.BLOCK;
      pages.put(full.get(i), Arrays.copyOfRange(ids, from, from + KeyValues.BLOCK));
    }
  }

  private static int[] concat(int[] first, int[] second) {
    int[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  private void speak(Tensor logits, int row, int[] ids) {
    String text = text(ids);
    int at = PROMPT_ENDS.stream().mapToInt(e -> text.lastIndexOf(e) + e.length()).max().orElse(0);
    String said = text.substring(at).stripLeading();
    float[] scores = new float[texts.size()];
    float certain = CERTAIN;
    for (String answer : script.answers(text.substring(0, at))) {
      if (answer.startsWith(said)) {
        score(scores, answer.substring(said.length()), said.isEmpty(), certain);
      }
      certain -= LESS;
    }
    for (int id = 0; id < scores.length; id++) {
      logits.setFloat((long) row * scores.length + id, scores[id]);
    }
  }

  /// The longer a token, the likelier.
  private void score(float[] scores, String rest, boolean first, float certain) {
    if (rest.isEmpty()) {
      scores[end] = Math.max(scores[end], certain);
    }
    for (int id = 0; id < scores.length; id++) {
      String token = texts.get(id);
      boolean fits = !token.isEmpty() && rest.startsWith(token);
      boolean fitsBehindSpace =
          first
              && token.length() > 1
              && token.charAt(0) == ' '
              && rest.startsWith(token.substring(1));
      if (fits || fitsBehindSpace) {
        scores[id] = Math.max(scores[id], certain + token.strip().length());
      }
    }
  }

  private String text(int[] ids) {
    var bytes = new ByteArrayOutputStream();
    for (int id : ids) {
      bytes.writeBytes(
          tokenizer.isControl(id)
              ? texts.get(id).getBytes(StandardCharsets.UTF_8)
              : tokenizer.bytes(id));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
