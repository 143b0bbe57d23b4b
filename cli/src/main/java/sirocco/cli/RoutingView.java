package sirocco.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import sirocco.engine.RoutedToken;
import sirocco.text.Detokenizer;
import sirocco.text.Tokenizer;

/// Shows a text token by token, each coloured by the expert that one layer's router chose first for
/// it. Without colours a change of expert is written as its number: `[3]Once upon[5] a`.
///
/// The router of a token speaks when the token is fed, one step after it was made: the text comes
/// one token late, and the last token, which is fed to nobody, has no colour.
final class RoutingView {
  /// Eight colours of the 256-colour table that can be told apart on black and on white.
  private static final int[] COLOURS = {33, 208, 35, 201, 37, 160, 99, 136};

  private final PrintWriter out;
  private final boolean colours;
  private final int layer;
  private final Detokenizer detokenizer;
  private final int[] first;
  private final int[] chosen;
  private int shown = -1;

  /// @param layer whose choices are shown
  /// @param experts of the layer
  RoutingView(PrintWriter out, Tokenizer tokenizer, int layer, int experts, boolean colours) {
    this.out = out;
    this.colours = colours;
    this.layer = layer;
    this.detokenizer = new Detokenizer(tokenizer);
    this.first = new int[experts];
    this.chosen = new int[experts];
  }

  /// Shows tokens that were fed.
  void show(List<RoutedToken> routed) {
    for (RoutedToken token : routed) {
      int expert = token.expert(layer, 0);
      first[expert]++;
      for (int rank = 0; rank < token.chosen(layer); rank++) {
        chosen[token.expert(layer, rank)]++;
      }
      write(detokenizer.append(token.id()), expert);
    }
    out.flush();
  }

  private void write(String text, int expert) {
    if (text.isEmpty()) {
      return;
    }
    if (colours) {
      out.print(paint(expert, text));
    } else {
      out.print(expert == shown ? text : "[" + expert + "]" + text);
      shown = expert;
    }
  }

  /// Shows the token that was made last, which no router saw, and the table.
  ///
  /// @param tokens what was generated; nothing if that was stopped early
  void finish(List<Integer> tokens) {
    String last = tokens.isEmpty() ? "" : detokenizer.append(tokens.getLast());
    out.println(last + detokenizer.finish());
    out.println();
    long fed = Arrays.stream(first).asLongStream().sum();
    long visits = Arrays.stream(chosen).asLongStream().sum();
    out.printf("layer %d, %d tokens%n", layer, fed);
    out.println("expert  first choice    all choices");
    for (int expert = 0; expert < first.length; expert++) {
      String row =
          String.format(
              Locale.ROOT,
              "%6d %6d %5.1f%% %7d %5.1f%%",
              expert,
              first[expert],
              share(first[expert], fed),
              chosen[expert],
              share(chosen[expert], visits));
      out.println(colours ? paint(expert, row) : row);
    }
    out.flush();
  }

  private static double share(long part, long whole) {
    return whole == 0 ? 0 : 100.0 * part / whole;
  }

  private static String paint(int expert, String text) {
    // Colours end before a line does: some terminals would fill the rest of the line.
    String on = "\033[38;5;" + COLOURS[expert % COLOURS.length] + "m";
    return on + text.replace("\n", "\033[0m\n" + on) + "\033[0m";
  }
}
