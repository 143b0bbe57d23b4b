package sirocco.cli;

import java.util.ArrayList;
import java.util.List;

/// One row of `bench`: either a prompt or a generation.
///
/// @param prompt tokens of the prompt; 0 in a generation
/// @param generated tokens that each session generates; 0 for a prompt
/// @param depth tokens in each session before
/// @param sessions that generate together
/// @param threads that compute
record BenchTest(int prompt, int generated, int depth, int sessions, int threads) {
  /// Every combination. Prompts are read one at a time, whatever the numbers of sessions are.
  static List<BenchTest> combinations(
      List<Integer> prompts,
      List<Integer> generated,
      List<Integer> depths,
      List<Integer> sessions,
      List<Integer> threads) {
    List<BenchTest> tests = new ArrayList<>();
    for (int thread : threads) {
      for (int depth : depths) {
        for (int p : prompts) {
          if (p > 0) {
            tests.add(new BenchTest(p, 0, depth, 1, thread));
          }
        }
        for (int n : generated) {
          for (int together : sessions) {
            if (n > 0) {
              tests.add(new BenchTest(0, n, depth, together, thread));
            }
          }
        }
      }
    }
    return List.copyOf(tests);
  }

  /// Tokens that a run takes through the model, of all sessions together.
  int tokens() {
    return prompt + generated * sessions;
  }

  /// Tokens that a session holds in the end.
  int context() {
    return depth + prompt + generated;
  }

  /// As llama-bench names it: `pp512`, `tg64 @ d4096`; of eight sessions `tg64 x 8`.
  String label() {
    return (prompt > 0 ? "pp" + prompt : "tg" + generated)
        + (sessions > 1 ? " x " + sessions : "")
        + (depth > 0 ? " @ d" + depth : "");
  }
}
