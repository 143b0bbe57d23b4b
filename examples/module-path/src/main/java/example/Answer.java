package example;

import sirocco.defaultmodel.DefaultModel;

/// Asks the model that comes with Sirocco.
public final class Answer {
  private Answer() {}

  public static void main(String[] arguments) {
    try (var model = DefaultModel.load()) {
      IO.println(model.generate("What is 47 + 38?"));
    }
  }
}
