/// Java types as what a model answers: JSON schemas from records, records from JSON, and tools from
/// annotated methods.
package sirocco.binding;
