package sirocco.train.data;

/// Running text: an article, a story, a file of code.
public record Document(String text, String domain) implements Item {}
