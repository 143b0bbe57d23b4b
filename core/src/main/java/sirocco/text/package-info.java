/// Text to tokens and back, and prompts.
package sirocco.text;
