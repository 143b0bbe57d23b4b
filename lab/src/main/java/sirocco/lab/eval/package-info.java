/// Evaluation: tasks ask questions of a subject, judge its replies and report numbers with their
/// errors.
package sirocco.lab.eval;
