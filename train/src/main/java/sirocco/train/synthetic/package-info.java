/// Made-up training data: conversations and texts that seeded generators write from word lists and
/// wordings of our own, with right answers by construction.
package sirocco.train.synthetic;
