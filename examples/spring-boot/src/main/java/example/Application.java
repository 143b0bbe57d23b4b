package example;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

/// A model in this process, behind two addresses.
@SpringBootApplication
public class Application {
  public static void main(String[] arguments) {
    SpringApplication.run(Application.class, arguments);
  }

  /// JSON, as a piece of text alone would lose the space before it on the way.
  public record Text(String text) {}

  @RestController
  static class Chat {
    private final ChatClient model;

    Chat(ChatClient.Builder builder) {
      this.model = builder.build();
    }

    /// The whole answer.
    @PostMapping("/chat")
    Text chat(@RequestBody Text question) {
      return new Text(model.prompt(question.text()).call().content());
    }

    /// The answer as it comes; who hangs up ends it.
    @PostMapping(path = "/chat/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<Text> stream(@RequestBody Text question) {
      return model.prompt(question.text()).stream().content().map(Text::new);
    }
  }
}
