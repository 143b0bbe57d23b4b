/// Answers to problems of mathematics: finding them in a text, and telling whether two are the
/// same.
package sirocco.lab.answers;
