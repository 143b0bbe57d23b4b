/// LangChain4j's interfaces over a [sirocco.LanguageModel].
@NullMarked
package sirocco.langchain4j;

import org.jspecify.annotations.NullMarked;
