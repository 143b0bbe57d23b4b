/// How far back a model uses its context: passkeys, key-value retrieval, perplexity by length.
package sirocco.lab.range;
