package example;

import java.util.List;
import sirocco.defaultmodel.DefaultModel;
import sirocco.engine.Engine;
import sirocco.engine.SamplingSettings;
import sirocco.text.Message;

/// Asks the model that comes with Sirocco.
public final class Answer {
  private Answer() {}

  public static void main(String[] arguments) {
    try (var engine = Engine.open(DefaultModel.path())) {
      var question = List.<Message>of(new Message.User("What is 47 + 38?"));
      engine.chat(question, SamplingSettings.greedy(), System.out::print);
    }
  }
}
