package sirocco.train.synthetic;

import java.util.ArrayList;
import java.util.List;
import sirocco.text.Message;
import sirocco.train.data.Dialogue;
import sirocco.train.data.Document;
import sirocco.train.data.Item;
import sirocco.train.data.Preference;

/// Brings exchanges into the forms that are learned from: dialogues of one or more turns, texts,
/// and pairs of a better and a worse answer.
final class Conversations {
  private static final List<String> BEFORE =
      List.of(
          "Please: ",
          "Hi! ",
          "Hello! ",
          "Hi, ",
          "Hello, ",
          "Hey, ",
          "Good morning! ",
          "OK. ",
          "Now: ",
          "Next: ",
          "I have a question. ",
          "Excuse me. ",
          "Task: ",
          "One more: ");
  private static final List<String> BEHIND =
      List.of(
          " Thanks!",
          " Thank you.",
          " Thank you!",
          " Please.",
          " Thanks.",
          " Be brief.",
          " Answer briefly.");

  /// Up to this length a question may be framed by politeness.
  private static final int SHORT = 120;

  private final Identity identity;

  private final Memory memory;
  private final Paragraphs paragraphs;

  Conversations(Identity identity, Memory memory, Paragraphs paragraphs) {
    this.identity = identity;
    this.memory = memory;
    this.paragraphs = paragraphs;
  }

  Dialogue single(Kind kind, String domain, Draw draw) {
    List<Message> messages = start(draw, 0.06);
    turn(polite(kind.exchange(draw), draw), messages);
    return new Dialogue(messages, domain);
  }

  /// A text and several questions on it: of the same tokens, more is learned about finding.
  Dialogue turns(Kind kind, int most, String domain, Draw draw) {
    List<Message> messages = start(draw, 0.06);
    kind.turns(draw, most).forEach(exchange -> turn(exchange, messages));
    return new Dialogue(messages, domain);
  }

  /// Several exchanges in a row, with a greeting or a farewell now and then.
  Dialogue several(Kind kind, String domain, Draw draw) {
    List<Message> messages = start(draw, 0.2);
    if (draw.chance(0.3)) {
      turn(identity.greeting(draw), messages);
    }
    if (draw.chance(0.25)) {
      memory.turns(draw).forEach(exchange -> turn(exchange, messages));
    } else if (draw.chance(0.4)) {
      paragraphs.turns(draw, 4).forEach(exchange -> turn(exchange, messages));
    }
    int turns = draw.between(1, 4);
    for (int i = 0; i < turns; i++) {
      turn(polite(kind.exchange(draw), draw), messages);
    }
    if (draw.chance(0.2)) {
      turn(identity.thanks(draw), messages);
    }
    return new Dialogue(messages, domain);
  }

  /// The exchange as running text.
  Item text(Kind kind, String domain, Draw draw) {
    Exchange exchange = kind.exchange(draw);
    return new Document(joined(exchange, draw), domain);
  }

  Preference preference(Kind kind, String domain, Draw draw) {
    List<Message> messages = start(draw, 0.06);
    Exchange exchange = polite(kind.exchange(draw), draw);
    messages.add(new Message.User(exchange.prompt()));
    return new Preference(messages, exchange.answer(), rejected(exchange, kind, draw), domain);
  }

  private List<Message> start(Draw draw, double instructed) {
    List<Message> messages = new ArrayList<>();
    if (draw.chance(instructed)) {
      messages.add(new Message.Instruction(identity.system(draw)));
    }
    return messages;
  }

  private static void turn(Exchange exchange, List<Message> messages) {
    messages.add(new Message.User(exchange.prompt()));
    messages.add(new Message.Assistant(exchange.answer()));
  }

  private static Exchange polite(Exchange exchange, Draw draw) {
    String prompt = exchange.prompt();
    if (prompt.length() > SHORT || !draw.chance(0.12)) {
      return exchange;
    }
    boolean ended = prompt.endsWith("?") || prompt.endsWith(".") || prompt.endsWith("!");
    String framed =
        ended && draw.chance(0.4) ? prompt + draw.any(BEHIND) : draw.any(BEFORE) + prompt;
    return new Exchange(framed, exchange.answer(), exchange.wrong());
  }

  /// The answer on the question's line where the question has begun it, else on a line of its own.
  private static String joined(Exchange exchange, Draw draw) {
    String prompt = exchange.prompt();
    String answer = exchange.answer();
    for (int length = Math.min(prompt.length(), answer.length() - 1); length > 3; length--) {
      if (prompt.endsWith(answer.substring(0, length))) {
        return prompt + answer.substring(length);
      }
    }
    if (prompt.endsWith(":")) {
      return prompt + " " + answer;
    }
    return switch (draw.below(4)) {
      case 0 -> "Question: " + prompt + "\nAnswer: " + answer;
      case 1 -> "Q: " + prompt + "\nA: " + answer;
      default -> prompt + "\n" + answer;
    };
  }

  private static String rejected(Exchange exchange, Kind kind, Draw draw) {
    String answer = exchange.answer();
    return switch (draw.below(10)) {
      // Right at first, then no end.
      case 0 -> answer + " " + kind.exchange(draw).prompt() + " " + kind.exchange(draw).answer();
      case 1 -> (answer + " ").repeat(draw.between(3, 6)).strip();
      case 2 -> foreign(draw);
      case 3 -> unfit(exchange);
      default -> exchange.wrong().equals(answer) ? answer + " " + answer : exchange.wrong();
    };
  }

  /// An excuse where an answer was possible; to a question about the world, a text that is not
  /// there.
  private static String unfit(Exchange exchange) {
    return exchange.answer().contains("demonstration") ? Paragraphs.ABSENT : Identity.unknowing();
  }

  private static String foreign(Draw draw) {
    return draw.any(
        List.of(
            "Ich weiß es nicht genau, aber ich denke, das ist richtig.",
            "Je ne sais pas, mais je pense que oui.",
            "No lo sé, pero creo que es así.",
            "Das ist eine gute Frage, die Antwort steht im Text.",
            "La réponse est dans le texte.",
            "La respuesta es muy sencilla.",
            "Non lo so, ma forse è così."));
  }
}
