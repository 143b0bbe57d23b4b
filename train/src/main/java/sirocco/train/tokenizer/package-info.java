/// Trains tokenizers: byte-pair encoding with byte fallback, in SentencePiece's form.
@org.jspecify.annotations.NullMarked
package sirocco.train.tokenizer;
