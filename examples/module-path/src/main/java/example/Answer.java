package example;

import sirocco.Sirocco;
import sirocco.defaultmodel.DefaultModel;

/// Asks the model that comes with Sirocco.
public final class Answer {
  private Answer() {}

  public static void main(String[] arguments) {
    try (var model = Sirocco.load(DefaultModel.path())) {
      IO.println(model.generate("What is 47 + 38?"));
    }
  }
}
