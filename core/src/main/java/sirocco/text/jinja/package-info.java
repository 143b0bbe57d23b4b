/// A strict interpreter of the part of Jinja that chat templates use, with the settings of Hugging
/// Face transformers: `trim_blocks`, `lstrip_blocks`, no autoescape, immutable values. What it does
/// not know is an error with line and column, never other text than Python's jinja2 would give.
///
/// Every string carries, character by character, whether the template or the data wrote it
/// ([Str#trust()]), so that a prompt can be turned into token ids without a user's text ever
/// becoming a control token, whatever filters it went through.
///
/// Facts taken from the Jinja documentation (template designer reference) and from the behaviour of
/// jinja2 3.1.6, which made the goldens of the tests.
package sirocco.text.jinja;
