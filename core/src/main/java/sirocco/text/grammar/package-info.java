/// Constrained decoding: a grammar (JSON schema, regular expression, GBNF) becomes an automaton
/// over bytes, and the automaton a mask of the tokens that may come next.
package sirocco.text.grammar;
