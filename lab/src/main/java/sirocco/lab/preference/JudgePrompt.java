package sirocco.lab.preference;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sirocco.text.Message;

/// What a judge is asked.
///
/// @param system its system prompt
/// @param template with places such as `{question}`
record JudgePrompt(String system, String template) {
  private static final Pattern PLACE = Pattern.compile("\\{(\\w+)\\}");

  /// The messages to the judge. Places are filled once: braces in an answer stay what they are.
  List<Message> fill(Map<String, String> texts) {
    String filled =
        PLACE
            .matcher(template)
            .replaceAll(place ->
                Matcher.quoteReplacement(texts.getOrDefault(place.group(1), place.group())));
    return List.of(new Message.Instruction(system), new Message.User(filled));
  }
}
