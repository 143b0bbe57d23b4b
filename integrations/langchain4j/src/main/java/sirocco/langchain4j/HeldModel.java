package sirocco.langchain4j;

import sirocco.LanguageModel;

/// A model, and whether whoever holds it is the one to close it.
record HeldModel(LanguageModel model, boolean owned) implements AutoCloseable {
  @Override
  public void close() {
    if (owned) {
      model.close();
    }
  }
}
