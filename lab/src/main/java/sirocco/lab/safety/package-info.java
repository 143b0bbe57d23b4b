/// Harm and bias: guardrails and self-reflection as Mistral has them, sentiment of what is written
/// about groups of people.
package sirocco.lab.safety;
