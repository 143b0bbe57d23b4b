/// What requests of OpenAI's API mean to an engine, and what its answers look like.
package sirocco.server.openai;
